"""Too many new items at once: an archive published again, or an attack. They are held, one notice
tells of them, and a person says what becomes of them (promise 4).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import Cursor, Notice, NoticeKind, Source
from monitor.pipeline.arrivals import Arrival, Taken
from monitor.pipeline.slate import Slate
from monitor.steps.identify import NEVER_MET, Identity

LEAST = 50
"""New items in one poll that are never too many; honest feeds hold 20 to 100 items in all."""
TIMES = 4
"""A busy day brings a few times what a source's pace lets expect."""
SHORTEST_PACE = timedelta(minutes=1)
"""Between two items. Many feeds date by the minute; the fastest agencies publish one in two."""


class Stream(StrEnum):
    """What a poll's new items are, together."""

    ORDINARY = "ordinary"
    FLOOD = "flood"

    def holds(self, identity: Identity) -> bool:
        return self is Stream.FLOOD and identity.sight in NEVER_MET


@dataclass(frozen=True, slots=True)
class Gate:
    """How much a source may bring at once before it is held."""

    source: Source
    most: int
    """Items that were never met."""
    now: datetime

    def judge(self, slate: Slate, arrivals: Iterable[Arrival]) -> Stream:
        met = Counter(slate.identify(arrival).sight in NEVER_MET for arrival in arrivals)
        return Stream.FLOOD if met[True] > self.most else Stream.ORDINARY


def gate_for(source: Source, cursor: Cursor, now: datetime) -> Gate:
    """`cursor` as it was before the poll: what can have come since the source last answered."""
    return Gate(source, max(LEAST, TIMES * _expected(cursor, now)), now)


def _expected(cursor: Cursor, now: datetime) -> int:
    if cursor.pace_seconds is None or cursor.last_success_at is None:
        return 0
    pace = max(timedelta(seconds=cursor.pace_seconds), SHORTEST_PACE)
    return max(0, int((now - cursor.last_success_at) / pace))


def flood_notice(gate: Gate, taken: Sequence[Taken]) -> Notice:
    held = [one for one in taken if one.held]
    relevant = [one for one in held if one.relevant]
    source = gate.source
    return Notice(
        kind=NoticeKind.FLOOD,
        subject=source.id,
        title=f"{source.id}: {len(held)} new items at once are held, {len(relevant)} of them "
        f"relevant; `monitor sources release {source.id}` lets them go",
        lines=(
            f"{source.title or source.id} ({source.url}) brought {len(held)} items that were never "
            f"met before; up to {gate.most} were to be expected. It may have published its archive "
            "again.",
            "Nothing of them is in the ledger and nobody was told of them. Look at them, then let "
            "them go as news, as baseline (the ledger moves, nobody is told), or drop them for "
            "good. No further notice comes of this source while any of them is held.",
            *_titles(relevant),
        ),
        at=gate.now,
    )


def _titles(relevant: Collection[Taken]) -> list[str]:
    return [f"Relevant: {one.identity.article.title}" for one in relevant]
