"""No text twice: `python -m tests.gold.likeness [FOLDER]` measures how far the project's own texts
share words with one another and with FOLDER's, and how varied each voice is.

A template would teach its own wording and look like agreement; a text that was taken over from
elsewhere would be somebody else's. Two texts of one event that say otherwise are no matter: they
are written alike so that what they say must be told from little.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.gold.corpus import WAITING, Row, read_gold, read_own

LENGTH = 4
"""Words that make one gram."""
LIMIT = 0.20
"""Share of a text's grams that another text may hold as well."""
COMMON = 200
"""A gram of so many texts ("the bank of russia") says nothing about any two of them."""
OPENING = 4
"""Words that count as the opening of a sentence."""

WORD = re.compile(r"\w+", re.UNICODE)
SENTENCE = re.compile(r"[^.!?…\n]+")
Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """One text of ours and the text that holds the largest share of its grams."""

    share: float
    ours: str
    other: str


def words_of(row: Row) -> list[str]:
    return WORD.findall(f"{row['title']}\n{row['text'] or ''}".casefold())


def grams_of(row: Row) -> frozenset[Gram]:
    words = words_of(row)
    return frozenset(zip(*(words[start:] for start in range(LENGTH)), strict=False))


def likest(ours: Sequence[Row], others: Sequence[Row] = ()) -> list[Shared]:
    """For each of our texts the other that shares most with it, the most alike first."""
    rows = {row["id"]: row for row in (*ours, *others)}
    grams = {name: grams_of(row) for name, row in rows.items()}
    holders = _holders(grams)
    found = [_likest(row["id"], grams, holders, rows) for row in ours]
    return sorted(found, key=lambda one: -one.share)


def are_told_apart(one: Row, other: Row) -> bool:
    """Of one event, and their labels differ."""
    return bool(one["event"]) and one["event"] == other["event"] and _said(one) != _said(other)


def _said(row: Row) -> set[tuple[str, ...]]:
    stances = {(one["actor"], one["topic"], one["stance"]) for one in row["stances"]}
    acts = {(one["topic"], one["stage"], one["effect"]) for one in row["regulation"]}
    return stances | acts


def _holders(grams: Mapping[str, frozenset[Gram]]) -> Mapping[Gram, list[str]]:
    holders: defaultdict[Gram, list[str]] = defaultdict(list)
    for name, held in grams.items():
        for gram in held:
            holders[gram].append(name)
    return holders


def _likest(
    name: str,
    grams: Mapping[str, frozenset[Gram]],
    holders: Mapping[Gram, list[str]],
    rows: Mapping[str, Row],
) -> Shared:
    met: Counter[str] = Counter()
    for gram in grams[name]:
        if len(holders[gram]) <= COMMON:
            met.update(other for other in holders[gram] if other != name)
    alike = [found for found in met.most_common() if not are_told_apart(rows[name], rows[found[0]])]
    other, count = alike[0] if alike else ("", 0)
    return Shared(count / max(len(grams[name]), 1), name, other)


@dataclass(frozen=True, slots=True)
class Variety:
    voice: str
    texts: int
    sentences: int
    openings: float
    """Distinct openings of sentences, as a share of the sentences."""
    words_least: int
    words_median: int
    words_most: int
    vocabulary: int


def variety(rows: Iterable[Row]) -> Iterator[Variety]:
    """How varied each voice is, the voice with most texts first."""
    by_voice: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_voice[row["voice"]].append(row)
    for voice, spoken in sorted(by_voice.items(), key=lambda pair: -len(pair[1])):
        sentences = [
            tuple(WORD.findall(found.casefold())[:OPENING])
            for row in spoken
            for found in SENTENCE.findall(row["text"] or "")
            if len(WORD.findall(found)) >= OPENING
        ]
        lengths = sorted(len(words_of(row)) for row in spoken)
        yield Variety(
            voice,
            len(spoken),
            len(sentences),
            len(set(sentences)) / max(len(sentences), 1),
            lengths[0],
            lengths[len(lengths) // 2],
            lengths[-1],
            len({word for row in spoken for word in words_of(row)}),
        )


def main(arguments: Sequence[str]) -> int:
    ours = [*read_own(), *read_own(WAITING)]
    others = [row for folder in arguments for row in read_gold(Path(folder))]
    found = likest(ours, others)
    sys.stdout.write(f"{len(ours)} texts of our own, {len(others)} of others\n")
    for one in found[:10]:
        sys.stdout.write(f"{one.share:6.1%} of {one.ours} stands in {one.other or 'none'}\n")
    sys.stdout.write("\nvoice, texts, sentences, distinct openings, words, vocabulary\n")
    for each in variety(ours):
        span = f"{each.words_least}-{each.words_median}-{each.words_most}"
        sys.stdout.write(
            f"{each.voice:22} {each.texts:4} {each.sentences:5} {each.openings:6.1%} "
            f"{span:>12} {each.vocabulary:6}\n"
        )
    return int(any(one.share > LIMIT for one in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
