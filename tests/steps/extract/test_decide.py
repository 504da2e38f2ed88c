"""What is said, given what scored how: one side a pair, from a probability on, topics together."""

from dataclasses import replace

import pytest

from monitor.steps.extract.decide import Decided, Support, decide, score
from monitor.steps.extract.scene import whole_of
from monitor.steps.extract.weights import RULES, Linear, Weights
from tests.steps.extract.builders import marked, proposed, reader

NOTHING = Support(acts={}, bodies={}, stances={}, topics={})
OPEN = replace(
    RULES,
    candidate=Linear(0.0, {}),
    pair=Linear(0.0, {"best": 1.0}),
    holder=Linear(0.0, {"best": 1.0}),
)
"""Weights under which every candidate is as likely as not."""


def decided(title: str, weights: Weights) -> list[Decided]:
    marking, vocabulary = marked(title), reader().vocabulary
    whole = whole_of(marking, vocabulary)
    scored = score(proposed(title), weights.candidate)
    return decide(scored, marking, whole, vocabulary, weights, NOTHING)


def told(found: list[Decided]) -> set[tuple[str, str, str]]:
    return {(one.candidate.actor, one.candidate.topic, one.candidate.level.slug) for one in found}


def test_the_best_candidate_stands_first() -> None:
    liking = Linear(0.0, {"H:CARRIED": -1.0, "T:narrow": 2.0})

    scored = score(proposed("The Storting bans whaling quotas"), liking)

    assert [value for value, _ in scored] == sorted((v for v, _ in scored), reverse=True)
    assert scored[0][1].topic == "quotas"


def test_a_pair_has_one_side_the_likelier() -> None:
    title = "The Storting bans whaling and permits whaling"
    against = replace(OPEN, candidate=Linear(0.0, {"L:0": 1.0}))
    in_favour = replace(OPEN, candidate=Linear(0.0, {"L:2": 1.0}))

    assert told(decided(title, against)) == {("parliament", "whaling", "forbid")}
    assert told(decided(title, in_favour)) == {("parliament", "whaling", "allow")}


@pytest.mark.parametrize(("least", "count"), [(0.4, 1), (0.6, 0)])
def test_nothing_is_said_below_the_probability_asked_for(least: float, count: int) -> None:
    strict = replace(OPEN, limits={**OPEN.limits, "holder": least})

    assert len(decided("The Storting bans whaling", strict)) == count


@pytest.mark.parametrize(
    ("why", "title", "topics"),
    [
        ("enumerated", "The Storting bans hunting, export, and quotas", 3),
        ("one behind, one before", "On quotas: the Storting bans hunting", 1),
    ],
)
def test_topics_enumerated_with_the_likeliest_are_said_with_it(
    why: str, title: str, topics: int
) -> None:
    leaning = replace(
        OPEN,
        candidate=Linear(-3.0, {"T:grammar:object": 2.5, "T:grammar:object-next": 1.5}),
        holder=Linear(3.0, {"best": 1.0}),
    )

    assert len(decided(title, leaning)) == topics


def test_a_likely_topic_beside_the_likeliest_is_said_too() -> None:
    title = "On quotas: the Storting bans hunting"

    assert {topic for _, topic, _ in told(decided(title, OPEN))} >= {"quotas", "hunting"}


def test_the_surest_stands_first() -> None:
    found = decided("The Storting bans whaling, while the Fleet permits quotas", OPEN)

    assert [one.confidence for one in found] == sorted((o.confidence for o in found), reverse=True)
    assert all(0 <= one.confidence <= 1 for one in found)
