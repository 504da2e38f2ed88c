"""Faults that no single room can show: processes killed and stopped, clocks set, disks filled."""
