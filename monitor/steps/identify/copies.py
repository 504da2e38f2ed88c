"""Is a text substantially another's: reprint, cut, light edit, spun words, boilerplate around it?

`footprint` leaves marks by which candidates are found; `compare` decides on the words themselves.
Not here: the very same words (sight), and one event told in other words (stories).
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from monitor.model import Article
from monitor.steps.text import forms, spelled

SHORTEST = 30
"""Words. Shorter texts of one field are alike by chance: only the very same words count there."""
LONGEST = 6_000
"""Words that are compared; the cost grows with the product of two lengths."""

IN_ORDER = 0.55
"""Share of both texts' words that stand in both in one order, from which one is the other's copy.
Other tellings of one event reach 0.50; with 30 % of its words replaced a copy keeps 0.58."""
HELD_WITHIN = 0.40
"""Share of the shorter text's word triples that stand in the longer: a cut, or a text with
boilerplate around it. Other tellings of one event reach 0.30."""

LONGEST_QUOTE = 8
"""Words. What somebody said is quoted alike by everybody, and no sign of copying."""

FEWEST_MARKS = 64
EVERY = 8
"""Of a long text one triple in so many leaves a mark: a cut of it then still shares enough."""
FEWEST_SHARED = 2
"""Marks: one triple in common is a phrase."""

ASKED_AGAIN = 64
"""Texts whose wording is kept: an article's own is asked for twice, an original's by each copy."""

_LETTER = r"[^\W\u3040-\ud7af]"
"""Of a language that has blanks between words: elsewhere letters stand beside a mark."""
_QUOTED = re.compile(
    r"«[^«»]{9,2000}»|“[^“”]{9,2000}”|„[^„“”]{9,2000}[“”]"
    # A mark that opens looks like one that closes: one too many would turn all after it round,
    # so that what was said is kept and what was written is taken out. What stands before the mark
    # is asked behind it: so each way begins with a mark, and all else is passed over at once.
    rf"|\"(?<!{_LETTER}\")(?!\s)[^\"\n]{{9,2000}}(?<!\s)\"(?!{_LETTER})"
)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_SPREAD = 0x5851F42D4C957F2D
"""Odd, as any is that parts the three places of a triple (Knuth's MMIX)."""
_STOPS = tuple(".!?…:;\"'»”)。！？")


class Resemblance(StrEnum):
    """Why one text is, or is not, another's copy."""

    IN_ORDER = "most words of both stand in one order"
    HELD_WITHIN = "much of the shorter stands word for word in the longer"
    APART = "their words differ"


@dataclass(frozen=True, slots=True)
class Wording:
    """An article's own words: quotes and site furniture taken out."""

    words: str
    """A sign for each, made of its checksum: two words in a million are mistaken for one another,
    and their order is compared in half the time that numbers take."""
    coarse: bytes = field(repr=False, compare=False)
    """A byte of each checksum: never fewer of these stand in one order than of the words."""
    triples: NDArray[np.int64] = field(repr=False, compare=False)
    """A number for each three words in a row, ascending, each once."""

    @property
    def is_enough(self) -> bool:
        return len(self.words) >= SHORTEST


def wording_of(article: Article) -> Wording:
    return _wording(article.title, article.text)


def footprint(wording: Wording) -> tuple[int, ...]:
    """Marks of some triples, the same triples in every text; empty for a text too short to tell.

    The smallest hashes are kept, as MinHash does. MinHash itself compares whole texts, and would
    miss a paragraph that was cut out of a page. The same in every process and release: the store
    keeps them, a seed's for ever."""
    if not wording.is_enough:
        return ()
    kept = max(FEWEST_MARKS, len(wording.triples) // EVERY)
    return tuple(wording.triples[:kept].tolist())


def compare(one: Wording, other: Wording) -> Resemblance:
    """Symmetric; APART where either is too short to tell. Cheapest first: the order of their words
    costs four times what the triples do, and most copies hold triples enough."""
    if not (one.is_enough and other.is_enough):
        return Resemblance.APART
    if held_within(one, other) >= HELD_WITHIN:
        return Resemblance.HELD_WITHIN
    if in_order(one.coarse, other.coarse) < IN_ORDER:
        return Resemblance.APART
    alike = in_order(one.words, other.words) >= IN_ORDER
    return Resemblance.IN_ORDER if alike else Resemblance.APART


def held_within(one: Wording, other: Wording) -> float:
    """Share of the shorter text's triples that stand in the other."""
    both = np.concatenate([one.triples, other.triples])
    both.sort(kind="stable")  # merges what is sorted: half of what intersect1d takes
    shared = np.count_nonzero(both[1:] == both[:-1])
    return int(shared) / min(len(one.triples), len(other.triples))


def in_order(one: str | bytes, other: str | bytes) -> float:
    """Length of the longest common subsequence, twice, by the lengths of both."""
    return 2 * LCSseq.similarity(one, other) / (len(one) + len(other))


@lru_cache(maxsize=ASKED_AGAIN)
def _wording(title: str, text: str) -> Wording:
    found = _spelled(_QUOTED.sub(_short_quote, f"{title}\n{_without_furniture(text)}"))[:LONGEST]
    checksums = np.fromiter(map(crc32, found), np.int64, len(found))
    coarse = checksums.astype(np.uint8).tobytes()
    return Wording(_signs(checksums), coarse, _triples(checksums))


def _signs(checksums: NDArray[np.int64]) -> str:
    """Of the planes above the first, where none is half of another."""
    signs = (checksums & 0xFFFFF) + 0x10000
    return signs.astype("<u4").tobytes().decode("utf-32-le")


def _spelled(told: str) -> list[bytes]:
    """Where no blanks part the words a sign is as good as a word."""
    if told.isascii() or not _UNSPACED.search(told):
        return spelled(told)
    parts = [form if _UNSPACED.search(form) else (form,) for form in forms(told)]
    return [part.encode() for form in parts for part in form]


def _short_quote(found: re.Match[str]) -> str:
    return found.group() if len(forms(found.group())) <= LONGEST_QUOTE else " "


def _without_furniture(text: str) -> str:
    """Without lines that are no prose: menus, bylines, "read also". A text of one line stays."""
    lines = [line.strip() for line in text.splitlines()]
    prose = [line for line in lines if line.endswith(_STOPS) or len(line) > 200]
    return "\n".join(prose) if len(prose) > 1 else text


def _triples(checksums: NDArray[np.int64]) -> NDArray[np.int64]:
    """Signed, 64 bits: what both databases hold as an integer.

    Whole arrays at once, modulo 2**64: to hash triple by triple cost half of the step."""
    first, second, third = checksums[:-2], checksums[1:-1], checksums[2:]
    triples = np.sort((first * _SPREAD + second) * _SPREAD + third)
    return np.append(triples[:1], triples[1:][triples[1:] != triples[:-1]])
