"""Who left which marks of late: every new text asks, so that the answer is kept in memory.

The database holds one row a footprint; they are read once, and from then on what came since. A row
for each mark cost more than all else that is written of an article. Not here: which marks a text
leaves (steps.identify.copies).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, select

from monitor.store.rows import Row
from monitor.store.sql import ask
from monitor.store.tables import FOOTPRINT

AS_STORED = np.dtype("<i8")
"""See rows.footprint_values."""

FEWEST_SHARED = 2
MOST_SHARING = 20
NEWER = select(FOOTPRINT).where(FOOTPRINT.c.number > bindparam("read")).order_by(FOOTPRINT.c.number)
SORTED_ANEW_FROM = 1_000
"""Footprints that came since the others were sorted, where those are fewer still. To put a few
marks among all of them, article by article, would cost what was saved."""


@dataclass(frozen=True, slots=True)
class _Left:
    """One footprint, its marks apart."""

    article_id: str
    arrived_at: datetime
    lasting: bool


@dataclass(frozen=True, slots=True)
class _Index:
    """Marks in their order, and beside each the place of the footprint that has it."""

    marks: NDArray[np.int64]
    places: NDArray[np.int32]

    def plus(self, found: Sequence[Row], first: int) -> "_Index":
        """With these footprints, of which the first has this place."""
        many = [len(row["marks"]) // AS_STORED.itemsize for row in found]
        places = np.repeat(np.arange(first, first + len(found), dtype=np.int32), many)
        marks = np.frombuffer(b"".join(row["marks"] for row in found), AS_STORED)
        order = np.argsort(marks, kind="stable")
        at = np.searchsorted(self.marks, marks[order], "right")
        return _Index(
            np.insert(self.marks, at, marks[order]), np.insert(self.places, at, places[order])
        )

    def having(self, asked: NDArray[np.int64]) -> dict[int, list[int]]:
        """Which of the marks asked for stand here, by their number there, and who has them."""
        if not len(self.marks):
            return {}
        begins = np.searchsorted(self.marks, asked, "left")
        stand = np.flatnonzero(self.marks.take(begins, mode="clip") == asked)
        ends = np.searchsorted(self.marks, asked[stand], "right").tolist()
        return {
            int(number): self.places[begin:end].tolist()
            for number, begin, end in zip(stand, begins[stand].tolist(), ends, strict=True)
        }


NO_MARKS = _Index(np.empty(0, AS_STORED), np.empty(0, np.int32))


class Marks:
    """The footprints of the database. Asked by one transaction at a time, as deciding ones are."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Rows were taken away: who asks next reads all that are left."""
        self._left: list[_Left] = []
        self._read = 0
        self._many_sorted = 0
        self._sorted, self._since = NO_MARKS, NO_MARKS

    def catch_up(self, connection: Connection) -> None:
        """Read what was written since, by whomever. Before this transaction writes: what it writes
        may be taken back."""
        if len(self._left) - self._many_sorted > max(self._many_sorted, SORTED_ANEW_FROM):
            self.forget()  # the faded are gone from the database by now
        found = ask(connection, NEWER, read=self._read)
        if not found:
            return
        if self._left:
            self._since = self._since.plus(found, len(self._left))
        else:
            self._sorted, self._many_sorted = NO_MARKS.plus(found, 0), len(found)
        self._left += [_Left(row["article_id"], row["arrived_at"], row["lasting"]) for row in found]
        self._read = found[-1]["number"]

    def sharing(self, marks: Sequence[int], since: datetime) -> list[tuple[str, int]]:
        """As `ports.Deciding.sharing` says."""
        shared: Counter[str] = Counter()
        first: dict[str, datetime] = {}
        for places in self._places(marks):
            left = [one for one in map(self._left.__getitem__, places) if _counts(one, since)]
            shared.update({one.article_id for one in left})  # each once, however many versions
            for one in left:
                earlier = first.get(one.article_id, one.arrived_at)
                first[one.article_id] = min(one.arrived_at, earlier)
        enough = [(name, many) for name, many in shared.items() if many >= FEWEST_SHARED]
        enough.sort(key=lambda each: (-each[1], first[each[0]]))
        return enough[:MOST_SHARING]

    def _places(self, marks: Sequence[int]) -> Iterator[list[int]]:
        """Of each mark that somebody left: which footprints have it."""
        asked = np.array(marks, np.int64)
        before, since = self._sorted.having(asked), self._since.having(asked)
        for number in sorted(before.keys() | since.keys()):
            yield before.get(number, []) + since.get(number, [])


def _counts(left: _Left, since: datetime) -> bool:
    return left.lasting or left.arrived_at >= since
