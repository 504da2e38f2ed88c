"""One program a side. Each does its work in a process of its own and prints one line of JSON."""
