"""What positions and measures count with alike: what is live, in which order, how sure.

Not here: what a stance or a stage means.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model import Certainty, Change, Reason, Statement

INDEPENDENT_ORIGINS = 2
"""Two newsrooms that do not copy one another make a report a fact (DESIGN, certainty)."""


class Silence(StrEnum):
    """Why a statement did not change the ledger."""

    RESTATED = "re-stated"
    HISTORY = "history"
    """Said before what stands, or told of a stage that the measure has left behind."""
    BACKGROUND = "background"
    """A position told as context, where another is known: context never overturns."""
    CONTESTED = "contested"
    """Nothing new on either side of an open conflict."""
    WITHDRAWN = "withdrawn"
    """Retracted, and nothing else carries a position."""
    EMPTY = "empty"
    UNSURE = "unsure"
    """All that its story says is not sure enough yet."""
    TOLD = "told"
    """The same news was told already, of this topic or of a kindred one, to the same people."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the ledger made of new statements: a change, or a named reason for none."""

    change: Change | None
    because: Reason | Silence


def live(statements: Iterable[Statement]) -> list[Statement]:
    """Without retractions and what they withdraw; the order is kept, an id counts once."""
    rows = list({statement.id: statement for statement in statements}.values())
    withdrawn = {row.retracts for row in rows if row.retracts}
    return [row for row in rows if row.retracts is None and row.id not in withdrawn]


def told_at(statement: Statement) -> tuple[datetime, datetime]:
    return statement.evidence.said_at, statement.evidence.learnt_at


def certainty_of(carriers: Sequence[Statement]) -> Certainty:
    """An origin that nobody names ("") cannot be shown to be independent and counts as none."""
    origins = {row.evidence.origin for row in carriers} - {""}
    official = any(row.evidence.official for row in carriers)
    if official or len(origins) >= INDEPENDENT_ORIGINS:
        return Certainty.CONFIRMED
    return Certainty.REPORTED


def last_said(carriers: Sequence[Statement]) -> datetime:
    """An undated article is ordered by its arrival, so it must not make another's words younger."""
    dated = [row.evidence.said_at for row in carriers if not row.evidence.undated]
    return max(dated, default=carriers[0].evidence.said_at)


def in_order(values: Iterable[str]) -> tuple[str, ...]:
    """Each value once, in the order met; empty ones left out."""
    return tuple(dict.fromkeys(value for value in values if value))


def digest(*parts: object) -> str:
    """A name for something, made of what it is about: a rerun finds the same one."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:24]
