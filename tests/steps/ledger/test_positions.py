"""What one actor holds on one topic: how it is founded, moved, doubted and taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.model import Certainty, Change, Reason, Statement
from monitor.steps.ledger import Finding, Silence, decide, fold
from tests.steps.ledger.builders import SIDES, START, evidence, said, taking_back


def told(statements: Sequence[Statement]) -> list[Finding]:
    """What the ledger made of each, one after the other."""
    return [
        decide(statements[:turn], [statement], SIDES) for turn, statement in enumerate(statements)
    ]


def reasons(statements: Sequence[Statement]) -> list[str]:
    return [finding.because.value for finding in told(statements)]


# --- founding and moving -----------------------------------------------------------------------


def test_nothing_said_is_no_position() -> None:
    assert fold([], SIDES) is None


def test_a_first_statement_founds_the_position() -> None:
    first = said("restrict", evidence(3))

    position, [finding] = fold([first], SIDES), told([first])

    assert position is not None
    assert (position.stance, position.certainty) == ("restrict", Certainty.REPORTED)
    assert position.since == position.last_said == START + timedelta(hours=3)
    assert finding.change is not None
    assert (finding.change.before, finding.change.after) == (None, "restrict")
    assert finding.change.reason is Reason.FIRST


def test_context_founds_an_unknown_position_and_says_that_it_is_context() -> None:
    [finding] = told([said("prohibit", background=True)])

    assert finding.change is not None
    assert (finding.change.reason, finding.change.background) == (Reason.FIRST, True)


@pytest.mark.parametrize(
    ("then", "because"),
    [
        ("promote", "reversal"),
        ("neutral", "reversal"),
        ("restrict", "shift"),
        ("prohibit", "re-stated"),
    ],
)
def test_another_side_is_a_reversal_and_another_level_a_shift(then: str, because: str) -> None:
    assert reasons([said("prohibit"), said(then, evidence(72))]) == ["first", because]


def test_fifty_restatements_change_nothing_and_one_reversal_is_one_change() -> None:
    # given a stance, told again by the same newsroom day after day, then its opposite
    restated = [said("prohibit", evidence(24 * day)) for day in range(51)]
    reversal = said("regulate", evidence(24 * 52))

    # when the ledger hears them all
    changes = [finding.change for finding in told([*restated, reversal]) if finding.change]

    # then two things happened
    assert [change.reason for change in changes] == [Reason.FIRST, Reason.REVERSAL]


# --- context and history -----------------------------------------------------------------------


def test_context_of_the_same_side_makes_the_position_younger() -> None:
    statements = [said("prohibit"), said("restrict", evidence(100), background=True)]

    position = fold(statements, SIDES)

    assert position is not None
    assert (position.stance, position.since) == ("prohibit", START)
    assert position.last_said == START + timedelta(hours=100)
    assert reasons(statements)[1] == "re-stated"


def test_context_of_another_side_neither_overturns_nor_makes_younger() -> None:
    statements = [said("prohibit"), said("promote", evidence(100), background=True)]

    position = fold(statements, SIDES)

    assert position is not None
    assert (position.stance, position.last_said) == ("prohibit", START)
    assert reasons(statements)[1] == "background"


def test_what_was_said_before_the_current_statement_is_history() -> None:
    statements = [said("regulate", evidence(48)), said("prohibit", evidence(0, learnt=96))]

    assert reasons(statements) == ["first", "history"]


def test_an_earlier_statement_that_still_makes_a_difference_is_a_correction() -> None:
    # given a position founded by context alone
    context = said("prohibit", evidence(48), background=True)
    # when the words themselves, said before it, are learnt later
    words = said("regulate", evidence(24, learnt=96))

    [_, finding] = told([context, words])

    # then the words stand, and it is not told as if the actor had turned
    assert finding.because is Reason.CORRECTION
    assert finding.change is not None
    assert finding.change.after == "regulate"


def test_an_undated_article_never_makes_the_words_of_another_younger() -> None:
    statements = [said("prohibit"), said("prohibit", evidence(900, undated=True))]

    position = fold(statements, SIDES)

    assert position is not None
    assert position.last_said == START


def test_what_a_source_held_before_it_was_watched_is_baseline() -> None:
    statements = [
        said("prohibit", evidence(0, baseline=True)),
        said("promote", evidence(72, baseline=True)),
    ]

    assert reasons(statements) == ["baseline", "baseline"]


# --- certainty ---------------------------------------------------------------------------------


def test_a_second_independent_origin_confirms() -> None:
    statements = [
        said("prohibit", evidence(0, origin="wire")),
        said("prohibit", evidence(1, origin="wire")),
        said("restrict", evidence(2, origin="paper"), background=True),
    ]

    assert reasons(statements) == ["first", "re-stated", "confirmed"]


def test_the_actors_own_voice_is_sure_at_once() -> None:
    position = fold([said("prohibit", evidence(official=True))], SIDES)

    assert position is not None
    assert position.certainty is Certainty.CONFIRMED


def test_an_origin_that_nobody_names_is_not_shown_to_be_independent() -> None:
    statements = [said("prohibit", evidence(1, origin=name)) for name in ("wire", "", "")]

    position = fold(statements, SIDES)

    assert position is not None
    assert position.certainty is Certainty.REPORTED


def test_after_a_reversal_certainty_begins_anew() -> None:
    position = fold(
        [
            said("prohibit", evidence(0, origin="wire")),
            said("prohibit", evidence(1, origin="paper")),
            said("promote", evidence(99, origin="wire")),
        ],
        SIDES,
    )

    assert position is not None
    assert (position.certainty, position.origins) == (Certainty.REPORTED, ("wire",))


# --- conflict ----------------------------------------------------------------------------------

FIRST = {"speaker": "the chair"}
OTHER = {"speaker": "the deputy"}


def test_two_speakers_who_contradict_within_two_days_are_a_conflict() -> None:
    statements = [said("prohibit", **FIRST), said("promote", evidence(48), **OTHER)]

    position = fold(statements, SIDES)

    assert reasons(statements) == ["first", "conflict"]
    assert position is not None
    assert (position.stance, position.disputed) == ("promote", True)


@pytest.mark.parametrize(
    ("why", "earlier", "later"),
    [
        (
            "later than 48 hours",
            said("prohibit", **FIRST),
            said("promote", evidence(48.1), **OTHER),
        ),
        ("the same speaker", said("prohibit", **FIRST), said("promote", evidence(1), **FIRST)),
        ("a speaker unnamed", said("prohibit", **FIRST), said("promote", evidence(1))),
        ("a turn cue", said("prohibit", **FIRST), said("promote", evidence(1), turn=True, **OTHER)),
        (
            "the later one official",
            said("prohibit", **FIRST),
            said("promote", evidence(1, official=True), **OTHER),
        ),
        ("no opposite", said("prohibit", **FIRST), said("neutral", evidence(1), **OTHER)),
        (
            "one text",
            said("prohibit", evidence(0, article="one"), **FIRST),
            said("promote", evidence(0, article="one"), **OTHER),
        ),
        (
            "the earlier one context",
            said("prohibit", background=True, **FIRST),
            said("promote", evidence(1), **OTHER),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_all_else_of_another_side_is_a_reversal(
    why: str, earlier: Statement, later: Statement
) -> None:
    assert reasons([earlier, later]) == ["first", "reversal"]


def test_a_report_against_an_official_source_is_a_conflict() -> None:
    statements = [said("prohibit", evidence(official=True)), said("promote", evidence(5))]

    assert reasons(statements) == ["first", "conflict"]


def test_a_conflict_is_told_once_and_ends_when_another_origin_holds_the_newer_side() -> None:
    statements = [
        said("prohibit", evidence(0, origin="wire"), **FIRST),
        said("promote", evidence(2, origin="wire"), **OTHER),
        said("prohibit", evidence(3, origin="wire"), **FIRST),
        said("promote", evidence(4, origin="wire"), **OTHER),
        said("promote", evidence(5, origin="paper"), **OTHER),
    ]

    assert reasons(statements) == ["first", "conflict", "contested", "re-stated", "confirmed"]
    settled = fold(statements, SIDES)
    assert settled is not None
    assert not settled.disputed


def test_new_evidence_for_the_older_side_corrects_the_conflict() -> None:
    statements = [
        said("prohibit", evidence(0, origin="wire"), **FIRST),
        said("promote", evidence(2, origin="wire"), **OTHER),
        said("restrict", evidence(6, origin="paper")),
    ]

    position = fold(statements, SIDES)

    assert reasons(statements) == ["first", "conflict", "correction"]
    assert position is not None
    assert (position.stance, position.disputed) == ("restrict", False)
    assert position.certainty is Certainty.CONFIRMED  # two origins carry the older side


# --- retraction --------------------------------------------------------------------------------


def test_a_retraction_gives_the_earlier_position_back_as_a_correction() -> None:
    first, mistaken = said("prohibit"), said("promote", evidence(72))

    finding = decide([first, mistaken], [taking_back(mistaken, 80)], SIDES)

    assert finding.because is Reason.CORRECTION
    assert finding.change is not None
    assert (finding.change.before, finding.change.after) == ("promote", "prohibit")


def test_a_corrected_article_is_one_correction_not_two_changes() -> None:
    first, mistaken = said("prohibit"), said("promote", evidence(72))
    replaced = said("neutral", evidence(72, learnt=80))

    finding = decide([first, mistaken], [taking_back(mistaken, 80), replaced], SIDES)

    assert finding.because is Reason.CORRECTION
    assert finding.change is not None
    assert (finding.change.before, finding.change.after) == ("promote", "neutral")


def test_taking_back_the_only_statement_leaves_nothing_to_tell() -> None:
    only = said("prohibit")

    finding = decide([only], [taking_back(only, 5)], SIDES)

    assert finding.change is None
    assert finding.because is Silence.WITHDRAWN


# --- laws --------------------------------------------------------------------------------------


@some.composite
def histories(draw: some.DrawFn) -> list[Statement]:
    """Statements in order of arrival, said at any time before, some taken back later."""
    rows: list[Statement] = []
    for learnt in range(draw(some.integers(1, 12))):
        where = evidence(
            draw(some.sampled_from([0, 1, 30, 60, 61, 200])),
            learnt=300 + learnt,
            origin=draw(some.sampled_from(["wire", "paper", ""])),
            official=draw(some.booleans()),
        )
        live = [row for row in rows if row.retracts is None]
        if live and draw(some.integers(0, 5)) == 0:
            rows.append(replace(taking_back(draw(some.sampled_from(live)), 300 + learnt)))
            continue
        rows.append(
            said(
                draw(some.sampled_from(sorted(SIDES))),
                where,
                background=draw(some.booleans()),
                turn=draw(some.booleans()),
                speaker=draw(some.sampled_from([None, "the chair", "the deputy"])),
            )
        )
    return rows


@given(histories())
def test_the_changes_tell_what_stands(history: list[Statement]) -> None:
    # given every change that was told on the way, and positions that were withdrawn
    stands: str | None = None
    for turn, statement in enumerate(history):
        finding = decide(history[:turn], [statement], SIDES)
        if finding.change:
            assert finding.change.before == stands
            stands = finding.change.after
        elif finding.because is Silence.WITHDRAWN and fold(history[: turn + 1], SIDES) is None:
            stands = None

    # then the last of them is the fold of all
    position = fold(history, SIDES)
    assert stands == (position.stance if position else None)


@given(histories(), some.randoms(use_true_random=False))
def test_the_order_in_which_rows_are_read_does_not_matter(history, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(history)
    random.shuffle(shuffled)

    assert fold(shuffled, SIDES) == fold(history, SIDES)


@given(histories())
def test_deciding_again_gives_the_same_change(history: list[Statement]) -> None:
    def changes() -> list[Change | None]:
        return [finding.change for finding in told(history)]

    assert changes() == changes()
