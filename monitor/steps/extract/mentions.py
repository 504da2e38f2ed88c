"""Text -> sentences with their mentions: who is named, what it is about, which words carry force.

Overlaps are settled here: the longest name wins, a word inside an actor's name is no cue, and a
weak name ("the ministry") is given to the actor that was named last.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from monitor.steps.extract.vocabulary import NO_TOPIC, Meaning, Role, Vocabulary
from monitor.steps.text import Hit, Sentence, Word, sentences, words

Mention = Hit[Meaning]


@dataclass(slots=True)
class Marked:
    """One sentence: its mentions by role, in order of first word."""

    sentence: Sentence
    is_title: bool
    by_role: dict[Role, list[Mention]] = field(default_factory=lambda: defaultdict(list))

    def of(self, role: Role) -> list[Mention]:
        return self.by_role.get(role, [])


@dataclass(frozen=True, slots=True)
class Marking:
    """A whole text, marked."""

    text: str
    tokens: list[Word]
    sentences: list[Marked]
    breaks: list[int]
    """For each word: how many clause breaks (; : dash, brackets) stand before it."""
    commas: list[int]
    quoted: list[bool]
    """For each word: stands between quotation marks."""
    clauses: list[int]
    """For each word: the first word of its clause."""
    relatives: frozenset[int]
    """First words of clauses that tell of what stands right before them."""


def mark(
    text: str, *, title_length: int, vocabulary: Vocabulary, language: str, said: date | None
) -> Marking:
    """`said` decides whether a person is in office; None lets every tenure pass."""
    tokens = words(text)
    found = [hit for hit in vocabulary.book(language).find(text, tokens) if _in_office(hit, said)]
    cut = [Marked(one, one.start < title_length) for one in sentences(text, tokens)]
    _hand_out(found, cut)
    named: dict[str, int] = {}
    for marked in cut:
        _settle_actors(marked, named)
        _settle_topics(marked, vocabulary.general)
        marked.by_role["cue"] = _without(_longest(marked.of("cue")), marked.of("actor"))
        marked.by_role["stage"] = _without(_longest(marked.of("stage")), marked.of("void"))
    breaks, commas, quoted = _punctuation(text, tokens)
    clauses = _clauses(cut, breaks, commas)
    relatives = frozenset(hit.first for one in cut for hit in one.of("relative"))
    return Marking(text, tokens, cut, breaks, commas, quoted, clauses, relatives)


def _in_office(hit: Mention, said: date | None) -> bool:
    one = hit.sense
    if one.manner != "person" or said is None:
        return True
    return (one.since is None or one.since <= said) and (one.until is None or said <= one.until)


def _hand_out(found: list[Mention], cut: list[Marked]) -> None:
    at = 0
    for hit in found:
        while at < len(cut) and hit.first >= cut[at].sentence.last:
            at += 1
        if at < len(cut) and hit.last <= cut[at].sentence.last:
            cut[at].by_role[hit.sense.role].append(hit)


def _settle_actors(marked: Marked, named: dict[str, int]) -> None:
    kept: list[Mention] = []
    for group in _same_place(marked.of("actor")):
        strong = [hit for hit in group if hit.sense.manner != "weak"]
        chosen = strong[0] if strong else _last_named(group, named)
        if chosen is not None:
            kept.append(chosen)
            named[chosen.sense.slug] = chosen.first
    marked.by_role["actor"] = kept


def _last_named(group: list[Mention], named: dict[str, int]) -> Mention | None:
    """A weak name is its only bearer's, or that of the bearer named last; else nobody's."""
    met = [hit for hit in group if hit.sense.slug in named]
    if met:
        return max(met, key=lambda hit: named[hit.sense.slug])
    return group[0] if len({hit.sense.slug for hit in group}) == 1 else None


def _settle_topics(marked: Marked, general: str) -> None:
    told = marked.of("topic")
    narrow = _longest([hit for hit in told if hit.sense.slug != general])
    whole = _longest([hit for hit in told if hit.sense.slug == general])
    found = sorted(narrow + _without(whole, narrow), key=lambda hit: hit.first)
    marked.by_role["topic"] = [hit for hit in found if hit.sense.slug != NO_TOPIC]


def _same_place(hits: list[Mention]) -> list[list[Mention]]:
    """Hits grouped by place, the longer swallowing the shorter."""
    places: list[list[Mention]] = []
    for hit in sorted(hits, key=lambda hit: (hit.first - hit.last, hit.first)):
        for place in places:
            if (place[0].first, place[0].last) == (hit.first, hit.last):
                place.append(hit)
                break
            if place[0].first < hit.last and hit.first < place[0].last:
                break
        else:
            places.append([hit])
    return sorted(places, key=lambda place: place[0].first)


def _longest(hits: list[Mention]) -> list[Mention]:
    return [hit for place in _same_place(hits) for hit in place]


def _without(hits: list[Mention], covers: list[Mention]) -> list[Mention]:
    return [
        hit
        for hit in hits
        if not any(cover.first <= hit.first and hit.last <= cover.last for cover in covers)
    ]


def _clauses(cut: list[Marked], breaks: list[int], commas: list[int]) -> list[int]:
    """Clauses begin at breaks, at relatives, and at splitters.

    Splitters of up to three letters ("and", "as", "и", "а") part clauses only after a comma and
    where somebody or some doing follows: otherwise they join words ("purchase, sale, and mining").
    """
    starts: list[int] = []
    for marked in cut:
        one = marked.sentence
        opens = {one.first} | {hit.first for hit in marked.of("relative")}
        opens |= {at for at in range(one.first + 1, one.last) if breaks[at] > breaks[at - 1]}
        for hit in marked.of("splitter"):
            after_comma = hit.first > one.first and commas[hit.first] > commas[hit.first - 1]
            if len(hit.spelling) > 3 or (after_comma and _clause_follows(marked, hit)):
                opens.add(hit.first)
        begun = one.first
        for at in range(one.first, one.last):
            begun = at if at in opens else begun
            starts.append(begun)
    return starts


_DOING: tuple[Role, ...] = ("actor", "pronoun", "intends", "cue")


def _clause_follows(marked: Marked, splitter: Mention) -> bool:
    return any(0 <= hit.first - splitter.last <= 4 for role in _DOING for hit in marked.of(role))


def _punctuation(text: str, tokens: list[Word]) -> tuple[list[int], list[int], list[bool]]:
    breaks, commas, quoted = [], [], []
    hard = soft = end = 0
    inside = False
    for token in tokens:
        between = text[end : token.start]
        if between != " ":  # as between most words
            hard += any(c in between for c in ";:()—–[]…") or " - " in between
            soft += "," in between
            opened = any(c in between for c in "«“„")
            closed = any(c in between for c in "»”")
            inside = (inside or opened) and not (closed and not opened)
            if between.count('"') % 2:
                inside = not inside
        breaks.append(hard)
        commas.append(soft)
        quoted.append(inside)
        end = token.end
    return breaks, commas, quoted
