"""Who is named, what it is about, which words carry force: overlaps settled, clauses cut."""

from datetime import date

import pytest

from monitor.steps.extract.mentions import Marking
from monitor.steps.extract.vocabulary import Role
from tests.steps.extract.builders import marked


def slugs(marking: Marking, role: Role) -> list[str]:
    return [hit.sense.slug for one in marking.sentences for hit in one.of(role)]


def clauses(title: str) -> list[str]:
    """The words of the title, cut where clauses begin."""
    marking = marked(title)
    parts: dict[int, list[str]] = {}
    for token, begun in zip(marking.tokens, marking.clauses, strict=True):
        parts.setdefault(begun, []).append(token.form)
    return [" ".join(part) for part in parts.values()]


# --- actors ------------------------------------------------------------------------------------


def test_the_longest_name_wins_its_place() -> None:
    text = "The Ministry of Fisheries, the fisheries ministry."

    assert slugs(marked(text), "actor") == ["fisheries-ministry"] * 2
    assert slugs(marked("The ministry of harbours"), "actor") == ["harbour-ministry"]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("The Ministry of Fisheries met. The ministry spoke.", "fisheries-ministry"),
        ("The Ministry of Harbours met. The ministry spoke.", "harbour-ministry"),
        (
            "The Ministry of Harbours met the Ministry of Fisheries. The ministry spoke.",
            "fisheries-ministry",
        ),
        (
            "The Ministry of Fisheries met the Ministry of Harbours. The ministry spoke.",
            "harbour-ministry",
        ),
    ],
)
def test_a_weak_name_goes_to_the_bearer_named_last(text: str, last: str) -> None:
    assert slugs(marked(text), "actor")[-1] == last


def test_a_weak_name_of_several_bearers_is_nobody_s_where_none_was_named() -> None:
    assert slugs(marked("The ministry spoke."), "actor") == []


def test_a_weak_name_of_one_bearer_is_his_at_once() -> None:
    assert slugs(marked("The service spoke."), "actor") == ["coast-guard"]


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (date(2021, 10, 13), []),
        (date(2021, 10, 14), ["fisheries-ministry"]),
        (date(2024, 2, 1), ["fisheries-ministry"]),
        (date(2024, 2, 2), []),
        (None, ["fisheries-ministry"]),
    ],
)
def test_a_person_speaks_for_the_institution_during_the_tenure(
    said: date | None, known: list[str]
) -> None:
    assert slugs(marked("Kari Example spoke.", said=said), "actor") == known


# --- cues, stages, topics ----------------------------------------------------------------------


def test_a_cue_inside_a_name_is_none() -> None:
    assert slugs(marked("Ban Watch met."), "cue") == []
    assert slugs(marked("Ban Watch bans it."), "cue") == ["ban"]


def test_a_phrase_of_two_sentences_is_none() -> None:
    assert slugs(marked("The Coast. Guard the whales."), "actor") == []


def test_a_narrow_topic_covers_the_general_word_inside_it() -> None:
    assert slugs(marked("whaling quotas and whaling"), "topic") == ["whaling", "quotas", "whaling"]


def test_the_title_is_a_sentence_of_its_own() -> None:
    marking = marked("Storting on whaling", "It met. It spoke.")

    assert [one.is_title for one in marking.sentences] == [True, False, False]


def test_an_empty_title_leaves_no_sentence_marked_as_title() -> None:
    assert [one.is_title for one in marked("", "It met.").sentences] == [False]


# --- clauses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It met: it spoke", ["it met", "it spoke"]),
        ("It met (it spoke) at sea", ["it met", "it spoke", "at sea"]),
        ("It met - it spoke", ["it met", "it spoke"]),
        ("It met the fleet, which spoke", ["it met the fleet", "which spoke"]),
        ("It met while whales slept", ["it met", "while whales slept"]),
        ("It met, but the Fleet spoke", ["it met", "but the fleet spoke"]),
        ("hunting, sale, and export", ["hunting sale and export"]),
        ("It met, and the Fleet spoke", ["it met", "and the fleet spoke"]),
        ("the Fleet and the Coast Guard", ["the fleet and the coast guard"]),
        ("a well-known quota", ["a well known quota"]),
    ],
)
def test_clauses_begin_where_somebody_else_may_act(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts


def test_what_stands_between_quotation_marks_is_known() -> None:
    marking = marked('It said "whales swim" and «boats sail» and “fish” today')

    quoted = [t.form for t, q in zip(marking.tokens, marking.quoted, strict=True) if q]

    assert quoted == ["whales", "swim", "boats", "sail", "fish"]
