"""What the texts of one story tell together, and when a change was told already."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from monitor.model import Change, Reason, Stance, Statement
from monitor.steps.ledger import (
    Bars,
    Silence,
    decide,
    decide_stage,
    fold,
    other_half,
    pooled,
    same_news,
)
from tests.steps.ledger.builders import LADDER, SIDES, acted, evidence, said, taking_back

KIN = {
    "mining": frozenset({"mining", "crypto"}),
    "payments": frozenset({"payments", "crypto"}),
    "crypto": frozenset({"mining", "payments", "crypto"}),
}
BARS = Bars(first=0.65, turn=0.6, back=0.85)


def sure(
    confidence: float,
    level: str = "prohibit",
    *,
    hours: float = 0,
    origin: str = "wire",
    topic: str = "mining",
    story: str = "story",
    together: float | None = None,
    background: bool = False,
) -> Statement:
    """A stance of this confidence; `together` with its story, else alone."""
    row = said(level, replace(evidence(hours, origin=origin), story=story), background=background)
    assert isinstance(row.label, Stance)
    return replace(
        row,
        label=replace(row.label, confidence=confidence, topic=topic),
        pooled=confidence if together is None else together,
    )


# --- how sure ----------------------------------------------------------------------------------


def test_a_further_origin_takes_away_some_of_the_doubt() -> None:
    new = sure(0.5, origin="paper")

    alone = pooled(new, [], KIN, SIDES)
    together = pooled(new, [sure(0.5, origin="wire")], KIN, SIDES)

    assert alone == pytest.approx(0.5)
    assert 0.5 < together < 0.75


@pytest.mark.parametrize(
    ("why", "earlier"),
    [
        ("the same origin", sure(0.5, origin="paper")),
        ("an origin that nobody names", sure(0.5, origin="")),
        ("the other side", sure(0.5, "promote")),
        ("a topic that is no kin", sure(0.5, topic="payments")),
    ],
)
def test_what_is_no_further_evidence_adds_nothing(why: str, earlier: Statement) -> None:
    assert pooled(sure(0.5, origin="paper"), [earlier], KIN, SIDES) == pytest.approx(0.5), why


def test_a_kindred_topic_of_another_origin_is_evidence() -> None:
    assert pooled(sure(0.5, origin="paper"), [sure(0.5, topic="crypto")], KIN, SIDES) > 0.5


def test_the_surest_text_counts_in_full_and_what_was_taken_back_not_at_all() -> None:
    plain = sure(0.9)
    new = sure(0.4, origin="paper", hours=1)

    assert pooled(new, [plain], KIN, SIDES) > 0.9
    assert pooled(new, [plain, taking_back(plain, 1)], KIN, SIDES) == pytest.approx(0.4)


def test_acts_are_pooled_by_topic_and_stage() -> None:
    new = replace(acted("proposed", evidence(1, origin="paper")))

    assert pooled(new, [acted("proposed")], KIN, SIDES) > 0.9
    assert pooled(new, [acted("introduced")], KIN, SIDES) == pytest.approx(0.9)


@settings(deadline=None)
@given(
    some.lists(
        some.tuples(some.floats(0, 1), some.sampled_from(["", "wire", "paper", "radio"])),
        min_size=1,
        max_size=6,
    )
)
@example([(0.75, "wire"), (0.90625, ""), (0.921875, "wire")])
def test_more_evidence_is_never_less_sure(texts: list[tuple[float, str]]) -> None:
    rows = [sure(confidence, origin=origin) for confidence, origin in texts]
    new = sure(0.5, origin="late")

    grown = [pooled(new, rows[:count], KIN, SIDES) for count in range(len(rows) + 1)]

    assert all(one <= other + 1e-9 for one, other in zip(grown, grown[1:], strict=False))
    assert all(0 <= one <= 1 for one in grown)


# --- bars --------------------------------------------------------------------------------------


def test_what_is_not_sure_enough_founds_nothing_and_is_not_forgotten() -> None:
    doubtful = sure(0.6)
    tips = sure(0.6, origin="paper", hours=1, together=0.67)

    assert decide([], [doubtful], SIDES, BARS).because is Silence.UNSURE
    assert fold([doubtful], SIDES, BARS) is None

    found = decide([doubtful], [tips], SIDES, BARS)
    position = fold([doubtful, tips], SIDES, BARS)

    assert found.because is Reason.FIRST
    assert position is not None
    assert position.origins == ("wire", "paper")


def test_a_position_turns_on_what_is_sure_and_on_nothing_less() -> None:
    known = [sure(0.9)]

    doubtful = decide(known, [sure(0.55, "promote", hours=99)], SIDES, BARS)
    plain = decide(known, [sure(0.62, "promote", hours=99)], SIDES, BARS)

    assert (doubtful.because, plain.because) == (Silence.UNSURE, Reason.REVERSAL)


def test_within_days_it_turns_back_only_on_one_text_that_is_very_sure() -> None:
    turned = [sure(0.9), sure(0.7, "promote", hours=9, origin="paper")]
    pool = sure(0.7, hours=20, origin="radio", together=0.95)

    assert decide(turned, [pool], SIDES, BARS).because is Silence.UNSURE
    assert decide(turned, [sure(0.9, hours=20)], SIDES, BARS).because is Reason.REVERSAL
    # weeks later in another story it is a turn like any other
    later = sure(0.7, hours=24 * 30, story="another")
    assert decide(turned, [later], SIDES, BARS).because is Reason.REVERSAL


def test_another_level_of_the_same_side_must_be_sure_by_itself() -> None:
    known = [sure(0.9, "restrict")]
    pool = sure(0.4, "prohibit", hours=1, origin="paper", together=0.95)

    assert decide(known, [pool], SIDES, BARS).because is Silence.UNSURE
    assert decide(known, [sure(0.9, hours=1)], SIDES, BARS).because is Reason.SHIFT


def test_a_doubtful_text_confirms_nothing() -> None:
    known = [sure(0.9)]

    alone = sure(0.4, hours=1, origin="paper", together=0.4)

    assert decide(known, [alone], SIDES, BARS).change is None


def test_a_doubtful_act_moves_no_measure() -> None:
    strict = replace(LADDER, sure_from=0.5)
    doubtful = replace(acted("proposed", measure="m"), pooled=0.4)
    backwards = replace(acted("proposed", evidence(9), measure="m"), pooled=0.4)

    assert decide_stage([], [doubtful], strict).because is Silence.UNSURE
    passed = acted("passed", evidence(1), measure="m")
    assert decide_stage([passed], [backwards], strict).because is Silence.UNSURE
    taken_back = decide_stage([passed], [taking_back(passed, 10), backwards], strict)
    assert taken_back.because is Silence.WITHDRAWN


# --- told already ------------------------------------------------------------------------------


def change(level: str = "prohibit", *, reason: Reason = Reason.FIRST, **where: object) -> Change:
    background = bool(where.pop("background", False))
    row = sure(0.9, level, **where)  # type: ignore[arg-type]
    made = decide([], [row], SIDES).change
    assert made is not None
    return replace(made, reason=reason, background=background)


def test_a_kindred_topic_was_told_already_and_another_body_was_not() -> None:
    told = [change(topic="crypto")]

    assert same_news(change(hours=5), told, KIN, SIDES) == told
    assert same_news(replace(change(hours=5), actor="ministry"), told, KIN, SIDES) == []
    assert same_news(change("promote", hours=5), told, KIN, SIDES) == []
    assert same_news(change(hours=5, topic="payments"), [change()], KIN, SIDES) == []


def test_of_one_story_a_doubtful_first_position_on_any_further_topic_was_told() -> None:
    told = [change(topic="payments")]

    def further(**where: object) -> list[Change]:
        return same_news(change(**where), told, KIN, SIDES, doubtful=True)  # type: ignore[arg-type]

    assert further(hours=5) == told
    # neither another side, nor a turn, nor another story's
    assert further(level="promote", hours=5) == []
    assert further(hours=5, reason=Reason.REVERSAL) == []
    assert further(hours=5, story="another") == []


def test_a_story_however_long_and_five_days_whatever_the_story() -> None:
    told = [change(topic="crypto")]

    assert same_news(change(hours=24 * 12), told, KIN, SIDES) == told
    assert same_news(change(hours=24 * 4, story="another"), told, KIN, SIDES) == told
    assert same_news(change(hours=24 * 6, story="another"), told, KIN, SIDES) == []


def test_who_was_last_told_the_opposite_must_hear_of_the_return() -> None:
    told = [change(), change("promote", hours=2, reason=Reason.REVERSAL)]

    assert same_news(change(hours=4, reason=Reason.REVERSAL), told, KIN, SIDES) == []


@pytest.mark.parametrize("reason", [Reason.CONFLICT, Reason.CORRECTION, Reason.BASELINE])
def test_what_sets_something_right_is_never_told_already(reason: Reason) -> None:
    assert same_news(change(hours=5, reason=reason), [change(topic="crypto")], KIN, SIDES) == []


def test_a_confirmation_is_told_where_its_own_topic_was() -> None:
    confirmed = change(hours=5, reason=Reason.CONFIRMED)

    assert same_news(confirmed, [change()], KIN, SIDES) == []
    assert len(same_news(confirmed, [change(topic="crypto")], KIN, SIDES)) == 1


def test_what_nobody_was_told_does_not_keep_silent_what_is_news() -> None:
    news = change(hours=5)

    assert same_news(news, [change(topic="crypto", background=True)], KIN, SIDES) == []
    assert same_news(news, [change(topic="crypto", reason=Reason.BASELINE)], KIN, SIDES) == []


def test_a_proposal_and_the_position_behind_it_are_two_halves_of_one_step() -> None:
    effects = LADDER.effect_sides
    position = replace(change("regulate"), actor="ministry")
    acts = [acted(stage, evidence(3), measure="m") for stage in ("proposed", "introduced")]
    proposed, introduced = (decide_stage([], [act], LADDER).change for act in acts)
    assert proposed
    assert introduced

    def halves(new: Change, told: Change) -> list[Change]:
        return other_half(new, [told], KIN, SIDES, effects, LADDER.lowest)

    assert halves(proposed, position) == [position]
    assert halves(position, introduced) == [introduced]
    # an act says more than an intention, and a ban is no permission
    assert halves(introduced, position) == []
    assert halves(proposed, replace(position, after="prohibit")) == []


def test_five_days_are_counted_in_what_was_said() -> None:
    told = change(topic="crypto", story="one")
    late = replace(told.evidence, learnt_at=told.evidence.learnt_at + timedelta(days=30))

    assert same_news(change(hours=5), [replace(told, evidence=late)], KIN, SIDES)
