"""Stances: a position is the fold of the live statements of one actor on one topic.

Not here: acts and measures. `sides` maps each level of the scale to -1, 0 or +1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.model import (
    Certainty,
    Change,
    ChangeKind,
    Position,
    Reason,
    Stance,
    Statement,
)
from monitor.steps.ledger.evidence import (
    Finding,
    Silence,
    certainty_of,
    digest,
    in_order,
    last_said,
    live,
    told_at,
)
from monitor.steps.ledger.pooling import NO_BARS, SAME_NEWS, Bars

CONTEST_WITHIN = timedelta(hours=48)
"""Opposite words of one actor this close together may be a quarrel about what was said."""

Sides = Mapping[str, int]


@dataclass(slots=True)
class _Stand:
    """The fold on its way: who carries the present side, and whom it contests."""

    founder: Statement
    level: str
    since: datetime
    side: int
    carriers: list[Statement]
    contested: list[Statement] = field(default_factory=list)
    """Carriers of the side that an open conflict doubts; empty where none is open."""
    left: list[Statement] = field(default_factory=list)
    """What founded the sides that were held before."""


def fold(statements: Sequence[Statement], sides: Sides, bars: Bars = NO_BARS) -> Position | None:
    """What an actor holds on a topic by all of these statements; None where none is live and sure.

    The order of arrival does not matter: they are sorted by (said-at, learnt-at, id).
    """
    stand = _stand(statements, sides, bars)
    return None if stand is None else _position(stand)


def decide(
    known: Sequence[Statement], new: Sequence[Statement], sides: Sides, bars: Bars = NO_BARS
) -> Finding:
    """What `new` makes of the position that `known` folds to.

    `new` is what one article adds at once: a statement, or, where a later version of the article
    takes its words back, retractions with or without the statement in their place. Folding them
    together is what keeps a corrected article from being told as two changes.
    """
    before = _stand(known, sides, bars)
    after = _stand([*known, *new], sides, bars)
    if after is None:
        return Finding(None, _nothing_stands(before, new))
    because = _reason(before, after, known, new)
    if isinstance(because, Silence):
        return Finding(None, because)
    return Finding(_change(before, after, new[-1], because), because)


def _nothing_stands(before: _Stand | None, new: Sequence[Statement]) -> Silence:
    if before:
        return Silence.WITHDRAWN
    return Silence.UNSURE if live(new) else Silence.EMPTY


def _stand(statements: Sequence[Statement], sides: Sides, bars: Bars) -> _Stand | None:
    stand: _Stand | None = None
    unsure: list[Statement] = []
    for statement in sorted(live(statements), key=lambda row: (*told_at(row), row.id)):
        if not _is_sure(stand, statement, sides, bars):
            unsure.append(statement)
            continue
        stand = _found(statement, sides) if stand is None else _hear(stand, statement, sides)
        if stand.founder is statement:
            stand.carriers[:0] = [row for row in unsure if _backs(row, statement, sides)]
    return stand


def _is_sure(stand: _Stand | None, statement: Statement, sides: Sides, bars: Bars) -> bool:
    stance = _stance(statement)
    if stand is None:
        return statement.pooled >= bars.first
    if sides[stance.stance] == stand.side:
        # The pool is one of sides: that the level is another, each text must say for itself.
        is_shift = stance.stance != stand.level
        return (stance.confidence if is_shift else statement.pooled) >= bars.turn
    if any(_returns_to(row, statement, sides) for row in stand.left):
        # What was told before the turn is no evidence that it was undone.
        return statement.evidence.official or stance.confidence >= bars.back
    return statement.pooled >= bars.turn


def _returns_to(left: Statement, statement: Statement, sides: Sides) -> bool:
    """Where the texts of one event tell both sides, the third turn is rarely a true one."""
    one, other = left.evidence, statement.evidence
    return sides[_stance(left).stance] == sides[_stance(statement).stance] and (
        one.story == other.story or other.said_at - one.said_at <= SAME_NEWS
    )


def _backs(unsure: Statement, statement: Statement, sides: Sides) -> bool:
    """It was not enough by itself, and is part of what made its story sure."""
    return (
        unsure.evidence.story == statement.evidence.story
        and sides[_stance(unsure).stance] == sides[_stance(statement).stance]
    )


def _found(statement: Statement, sides: Sides) -> _Stand:
    level = _stance(statement).stance
    said_at = statement.evidence.said_at
    return _Stand(statement, level, said_at, sides[level], carriers=[statement])


def _hear(stand: _Stand, statement: Statement, sides: Sides) -> _Stand:
    stance = _stance(statement)
    if sides[stance.stance] == stand.side:
        return _hear_same_side(stand, statement, stance)
    if stance.background:
        # Context of the other side neither overturns nor makes what stands any younger.
        return stand
    if stand.contested:
        return _hear_while_contested(stand, statement, sides)
    moved = _found(statement, sides)
    moved.left = [*stand.left, stand.founder]
    if _contests(stand, statement, sides):
        moved.contested = stand.carriers
    return moved


def _hear_same_side(stand: _Stand, statement: Statement, stance: Stance) -> _Stand:
    stand.carriers.append(statement)
    if not stance.background and stance.stance != stand.level:
        stand.level, stand.since = stance.stance, statement.evidence.said_at
        stand.founder = statement
    if stand.contested and certainty_of(stand.carriers) is Certainty.CONFIRMED:
        stand.contested = []
    return stand


def _hear_while_contested(stand: _Stand, statement: Statement, sides: Sides) -> _Stand:
    """The doubted side returns only on new evidence: a late copy of it settles nothing."""
    doubted = sides[_stance(stand.contested[0]).stance]
    moved = _found(statement, sides)
    moved.left = [*stand.left, stand.founder]
    if moved.side != doubted:
        return moved
    if not _settles(stand, statement):
        stand.contested.append(statement)
        return stand
    moved.carriers = [*stand.contested, statement]
    return moved


def _settles(stand: _Stand, statement: Statement) -> bool:
    evidence = statement.evidence
    heard = {row.evidence.origin for row in stand.contested}
    return (
        evidence.official
        or _stance(statement).turn
        or bool(evidence.origin and evidence.origin not in heard)
        or evidence.said_at - stand.since > CONTEST_WITHIN
    )


def _contests(stand: _Stand, statement: Statement, sides: Sides) -> bool:
    """A conflict is a quarrel about what the actor says; all else of another side is a reversal."""
    stance = _stance(statement)
    if statement.evidence.official or stance.turn or sides[stance.stance] != -stand.side:
        return False
    return any(_quarrels(earlier, statement) for earlier in stand.carriers)


def _quarrels(earlier: Statement, later: Statement) -> bool:
    one, other = _stance(earlier), _stance(later)
    apart = later.evidence.said_at - earlier.evidence.said_at
    # An unnamed speaker may be the same one: true reversals come within two days as well, and
    # only two names that differ, or the actor's own voice, show that somebody contradicts.
    another = bool(one.speaker and other.speaker and one.speaker != other.speaker)
    return (
        not one.background
        and apart <= CONTEST_WITHIN
        and earlier.evidence.article_id != later.evidence.article_id
        and (another or earlier.evidence.official)
    )


def _reason(
    before: _Stand | None, after: _Stand, known: Sequence[Statement], new: Sequence[Statement]
) -> Reason | Silence:
    moved = before is None or before.level != after.level
    settled = before is not None and bool(before.contested) and not after.contested
    surer = before is not None and _rises(before, after)
    if not (moved or settled or surer):
        return _silence(after, known, new)
    if new[-1].evidence.baseline:
        return Reason.BASELINE
    if before is None:
        return Reason.FIRST
    if not moved:
        return Reason.CONFIRMED
    if _takes_back(new) or _late(known, new):
        return Reason.CORRECTION
    return _turn(before, after)


def _turn(before: _Stand, after: _Stand) -> Reason:
    if before.side == after.side:
        return Reason.SHIFT
    if after.contested:
        return Reason.CONFLICT
    returns = before.contested and before.contested[0] in after.carriers
    return Reason.CORRECTION if returns else Reason.REVERSAL


def _silence(after: _Stand, known: Sequence[Statement], new: Sequence[Statement]) -> Silence:
    if _late(known, new):
        return Silence.HISTORY
    if new[-1] in after.carriers:
        return Silence.RESTATED
    if new[-1] in after.contested:
        return Silence.CONTESTED
    if not (new[-1].retracts or _stance(new[-1]).background):
        return Silence.UNSURE
    return Silence.WITHDRAWN if new[-1].retracts else Silence.BACKGROUND


def _rises(before: _Stand, after: _Stand) -> bool:
    was, is_ = certainty_of(before.carriers), certainty_of(after.carriers)
    return was is Certainty.REPORTED and is_ is Certainty.CONFIRMED


def _takes_back(new: Sequence[Statement]) -> bool:
    return any(row.retracts for row in new)


def _late(known: Sequence[Statement], new: Sequence[Statement]) -> bool:
    """Said before the youngest statement that was known."""
    latest = max((told_at(row) for row in live(known)), default=None)
    return latest is not None and told_at(new[-1]) < latest


def _position(stand: _Stand) -> Position:
    stance = _stance(stand.founder)
    return Position(
        actor=stance.actor,
        topic=stance.topic,
        stance=stand.level,
        certainty=certainty_of(stand.carriers),
        since=stand.since,
        last_said=last_said(stand.carriers),
        quote=stance.quote,
        sources=in_order(row.evidence.url for row in stand.carriers),
        origins=in_order(row.evidence.origin for row in stand.carriers),
        disputed=bool(stand.contested),
    )


def _change(before: _Stand | None, after: _Stand, new: Statement, because: Reason) -> Change:
    stance = _stance(after.founder if because is Reason.CORRECTION else new)
    was = before.level if before else None
    return Change(
        id=digest("stance", new.id, stance.actor, stance.topic, was, after.level, because),
        kind=ChangeKind.STANCE,
        actor=stance.actor,
        topic=stance.topic,
        before=was,
        after=after.level,
        reason=because,
        certainty=certainty_of(after.carriers),
        background=stance.background,
        quote=stance.quote,
        statement_id=new.id,
        evidence=new.evidence,
        before_since=before.since if before else None,
        known_since=before.since if before and because is Reason.CONFIRMED else None,
    )


def _stance(statement: Statement) -> Stance:
    assert isinstance(statement.label, Stance), "an act among the statements of a pair"
    return statement.label
