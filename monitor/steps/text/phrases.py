"""One automaton over word forms: every alias and cue of the pack is found in one walk over a text.

It works on words, not on characters: a phrase of three inflected Russian words has some 1,700
spellings, which a character automaton would have to hold one by one, while here it is a path of
three steps, each of which accepts any form. Which step a word can be is looked up once a word and
remembered, since newspapers use few words often.
"""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

from pymorphy3 import MorphAnalyzer

from monitor.steps.text.normalise import Word, fold, forms, words

Sense = TypeVar("Sense", bound=Hashable)

_PIECE = re.compile(r"[^\W_]+\*?")
_REMEMBERED = 200_000
"""Distinct words kept with their steps; about 30 MB. Then the memory starts anew."""
_LONGEST_CAPITALS = 5


@dataclass(frozen=True, slots=True)
class Hit(Generic[Sense]):
    """Words first..last-1 of a text are this phrase."""

    first: int
    last: int
    sense: Sense
    spelling: str


@dataclass(slots=True)
class _Node:
    next: dict[str, "_Node"] = field(default_factory=dict)
    ends: list[tuple[Hashable, str, bool]] = field(default_factory=list)
    """Sense, spelling, and whether the letters must be capitals ("US" is not "us")."""


class Phrasebook(Generic[Sense]):
    """Phrases compiled once; `find` is a walk. Not safe to share between threads."""

    def __init__(
        self, phrases: Iterable[tuple[str, str, Sense]], *, remembered: int = _REMEMBERED
    ) -> None:
        """`phrases`: spelling, language, sense."""
        self._root = _Node()
        self._forms: dict[str, set[str]] = {}
        self._stems: set[str] = set()
        self._remembered: dict[str, tuple[str, ...]] = {}
        self._most_remembered = remembered
        for spelling, language, sense in phrases:
            self._add(spelling, language, sense)
        self._lengths = sorted({len(stem) for stem in self._stems})

    def find(self, text: str, tokens: Sequence[Word]) -> list[Hit[Sense]]:
        """Every phrase in the text, overlaps included, in order of first word."""
        return _as_spelt(self._phrases([token.form for token in tokens]), text, tokens)

    def seek(self, text: str) -> tuple[list[Hit[Sense]], list[Word]]:
        """As `find`, and the text's words; none of them where no phrase was found. To tell where
        each word stands costs more than to find the phrases, and most texts have none."""
        found = self._phrases(forms(text))
        tokens = words(text) if found else []
        return _as_spelt(found, text, tokens), tokens

    def stands_in(self, text: str) -> bool:
        """Whether `find` would find any; capitals are not asked for."""
        return bool(self._phrases(forms(text)))

    def _phrases(self, spelt: Sequence[str]) -> list["_Found[Sense]"]:
        found: list[_Found[Sense]] = []
        known, steps_of = self._remembered, self._steps
        steps = [known[form] if form in known else steps_of(form) for form in spelt]
        for first, here in enumerate(steps):
            if here:
                self._walk(steps, first, found)
        return found

    def _walk(
        self, steps: Sequence[tuple[str, ...]], first: int, found: list["_Found[Sense]"]
    ) -> None:
        nodes, at = [self._root], first
        while nodes and at < len(steps):
            nodes = [node.next[step] for node in nodes for step in steps[at] if step in node.next]
            at += 1
            for node in nodes:
                for sense, spelling, capitals in node.ends:
                    found.append((Hit(first, at, sense, spelling), capitals))  # type: ignore[arg-type]

    def _steps(self, form: str) -> tuple[str, ...]:
        # Sorted: the order of a set changes from process to process, and with it the reading.
        known = tuple(sorted(self._forms.get(form, ()))) + tuple(
            form[:n] + "*" for n in self._lengths if n <= len(form) and form[:n] in self._stems
        )
        if len(self._remembered) >= self._most_remembered:
            self._remembered.clear()
        self._remembered[form] = known
        return known

    def _add(self, spelling: str, language: str, sense: Sense) -> None:
        node = self._root
        for piece in _PIECE.findall(spelling):
            node = node.next.setdefault(self._step(piece, language), _Node())
        capitals = spelling.isupper() and spelling.isalpha() and len(spelling) <= _LONGEST_CAPITALS
        if node is not self._root:
            node.ends.append((sense, spelling, capitals))

    def _step(self, piece: str, language: str) -> str:
        folded = fold(piece)
        if folded.endswith("*"):
            self._stems.add(folded[:-1])
            return folded
        for form in inflected(folded, language) if not piece.isupper() else (folded,):
            self._forms.setdefault(form, set()).add("=" + folded)
        return "=" + folded


_Found = tuple[Hit[Sense], bool]
"""A phrase, and whether its letters must be capitals."""


def _as_spelt(
    found: Sequence[_Found[Sense]], text: str, tokens: Sequence[Word]
) -> list[Hit[Sense]]:
    return [
        hit
        for hit, capitals in found
        if not capitals or text[tokens[hit.first].start : tokens[hit.last - 1].end].isupper()
    ]


@lru_cache(maxsize=1)
def _russian() -> MorphAnalyzer:
    return MorphAnalyzer(lang="ru")


@lru_cache(maxsize=50_000)
def inflected(word: str, language: str) -> tuple[str, ...]:
    """Every form of a word; only the word itself where the language has no dictionary here."""
    if language != "ru" or not _russian().word_is_known(word):
        return (word,)
    likeliest = _russian().parse(word)[0]
    return tuple(sorted({fold(form.word) for form in likeliest.lexeme} | {word}))


def by_language(
    words: Mapping[str, Sequence[str]], languages: Iterable[str]
) -> list[tuple[str, str]]:
    """(spelling, language) of these word lists in these languages."""
    return [(spelling, language) for language in languages for spelling in words.get(language, ())]
