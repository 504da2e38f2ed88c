"""Bills, laws and decrees: which acts are about one of them, and where its acts leave it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.model import Certainty, Reason, Statement
from monitor.steps.ledger import Finding, Kinship, assign, decide_stage, fold_measure
from tests.steps.ledger.builders import LADDER, START, acted, evidence, taking_back

DAY = 24


def heard(acts: Sequence[Statement]) -> list[tuple[Statement, Kinship, Finding]]:
    """Each act in its measure, with why it belongs there and what it did."""
    known: list[Statement] = []
    found = []
    for act in acts:
        place = assign(act, known, LADDER)
        act = replace(act, measure=place.measure)
        of_it = [row for row in known if row.measure == place.measure]
        found.append((act, place.because, decide_stage(of_it, [act], LADDER)))
        known.append(act)
    return found


def kinships(*acts: Statement) -> list[str]:
    return [because.value for _, because, _ in heard(acts)]


def reasons(*acts: Statement) -> list[str]:
    return [finding.because.value for _, _, finding in heard(acts)]


# --- identity ----------------------------------------------------------------------------------


def test_a_number_names_a_measure_whoever_acts_and_however_late() -> None:
    assert kinships(
        acted("introduced", number="12-7"),
        acted("signed", evidence(900 * DAY), number="12-7", body="president", effect="taxes"),
    ) == ["new", "number"]


def test_two_numbers_are_two_measures() -> None:
    assert kinships(
        acted("introduced", number="12-7"), acted("introduced", evidence(1), number="13-7")
    ) == ["new", "new"]


def test_a_bill_is_followed_on_each_of_its_topics() -> None:
    assert kinships(
        acted("passed", number="12-7", topic="mining"),
        acted("passed", number="12-7", topic="payments"),
    ) == ["new", "new"]


def test_without_a_number_the_next_step_of_body_topic_and_effect_is_the_same_measure() -> None:
    assert kinships(acted("proposed"), acted("introduced", evidence(300 * DAY))) == [
        "new",
        "next-step",
    ]


def test_the_law_hands_a_bill_to_bodies_that_its_origin_cannot_replace() -> None:
    proposed = acted("proposed", body="ministry")
    read = acted("read", evidence(90 * DAY), body="parliament")

    assert kinships(proposed, read) == ["new", "next-step"]


def test_another_body_that_could_have_begun_it_begins_its_own() -> None:
    assert kinships(acted("proposed"), acted("introduced", evidence(90 * DAY), body="bank")) == [
        "new",
        "new",
    ]


@pytest.mark.parametrize("stage", ["rejected", "postponed", "in-force"])
@pytest.mark.parametrize("body", ["parliament", "somebody"])
def test_where_anybody_can_act_it_is_who_gets_the_measure_on_its_way(stage: str, body: str) -> None:
    proposed = acted("proposed", body="ministry")

    assert kinships(proposed, acted(stage, evidence(90 * DAY), body=body)) == ["new", "next-step"]


@pytest.mark.parametrize("stage", ["rejected", "postponed", "in-force"])
def test_what_another_ministry_does_at_such_a_stage_is_about_its_own_draft(stage: str) -> None:
    proposed = acted("proposed", body="ministry")

    assert kinships(proposed, acted(stage, evidence(90 * DAY), body="bank")) == ["new", "new"]


PARALLEL = {
    "a ban beside a permission": (
        {"body": "ministry", "effect": "permits"},
        {"body": "bank", "effect": "prohibits"},
    ),
    "two numbers": (
        {"effect": "permits", "number": "12-7"},
        {"effect": "permits", "number": "13-7"},
    ),
}


@pytest.mark.parametrize("bills", PARALLEL.values(), ids=PARALLEL)
def test_of_two_parallel_bills_on_one_topic_neither_moves_the_other(
    bills: tuple[dict[str, str], dict[str, str]],
) -> None:
    # given two bills, told in turn, of which parliament takes one and rejects the other
    one, other = bills
    hand = {"body": "parliament"}
    acts = [
        acted("introduced", evidence(0), **one),
        acted("introduced", evidence(DAY), **other),
        acted("read", evidence(9 * DAY), **{**one, **hand}),
        acted("rejected", evidence(20 * DAY), **{**other, **hand}),
        acted("signed", evidence(40 * DAY), **{**one, "body": "parliament"}),
    ]

    # when
    told = heard(acts)

    # then
    first, second = told[0][0].measure, told[1][0].measure
    assert [act.measure for act, _, _ in told] == [first, second, first, second, first]
    assert [finding.because for _, _, finding in told] == [
        Reason.FIRST,
        Reason.FIRST,
        Reason.ADVANCED,
        Reason.SET_BACK,
        Reason.ADVANCED,
    ]


@pytest.mark.parametrize(
    ("why", "later"),
    [
        ("another topic", acted("introduced", evidence(DAY), topic="payments")),
        ("a ban is no permission", acted("introduced", evidence(DAY), effect="prohibits")),
        ("400 days have passed", acted("introduced", evidence(401 * DAY))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_otherwise_it_is_a_new_measure(why: str, later: Statement) -> None:
    assert kinships(acted("proposed"), later) == ["new", "new"]


def test_a_stage_backwards_opens_a_new_measure_where_no_number_ties_them() -> None:
    assert kinships(acted("passed", body="parliament"), acted("proposed", evidence(90 * DAY))) == [
        "new",
        "new",
    ]


def test_a_rejected_measure_is_closed() -> None:
    assert kinships(
        acted("introduced"),
        acted("rejected", evidence(DAY)),
        acted("introduced", evidence(90 * DAY)),
    ) == ["new", "next-step", "new"]


def test_one_act_told_with_other_effects_and_bodies_is_one_measure_told_once() -> None:
    # given one proposal as four outlets tell it
    acts = [
        acted("proposed", evidence(0), body="ministry", effect="permits"),
        acted("proposed", evidence(1), body="bank", effect="permits"),
        acted("proposed", evidence(2), body="ministry", effect="taxes"),
        acted("proposed", evidence(30 * DAY), body="government", effect="taxes"),
    ]

    # then it is one measure, and the stage was told once
    assert kinships(*acts) == ["new", "retold", "retold", "retold"]
    assert reasons(*acts) == ["first", "re-stated", "re-stated", "re-stated"]


def test_a_ban_that_another_body_proposes_beside_a_permission_is_its_rival() -> None:
    permission = acted("proposed", body="ministry", effect="permits")
    ban = acted("proposed", evidence(DAY), body="bank", effect="prohibits")

    assert kinships(permission, ban) == ["new", "new"]
    assert reasons(permission, ban) == ["first", "first"]


def test_one_body_that_permits_and_forbids_at_once_has_one_measure() -> None:
    permits = acted("proposed", body="ministry", effect="permits")
    forbids = acted("proposed", evidence(DAY), body="ministry", effect="prohibits")

    assert kinships(permits, forbids) == ["new", "retold"]


def test_the_same_words_after_a_quiet_year_are_another_measure() -> None:
    assert kinships(acted("proposed"), acted("proposed", evidence(300 * DAY), body="bank")) == [
        "new",
        "new",
    ]


def test_a_measures_id_does_not_depend_on_which_article_told_it() -> None:
    one, other = acted("proposed"), acted("proposed", evidence(article="another"))

    assert assign(one, [], LADDER) == assign(other, [], LADDER)


# --- stages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stages", "because"),
    [
        (["proposed"], ["first"]),
        (["signed"], ["first"]),
        (["proposed", "introduced", "read"], ["first", "advanced", "advanced"]),
        (["proposed", "signed"], ["first", "advanced"]),
        (["proposed", "proposed"], ["first", "re-stated"]),
        (["introduced", "postponed"], ["first", "set-back"]),
        (["introduced", "rejected"], ["first", "set-back"]),
        (["in-force", "amended"], ["first", "advanced"]),
        (["introduced", "postponed", "introduced"], ["first", "set-back", "history"]),
        (["introduced", "postponed", "read"], ["first", "set-back", "advanced"]),
        (["introduced", "read", "introduced"], ["first", "advanced", "history"]),
        (["signed", "introduced", "introduced"], ["first", "out-of-order", "history"]),
    ],
    ids=lambda value: "-".join(value),
)
def test_the_stages_of_one_numbered_bill(stages: list[str], because: list[str]) -> None:
    acts = [acted(stage, evidence(turn * DAY), number="12-7") for turn, stage in enumerate(stages)]

    assert reasons(*acts) == because


def test_a_stage_out_of_order_is_flagged_and_the_measure_stays_where_it_stood() -> None:
    acts = [
        act
        for act, _, _ in heard(
            [acted("signed", number="1"), acted("introduced", evidence(DAY), number="1")]
        )
    ]

    measure = fold_measure(acts, LADDER)

    assert measure is not None
    assert measure.stage == "signed"


def test_an_old_stage_learnt_late_is_history() -> None:
    late = acted("introduced", evidence(0, learnt=9 * DAY), number="1")

    assert reasons(acted("signed", evidence(5 * DAY), number="1"), late) == ["first", "history"]


def test_a_second_origin_confirms_a_stage_and_a_later_stage_begins_anew() -> None:
    found = heard(
        [
            acted("introduced", evidence(0, origin="wire")),
            acted("introduced", evidence(1, origin="paper")),
            acted("read", evidence(DAY, origin="wire"), body="parliament"),
        ]
    )

    assert [finding.because for _, _, finding in found] == [
        Reason.FIRST,
        Reason.CONFIRMED,
        Reason.ADVANCED,
    ]
    measure = fold_measure([act for act, _, _ in found], LADDER)
    assert measure is not None
    assert (measure.certainty, measure.origin_body) == (Certainty.REPORTED, "ministry")
    assert measure.since == START + timedelta(days=1)


def test_what_stood_before_the_watch_is_baseline() -> None:
    assert reasons(acted("signed", evidence(baseline=True))) == ["baseline"]


def test_taking_a_stage_back_is_a_correction() -> None:
    introduced, signed = (
        act for act, _, _ in heard([acted("introduced"), acted("signed", evidence(DAY))])
    )

    finding = decide_stage([introduced, signed], [taking_back(signed, 2 * DAY)], LADDER)

    assert finding.because is Reason.CORRECTION
    assert finding.change is not None
    assert (finding.change.before, finding.change.after) == ("signed", "introduced")


def test_two_stages_in_one_text_are_taken_in_the_laws_order() -> None:
    where = evidence(article="one")
    acts = [acted("read", where, measure="m"), acted("introduced", where, measure="m")]

    measure = fold_measure(acts, LADDER)

    assert measure is not None
    assert measure.stage == "read"


# --- laws --------------------------------------------------------------------------------------

STAGES = [*LADDER.ranks, "amended", "postponed", "rejected"]


@given(some.lists(some.sampled_from(STAGES), min_size=1, max_size=12))
def test_the_changes_tell_where_a_measure_stands(stages: list[str]) -> None:
    acts = [acted(stage, evidence(turn * DAY), measure="m") for turn, stage in enumerate(stages)]
    stands: str | None = None
    for turn, act in enumerate(acts):
        finding = decide_stage(acts[:turn], [act], LADDER)
        if finding.change and finding.because is not Reason.OUT_OF_ORDER:
            stands = finding.change.after

    measure = fold_measure(acts, LADDER)
    assert measure is not None
    assert measure.stage == stands


@given(some.lists(some.sampled_from(STAGES), min_size=1, max_size=12))
def test_a_stage_of_one_measure_is_told_once(stages: list[str]) -> None:
    acts = [acted(stage, evidence(turn * DAY), measure="m") for turn, stage in enumerate(stages)]

    changes = [decide_stage(acts[:turn], [act], LADDER).change for turn, act in enumerate(acts)]

    told = [change.after for change in changes if change and change.reason is not Reason.CONFIRMED]
    assert len(told) == len(set(told))
