"""Which articles tell one event: pairs are weighed, an article joins its best story.

Pure. Not here: what an article is known by (traits), and where sketches are kept (the store).
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from monitor.model import Sketch
from monitor.steps.identify.likeness import scores
from monitor.steps.identify.traits import Common, Outline, outline_of, stages_apart

WINDOW = timedelta(days=14)
"""Between the first and the last article of a story."""
BEST = 3
"""Members whose mean decides: one alone bridges two stories, all of them split a long one."""

RETOLD_FROM = 0.5
"""Probability from which a seed's event counts as told again. Lower than for a story: a seed is
long and tells more than one article does; being known silences nothing that an article states."""


class Placing(StrEnum):
    """Why an article is in its story."""

    ALIKE = "it tells what the story tells"
    STAGE = "it tells another stage of what the story tells"
    DENIAL = "an actor of the story says the opposite"
    SEQUEL = "it is near what the story tells, and not the same"
    APART = "nothing like it was told in these days"
    BY_HAND = "a person set it apart"
    """Never chosen here; it is what a person's correction leaves behind."""


FOLLOWS = (Placing.STAGE, Placing.DENIAL, Placing.SEQUEL)


@dataclass(frozen=True, slots=True)
class JoinWeights:
    """Logistic: bias + sum of weights over what is alike; then what a probability is enough for."""

    bias: float
    of: Mapping[str, float]
    join: float
    merge: float
    follow: float
    trained_on: str = ""
    """sha256 of the labelled texts; empty for weights set by hand."""
    common: Common = field(default_factory=dict)
    """What is common in this field, until a service knows by itself."""

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> "JoinWeights":
        """KeyError, TypeError, ValueError or AttributeError where the file is none of ours."""
        limits = {name: float(read[name]) for name in ("join", "merge", "follow")}
        if not all(0 < limit < 1 for limit in limits.values()):
            raise ValueError("a limit that is no probability")
        of = {str(name): float(weight) for name, weight in read["of"].items()}
        common = {
            str(space): {str(word): float(share) for word, share in words.items()}
            for space, words in read.get("common", {}).items()
        }
        trained_on = str(read["trained_on"])
        return cls(float(read["bias"]), of, **limits, trained_on=trained_on, common=common)

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def probabilities(self, one: Sketch, others: Sequence[Sketch]) -> list[float]:
        """That it tells one event with each of the others."""
        told = scores(one, others, self.of) if others else []
        return [_share(self.bias + score) for score in told]


BY_HAND = JoinWeights(
    bias=-3.5,
    of={
        "abroad": 1.5, "words": 8.0, "lead": 15.0, "names": 2.0, "numbers": 1.0, "marks": 2.0,
        "names-abroad": 3.0, "numbers-abroad": 3.0, "marks-abroad": 2.5, "gap": -2.0, "week": -1.5,
        "stages-apart": -2.0, "holders-apart": -1.0, "same-actor": 2.0,
    },
    join=0.75,
    merge=0.75,
    follow=0.3,
)  # fmt: skip
"""Where no file with learnt weights is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article belongs."""

    why: Placing
    story: str | None
    """The one that it joins, or follows; None where it stands APART."""
    seed: str | None = None
    """The seed whose event it tells again."""
    rivals: tuple[str, ...] = ()
    """Stories that it is near to beside its own: it may show that they are one."""


Judge = Callable[[Sketch, Sequence[Sketch]], Sequence[float]]
"""How likely an article tells one event with each of others."""


def place(new: Sketch, near: Sequence[Sketch], weights: JoinWeights, judge: Judge) -> Place:
    """Where `new` belongs among the sketches of its window. The order of `near` does not count."""
    judged = list(zip(judge(new, near), near, strict=True))
    seed = _retold(judged)
    open_now = _by_story([(p, one) for p, one in judged if not one.roundup])
    scores = {story: _best(pairs) for story, pairs in open_now.items()}
    if not scores:
        return Place(Placing.APART, None, seed)
    story = max(scores, key=lambda name: (scores[name], name))
    if scores[story] >= weights.join:
        near_too = (name for name, score in scores.items() if score >= weights.follow)
        return Place(Placing.ALIKE, story, seed, tuple(sorted(set(near_too) - {story})))
    if scores[story] >= weights.follow:
        return Place(_difference(new, [one for _, one in open_now[story]]), story, seed)
    return Place(Placing.APART, None, seed)


def merging(
    story: str,
    rivals: Iterable[str],
    near: Iterable[Sketch],
    weights: JoinWeights,
    judge: Judge,
    apart: Collection[frozenset[str]] = (),
) -> list[tuple[str, str]]:
    """(story, into) of each rival that turned out to be one event with `story`, now that it has
    grown: the mean over all pairs decides, and the story that was told first stays.

    `apart`: pairs of stories that a person took apart, which nothing here makes one again.
    """
    members = _members(near)
    merged: list[tuple[str, str]] = []
    one_by_now = {story}
    for other in sorted(members.keys() & set(rivals)):
        if any(frozenset((name, other)) in apart for name in one_by_now):
            continue
        mine, theirs = members[story], members[other]
        pairs = [pair for one in mine for pair in judge(one, theirs)]
        if math.fsum(pairs) / len(pairs) >= weights.merge and _within_window([*mine, *theirs]):
            first, second = sorted((story, other), key=lambda name: _age(members[name], name))
            merged.append((second, first))
            members[first] = [*mine, *theirs]
            members.pop(second)
            one_by_now.add(other)
            story = first
    return merged


def _share(score: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


def _retold(judged: Iterable[tuple[float, Sketch]]) -> str | None:
    seeds = [(p, one.article_id) for p, one in judged if one.seed and p >= RETOLD_FROM]
    return max(seeds)[1] if seeds else None


def _by_story(judged: Iterable[tuple[float, Sketch]]) -> dict[str, list[tuple[float, Sketch]]]:
    grouped: dict[str, list[tuple[float, Sketch]]] = {}
    for p, one in judged:
        grouped.setdefault(one.story, []).append((p, one))
    return grouped


def _best(pairs: Sequence[tuple[float, Sketch]]) -> float:
    best = sorted((p for p, _ in pairs), reverse=True)[:BEST]
    return math.fsum(best) / len(best)


def _difference(new: Sketch, members: Sequence[Sketch]) -> Placing:
    """What keeps an article out of a story that it is near to."""
    own, others = outline_of(new.content), [outline_of(one.content) for one in members]
    if own.steps and any(one.steps for one in others):
        if all(stages_apart(own, one) for one in others if one.steps):
            return Placing.STAGE
    return Placing.DENIAL if any(_opposed(own, one) for one in others) else Placing.SEQUEL


def _members(near: Iterable[Sketch]) -> dict[str, list[Sketch]]:
    members: dict[str, list[Sketch]] = {}
    for one in near:
        if not one.roundup:
            members.setdefault(one.story, []).append(one)
    return members


def _within_window(members: Iterable[Sketch]) -> bool:
    """An undated article was told at some time before it came: it lengthens no story."""
    days = [one.told_at for one in members if not one.undated]
    return not days or max(days) - min(days) <= WINDOW


def _age(members: Iterable[Sketch], name: str) -> tuple[float, str]:
    return min(one.told_at.timestamp() for one in members), name


def _opposed(a: Outline, b: Outline) -> bool:
    return any(a.sides[pair] * b.sides[pair] < 0 for pair in a.sides.keys() & b.sides.keys())
