"""A peer's side of copies.py: simhash, 64 bits, three of them may differ, as its manual has it.

Runs in the peers' environment.
"""

import logging
from collections.abc import Sequence

from simhash import Simhash, SimhashIndex

from bench.sides.spun import Finder, run


class Bits(Finder):
    def __init__(self) -> None:
        logging.disable(logging.WARNING)  # it warns of big buckets at each question
        self._index = SimhashIndex([], k=3)

    def add(self, name: str, text: str) -> None:
        self._index.add(name, signed(text))

    def find(self, text: str) -> Sequence[str]:
        found: list[str] = self._index.get_near_dups(signed(text))
        return found


def signed(text: str) -> Simhash:
    words = text.lower().split()
    return Simhash([" ".join(words[n : n + 3]) for n in range(len(words) - 2)])


if __name__ == "__main__":
    run(Bits())
