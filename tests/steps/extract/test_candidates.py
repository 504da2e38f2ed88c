"""Candidates are generous, come from the pack alone, and say how their cue may be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.steps.extract.acts import act_candidates
from monitor.steps.extract.scene import whole_of
from tests.steps.extract.builders import marked, proposed, reader, whaling


def readings(text: str) -> set[tuple[str, str]]:
    """(level, how it is read) of the candidates."""
    return {
        (one.level.slug, name)
        for one in proposed(text)
        for name in one.features
        if name in {"R:as-said", "R:turned:near", "R:turned:far", "R:softened"}
    }


@pytest.mark.parametrize(
    ("text", "level", "how"),
    [
        ("The Storting bans whaling", "forbid", "R:as-said"),
        ("The Storting opposes the ban on whaling", "allow", "R:turned:near"),
        ("The Storting wants quotas rather than ban whaling", "allow", "R:turned:near"),
        ("The Storting does not intend to prohibit whaling", "allow", "R:turned:near"),
        ("The Storting is not of those who wish to allow whaling", "forbid", "R:turned:far"),
        ("The Storting considers a ban on whaling", "open", "R:softened"),
    ],
)
def test_a_cue_may_be_read_as(text: str, level: str, how: str) -> None:
    assert (level, how) in readings(text)


@pytest.mark.parametrize(
    "text",
    [
        "The Storting bans whaling, not fishing",
        "The Storting bans whaling not fishing",
        "The Storting does not sleep, the Fleet bans whaling",
        "Not today: the Storting bans whaling",
    ],
)
def test_a_turning_word_behind_the_cue_or_in_another_clause_does_not_turn_it(text: str) -> None:
    assert readings(text) == {("forbid", "R:as-said")}


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("The Storting does not ever again so ban whaling", "R:turned:near"),
        ("The Storting does not ever again want to ban whaling", "R:turned:far"),
        ("The Storting does not" + " ever" * 12 + " ban whaling", "R:turned:far"),
        ("The Storting does not" + " ever" * 13 + " ban whaling", ""),
        ("Not that the Storting would ever wish to ban whaling", ""),
    ],
)
def test_a_turning_word_reaches_a_few_words_by_itself_and_further_behind_the_holder(
    text: str, how: str
) -> None:
    assert readings(text) == {("forbid", "R:as-said")} | ({("allow", how)} if how else set())


def test_candidates_keep_the_order_in_which_the_text_names_actors() -> None:
    found = proposed("Storting, Fleet, Coast Guard on quotas", "It was a ban.")

    assert list(dict.fromkeys(one.actor for one in found)) == ["parliament", "fleet", "coast-guard"]


def test_whoever_is_named_near_a_cue_may_hold_it() -> None:
    found = {one.actor for one in proposed("The Fleet, told by the Storting, bans whaling")}

    assert found == {"fleet", "parliament"}


def test_the_general_topic_may_always_be_meant() -> None:
    assert {one.topic for one in proposed("The Fleet bans quotas")} == {"quotas", "whaling"}


@pytest.mark.parametrize(
    ("where", "title", "text"),
    [
        ("before", "News", "It met. Quotas rose. The Storting bans it."),
        ("after", "News", "It met. The Storting bans it. Quotas rose."),
        ("title", "Quotas", "It met. The Storting bans it."),
        ("far", "News", "Quotas rose. It met. The Storting bans it."),
    ],
)
def test_a_topic_that_the_sentence_lacks_is_told_by_where_it_stands(
    where: str, title: str, text: str
) -> None:
    (found,) = (one for one in proposed(title, text) if one.topic == "quotas")

    assert f"T:narrow|elsewhere|{where}" in found.features


def test_a_speaker_is_told_where_a_person_is_named() -> None:
    assert {one.speaker for one in proposed("Kari Example bans whaling")} == {"Kari Example"}


def test_marks_of_time_are_told() -> None:
    assert all(one.turn for one in proposed("The Storting now bans whaling"))
    assert all(one.background for one in proposed("The Storting has long banned whaling"))
    assert all(one.background for one in proposed("The Storting formerly banned whaling"))
    assert not any(one.turn or one.background for one in proposed("The Storting bans whaling"))


# --- the law -----------------------------------------------------------------------------------

WORDS = st.sampled_from(
    "Storting Fleet Coast Guard the ministry bans not opposes allows whaling quotas export , . : "
    "- which while and by to said proposes amended considers it Kari Example bill".split()
)
TEXTS = st.lists(WORDS, max_size=40).map(" ".join)


@given(TEXTS, TEXTS)
def test_every_candidate_comes_from_the_pack_and_stands_in_the_text(title: str, text: str) -> None:
    pack = whaling()
    actors = {one.id for one in pack.actors.actors}
    topics = {one.id for one in pack.topics.topics}
    levels = {one.id for one in pack.stances.levels}

    for one in proposed(title, text):
        assert one.actor in actors
        assert one.topic in topics
        assert one.level.slug in levels
        assert one.sentence.sentence.first <= one.cue.first < one.sentence.sentence.last


@given(TEXTS, TEXTS)
def test_every_candidate_of_an_act_comes_from_the_pack(title: str, text: str) -> None:
    marking, vocabulary = marked(title, text), reader().vocabulary

    for one in act_candidates(marking, vocabulary, whole_of(marking, vocabulary)):
        assert one.stage in vocabulary.stages
        assert one.topic in {topic.id for topic in whaling().topics.topics}
        assert one.body is None or one.body in vocabulary.actors


@given(TEXTS)
def test_no_feature_names_an_actor_a_topic_or_a_cue(title: str) -> None:
    slugs = {"parliament", "fleet", "coast-guard", "fisheries-ministry", "quotas", "export"}
    parts = {part for one in proposed(title) for name in one.features for part in name.split(":")}

    assert not slugs & {piece for part in parts for piece in part.split("|")}
