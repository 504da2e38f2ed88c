"""monitor: tells you when a stance or a regulation changes."""
