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
from monitor.steps.ledger.footing import NO_GROUND, STORIES_RUN, Ground
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


def settle(
    known: Sequence[Statement],
    until: datetime,
    sides: Sides,
    bars: Bars = NO_BARS,
    ground: Ground = NO_GROUND,
) -> Ground:
    """What of `known` was said before `until`, folded on `ground`, comes to. What is said from
    `until` on is decided on it as on all of them, unless its story is `left_out`."""
    rows = [row for row in live(known) if row.evidence.said_at < until]
    stand, unsure = _walk(rows, sides, bars, ground)
    told = [*(stand.left if stand else ()), *unsure]
    over = {row.evidence.story for row in told if not _is_running(row, until)}
    return Ground(
        founder=(stand.founder,) if stand else (),
        carriers=_bearing(stand.carriers, until) if stand else (),
        contested=_bearing(stand.contested, until) if stand else (),
        left=tuple(row for row in stand.left if _is_running(row, until)) if stand else (),
        unsure=tuple(row for row in unsure if _is_running(row, until)),
        latest=(max((*rows, *ground.latest), key=told_at),) if rows else ground.latest,
        left_out=ground.left_out | over,
    )


def decide(
    known: Sequence[Statement],
    new: Sequence[Statement],
    sides: Sides,
    bars: Bars = NO_BARS,
    ground: Ground = NO_GROUND,
) -> Finding:
    """What `new` makes of the position that `known` folds to, on the `ground` of what was said
    before all of them.

    `new` is what one article adds at once: a statement, or, where a later version of the article
    takes its words back, retractions with or without the statement in their place. Folding them
    together is what keeps a corrected article from being told as two changes.
    """
    before = _stand(known, sides, bars, ground)
    after = _stand([*known, *new], sides, bars, ground)
    if after is None:
        return Finding(None, _nothing_stands(before, new))
    because = _reason(before, after, _is_late(known, new, ground), new)
    if isinstance(because, Silence):
        return Finding(None, because)
    return Finding(_change(before, after, new[-1], because), because)


def _nothing_stands(before: _Stand | None, new: Sequence[Statement]) -> Silence:
    if before:
        return Silence.WITHDRAWN
    return Silence.UNSURE if live(new) else Silence.EMPTY


def _stand(
    statements: Sequence[Statement], sides: Sides, bars: Bars, ground: Ground = NO_GROUND
) -> _Stand | None:
    return _walk(statements, sides, bars, ground)[0]


def _walk(
    statements: Sequence[Statement], sides: Sides, bars: Bars, ground: Ground
) -> tuple[_Stand | None, list[Statement]]:
    """Where the fold ends, and what was not sure enough to move it."""
    stand, unsure = _upon(ground, sides), list(ground.unsure)
    for statement in sorted(live(statements), key=lambda row: (*told_at(row), row.id)):
        if not _is_sure(stand, statement, sides, bars):
            unsure.append(statement)
            continue
        stand = _found(statement, sides) if stand is None else _hear(stand, statement, sides)
        if stand.founder is statement:
            stand.carriers[:0] = [row for row in unsure if _backs(row, statement, sides)]
    return stand, unsure


def _upon(ground: Ground, sides: Sides) -> _Stand | None:
    if not ground.founder:
        return None
    stand = _found(ground.founder[0], sides)
    stand.carriers, stand.contested = list(ground.carriers), list(ground.contested)
    stand.left = list(ground.left)
    return stand


def _bearing(carriers: Sequence[Statement], until: datetime) -> tuple[Statement, ...]:
    """Those that what is said from `until` on can depend on: the first of each origin and the first
    official one make it sure, the last two days' can be contradicted."""
    heard: set[str | bool] = set()
    kept = []
    for row in carriers:
        own: set[str | bool] = {row.evidence.origin, row.evidence.official}
        new = own - heard
        if new or until - row.evidence.said_at <= CONTEST_WITHIN:
            kept.append(row)
        heard |= new
    return tuple(kept)


def _is_running(row: Statement, until: datetime) -> bool:
    return until - row.evidence.said_at <= STORIES_RUN


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
    before: _Stand | None, after: _Stand, late: bool, new: Sequence[Statement]
) -> Reason | Silence:
    moved = before is None or before.level != after.level
    settled = before is not None and bool(before.contested) and not after.contested
    surer = before is not None and _rises(before, after)
    if not (moved or settled or surer):
        return _silence(after, late, new)
    if new[-1].evidence.baseline:
        return Reason.BASELINE
    if before is None:
        return Reason.FIRST
    if not moved:
        return Reason.CONFIRMED
    if late or _takes_back(new):
        return Reason.CORRECTION
    return _turn(before, after)


def _turn(before: _Stand, after: _Stand) -> Reason:
    if before.side == after.side:
        return Reason.SHIFT
    if after.contested:
        return Reason.CONFLICT
    returns = before.contested and before.contested[0] in after.carriers
    return Reason.CORRECTION if returns else Reason.REVERSAL


def _silence(after: _Stand, late: bool, new: Sequence[Statement]) -> Silence:
    if late:
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


def _is_late(known: Sequence[Statement], new: Sequence[Statement], ground: Ground) -> bool:
    """Said before the youngest statement that was known."""
    told = [*live(known), *ground.latest]
    return bool(told) and told_at(new[-1]) < max(map(told_at, told))


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
