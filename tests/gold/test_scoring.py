"""The figures, on cases that can be counted by hand."""

import pytest

from tests.gold.scoring import (
    GENERAL,
    Figure,
    Labels,
    act_figure,
    all_general,
    constant_acts,
    constant_stances,
    pair_up,
    relevance_figure,
    same_topic,
    stance_figure,
)

Label = dict[str, str]


def stance(actor: str, topic: str, level: str) -> Label:
    return {"actor": actor, "topic": topic, "stance": level}


def act(topic: str, stage: str, effect: str = "permits") -> Label:
    return {"topic": topic, "stage": stage, "effect": effect}


def row(name: str, *, stances: tuple[Label, ...] = (), acts: tuple[Label, ...] = ()) -> dict:
    return {"id": name, "relevant": True, "stances": list(stances), "regulation": list(acts)}


# --- a figure ----------------------------------------------------------------------------------


def test_precision_recall_and_their_mean() -> None:
    figure = Figure(hits=3, given=4, wanted=6)

    assert figure.precision == 0.75
    assert figure.recall == 0.5
    assert figure.f1 == pytest.approx(0.6)
    assert figure + Figure(1, 1, 1) == Figure(4, 5, 7)


def test_where_nothing_was_given_or_wanted_a_figure_is_nought() -> None:
    assert Figure(0, 0, 0).f1 == Figure(0, 0, 0).precision == Figure(0, 0, 5).recall == 0


# --- pairing -----------------------------------------------------------------------------------


def near(one: str, other: str) -> bool:
    return one[0] == other[0]


@pytest.mark.parametrize(
    ("why", "wanted", "given", "hits"),
    [
        ("same", ["a1"], ["a1"], 1),
        ("near", ["a1"], ["a2"], 1),
        ("far", ["a1"], ["b1"], 0),
        ("one given answers one wanted", ["a1", "a2"], ["a3"], 1),
        ("one wanted takes one given", ["a1"], ["a2", "a3"], 1),
        ("the same label twice counts once", ["a1", "a1"], ["a1", "a1"], 1),
        ("the same is not spent on the near", ["a1", "a2"], ["a2"], 1),
        ("the same first, then the near", ["a1", "a2"], ["a2", "a3"], 2),
        ("nothing", [], [], 0),
    ],
)
def test_labels_are_paired_one_to_one(
    why: str, wanted: list[str], given: list[str], hits: int
) -> None:
    assert pair_up(wanted, given, near) == Figure(hits, len(set(given)), len(set(wanted)))


def test_what_is_the_same_is_not_spent_on_what_is_near() -> None:
    def only_b(one: str, other: str) -> bool:
        return (one, other) == ("a", "b")

    assert pair_up(["a", "b"], ["b"], only_b) == Figure(1, 1, 2)
    assert pair_up(["a", "b"], ["b", "c"], lambda x, y: y == "b" or (x, y) == ("a", "c")).hits == 2


# --- topics ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("mining", "mining", True),
        ("mining", GENERAL, True),
        ("trading", "securities", True),
        ("payments", "stablecoins", True),
        ("trading", "payments", False),
        ("mining", "taxation", False),
    ],
)
def test_topics_of_a_family_and_the_general_one_stand_for_each_other(
    one: str, other: str, same: bool
) -> None:
    assert same_topic(one, other) is same_topic(other, one) is same


# --- stances and acts --------------------------------------------------------------------------

WANTED = [
    row("x", stances=(stance("bank", "mining", "prohibit"), stance("duma", "trading", "promote"))),
    row("y", stances=(stance("bank", "payments", "neutral"),)),
]
GIVEN: Labels = {
    "x": [
        stance("bank", "mining", "restrict"),
        stance("duma", "securities", "regulate"),
        stance("duma", "taxation", "promote"),
    ],
    "unknown": [stance("bank", "payments", "neutral")],
}


@pytest.mark.parametrize(("how", "hits"), [("lenient", 2), ("strict", 1), ("levels", 0)])
def test_stances_are_compared(how: str, hits: int) -> None:
    assert stance_figure(WANTED, GIVEN, how=how) == Figure(hits, 3, 3)


@pytest.mark.parametrize(("how", "hits"), [("lenient", 2), ("strict", 1), ("effects", 0)])
def test_acts_are_compared(how: str, hits: int) -> None:
    wanted = [row("x", acts=(act("mining", "passed"), act("trading", "signed")))]
    given = {"x": [act("mining", "passed", "taxes"), act(GENERAL, "signed"), act("x", "x")]}

    assert act_figure(wanted, given, how=how) == Figure(hits, 3, 2)


def test_another_actor_or_another_side_is_never_near() -> None:
    wanted = [row("x", stances=(stance("bank", "mining", "prohibit"),))]

    for wrong in (stance("duma", "mining", "prohibit"), stance("bank", "mining", "regulate")):
        assert stance_figure(wanted, {"x": [wrong]}, how="lenient").hits == 0


def test_relevance_counts_what_was_rightly_called_ours() -> None:
    rows = [row("x"), row("y"), {**row("z"), "relevant": False}]

    assert relevance_figure(rows, {"x": True, "y": False, "z": True}) == Figure(1, 2, 2)


# --- trivial systems ---------------------------------------------------------------------------


def test_the_constant_systems_give_the_commonest_label_to_every_relevant_article() -> None:
    common, rare = stance("bank", "mining", "prohibit"), stance("duma", "trading", "promote")
    rows = [
        row("x", stances=(common,), acts=(act("mining", "passed"),)),
        row("y", stances=(common, rare), acts=(act("mining", "passed"),)),
        {**row("z"), "relevant": False},
    ]

    assert constant_stances(rows) == {"x": [common], "y": [common]}
    assert constant_acts(rows) == dict.fromkeys("xy", [act("mining", "passed")])


def test_labels_made_general_are_the_same_labels_once() -> None:
    labels = {"x": [stance("bank", "mining", "prohibit"), stance("bank", "trading", "prohibit")]}

    assert all_general(labels) == {"x": [stance("bank", GENERAL, "prohibit")]}
