"""Our side of copies.py: candidates from footprints, as the store finds them, decided by the words.

The footprints are held in memory here, for the peers hold theirs in memory as well.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain, repeat

from bench.sides.spun import Finder, run
from monitor.model import Article
from monitor.pipeline.lookalikes import LOOKED_AT
from monitor.steps.identify import Resemblance, Wording, compare, footprint, wording_of
from monitor.store.marks import FEWEST_SHARED

DAY = datetime(2024, 3, 4, tzinfo=UTC)


class Footprints(Finder):
    def __init__(self) -> None:
        self._holders: dict[int, tuple[str, ...]] = {}
        self._wordings: dict[str, Wording] = {}

    def add(self, name: str, text: str) -> None:
        wording = wording_in(text)
        self._wordings[name] = wording
        for mark in footprint(wording):
            self._holders[mark] = (*self._holders.get(mark, ()), name)

    def find(self, text: str) -> Sequence[str]:
        wording = wording_in(text)
        holders = map(self._holders.get, footprint(wording), repeat(()))
        shared = Counter(chain.from_iterable(holders))
        near = [name for name, count in shared.most_common(LOOKED_AT) if count >= FEWEST_SHARED]
        return [
            name for name in near if compare(wording, self._wordings[name]) is not Resemblance.APART
        ]


def wording_in(text: str) -> Wording:
    title, _, rest = text.partition("\n")
    return wording_of(Article(id="", url="", title=title, text=rest, arrived_at=DAY))


if __name__ == "__main__":
    run(Footprints())
