"""Is an article ours? It names the field and the place, and speaks of policy rather than of noise.

An irrelevant article leaves the line here, so this is one walk over the text and some counting.
What words leave open the text as a whole decides, once it is read.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.rulebook.types import Gate, Words
from monitor.steps.text import Phrasebook, Word, sentences
from monitor.steps.text.phrases import by_language

GATE = ("field", "place", "none", "elsewhere", "policy", "noise", "hints")
OF_THE_FIELD = ("field", "hints")

CONFIRMED_FROM = 3.0
REFUTED_BELOW = -3.5
"""Log-odds that a text is of the field, by which words that leave it open, or say yes, are
outweighed; chosen in folds."""


class Relevance(StrEnum):
    """Why an article is or is not ours."""

    OURS = "field and place, and policy"
    NO_FIELD = "no word of the field"
    NO_PLACE = "no word of the place"
    APART = "field and place never stand in one sentence"
    ELSEWHERE = "it is about another place"
    NO_POLICY = "no word of policy"
    NOISE = "more noise than policy"
    HINTED = "the field is only hinted at"
    AT_HOME = "the place is not named"
    CONFIRMED = "ours by the text as a whole"
    REFUTED = "not ours by the text as a whole"


_OURS = frozenset({Relevance.OURS, Relevance.CONFIRMED})
_OPEN = frozenset({Relevance.HINTED, Relevance.AT_HOME, Relevance.NO_POLICY})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was decided, and the words that decided it."""

    relevance: Relevance
    matched: dict[str, tuple[str, ...]]

    @property
    def ours(self) -> bool:
        return self.relevance in _OURS

    @property
    def is_open(self) -> bool:
        """Not ours by its words; the text as a whole may say otherwise."""
        return self.relevance in _OPEN

    def after_reading(self, odds: float | None) -> "Judgement":
        """`odds`: log-odds that the text as a whole is of the field; None where nobody can tell."""
        if odds is None:
            return self
        if self.is_open and odds > CONFIRMED_FROM:
            return replace(self, relevance=Relevance.CONFIRMED)
        if self.ours and odds < REFUTED_BELOW:
            return replace(self, relevance=Relevance.REFUTED)
        return self

    def __str__(self) -> str:
        found = "; ".join(f"{kind}: {', '.join(forms)}" for kind, forms in self.matched.items())
        return f"{self.relevance} ({found})" if found else str(self.relevance)


class Gatekeeper:
    """Compiled once from the pack's gate; one phrasebook a language."""

    def __init__(self, gate: Gate, *, languages: Iterable[str], also: Iterable[str]) -> None:
        self._gate = gate
        self._languages = tuple(languages)
        self._told = {of for kind in GATE for of in _words(gate, kind)} | {*self._languages}
        self._also = tuple(also)
        self._books: dict[str, Phrasebook[str]] = {}
        self._names = self._compiled(OF_THE_FIELD, sorted(self._told))

    def hears_of_it(self, text: str) -> bool:
        """Whether any language has a word here that names the field or hints at it. Where not, the
        text is none of ours, whatever language it is in."""
        return self._names.stands_in(text)

    def judge(self, text: str, *, title_length: int, language: str) -> Judgement:
        """`text` is title, newline, text; the title counts double."""
        hits, tokens = self._book(language).seek(text)
        if not hits:
            return Judgement(Relevance.NO_FIELD, {})
        covered = {at for hit in hits if hit.sense == "none" for at in range(hit.first, hit.last)}
        found: dict[str, Counter[str]] = {kind: Counter() for kind in GATE}
        where: dict[str, list[int]] = {"field": [], "place": []}
        for hit in hits:
            if hit.sense != "none" and hit.first not in covered:
                form = text[tokens[hit.first].start : tokens[hit.last - 1].end]
                found[hit.sense][form] += 2 if tokens[hit.first].start < title_length else 1
                where.setdefault(hit.sense, []).append(hit.first)
        at_home = language in self._gate.at_home
        relevance = self._decide(found, self._apart(text, tokens, where), at_home)
        return Judgement(relevance, {k: tuple(c)[:4] for k, c in found.items() if c})

    def _decide(self, found: dict[str, Counter[str]], apart: bool, at_home: bool) -> Relevance:
        count = {kind: counter.total() for kind, counter in found.items()}
        if not count["field"]:
            hinted = count["hints"] and count["policy"] and (count["place"] or at_home)
            return Relevance.HINTED if hinted else Relevance.NO_FIELD
        if not count["place"]:
            is_open = at_home and count["policy"] and not count["elsewhere"]
            return Relevance.AT_HOME if is_open else Relevance.NO_PLACE
        if apart:
            return Relevance.APART
        if count["elsewhere"] > count["place"]:
            return Relevance.ELSEWHERE
        if self._gate.policy and not count["policy"]:
            return Relevance.NO_POLICY
        if count["noise"] > count["policy"]:
            return Relevance.NOISE
        return Relevance.OURS

    def _apart(self, text: str, tokens: list[Word], where: dict[str, list[int]]) -> bool:
        if self._gate.together == "text":
            return False
        starts = [one.first for one in sentences(text, tokens)]
        field, place = ({bisect(starts, at) for at in where[kind]} for kind in ("field", "place"))
        return not field & place

    def _book(self, language: str) -> Phrasebook[str]:
        """One for all languages that the pack does not know: each would be told the same words."""
        known = language if language in self._told else ""
        if known not in self._books:
            self._books[known] = self._compiled(GATE, [known] if known else self._languages)
        return self._books[known]

    def _compiled(self, kinds: Iterable[str], languages: Iterable[str]) -> Phrasebook[str]:
        read = list(dict.fromkeys([*languages, *self._also]))
        return Phrasebook(
            (spelling, of, kind)
            for kind in kinds
            for spelling, of in by_language(_words(self._gate, kind), read)
        )


def _words(gate: Gate, kind: str) -> Words:
    found: Words = getattr(gate, kind)
    return found
