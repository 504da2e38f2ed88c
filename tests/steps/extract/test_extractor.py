"""One text read to its end: what it says, verbatim quotes, and what a pack's edit does at once."""

import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Quote
from monitor.rulebook.types import ActorEntry, CueEntry, Pack, TopicEntry
from monitor.steps.extract import Extract, Extractor
from monitor.steps.extract.extractor import LONGEST_QUOTE, SHORTEST_QUOTE
from tests.steps.extract.builders import (
    read,
    reader,
    stances,
    whaling,
    with_actor,
    with_cue,
    with_topic,
)
from tests.steps.extract.slugs import renamed, told_anew


def read_with(pack: Pack, title: str, text: str = "", language: str = "en") -> Extract:
    return Extractor(pack).extract(title, text, language=language, said=None)


# --- stances -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The Storting bans whaling", {("parliament", "whaling", "forbid")}),
        ("The Storting permits quotas", {("parliament", "quotas", "allow")}),
        ("Whaling is banned, said the Fleet", {("fleet", "whaling", "forbid")}),
        ("The Storting opposes the ban on whaling", {("parliament", "whaling", "allow")}),
        (
            "The Storting bans hunting, export, and quotas",
            {
                ("parliament", "hunting", "forbid"),
                ("parliament", "export", "forbid"),
                ("parliament", "quotas", "forbid"),
            },
        ),
        (
            "The Storting bans whaling, while the Fleet permits it",
            {("parliament", "whaling", "forbid"), ("fleet", "whaling", "allow")},
        ),
        ("The Storting met the Fleet on whaling", set()),
        ("A ban on whaling", set()),
    ],
)
def test_the_rules_alone_read(text: str, said: set[tuple[str, str, str]]) -> None:
    assert stances(read(text)) == said


def test_an_actor_has_one_side_on_a_topic() -> None:
    found = read(
        "The Storting bans whaling",
        "The Storting permits whaling. The Storting bans whaling. The Storting allows whaling.",
    )

    assert len({(one.actor, one.topic) for one in found.stances}) == len(found.stances)


def test_who_is_named_and_what_it_is_about_is_told_most_named_first() -> None:
    found = read("Fleet on quotas", "The Fleet met the Storting on export and quotas.")

    assert found.actors == ("fleet", "parliament")
    assert found.topics == ("quotas", "export")


def test_a_person_speaks_for_the_institution_in_office_then() -> None:
    title = "Kari Example permits whaling"

    in_office = read(title, said=date(2022, 5, 1))

    assert stances(in_office) == {("fisheries-ministry", "whaling", "allow")}
    assert in_office.stances[0].speaker == "Kari Example"
    assert stances(read(title, said=date(2024, 5, 1))) == set()


# --- acts --------------------------------------------------------------------------------------


def test_an_act_has_a_stage_a_body_that_can_act_and_an_effect() -> None:
    found = read("The Fleet says: Storting passed the bill to end whaling, Prop. 12 L")

    assert [(a.topic, a.stage, a.body, a.effect, a.number) for a in found.acts] == [
        ("whaling", "passed", "parliament", "ends-it", "12")
    ]


def test_a_body_that_cannot_act_at_a_stage_gives_way_to_one_that_can() -> None:
    found = read("The Fleet passed the bill on whaling", "The Storting met.")

    assert {act.body for act in found.acts if act.stage == "passed"} == {"parliament"}


@pytest.mark.parametrize(
    ("text", "body"), [("The Storting met.", "parliament"), ("", "fisheries-ministry")]
)
def test_of_several_that_can_act_the_one_named_did_else_the_likeliest(text: str, body: str) -> None:
    found = read("The Fleet saw the bill on whaling sealed", text)

    assert [act.body for act in found.acts if act.stage == "sealed"] == [body]


def test_a_stage_where_anybody_can_act_and_nobody_is_named_has_the_unnamed_body() -> None:
    found = read("The rule on whaling was amended")

    assert [(act.stage, act.body) for act in found.acts] == [("amended", "somebody")]


def test_a_number_is_normalised_and_kept_only_where_a_pattern_names_it() -> None:
    found = read("Storting passed the bill on whaling, prop. 7-A L", "")
    bare = read("Storting passed the bill on whaling, number 7")
    behind = read("Storting passed the bill on whaling. Prop. 7 L is older.")

    assert [act.number for act in found.acts if act.stage == "passed"] == ["7-a"]
    assert [act.number for act in bare.acts if act.stage == "passed"] == [None]
    assert [act.number for act in behind.acts if act.stage == "passed"] == [None]


# --- quotes ------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [*'aЯ1İ\n\t .!?,:"«»\x01\x1f\ud800\u0301', "\r\n", " The Storting bans whaling", " bans"]
    + [" Fleet", " quotas. ", " passed the bill ", " the ministry ", " Prop. 3 L ", " not "]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join) | st.text(alphabet=st.characters(), max_size=60)


def quotes(found: Extract) -> list[Quote]:
    return [one.quote for one in (*found.stances, *found.acts)]


@settings(max_examples=200)
@given(TEXTS, TEXTS)
def test_quotes_are_verbatim_and_of_bearable_length(title: str, text: str) -> None:
    whole = f"{title}\n{text}"

    for quote in quotes(read(title, text)):
        assert whole[quote.start : quote.end] == quote.text
        assert 0 <= quote.start < quote.end <= len(whole)
        assert len(quote.text) <= LONGEST_QUOTE
        assert len(quote.text) >= min(SHORTEST_QUOTE, len(whole))


@pytest.mark.parametrize("head", ["", "it met today, "])
def test_a_long_sentence_is_quoted_around_its_cue(head: str) -> None:
    long = "the whale that swims far out at sea, " * 12
    title = f"{head}{long}the Storting bans whaling, {long[:150]}"

    found = read(title)

    assert {one.actor for one in found.stances} == {"parliament"}
    assert all("bans" in quote.text for quote in quotes(found))
    assert all(len(quote.text) == LONGEST_QUOTE for quote in quotes(found))


def test_a_very_short_sentence_is_quoted_with_what_stands_beside_it() -> None:
    actor = ActorEntry(id="x", title="X", words={"en": ("Xy",)})
    cue = CueEntry(id="no", level="forbid", words={"en": ("no",)})
    topic = TopicEntry(id="o", title="O", words={"en": ("o",)})
    pack = with_topic(with_cue(with_actor(whaling(), actor), cue), topic)

    found = read_with(pack, "Xy no o", "Whales swim.")

    assert [quote.text for quote in quotes(found)] == ["Xy no o\n"]


# --- any text ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text"),
    [("", ""), ("", "The Storting bans whaling."), ("The Storting bans whaling", ""), ("\n", "\n")],
)
def test_a_title_or_a_text_may_be_empty(title: str, text: str) -> None:
    said = {("parliament", "whaling", "forbid")} if "Storting" in title + text else set()

    assert stances(read(title, text)) == said


@pytest.mark.parametrize(
    "piece",
    [
        "The Storting bans whaling. ",
        "the Storting bans whaling, ",
        "Storting Fleet bans quotas Coast Guard permits export whaling amended ",
        "bans ",
        ". ",
        '"',
    ],
)
def test_a_text_of_any_make_is_read_within_seconds(piece: str) -> None:
    text = (piece * 200_000)[:200_000]

    begun = time.process_time()
    read("The Storting bans whaling", text)

    assert time.process_time() - begun < 6


def test_texts_are_read_independently_of_each_other() -> None:
    first = read("The Ministry of Fisheries bans whaling")
    read("The Ministry of Harbours permits whaling")

    assert read("The Ministry of Fisheries bans whaling") == first
    assert stances(read("The ministry bans whaling")) == set()


# --- the pack alone says what is read ----------------------------------------------------------


@pytest.mark.parametrize(
    ("widened", "title", "said"),
    [
        (
            lambda: with_actor(
                whaling(), ActorEntry(id="museum", title="Museum", words={"en": ("Museum",)})
            ),
            "The Museum bans whaling",
            ("museum", "whaling", "forbid"),
        ),
        (
            lambda: with_cue(
                whaling(), CueEntry(id="bless", level="allow", words={"en": ("bless*",)})
            ),
            "The Storting blesses whaling",
            ("parliament", "whaling", "allow"),
        ),
        (
            lambda: with_topic(
                whaling(), TopicEntry(id="oil", title="oil", words={"en": ("whale oil",)})
            ),
            "The Storting bans whale oil",
            ("parliament", "oil", "forbid"),
        ),
    ],
    ids=["actor", "cue", "topic"],
)
def test_what_is_added_to_the_pack_is_read_at_once(
    widened: Callable[[], Pack], title: str, said: tuple[str, str, str]
) -> None:
    assert said in stances(read_with(widened(), title))
    assert said not in stances(read(title))


def test_a_retired_actor_or_topic_is_read_no_more() -> None:
    pack = whaling()
    actors = tuple(one.model_copy(update={"status": "retired"}) for one in pack.actors.actors)
    quiet = pack.model_copy(update={"actors": pack.actors.model_copy(update={"actors": actors})})

    assert read_with(quiet, "The Storting bans whaling").actors == ()


def test_a_text_of_a_language_nobody_listed_is_read_with_all_words() -> None:
    found = read_with(whaling(), "Stortinget bans hvalfangst", language="fi")

    assert stances(found) == {("parliament", "whaling", "forbid")}
    assert stances(read_with(whaling(), "Stortinget bans hvalfangst", language="en")) == set()


STORIES = [
    ("The Storting bans hunting, export, and quotas", "The Fleet permits quotas. It bans export."),
    ("Storting and Fleet ban whaling", "The ministry allows hunting and export, said the Fleet."),
    ("The Storting passed the bill on quotas and export", "It was amended. Fleet and Coast Guard."),
]


@pytest.mark.parametrize(("title", "text"), STORIES)
def test_renaming_every_slug_changes_nothing_but_the_slugs(title: str, text: str) -> None:
    pack = whaling()

    plain = reader().extract(title, text, language="en", said=None)
    other = read_with(renamed(pack), title, text)

    assert told_anew(plain) == other
    assert plain.stances or plain.acts
