"""Who holds what a cue says, and about what: one rule of grammar at a time."""

import pytest

from monitor.steps.extract.grammar import likely_holders, likely_topics
from tests.steps.extract.builders import scene_of


@pytest.mark.parametrize(
    ("rule", "holders", "text"),
    [
        ("subject", ["parliament"], "The Storting bans whaling"),
        ("subject", ["parliament"], "The Storting, asked by reporters, bans whaling"),
        (
            "subject",
            ["parliament"],
            "It said to the Fleet last week that the Storting bans whaling",
        ),
        ("owner", ["fleet"], "Storting hears today of the Fleet's ban on whaling"),
        ("doer", ["parliament"], "To the Fleet: whaling is banned by the Storting"),
        ("doer", ["coast-guard"], "The Storting sees whaling banned by Coast Guard"),
        ("relative", ["fleet"], "The Storting met today with the Fleet, which bans whaling"),
        ("speaker-after", ["fleet"], "Whaling is banned, said the Fleet"),
        ("speaker-after", ["fleet"], "Whaling is banned, the Fleet said"),
        ("clause-before", ["parliament"], "The Storting spoke: whaling is banned"),
        ("after", ["fleet"], "A ban on whaling for the Fleet"),
        ("recipient", ["fleet"], "Word came to the Fleet of a ban on whaling"),
    ],
)
def test_a_cue_is_held_by(rule: str, holders: list[str], text: str) -> None:
    assert likely_holders(scene_of(text)) == dict.fromkeys(holders, rule)


def test_a_sentence_that_names_nobody_is_held_by_who_acted_in_the_one_before() -> None:
    scene = scene_of("News", "Coast Guard met. The Storting told the Fleet. It bans whaling.")

    assert likely_holders(scene) == {"parliament": "carried"}


def test_a_recipient_is_not_carried_over() -> None:
    scene = scene_of("News", "To the Fleet all of this was told by Storting. It bans whaling.")

    assert likely_holders(scene) == {"parliament": "carried"}


def test_a_text_that_names_nobody_has_no_holder() -> None:
    assert likely_holders(scene_of("A ban on whaling")) == {}


def test_who_is_joined_holds_it_too() -> None:
    assert likely_holders(scene_of("The Storting and the Fleet ban whaling")) == {
        "parliament": "subject",
        "fleet": "subject-joined",
    }


def test_a_recipient_is_no_holder_beside_a_subject() -> None:
    assert likely_holders(
        scene_of("The Storting meant this when it told Coast Guard to ban whaling")
    ) == {"parliament": "subject"}


@pytest.mark.parametrize(
    ("topics", "text"),
    [
        ({"quotas": "object"}, "The Storting bans quotas"),
        ({"export": "object"}, "Beside quotas the Storting bans export"),
        ({"quotas": "before"}, "Quotas are banned"),
        ({"export": "sentence"}, "The Fleet bans it, while export goes on"),
        (
            {"hunting": "object", "export": "object-next", "quotas": "object-next"},
            "A ban on the hunting, export, and quotas",
        ),
        ({"hunting": "object"}, "A ban on hunting so that all of the good old export goes on"),
        ({}, "A ban"),
    ],
)
def test_a_cue_is_about(topics: dict[str, str], text: str) -> None:
    assert likely_topics(scene_of(text)) == topics
