"""Is a text substantially another's: reprint, cut, light edit, spun words, boilerplate around it?

`footprint` leaves marks by which candidates are found; `compare` decides on the words themselves.
Not here: the very same words (sight), and one event told in other words (stories).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from monitor.model import Article
from monitor.steps.text import words

SHORTEST = 30
"""Words. Shorter texts of one field are alike by chance: only the very same words count there."""
LONGEST = 6_000
"""Words that are compared; the cost grows with the product of two lengths over 64."""

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

_QUOTED = re.compile(r"«[^«»]{9,2000}»|“[^“”]{9,2000}”|\"[^\"\n]{9,2000}\"|„[^„“”]{9,2000}[“”]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_STOPS = tuple(".!?…:;\"'»”)。！？")


class Resemblance(StrEnum):
    """Why one text is, or is not, another's copy."""

    IN_ORDER = "most words of both stand in one order"
    HELD_WITHIN = "much of the shorter stands word for word in the longer"
    APART = "their words differ"


@dataclass(frozen=True, slots=True)
class Wording:
    """An article's own words: quotes and site furniture taken out."""

    words: tuple[str, ...]

    @property
    def triples(self) -> set[tuple[str, ...]]:
        return set(zip(self.words, self.words[1:], self.words[2:], strict=False))

    @property
    def is_enough(self) -> bool:
        return len(self.words) >= SHORTEST


def wording_of(article: Article) -> Wording:
    return _wording(article.title, article.text)


@lru_cache(maxsize=ASKED_AGAIN)
def _wording(title: str, text: str) -> Wording:
    told = f"{title}\n{_without_furniture(text)}"
    forms = (word.form for word in words(_QUOTED.sub(_short_quote, told)))
    # Where no blanks part the words a sign is as good as a word.
    parted = (part for form in forms for part in (form if _UNSPACED.search(form) else (form,)))
    return Wording(tuple(parted)[:LONGEST])


@lru_cache(maxsize=ASKED_AGAIN)
def footprint(wording: Wording) -> tuple[int, ...]:
    """Marks of some triples, the same triples in every text; empty for a text too short to tell.

    The smallest hashes are kept, as MinHash does. MinHash itself compares whole texts, and would
    miss a paragraph that was cut out of a page."""
    if not wording.is_enough:
        return ()
    hashes = sorted(_mark(" ".join(triple)) for triple in wording.triples)
    return tuple(hashes[: max(FEWEST_MARKS, len(hashes) // EVERY)])


def compare(one: Wording, other: Wording) -> Resemblance:
    """Symmetric; APART where either is too short to tell."""
    if not (one.is_enough and other.is_enough):
        return Resemblance.APART
    if in_order(one.words, other.words) >= IN_ORDER:
        return Resemblance.IN_ORDER
    triples, others = one.triples, other.triples
    shared = len(triples & others) / min(len(triples), len(others))
    return Resemblance.HELD_WITHIN if shared >= HELD_WITHIN else Resemblance.APART


def in_order(one: Sequence[str], other: Sequence[str]) -> float:
    """Length of the longest common subsequence, twice, by the lengths of both.

    Bit-parallel (Hyyrö 2004): one addition of long integers a word, where the usual table would
    take a step for each pair of words."""
    places: dict[str, int] = {}
    for place, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << place
    whole = (1 << len(one)) - 1
    unmatched = whole
    for word in other:
        matched = unmatched & places.get(word, 0)
        unmatched = ((unmatched + matched) | (unmatched - matched)) & whole
    common = len(one) - unmatched.bit_count()
    return 2 * common / (len(one) + len(other))


def _short_quote(found: re.Match[str]) -> str:
    return found.group() if len(words(found.group())) <= LONGEST_QUOTE else " "


def _without_furniture(text: str) -> str:
    """Without lines that are no prose: menus, bylines, "read also". A text of one line stays."""
    lines = [line.strip() for line in text.splitlines()]
    prose = [line for line in lines if line.endswith(_STOPS) or len(line) > 200]
    return "\n".join(prose) if len(prose) > 1 else text


def _mark(triple: str) -> int:
    """Signed, 64 bits: what both databases hold as an integer."""
    return int.from_bytes(blake2b(triple.encode(), digest_size=8).digest(), signed=True)
