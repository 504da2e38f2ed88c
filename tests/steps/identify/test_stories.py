"""Where an article belongs: alike, following, apart; and which stories turn out to be one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.model import Act, Article, Quote, Reading, Sketch, Stance
from monitor.steps.identify import (
    BY_HAND,
    WINDOW,
    JoinWeights,
    Place,
    Placing,
    merging,
    place,
    traits_of,
    weigh,
    written,
)
from monitor.steps.identify.likeness import likenesses

DAY = datetime(2024, 3, 4, tzinfo=UTC)
SIDES = {"prohibit": -1, "promote": 1}
QUOTE = Quote("so it says", 0, 10)


def sketch(name: str, title: str = "News", *, story: str = "", days: float = 0, **more) -> Sketch:  # type: ignore[no-untyped-def]
    at = DAY + timedelta(days=days)
    article = Article(id=name, url="", title=title, text=more.pop("text", ""), arrived_at=at)
    reading = more.pop("reading", Reading(True, "", more.pop("language", "en")))
    content = written(weigh(traits_of(article, reading, SIDES), lambda space, word: 1))
    plain = {"undated": False, "roundup": False, "seed": False}
    return Sketch(name, story or f"story of {name}", at, content=content, **{**plain, **more})


def acting(stage: str) -> Reading:
    act = Act("mining", "house", stage, "permits", 0.9, QUOTE, stage)
    return Reading(True, "", "en", ("mining",), ("house",), acts=(act,))


def holding(level: str) -> Reading:
    stance = Stance("bank", "mining", level, 0.9, False, QUOTE, "so", "subject")
    return Reading(True, "", "en", ("mining",), ("bank",), stances=(stance,))


def judged(**probability: float):  # type: ignore[no-untyped-def]
    """A judge that knows the answer: by the names of the two, in either order."""

    def judge(one: Sketch, others: Sequence[Sketch]) -> list[float]:
        return [_told(probability, one.article_id, other.article_id) for other in others]

    return judge


def _told(probability: Mapping[str, float], one: str, other: str) -> float:
    return probability.get(f"{one}_{other}", probability.get(f"{other}_{one}", 0.0))


def beside(one: Sketch, other: Sketch) -> float:
    return BY_HAND.probabilities(one, [other])[0]


WEIGHTS = JoinWeights(bias=0, of={}, join=0.7, merge=0.6, follow=0.3)


# --- placing -----------------------------------------------------------------------------------


def test_an_article_joins_the_story_of_its_best() -> None:
    near = [sketch(name, story="one") for name in "abcd"] + [sketch("e", story="two")]

    found = place(sketch("new"), near, WEIGHTS, judged(new_a=0.9, new_b=0.8, new_c=0.7, new_e=0.75))

    assert found == Place(Placing.ALIKE, "one", rivals=("two",))


def test_one_that_is_alike_does_not_outweigh_one_that_is_not() -> None:
    near = [sketch("a", story="one"), sketch("b", story="one")]

    found = place(sketch("new"), near, WEIGHTS, judged(new_a=0.95, new_b=0.1))

    assert found.why is Placing.SEQUEL


def test_what_is_like_nothing_opens_a_story() -> None:
    assert place(sketch("new"), [], WEIGHTS, judged()).why is Placing.APART
    assert place(sketch("new"), [sketch("a")], WEIGHTS, judged(new_a=0.2)) == (
        Place(Placing.APART, None)
    )


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        (acting("passed"), acting("signed"), Placing.STAGE),
        (acting("passed"), acting("passed"), Placing.SEQUEL),
        (holding("prohibit"), holding("promote"), Placing.DENIAL),
        (holding("prohibit"), holding("prohibit"), Placing.SEQUEL),
    ],
)
def test_what_is_near_but_not_the_same_follows_with_a_reason(
    before: Reading, now: Reading, why: Placing
) -> None:
    near = [sketch("a", story="one", reading=before)]

    found = place(sketch("new", reading=now), near, WEIGHTS, judged(new_a=0.5))

    assert (found.why, found.story) == (why, "one")


def test_nothing_joins_a_roundup() -> None:
    near = [sketch("a", story="one", roundup=True)]

    assert place(sketch("new"), near, WEIGHTS, judged(new_a=0.99)).why is Placing.APART


def test_a_roundup_joins_what_it_is_most_like() -> None:
    near = [sketch("a", story="one")]

    found = place(sketch("new", roundup=True), near, WEIGHTS, judged(new_a=0.9))

    assert (found.why, found.story) == (Placing.ALIKE, "one")


def test_what_retells_a_seed_names_it_even_where_the_seed_tells_several_events() -> None:
    near = [sketch("seed", seed=True, roundup=True), sketch("a", story="one")]

    found = place(sketch("new"), near, WEIGHTS, judged(new_seed=0.8, new_a=0.9))

    assert (found.story, found.seed) == ("one", "seed")


@given(some.permutations(range(5)))
def test_the_order_of_what_is_near_does_not_count(order: list[int]) -> None:
    near = [sketch(f"n{n}", story=f"s{n % 2}") for n in range(5)]
    judge = judged(new_n0=0.9, new_n1=0.9, new_n2=0.8, new_n3=0.8, new_n4=0.3)

    found = place(sketch("new"), [near[n] for n in order], WEIGHTS, judge)

    assert found == place(sketch("new"), near, WEIGHTS, judge)


# --- merging -----------------------------------------------------------------------------------


def test_the_mean_over_all_pairs_merges_and_the_older_story_stays() -> None:
    old, young = sketch("a", story="z-old"), sketch("b", story="young", days=1)
    new = sketch("new", story="young", days=1)

    merged = merging("young", ["z-old"], [old, young, new], WEIGHTS, judged(new_a=0.9, a_b=0.5))

    assert merged == [("young", "z-old")]


def test_one_strong_link_does_not_merge() -> None:
    near = [sketch("a", story="one"), sketch("b", story="two"), sketch("new", story="two")]

    assert merging("two", ["one"], near, WEIGHTS, judged(new_a=0.99)) == []


def test_stories_that_lie_too_far_apart_do_not_merge_but_the_undated_lengthen_none() -> None:
    late = WINDOW.days + 1
    sure = judged(a_new=0.9)
    dated = [sketch("a", story="one"), sketch("new", story="two", days=late)]
    undated = [dated[0], sketch("new", story="two", days=late, undated=True)]

    assert merging("two", ["one"], dated, WEIGHTS, sure) == []
    assert merging("two", ["one"], undated, WEIGHTS, sure) == [("two", "one")]


# --- weighing ----------------------------------------------------------------------------------

QUAY = "Lindow council votes for a register of drones, says mayor Hartwig"
AGAIN = "Mayor Hartwig: Lindow votes for the drone register"
OTHER = "Ferry to Arnsby is late again as engines fail"


def test_likeness_is_symmetric() -> None:
    one, other = sketch("a", QUAY, days=1), sketch("b", AGAIN, reading=holding("promote"))

    assert likenesses(one, [other]) == likenesses(other, [one])


def test_an_article_is_as_like_another_among_many_as_it_is_alone() -> None:
    one = sketch("a", QUAY, days=1)
    others = [sketch("b", AGAIN, reading=holding("promote")), sketch("c", OTHER), sketch("d", "")]

    together = BY_HAND.probabilities(one, others)

    assert together == [BY_HAND.probabilities(one, [other])[0] for other in others]
    assert BY_HAND.probabilities(one, []) == []


def test_weights_set_by_hand_tell_a_retelling_from_other_news() -> None:
    first = sketch("a", QUAY)

    again = beside(sketch("b", AGAIN, days=1), first)
    other = beside(sketch("c", OTHER), first)
    weeks_later = beside(sketch("d", AGAIN, days=13), first)

    assert again > BY_HAND.join > BY_HAND.follow > other
    assert weeks_later < again


def test_names_and_numbers_speak_across_languages() -> None:
    first = sketch("a", "Mayor of Lindow, Hartwig, fines 37 owners of Kestrel drones 1,250 crowns")
    abroad = sketch("b", "Мэр города Линдов Хартвиг наказал 37 владельцев Кестрел: 1250 крон",
                    language="ru")  # fmt: skip
    other = sketch("c", "В городе Арнсби паром снова опоздал на 4 часа", language="ru")

    near, far = beside(abroad, first), beside(other, first)
    assert near > BY_HAND.join > BY_HAND.follow > far


def test_weights_come_back_from_their_file() -> None:
    weights = replace(BY_HAND, common={"words:en": {"harbou": 0.4}})

    assert JoinWeights.from_json(weights.to_json()) == weights


@pytest.mark.parametrize(
    "broken", [{"join": 1.5}, {"join": None}, {"of": 3}, {"bias": "much"}, {"of": {"words": "x"}}]
)
def test_weights_that_are_none_are_refused(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        JoinWeights.from_json({**BY_HAND.to_json(), **broken})
