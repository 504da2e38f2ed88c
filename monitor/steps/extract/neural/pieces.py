"""A word -> its pieces: the likeliest way to put it together from a fixed list of pieces.

Unigram segmentation (Kudo, "Subword Regularization", 2018) by Viterbi; words come one at a time,
so that what a word is made of never depends on its neighbours.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

START = "▁"
"""Stands before the first letter of a word in the list of pieces."""
UNKNOWN_COSTS = 10.0
"""How much worse than the worst piece a letter is that no piece has."""
REMEMBERED = 60_000
"""Words whose pieces are kept: some 10 MB, far more words than a day of news brings."""
LONGEST_WORD = 200
"""Characters; a longer one is no word but an address or an attack, and is cut."""


class Pieces:
    """Ids of pieces; `first` is the id of the first piece, `unknown` that of everything else."""

    def __init__(
        self, pieces: Sequence[str], scores: Sequence[float], *, first: int, unknown: int
    ) -> None:
        self._ids = {piece: at + first for at, piece in enumerate(pieces)}
        self._scores = dict(zip(pieces, scores, strict=True))
        self._longest = max(map(len, pieces))
        self._worst = min(scores) - UNKNOWN_COSTS
        self._unknown = unknown
        self.of = lru_cache(REMEMBERED)(self._cut)

    def _cut(self, word: str) -> tuple[int, ...]:
        spelt = START + unicodedata.normalize("NFKC", word[:LONGEST_WORD])
        ids: list[int] = []
        for piece in self._likeliest(spelt):
            one = self._ids.get(piece, self._unknown)
            if one != self._unknown or ids[-1:] != [self._unknown]:
                ids.append(one)
        return tuple(ids)

    def _likeliest(self, spelt: str) -> list[str]:
        best = [0.0] + [float("-inf")] * len(spelt)
        came_from = [0] * (len(spelt) + 1)
        for end in range(1, len(spelt) + 1):
            for start in range(max(0, end - self._longest), end):
                score = self._scores.get(spelt[start:end])
                if score is None:
                    if end - start > 1:
                        continue
                    score = self._worst
                if best[start] + score > best[end]:
                    best[end], came_from[end] = best[start] + score, start
        found: list[str] = []
        end = len(spelt)
        while end:
            found.append(spelt[came_from[end] : end])
            end = came_from[end]
        return found[::-1]
