"""The front door at a terminal: one file per group of commands. Speaks to the app only."""
