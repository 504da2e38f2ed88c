"""Acts: which measure an act belongs to, and at which stage its live acts leave the measure.

Not here: stances. A `Ladder` brings the pack's order; no stage has a name in this file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import Act, Certainty, Change, ChangeKind, Measure, Reason, Statement
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
from monitor.steps.ledger.footing import NO_GROUND, Ground

RETOLD_WITHIN = timedelta(days=60)
"""So long the press goes on telling of one act. Texts on one act differ in the effect and even in
the body that they name for it; without this each outlet's wording would open a measure of its own
and the same stage would be told again and again."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """What the pack says about stages and effects."""

    ranks: Mapping[str, int]
    """Stage -> place in the law's order, from 1; stages beside the ladder are absent."""
    carries_on: frozenset[str] = frozenset()
    """Stages beside the ladder after which the measure lives on (an amendment): `advanced`. The
    others set it back."""
    ends: frozenset[str] = frozenset()
    """Stages that close a measure: a later act opens a new one."""
    acts_at: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Stage -> bodies that can act at it; absent or empty: anybody."""
    effect_sides: Mapping[str, int] = field(default_factory=dict)
    """Effect -> side of the stance that it stands for."""
    same_within: timedelta = timedelta(days=400)
    sure_from: float = 0.0
    """Pooled confidence from which an act moves a measure."""
    unnamed: str = ""
    """The body of an act whose text names nobody."""

    @property
    def lawgivers(self) -> frozenset[str]:
        """Who can act at some step of the law: into their hands a measure comes."""
        return frozenset().union(*self.acts_at.values())

    @property
    def lowest(self) -> str:
        """The stage that the ladder begins with; empty where it has none."""
        return min(self.ranks, key=self.ranks.__getitem__, default="")

    def place(self, stage: str) -> int:
        """Where a stage comes when one text tells several: stages beside the ladder come last."""
        return self.ranks.get(stage, len(self.ranks) + 1)


class Kinship(StrEnum):
    """Why an act belongs to its measure; the first that holds."""

    NUMBER = "number"
    RETOLD = "retold"
    NEXT_STEP = "next-step"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Assignment:
    measure: str
    because: Kinship


@dataclass(slots=True)
class _Course:
    """A measure's fold on its way."""

    founder: Statement
    stage: str
    rank: int
    """The highest place reached; 0 while only stages beside the ladder are known."""
    since: datetime
    carriers: list[Statement]
    told: list[Statement]
    """Every act heard of it, carriers included."""


# --- identity ----------------------------------------------------------------------------------


def assign(new: Statement, known: Sequence[Statement], ladder: Ladder) -> Assignment:
    """The measure of an act, among the measures of `known` (acts that have theirs).

    In this order: its number; the same act told by another text; the next step of a measure of
    the same origin body, topic and effect; else a new measure. An id is made of what it is about,
    never of the article that told it.
    """
    courses = [course for course in _courses(known, ladder) if not _contradicts(course, _act(new))]
    kinships = (
        (Kinship.NUMBER, _same_number),
        (Kinship.RETOLD, _retold),
        (Kinship.NEXT_STEP, _next_step),
    )
    for because, holds in kinships:
        kin = [course for course in courses if holds(course, new, ladder)]
        if kin:
            return Assignment(_measure_id(_likeliest(kin, _act(new))), because)
    return Assignment(_new_id(new, known), Kinship.NEW)


def settle_acts(
    known: Sequence[Statement], until: datetime, ladder: Ladder, ground: Ground = NO_GROUND
) -> Ground:
    """Which acts that were told before `until` still count: one told from then on finds the same
    measure, and moves it the same way, without the others, unless its measure or number is
    `left_out`. `known`: those of `ground` among them. `until`: a midnight, for a measure may be
    named by a day."""
    old = [row for row in known if row.evidence.said_at < until]
    standing = [row for row in live(known) if row.evidence.said_at < until]
    counting = [row for acts in _by_measure(standing) for row in _of_weight(acts, until, ladder)]
    in_reach = {row.measure for row in counting}
    beyond = [row for row in old if row.measure not in in_reach]
    names = {name for row in beyond for name in (row.measure, _act(row).number) if name}
    # What its story tells is pooled for some weeks after it was learnt.
    pooled = [row for row in standing if row.evidence.learnt_at >= until]
    kept = {row.id: row for row in (*counting, *pooled)}
    return Ground(acts=tuple(kept.values()), left_out=ground.left_out | names)


def _of_weight(acts: Sequence[Statement], until: datetime, ladder: Ladder) -> list[Statement]:
    """Of one measure that may still move: what moved it, the first of all that is asked for in it,
    the last of each wording, and the very last."""
    sure = sorted(
        (row for row in acts if _is_sure(row, ladder)), key=lambda row: _lawful_order(row, ladder)
    )
    if not sure or until - sure[-1].evidence.said_at > max(ladder.same_within, RETOLD_WITHIN):
        return []
    kept: list[Statement] = []
    asked_for: set[tuple[object, ...]] = set()
    course = None
    for row in sure:
        course = _open(row, ladder) if course is None else _hear(course, row, ladder)
        new = _asked_for(row, course) - asked_for
        if new or course.carriers[0] is row:
            kept.append(row)
        asked_for |= new
    wordings = {(_act(row).stage, _act(row).body, _act(row).effect): row for row in sure}
    return [*kept, *wordings.values(), sure[-1]]


def _asked_for(row: Statement, course: _Course) -> set[tuple[object, ...]]:
    act, evidence = _act(row), row.evidence
    asked: set[tuple[object, ...]] = {("stage", act.stage), ("body", act.body)}
    if act.number:
        asked.add(("number", act.number))
    if course.carriers[-1] is row:
        turn = course.carriers[0].id
        asked |= {("origin", turn, evidence.origin), ("official", turn, evidence.official)}
    return asked


def _courses(known: Sequence[Statement], ladder: Ladder) -> list[_Course]:
    return [course for rows in _by_measure(live(known)) if (course := _course(rows, ladder))]


def _by_measure(acts: Iterable[Statement]) -> Iterable[list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for row in acts:
        if row.measure:
            found.setdefault(row.measure, []).append(row)
    return found.values()


def _contradicts(course: _Course, act: Act) -> bool:
    numbers = {number for row in course.told if (number := _act(row).number)}
    return bool(act.number and numbers and act.number not in numbers)


def _same_number(course: _Course, new: Statement, ladder: Ladder) -> bool:
    """On one topic: a bill that permits trading and forbids paying is followed on both, or who
    asks for payments alone would never hear that it passed."""
    act = _act(new)
    return act.number is not None and any(
        (_act(row).number, _act(row).topic) == (act.number, act.topic) for row in course.told
    )


def _retold(course: _Course, new: Statement, ladder: Ladder) -> bool:
    """The same stage of the same topic, of late, with an effect of the same side or by the same
    body. A ban that another body proposes beside a permission is its rival, not its echo."""
    act = _act(new)
    return any(
        (told.topic, told.stage) == (act.topic, act.stage)
        and _apart(row, new) <= RETOLD_WITHIN
        and (told.body == act.body or _alike(told.effect, act.effect, ladder))
        for row in course.told
        if (told := _act(row))
    )


def _next_step(course: _Course, new: Statement, ladder: Ladder) -> bool:
    act = _act(new)
    return (
        _same_thing(course, act, ladder)
        and _body_fits(course, act, ladder)
        and _apart(course.told[-1], new) <= ladder.same_within
        and course.stage not in ladder.ends
        and ladder.ranks.get(act.stage, course.rank) >= course.rank
    )


def _same_thing(course: _Course, act: Act, ladder: Ladder) -> bool:
    first = _act(course.told[0])
    return first.topic == act.topic and _alike(first.effect, act.effect, ladder)


def _alike(one: str, other: str, ladder: Ladder) -> bool:
    """Of one side: "restricts" and "prohibits" are two words for one act."""
    sides = ladder.effect_sides
    return one == other or (one in sides and sides[one] == sides.get(other))


def _body_fits(course: _Course, act: Act, ladder: Ladder) -> bool:
    """The law hands a measure on: the origin body is asked for only where it could act itself.

    At a stage where anybody can act, it is whoever has had the measure in hand or gets it on its
    way. What another ministry puts off is a draft of its own; what parliament rejects is not.
    """
    origin = _act(course.told[0]).body
    if act.body == origin:
        return True
    able = ladder.acts_at.get(act.stage)
    if able:
        return origin not in able
    farther = ladder.ranks.get(act.stage, course.rank + 1) > course.rank
    hands = {_act(row).body for row in course.told} | ladder.lawgivers | {ladder.unnamed}
    return farther and act.body in hands


def _likeliest(courses: Iterable[_Course], act: Act) -> _Course:
    """The closest in words, then the one last heard of."""
    return max(
        courses,
        key=lambda course: (
            act.effect == _act(course.told[0]).effect,
            act.body in {_act(row).body for row in course.told},
            told_at(course.told[-1]),
            _measure_id(course),
        ),
    )


def _apart(one: Statement, other: Statement) -> timedelta:
    return abs(other.evidence.said_at - one.evidence.said_at)


def _measure_id(course: _Course) -> str:
    measure = course.founder.measure
    assert measure is not None, "a course is made of acts that have their measure"
    return measure


def _new_id(new: Statement, known: Sequence[Statement]) -> str:
    act = _act(new)
    day = new.evidence.said_at.date().isoformat()
    about = (act.number,) if act.number else (act.body, act.effect, act.stage, day)
    taken = {statement.measure for statement in known}
    return next(
        name
        for turn in range(len(taken) + 1)
        if (name := f"{act.topic}-{digest(act.topic, *about, turn)[:12]}") not in taken
    )


# --- fold --------------------------------------------------------------------------------------


def fold_measure(statements: Sequence[Statement], ladder: Ladder) -> Measure | None:
    """The stage at which the live acts of one measure leave it; None where none is live."""
    course = _course(statements, ladder)
    return None if course is None else _measure(course)


def decide_stage(known: Sequence[Statement], new: Sequence[Statement], ladder: Ladder) -> Finding:
    """What `new` (one act, or retractions with or without the act in their place) makes of the
    measure that `known` folds to."""
    before = _course(known, ladder)
    after = _course([*known, *new], ladder)
    if after is None:
        return Finding(None, _nothing_stands(before, new))
    new = [row for row in new if row.retracts or _is_sure(row, ladder)]
    if not new:
        return Finding(None, Silence.UNSURE)
    because = _reason(before, after, known, new, ladder)
    if isinstance(because, Silence):
        return Finding(None, because)
    return Finding(_change(before, after, new[-1], because), because)


def _nothing_stands(before: _Course | None, new: Sequence[Statement]) -> Silence:
    if before:
        return Silence.WITHDRAWN
    return Silence.UNSURE if live(new) else Silence.EMPTY


def _is_sure(statement: Statement, ladder: Ladder) -> bool:
    return statement.pooled >= ladder.sure_from


def _course(statements: Sequence[Statement], ladder: Ladder) -> _Course | None:
    course: _Course | None = None
    sure = [row for row in live(statements) if _is_sure(row, ladder)]
    for statement in sorted(sure, key=lambda row: _lawful_order(row, ladder)):
        course = _open(statement, ladder) if course is None else _hear(course, statement, ladder)
    return course


def _lawful_order(statement: Statement, ladder: Ladder) -> tuple[datetime, datetime, int, str]:
    """One article may tell two stages of one measure: the later stage is then the later act."""
    return (*told_at(statement), ladder.place(_act(statement).stage), statement.id)


def _open(statement: Statement, ladder: Ladder) -> _Course:
    stage = _act(statement).stage
    rank = ladder.ranks.get(stage, 0)
    said_at = statement.evidence.said_at
    return _Course(statement, stage, rank, said_at, carriers=[statement], told=[statement])


def _hear(course: _Course, statement: Statement, ladder: Ladder) -> _Course:
    stage = _act(statement).stage
    if stage == course.stage:
        course.carriers.append(statement)
    elif _moves(course, stage, ladder):
        course.stage, course.since = stage, statement.evidence.said_at
        course.rank = max(course.rank, ladder.ranks.get(stage, 0))
        course.carriers = [statement]
    course.told.append(statement)
    return course


def _moves(course: _Course, stage: str, ladder: Ladder) -> bool:
    """A stage below the one reached is kept and flagged, but the measure stays where it stands:
    a mistaken label would otherwise have the same later stage told twice."""
    if stage in ladder.ranks:
        return ladder.ranks[stage] > course.rank
    return all(_act(row).stage != stage for row in course.told)


def _reason(
    before: _Course | None,
    after: _Course,
    known: Sequence[Statement],
    new: Sequence[Statement],
    ladder: Ladder,
) -> Reason | Silence:
    last = new[-1]
    moved = before is None or before.stage != after.stage
    surer = before is not None and _rises(before, after)
    against = before is not None and _against_order(before, last, ladder)
    if not (moved or surer or against):
        return _silence(after, last)
    if last.evidence.baseline:
        return Reason.BASELINE if moved or surer else Silence.HISTORY
    if before is None:
        return Reason.FIRST
    if not moved:
        return Reason.CONFIRMED if surer else Reason.OUT_OF_ORDER
    if any(row.retracts for row in new) or told_at(last) < told_at(before.told[-1]):
        return Reason.CORRECTION
    if after.stage in ladder.ranks or after.stage in ladder.carries_on:
        return Reason.ADVANCED
    return Reason.SET_BACK


def _against_order(course: _Course, new: Statement, ladder: Ladder) -> bool:
    """Newer, lower, and never heard of this measure: not coverage of a stage left behind."""
    if new.retracts or told_at(new) < told_at(course.told[-1]):
        return False
    rank = ladder.ranks.get(_act(new).stage)
    return (
        rank is not None
        and rank < course.rank
        and all(_act(row).stage != _act(new).stage for row in course.told)
    )


def _silence(after: _Course, new: Statement) -> Silence:
    if new.retracts:
        return Silence.WITHDRAWN
    return Silence.RESTATED if new in after.carriers else Silence.HISTORY


def _rises(before: _Course, after: _Course) -> bool:
    was, is_ = certainty_of(before.carriers), certainty_of(after.carriers)
    return was is Certainty.REPORTED and is_ is Certainty.CONFIRMED


def _measure(course: _Course) -> Measure:
    act, first = _act(course.carriers[0]), _act(course.told[0])
    acts = [_act(row) for row in course.told]
    return Measure(
        id=_measure_id(course),
        topic=first.topic,
        body=act.body,
        stage=course.stage,
        effect=first.effect,
        certainty=certainty_of(course.carriers),
        since=course.since,
        last_said=last_said(course.told),
        quote=act.quote,
        sources=in_order(row.evidence.url for row in course.carriers),
        origins=in_order(row.evidence.origin for row in course.carriers),
        number=next((one.number for one in reversed(acts) if one.number), None),
        effective_on=next((one.effective_on for one in reversed(acts) if one.effective_on), None),
        comments_until=next(
            (one.comments_until for one in reversed(acts) if one.comments_until), None
        ),
        origin_body=first.body,
    )


def _change(before: _Course | None, after: _Course, new: Statement, because: Reason) -> Change:
    told = after.carriers[0] if because is Reason.CORRECTION else new
    act = _act(told)
    was = before.stage if before else None
    return Change(
        id=digest("stage", new.id, told.measure, was, act.stage, because),
        kind=ChangeKind.STAGE,
        actor=act.body,
        topic=act.topic,
        before=was,
        after=act.stage,
        reason=because,
        certainty=certainty_of([told] if because is Reason.OUT_OF_ORDER else after.carriers),
        background=False,
        quote=act.quote,
        statement_id=new.id,
        evidence=new.evidence,
        measure=told.measure,
        effect=act.effect,
        effective_on=act.effective_on,
        comments_until=act.comments_until,
        before_since=before.since if before else None,
        known_since=before.since if before and because is Reason.CONFIRMED else None,
    )


def _act(statement: Statement) -> Act:
    assert isinstance(statement.label, Act), "a stance among the acts of a measure"
    return statement.label
