"""Checks that look across the files of a pack."""

from monitor.errors import Complaint
from monitor.rulebook.places import Places
from monitor.rulebook.types import Pack


def lint_pack(pack: Pack, places: Places) -> tuple[tuple[Complaint, ...], tuple[Complaint, ...]]:
    """(errors, warnings), each sorted."""
    return (), ()
