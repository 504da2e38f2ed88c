"""What a check found: where in the Pack, what is wrong with the remedy, and its stable code."""

from dataclasses import dataclass

from monitor.rulebook.words import Path


@dataclass(frozen=True, slots=True)
class Finding:
    path: Path
    """From the key in Pack on, as Places wants it."""
    problem: str
    code: str
    at_key: bool = False
    """The fault is the key, not its value."""
    above: bool = False
    """The last key of the path is missing: what lacks it is meant."""
