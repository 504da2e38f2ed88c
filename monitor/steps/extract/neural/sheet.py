"""A marked text -> the sheet that the network reads: pieces of words, what each is marked as, and
where each mention stands.

A name is one piece that says only what kind of actor it is, so that what is learnt of one actor
holds for the next; whose name it is shows in a seat number that all names of one actor share.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from monitor.steps.extract.mentions import Marking, Mention
from monitor.steps.extract.neural.pieces import Pieces
from monitor.steps.extract.vocabulary import Role, Vocabulary

KINDS = ("body", "company", "group", "person")
"""Of actors; the place of a kind is the id of the piece that stands for a name."""
OPENS, CLOSES, UNKNOWN, FIRST = 4, 5, 6, 7
"""Ids: what opens and closes a text, any letter that no piece has, the first piece."""
LONGEST_WINDOW = 300
"""Pieces that are read together, as many as the texts have that taught the network; a longer text
is read in several windows, cut between words."""
MOST_PIECES = 1_200
"""Of one text, some 800 words and half a second; what stands behind them only the rules read."""
SEATS = 8
LEVELS = 5
"""Of a scale; a pack that has more has those above told like the highest."""
_MARKS: tuple[Role, ...] = (
    "turned", "voided", "softened", "denies", "intends", "recipient", "agent", "pronoun",
    "history", "background", "turn", "effect",
)  # fmt: skip
"""In the order of their numbers, from 1."""
_ORDER: tuple[Role, ...] = (
    "actor", "topic", "cue", "stage", "effect", "pronoun", "turned", "voided", "softened",
    "denies", "intends", "recipient", "agent", "history", "background", "turn",
)  # fmt: skip
"""Where two mentions of a sentence share a piece, the later of these marks it."""

Places = list[int]
"""Numbers of the pieces at which something stands."""
Mentions = list[tuple[str, Places]]
"""Each with the slug of what is mentioned."""


@dataclass(slots=True)
class Sheet:
    """`marks` has five rows: level of a cue, topic, rung of a stage, other mark, seat."""

    ids: NDArray[np.int64]
    marks: NDArray[np.int64]
    windows: list[tuple[int, int]]
    actors: dict[str, Places] = field(default_factory=dict)
    topics: dict[str, Places] = field(default_factory=dict)
    stages: dict[str, Places] = field(default_factory=dict)
    cues: dict[int, Places] = field(default_factory=dict)
    """By the cue's first word."""
    names: Mentions = field(default_factory=list)
    """Each mention of an actor by itself."""
    objects: Mentions = field(default_factory=list)
    """Each mention of a topic by itself."""
    steps: dict[tuple[int, str], Places] = field(default_factory=dict)
    """Each mention of a stage by its first word and the stage's slug."""

    @property
    def marked(self) -> Places:
        """Where an actor, a topic, a stage or a cue stands."""
        named = (self.actors, self.topics, self.stages, self.cues)
        return sorted({at for places in named for found in places.values() for at in found})


STEPS_AWAY = (-60, -25, -12, -6, -2, 1, 4, 8, 16, 32, 64)
"""Pieces from a cue to what it speaks of: where one reach ends and the next begins."""
NOWHERE = len(STEPS_AWAY) + 1


def nearest(at: int, slugs: Sequence[str], mentions: Mentions) -> list[tuple[int, int]]:
    """For each slug the number of its mention that stands nearest to a piece, and its reach;
    (-1, NOWHERE) where it is not mentioned."""
    best: dict[str, tuple[int, int, int]] = {}
    for number, (slug, places) in enumerate(mentions):
        away = places[0] - at
        found = (abs(away), number, bisect_right(STEPS_AWAY, away))
        best[slug] = min(best.get(slug, found), found)
    return [best[slug][1:] if slug in best else (-1, NOWHERE) for slug in slugs]


@dataclass(slots=True)
class _Chunk:
    """A word between blanks, or a name; its pieces are at first .. last - 1."""

    start: int
    end: int
    first: int
    last: int


def sheet_of(marking: Marking, title_length: int, vocabulary: Vocabulary, pieces: Pieces) -> Sheet:
    ids, chunks, windows = _laid_out(marking, title_length, vocabulary, pieces)
    sheet = Sheet(np.array(ids), np.zeros((5, len(ids)), dtype=np.int64), windows)
    actors: dict[str, Places] = defaultdict(list)
    topics: dict[str, Places] = defaultdict(list)
    stages: dict[str, Places] = defaultdict(list)
    for marked in marking.sentences:
        for role in _ORDER:
            for hit in marked.of(role):
                places = _places(marking, hit, chunks)
                if not places:
                    continue
                if role == "actor":
                    actors[hit.sense.slug] += places
                    sheet.names.append((hit.sense.slug, places))
                elif role == "topic":
                    topics[hit.sense.slug] += places
                    sheet.objects.append((hit.sense.slug, places))
                elif role == "stage":
                    stages[hit.sense.slug] += places
                    sheet.steps[hit.first, hit.sense.slug] = places
                elif role == "cue":
                    sheet.cues[hit.first] = places
                _mark(sheet.marks, role, hit, places, vocabulary)
    for seat, places in enumerate(actors.values()):
        sheet.marks[4, places] = 1 + seat % SEATS
    sheet.actors, sheet.topics, sheet.stages = actors, topics, stages
    return sheet


def _mark(
    marks: NDArray[np.int64], role: Role, hit: Mention, places: Places, vocabulary: Vocabulary
) -> None:
    if role == "cue":
        marks[0, places] = 1 + min(vocabulary.cue_levels[hit.sense.slug].rank, LEVELS - 1)
    elif role == "topic":
        marks[1, places] = 2 if hit.sense.slug == vocabulary.general else 1
    elif role == "stage":
        marks[2, places] = rung_of(hit.sense.slug, vocabulary)
    elif role in _MARKS:
        marks[3, places] = 1 + _MARKS.index(role)


RUNGS = 8
ASIDES = 4
"""Stages that are told apart: so many rungs of the ladder and so many beside it."""


def rung_of(stage: str, vocabulary: Vocabulary) -> int:
    """1 .. 8 on the ladder, 9 .. 12 for stages beside it, in the order of the pack."""
    rank = vocabulary.stages[stage].rank
    if rank:
        return min(rank, RUNGS)
    aside = [slug for slug, one in vocabulary.stages.items() if not one.rank]
    return RUNGS + 1 + min(aside.index(stage), ASIDES - 1)


# --- laying out --------------------------------------------------------------------------------


def _laid_out(
    marking: Marking, title_length: int, vocabulary: Vocabulary, pieces: Pieces
) -> tuple[list[int], list[_Chunk], list[tuple[int, int]]]:
    text, names = marking.text, _names(marking, vocabulary)
    cuts = sorted({0, title_length, len(text), *(at for span in names for at in span)})
    ids, chunks = [OPENS], list[_Chunk]()
    for start, end in pairwise(cuts):
        if (start, end) in names:
            chunks.append(_Chunk(start, end, len(ids), len(ids) + 1))
            ids.append(names[start, end])
            continue
        if start == title_length:
            ids.append(CLOSES)
        for word in re.finditer(r"\S+", text[start:end]):
            if len(ids) > MOST_PIECES:
                break
            own = pieces.of(word.group())
            chunks.append(
                _Chunk(start + word.start(), start + word.end(), len(ids), len(ids) + len(own))
            )
            ids += own
        if len(ids) > MOST_PIECES:
            break
    ids.append(CLOSES)
    return ids, chunks, _windows(len(ids), chunks)


def _names(marking: Marking, vocabulary: Vocabulary) -> dict[tuple[int, int], int]:
    """Where names stand in the text -> the id of their kind; none overlaps another."""
    found: dict[tuple[int, int], int] = {}
    behind = -1
    for start, end, slug in sorted(
        (marking.tokens[hit.first].start, marking.tokens[hit.last - 1].end, hit.sense.slug)
        for marked in marking.sentences
        for hit in marked.of("actor")
    ):
        if start >= behind:
            found[start, end] = KINDS.index(vocabulary.actors[slug].kind)
            behind = end
    return found


def _windows(length: int, chunks: list[_Chunk]) -> list[tuple[int, int]]:
    if length <= LONGEST_WINDOW:
        return [(0, length)]
    starts = [0]
    for chunk in chunks:
        if chunk.last - starts[-1] > LONGEST_WINDOW and chunk.first > starts[-1]:
            starts.append(chunk.first)
    return list(pairwise([*starts, length]))


def _places(marking: Marking, hit: Mention, chunks: list[_Chunk]) -> Places:
    start, end = marking.tokens[hit.first].start, marking.tokens[hit.last - 1].end
    at = max(bisect_right(chunks, start, key=lambda chunk: chunk.start) - 1, 0)
    places: Places = []
    while at < len(chunks) and chunks[at].start < end:
        if chunks[at].end > start:
            places += range(chunks[at].first, chunks[at].last)
        at += 1
    return places
