"""A ledger of years, folded once: what is said later is decided as if all of it were read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from monitor.model import Evidence, Statement
from monitor.steps.ledger import (
    Bars,
    Finding,
    Ground,
    Ladder,
    acts_in,
    assign,
    decide,
    decide_stage,
    ground_of,
    ids_in,
    made_by,
    settle,
    still_counting,
    written,
    written_acts,
)
from tests.steps.ledger.builders import LADDER, SIDES, START, acted, evidence, said

BARS = Bars(first=0.6, turn=0.5, back=0.8)
DAYS = 500
DAY = timedelta(days=1)


def withdrawn(row: Statement) -> Statement:
    """As an edited article takes it back: it bears the day on which the old one was said."""
    later = replace(row.evidence, learnt_at=row.evidence.learnt_at + DAY)
    return replace(row, id=f"{row.id}-back", retracts=row.id, evidence=later)


@some.composite
def moments(draw: some.DrawFn) -> list[int]:
    """Hours, some of them close to one another."""
    apart = some.lists(some.integers(0, DAYS * 24), min_size=2, max_size=15)
    near = some.lists(some.integers(1, 60), max_size=10)
    hours = draw(apart)
    return sorted(hours + [draw(some.sampled_from(hours)) + more for more in draw(near)])


@some.composite
def histories(draw: some.DrawFn, of_acts: bool = False) -> list[Statement]:
    """By few newsrooms, in few stories; the last of them is new."""
    hours = draw(moments())
    make = an_act if of_acts else a_stance
    rows = [
        replace(
            make(draw, hour),
            id=f"r{number:03}",
            pooled=draw(some.sampled_from([0.4, 0.55, 0.7, 0.9])),
        )
        for number, hour in enumerate(hours)
    ]
    back = some.lists(some.sampled_from(rows[:-1]), max_size=2, unique_by=lambda row: row.id)
    return [*map(withdrawn, draw(back)), *rows]


def where(draw: some.DrawFn, hour: int) -> Evidence:
    origin = draw(some.sampled_from(["", "one", "two", "three"]))
    official = draw(some.integers(0, 12)) == 0
    story = f"s{hour // 240 + draw(some.integers(0, 1))}"
    return replace(evidence(hour, origin=origin, official=official), story=story)


def a_stance(draw: some.DrawFn, hour: int) -> Statement:
    row = said(
        draw(some.sampled_from(sorted(SIDES))),
        where(draw, hour),
        background=draw(some.integers(0, 4)) == 0,
        turn=draw(some.integers(0, 5)) == 0,
        speaker=draw(some.sampled_from([None, "First", "Second"])),
    )
    return replace(
        row, label=replace(row.label, confidence=draw(some.sampled_from([0.4, 0.7, 0.9])))
    )


def an_act(draw: some.DrawFn, hour: int) -> Statement:
    return acted(
        draw(some.sampled_from([*LADDER.ranks, "amended", "rejected", "postponed"])),
        where(draw, hour),
        body=draw(some.sampled_from(["ministry", "bank", "parliament", "somebody"])),
        effect=draw(some.sampled_from(["permits", "prohibits", "restricts"])),
        number=draw(some.sampled_from([None, None, None, None, "12-7", "13-8"])),
    )


def since(rows: Sequence[Statement], day: datetime) -> list[Statement]:
    return [row for row in rows if row.evidence.said_at >= day]


def before(rows: Sequence[Statement], day: datetime) -> list[Statement]:
    return [row for row in rows if row.evidence.said_at < day]


def midnights(last: datetime, *days: int) -> list[datetime]:
    return sorted(START + min(day, (last - START) // DAY) * DAY for day in days)


def kept(ground: Ground, rows: Sequence[Statement]) -> Ground:
    """Written, and read again from the statements that it names."""
    content = written(ground)
    return ground_of(content, {row.id: row for row in rows if row.id in ids_in(content)})


# --- stances -----------------------------------------------------------------------------------


@given(histories(), some.integers(0, DAYS), some.integers(0, DAYS))
def test_on_a_footing_a_stance_is_decided_as_on_all_that_was_said(
    rows: list[Statement], one: int, other: int
) -> None:
    *known, new = rows
    last = new.evidence.said_at
    first, then = midnights(last, one, other)

    # when a footing is made, and later another one on it
    ground = kept(settle(known, first, SIDES, BARS), known)
    again = kept(settle(since(known, first), then, SIDES, BARS, ground), known)

    # then what is new makes of all of them what it makes of the rest
    whole = decide(known, [new], SIDES, BARS)
    assert decide(since(known, first), [new], SIDES, BARS, ground) == whole
    assert decide(since(known, then), [new], SIDES, BARS, again) == whole


def test_a_footing_of_thousands_of_statements_is_as_small_as_its_newsrooms_are_few() -> None:
    restated = [said("prohibit", evidence(12 * turn, origin=f"n{turn % 7}")) for turn in range(900)]

    content = written(settle(restated, START + 1000 * DAY, SIDES))

    assert len(ids_in(content)) <= 10


# --- acts --------------------------------------------------------------------------------------


def assigned(rows: Sequence[Statement]) -> list[Statement]:
    """Each in its measure, as they came."""
    known: list[Statement] = []
    for row in rows:
        if row.retracts is None:
            row = replace(row, measure=assign(row, known, LADDER).measure)
        known.append(row)
    return known


@given(histories(of_acts=True), some.integers(0, DAYS), some.integers(0, DAYS))
def test_on_a_footing_an_act_finds_its_measure_and_moves_it_as_among_all_that_were_told(
    rows: list[Statement], one: int, other: int
) -> None:
    ladder = replace(LADDER, sure_from=0.5, same_within=120 * DAY)
    *known, new = assigned([row for row in rows if row.retracts is None])
    named = {row.id: row for row in known}
    gone = [row for row in rows if row.retracts]
    known += [replace(row, measure=named[row.retracts or ""].measure) for row in gone]
    last = new.evidence.said_at
    first, then = midnights(last, one, other)

    # when what counts is kept, and later again of that and what came since
    few = still_counting(known, first, ladder)
    assert acts_in(written_acts(few), named) == sorted(few, key=lambda row: row.id)
    fewer = still_counting([*few, *since(known, first)], then, ladder)

    # then the new one finds the same measure and moves it the same way
    whole = assign(new, known, ladder)
    of_it = decided(known, new, whole.measure, ladder)
    for some_of_them, day in ((few, first), (fewer, then)):
        read = [*some_of_them, *since(known, day)]
        assert assign(new, read, ladder) == whole
        assert decided(read, new, whole.measure, ladder) == of_it


def decided(known: Sequence[Statement], new: Statement, measure: str, ladder: Ladder) -> Finding:
    of_it = [row for row in known if row.measure == measure]
    return decide_stage(of_it, [replace(new, measure=measure)], ladder)


def test_of_an_act_that_is_told_for_years_few_tellings_count() -> None:
    told = [
        acted("in-force", evidence(24 * day, origin=f"n{day % 7}"), measure="m")
        for day in range(900)
    ]

    assert len(still_counting(told, START + 1000 * DAY, LADDER)) <= 10


# --- under other rules -------------------------------------------------------------------------


def test_a_footing_bears_the_name_of_the_rules_that_it_was_made_by() -> None:
    name = made_by(SIDES, BARS, LADDER)

    assert name == made_by(dict(reversed(SIDES.items())), BARS, LADDER)
    others = [
        made_by(SIDES, replace(BARS, turn=0.9), LADDER),
        made_by(SIDES | {"neutral": 1}, BARS, LADDER),
        made_by(SIDES, BARS, replace(LADDER, ends=frozenset({"repealed"}))),
    ]
    assert len({name, *others}) == 4
