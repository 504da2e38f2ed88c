"""The trivial system beside stories.py: whose title has half its words in common with one's own.

Stands on the standard library alone.
"""

from collections.abc import Sequence

from bench.sides.spun import Finder
from bench.sides.window import run

IN_COMMON = 0.5


class Titles(Finder):
    def __init__(self) -> None:
        self._kept: list[tuple[str, set[str]]] = []

    def add(self, name: str, text: str) -> None:
        self._kept.append((name, words_of_title(text)))

    def find(self, text: str) -> Sequence[str]:
        own = words_of_title(text)
        return [name for name, words in self._kept if overlap(own, words) >= IN_COMMON]


def words_of_title(text: str) -> set[str]:
    return set(text.partition("\n")[0].lower().split())


def overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / (len(one | other) or 1)


if __name__ == "__main__":
    run(Titles())
