"""Article -> stances and acts."""
