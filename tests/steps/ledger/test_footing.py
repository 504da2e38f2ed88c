"""A ledger of years, folded once: what is said later is decided as if all of it were read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from monitor.model import Statement
from monitor.steps.ledger import (
    NO_GROUND,
    Bars,
    Finding,
    Ground,
    assign,
    decide,
    decide_stage,
    ground_of,
    ids_in,
    leads_back,
    made_by,
    settle,
    settle_acts,
    written,
)
from tests.steps.ledger.builders import LADDER, SIDES, START, acted, evidence, said

DAY = timedelta(days=1)
BARS = Bars(first=0.6, turn=0.5, back=0.8)
LADDER = replace(LADDER, sure_from=0.5, same_within=120 * DAY)

law = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)

WORDS = {
    "later": some.sampled_from([0, 1, 5, 30, 47, 49, 121, 400, 1500]),
    "story": some.sampled_from([0, 0, 0, 1, 2, 9]),
    "origin": some.sampled_from(["", "one", "two", "three"]),
    "official": some.sampled_from([False] * 9 + [True]),
    "pooled": some.sampled_from([0.4, 0.55, 0.7, 0.9]),
    "withdrawn": some.sampled_from([False] * 7 + [True]),
}
STANCES = {
    "level": some.sampled_from(sorted(SIDES)),
    "sure": some.sampled_from([0.4, 0.7, 0.9]),
    "background": some.sampled_from([False] * 4 + [True]),
    "turn": some.sampled_from([False] * 4 + [True]),
    "speaker": some.sampled_from([None, "First", "Second"]),
}
ACTS = {
    "stage": some.sampled_from([*LADDER.ranks, "amended", "rejected", "postponed"]),
    "body": some.sampled_from(["ministry", "bank", "parliament", "somebody"]),
    "effect": some.sampled_from(["permits", "prohibits", "restricts"]),
    "number": some.sampled_from([None, None, None, None, "12-7", "13-8"]),
}
Words = dict[str, Any]


def histories(more: dict[str, Any]) -> some.SearchStrategy[list[Words]]:
    """By few newsrooms, mostly in stories of ten days; the last of them is new."""
    return some.lists(some.fixed_dictionaries(WORDS | more), min_size=2, max_size=24)


def told(words: Sequence[Words]) -> list[Statement]:
    """In the order said, hours apart."""
    hours = list(accumulate(each["later"] for each in words))
    return [_told(each, hours[turn], f"r{turn:03}") for turn, each in enumerate(words)]


def _told(words: Words, hour: int, name: str) -> Statement:
    where = evidence(hour, origin=words["origin"], official=words["official"])
    where = replace(where, story=f"s{hour // 240 + words['story']}")
    if "stage" in words:
        row = acted(
            words["stage"],
            where,
            body=words["body"],
            effect=words["effect"],
            number=words["number"],
        )
    else:
        row = said(
            words["level"],
            where,
            background=words["background"],
            turn=words["turn"],
            speaker=words["speaker"],
        )
        row = replace(row, label=replace(row.label, confidence=words["sure"]))
    return replace(row, id=name, pooled=words["pooled"])


def withdrawing(row: Statement) -> Statement:
    """As an edited article takes it back: it bears the day on which the old one was said."""
    later = replace(row.evidence, learnt_at=row.evidence.learnt_at + DAY)
    return replace(row, id=f"{row.id}-back", retracts=row.id, evidence=later)


def since(rows: Sequence[Statement], day: datetime) -> list[Statement]:
    return [row for row in rows if row.evidence.said_at >= day]


def day_before(row: Statement, days: int) -> datetime:
    """Of a footing that `row` stands behind: a midnight."""
    return START + max(0, (row.evidence.said_at - START) // DAY - days) * DAY


def kept(ground: Ground, rows: Sequence[Statement]) -> Ground:
    """Written, and read again from the statements that it names."""
    content = written(ground)
    return ground_of(content, {row.id: row for row in rows if row.id in ids_in(content)})


# --- stances -----------------------------------------------------------------------------------


@law
@given(histories(STANCES), some.integers(0, 40), some.integers(0, 40))
def test_on_a_footing_a_stance_is_decided_as_on_all_that_was_said(
    words: list[Words], one: int, other: int
) -> None:
    *known, new = told(words)
    known += [
        withdrawing(row) for row, each in zip(known, words, strict=False) if each["withdrawn"]
    ]
    first, then = day_before(new, one + other), day_before(new, one)

    # when a footing is made, and later another one on it
    ground = kept(settle(known, first, SIDES, BARS), known)
    rows = since(known, first)
    if any(leads_back(row, ground) for row in rows):
        rows, ground = known, NO_GROUND
    again = kept(settle(rows, then, SIDES, BARS, ground), known)

    # then what is new makes of all of them what it makes of the rest
    whole = decide(known, [new], SIDES, BARS)
    if not leads_back(new, ground):
        assert decide(rows, [new], SIDES, BARS, ground) == whole
    rows = since(known, then)
    if not any(leads_back(row, again) for row in [*rows, new]):
        assert decide(rows, [new], SIDES, BARS, again) == whole


def test_a_footing_of_thousands_of_statements_is_as_small_as_its_newsrooms_are_few() -> None:
    restated = [said("prohibit", evidence(12 * turn, origin=f"n{turn % 7}")) for turn in range(900)]

    content = written(settle(restated, START + 1000 * DAY, SIDES))

    assert len(ids_in(content)) <= 10


def test_what_was_not_sure_enough_is_left_out_by_the_name_of_its_story() -> None:
    doubtful = replace(said("prohibit", evidence(0)), pooled=0.4)
    ground = settle([doubtful], START + 30 * DAY, SIDES, BARS)
    row = said("prohibit", evidence(31 * 24))

    assert ids_in(written(ground)) == {doubtful.id}, "the last word that was said"
    assert ground.unsure == ()
    assert leads_back(row, ground)
    assert not leads_back(replace(row, evidence=replace(row.evidence, story="another")), ground)


# --- acts --------------------------------------------------------------------------------------


def assigned(rows: Sequence[Statement], words: Sequence[Words]) -> list[Statement]:
    """Each in its measure, as they came; some were taken back before the next came."""
    known: list[Statement] = []
    for row, each in zip(rows, words, strict=False):
        row = replace(row, measure=assign(row, known, LADDER).measure)
        known.append(row)
        if each["withdrawn"]:
            known.append(withdrawing(row))
    return known


@law
@given(histories(ACTS), some.integers(0, 40), some.integers(0, 200))
def test_on_a_footing_an_act_finds_its_measure_and_moves_it_as_among_all_that_were_told(
    words: list[Words], one: int, other: int
) -> None:
    *rows, new = told(words)
    known = assigned(rows, words)
    first, then = day_before(new, one + other), day_before(new, one)

    # when what counts is kept, and later again of that and what came since
    ground = kept(settle_acts(known, first, LADDER), known)
    few = [*ground.acts, *since(known, first)]
    if any(leads_back(row, ground) for row in since(known, first)):
        few, ground = known, NO_GROUND
    again = kept(settle_acts(few, then, LADDER, ground), known)
    fewer = [*again.acts, *since(known, then)]

    # then the new one finds the same measure and moves it the same way
    whole = placed(new, known)
    if not leads_back(new, ground):
        assert placed(new, few) == whole
    if not any(leads_back(row, again) for row in [*since(known, then), new]):
        assert placed(new, fewer) == whole


def placed(new: Statement, known: Sequence[Statement]) -> tuple[object, Finding]:
    found = assign(new, known, LADDER)
    of_it = [row for row in known if row.measure == found.measure]
    return found, decide_stage(of_it, [replace(new, measure=found.measure)], LADDER)


def test_of_an_act_that_is_told_for_years_few_tellings_count() -> None:
    told = [
        acted("in-force", evidence(24 * day, origin=f"n{day % 7}"), measure="m")
        for day in range(900)
    ]

    assert len(settle_acts(told, START + 900 * DAY, LADDER).acts) <= 10


@pytest.mark.parametrize("number", ["12-7", None])
def test_a_measure_that_was_not_heard_of_for_long_is_left_out_by_its_names(
    number: str | None,
) -> None:
    old = acted("introduced", measure="m", number=number)
    ground = settle_acts([old], START + 200 * DAY, LADDER)
    later = acted("passed", evidence(201 * 24), body="parliament", number="12-7")

    assert ground.acts == ()
    assert leads_back(later, ground) is (number is not None)
    assert leads_back(replace(later, measure="m"), ground)


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
