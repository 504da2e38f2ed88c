"""How alike an article is to each of many: numbers that speak for and against one event.

A window holds some seven hundred articles, and each new one is held beside all of them, so what is
shared is found in arrays, for all at once. Not here: what the numbers weigh (stories).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from monitor.model import Sketch
from monitor.steps.identify.traits import Outline, outline_of, stages_apart

DAY = timedelta(days=1)
SPACES = ("words", "lead", "names", "numbers", "marks")
SIEVE = 1 << 16
"""Places of a sieve through which nearly all words fall that an article does not share."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The words of all spaces of an outline as numbers, in the order of their spelling: the sum
    over what two articles share is the same from either side."""

    ids: NDArray[np.int64]
    spaces: NDArray[np.int64]
    weights: Numbers


def likenesses(one: Sketch, others: Sequence[Sketch]) -> dict[str, Numbers]:
    """Each number by its name, for each of the others. Symmetric."""
    own, outlines = outline_of(one.content), [outline_of(other.content) for other in others]
    days = [abs(one.told_at - other.told_at) / DAY for other in others]
    gap, undated = np.array(days), _told(one.undated or other.undated for other in others)
    home = _told(own.language == outline.language for outline in outlines)
    shared = _cosines(one, others)
    words, lead = shared["words"] * home, shared["lead"] * home
    names, numbers, marks = shared["names"], shared["numbers"], shared["marks"]
    soon, abroad = np.exp(-gap / 3), 1 - home
    return {
        "abroad": abroad,
        "words": words,
        "words-root": np.sqrt(words),
        "words-soon": words * soon,
        "lead": lead,
        "names": names,
        "names-root": np.sqrt(names),
        "names-soon": names * soon,
        "names-abroad": names * abroad,
        "numbers": numbers,
        "numbers-abroad": numbers * abroad,
        "marks": marks,
        "marks-abroad": marks * abroad,
        "marks-soon": marks * soon,
        "gap": np.log1p(gap),
        "week": gap / 7,
        "same-day": _told(gap < 0.5),
        "undated": undated,
        "undated-gap": undated * np.log1p(gap),
        **_claims(own, outlines),
    }


def scores(one: Sketch, others: Sequence[Sketch], weights: Mapping[str, float]) -> list[float]:
    """The sum of weights over the numbers, for each of the others."""
    total = np.zeros(len(others))
    for name, number in likenesses(one, others).items():
        total += weights.get(name, 0.0) * number
    return [float(score) for score in total]


def _claims(own: Outline, outlines: Sequence[Outline]) -> dict[str, Numbers]:
    """Who speaks and which step is told, not on which side: a side is what is misread most often,
    and would part two tellings of one event wherever one of them was misread."""
    holders, steps, actor = own.holders, own.steps, own.actor

    def each(says: Callable[[Outline], bool]) -> Numbers:
        return _told(says(other) for other in outlines)

    same_holder = each(lambda other: not holders.isdisjoint(other.holders))
    both_held = each(lambda other: bool(holders and other.holders))
    return {
        "same-step": each(lambda other: not steps.isdisjoint(other.steps)),
        "stages-apart": each(lambda other: stages_apart(own, other)),
        "holders-apart": both_held * (1 - same_holder),
        "same-holder": same_holder,
        "same-actor": each(lambda other: bool(actor) and actor == other.actor),
    }


def _cosines(one: Sketch, others: Sequence[Sketch]) -> Mapping[str, Numbers]:
    """Of each space; an article's weights have length 1 there, or there are none."""
    own, columns = _columns(one.content), [_columns(other.content) for other in others]
    ids = np.concatenate([column.ids for column in columns])
    at = _shared_with(own.ids, ids)
    ends = np.cumsum([len(column.ids) for column in columns])
    order = np.argsort(own.ids)
    found = order[np.searchsorted(own.ids, ids[at], sorter=order)]
    weights = np.concatenate([column.weights for column in columns])[at] * own.weights[found]
    cells = np.searchsorted(ends, at, side="right") * len(SPACES) + own.spaces[found]
    sums = np.bincount(cells, weights, minlength=len(others) * len(SPACES))
    return dict(zip(SPACES, np.maximum(sums.reshape(-1, len(SPACES)).T, 0.0), strict=True))


def _shared_with(own: NDArray[np.int64], ids: NDArray[np.int64]) -> NDArray[np.intp]:
    """Where in `ids` one of `own` stands. To look each up would cost ten times the sieve."""
    sieve = np.zeros(SIEVE, dtype=np.bool_)
    sieve[own & (SIEVE - 1)] = True
    maybe = np.flatnonzero(sieve[ids & (SIEVE - 1)])
    return maybe[np.isin(ids[maybe], own)]


@lru_cache(maxsize=2_000)
def _columns(content: str) -> _Columns:
    outline = outline_of(content)
    told = [
        (hash((space, word)), number, weight)
        for number, space in enumerate(SPACES)
        for word, weight in sorted(getattr(outline, space).items())
    ]
    ids, spaces, weights = zip(*told, strict=True) if told else ((), (), ())
    return _Columns(
        np.array(ids, dtype=np.int64),
        np.array(spaces, dtype=np.int64),
        np.array(weights, dtype=np.float64),
    )


def _told(answers: Iterable[bool]) -> Numbers:
    return np.array([*answers], dtype=np.float64)
