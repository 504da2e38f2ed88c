"""The corridors: which step comes after which, what is one transaction, what happens on failure."""
