"""A peer's side of copies.py: datasketch, MinHash of word triples in an LSH index, threshold 0.5.

Runs in the peers' environment. 128 permutations, its default.
"""

from collections.abc import Sequence

from datasketch import MinHash, MinHashLSH

from bench.sides.spun import Finder, run

THRESHOLD = 0.5
"""The lowest at which its users look for near copies; the default of 0.9 finds next to none."""


class Bands(Finder):
    def __init__(self) -> None:
        self._index = MinHashLSH(threshold=THRESHOLD, num_perm=128)

    def add(self, name: str, text: str) -> None:
        self._index.insert(name, signed(text))

    def find(self, text: str) -> Sequence[str]:
        found: list[str] = self._index.query(signed(text))
        return found


def signed(text: str) -> MinHash:
    words = text.lower().split()
    sign = MinHash(num_perm=128)
    sign.update_batch([" ".join(words[n : n + 3]).encode() for n in range(len(words) - 2)])
    return sign


if __name__ == "__main__":
    run(Bands())
