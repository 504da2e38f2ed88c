"""One story, one telling: how sure its texts are together, and whether it was told already.

Pure. Not here: which texts are one story, and what the ledger makes of what is sure.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.model import Act, Change, ChangeKind, Reason, Stance, Statement
from monitor.steps.ledger.evidence import live

HEARD_FROM = 0.3
"""A less sure label is no evidence at all: it is shown and never enters the ledger."""

FURTHER = 0.2
"""What a further origin counts, as a power of its doubt. Newsrooms that tell one event copy one
another, and what makes a reader err in one text stands in the next: counted in full (1.0), three
doubtful texts would be as sure as one plain one. Between 0.1 and 0.4 the choice hardly shows."""

SAME_NEWS = timedelta(days=5)
"""So long the same is told of one event even where its texts fell into two stories."""

NEWS = (Reason.FIRST, Reason.REVERSAL, Reason.ADVANCED, Reason.SET_BACK)
"""Changes that can be what was told already. A correction or a conflict never is."""

MORE = (Reason.SHIFT, Reason.CONFIRMED)
"""Changes that add to what was told, but only where the same topic was told."""

Kin = Mapping[str, frozenset[str]]
"""Topic -> topics that texts on one event name for it, itself among them."""
Sides = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Bars:
    """Pooled confidence from which a stance founds a position, turns it, and founds one beside what
    its story told (`further`); confidence of one text from which it turns a position back to a side
    that the same news told before."""

    first: float = 0.0
    turn: float = 0.0
    back: float = 0.0
    further: float = 0.0


NO_BARS = Bars()


# --- how sure ----------------------------------------------------------------------------------


def pooled(new: Statement, story: Iterable[Statement], kin: Kin, sides: Sides) -> float:
    """Between 0 and 1: how sure the story is of what `new` says, `new` counted in.

    `story`: what was learnt of the same story before. One text counts in full; each further
    origin that says the same, be it of a kindred topic, takes away a little of the doubt.
    """
    in_full: dict[str, float] = {}
    further: dict[str, float] = {}
    for row in [new, *live(story)]:
        if row is new or _same_claim(row, new, kin, sides):
            origin, sure = row.evidence.origin, row.label.confidence
            further[origin] = max(further.get(origin, 0.0), sure)
            if row.label.topic == new.label.topic:
                in_full[origin] = max(in_full.get(origin, 0.0), sure)
    return max(_pooled(sure, origin, further) for origin, sure in in_full.items())


def _pooled(sure: float, origin: str, further: Mapping[str, float]) -> float:
    """What nobody names may be a reprint of any: it adds to none, and none to it."""
    doubt = [1 - each for other, each in further.items() if other and origin and other != origin]
    return 1 - (1 - sure) * math.prod(doubt) ** FURTHER


def _same_claim(one: Statement, other: Statement, kin: Kin, sides: Sides) -> bool:
    ours, theirs = one.label, other.label
    if isinstance(ours, Stance) and isinstance(theirs, Stance):
        return (ours.actor, sides[ours.stance]) == (theirs.actor, sides[theirs.stance]) and (
            ours.topic in kin.get(theirs.topic, {theirs.topic})
        )
    if isinstance(ours, Act) and isinstance(theirs, Act):
        return (ours.topic, ours.stage) == (theirs.topic, theirs.stage)
    return False


# --- told already ------------------------------------------------------------------------------


def same_news(
    new: Change, told: Sequence[Change], kin: Kin, sides: Sides, *, doubtful: bool = False
) -> list[Change]:
    """Changes that told of the same event what `new` tells, of its topic or of a kindred one.

    `told`: what was told lately, in the order told, each in the story that it belongs to by now.
    Empty where people were last told the opposite of this very topic: they must hear of it.
    `doubtful`: one position is often read under two topics, so that a first one on a topic that is
    no kin must be sure to be told beside what its story told.
    """
    if new.reason not in NEWS + MORE:
        return []
    near = [row for row in told if _of_one_event(new, row, kin, doubtful)]
    if new.kind is ChangeKind.STAGE:
        return [row for row in near if row.after == new.after and new.reason in NEWS]
    side = sides[new.after]
    last = next((row for row in reversed(near) if row.topic == new.topic), None)
    if last is not None and (sides[last.after] != side or new.reason in MORE):
        return []
    return [row for row in near if sides[row.after] == side]


def _of_one_event(new: Change, told: Change, kin: Kin, doubtful: bool) -> bool:
    one_story = told.evidence.story == new.evidence.story
    kindred = told.topic in kin.get(new.topic, {new.topic})
    return (
        (told.kind, told.actor) == (new.kind, new.actor)
        and told.reason is not Reason.BASELINE
        and (new.background or not told.background)
        and (
            (kindred and (one_story or _apart(new, told) <= SAME_NEWS))
            or (doubtful and one_story and _is_first_stance(new))
        )
    )


def _is_first_stance(change: Change) -> bool:
    return change.kind is ChangeKind.STANCE and change.reason is Reason.FIRST


def _apart(one: Change, other: Change) -> timedelta:
    return abs(one.evidence.said_at - other.evidence.said_at)


def other_half(
    new: Change, told: Sequence[Change], kin: Kin, sides: Sides, effects: Sides, first: str
) -> list[Change]:
    """Changes of the other kind that told of the same step: who proposes has a position.

    `effects`: effect -> side. `first`: the lowest stage, an intention like any stance; from the
    next one on an act says more than the position that it follows from.
    """
    if new.reason not in NEWS:
        return []
    return [
        row
        for row in told
        if row.kind is not new.kind
        and row.reason in NEWS
        and (row.actor, row.evidence.story) == (new.actor, new.evidence.story)
        and row.topic in kin.get(new.topic, {new.topic})
        and _side(row, sides, effects) == _side(new, sides, effects)
        and (new.kind is ChangeKind.STANCE or new.after == first)
    ]


def _side(change: Change, sides: Sides, effects: Sides) -> int | None:
    if change.kind is ChangeKind.STANCE:
        return sides[change.after]
    return effects.get(change.effect or "")
