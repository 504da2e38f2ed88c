"""What tells events apart: names by their sound, numbers however they are written, rare words."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.model import Act, Article, Quote, Reading, Stance
from monitor.steps.identify import traits_of, weigh, written
from monitor.steps.identify.traits import ALL, MOST, NAMES, Traits, outline_of, sound_of, words_in

DAY = datetime(2024, 3, 4, tzinfo=UTC)
SIDES = {"prohibit": -1, "promote": 1}


def traits(title: str, text: str = "", *, reading: Reading | None = None, language: str = "en"):  # type: ignore[no-untyped-def]
    article = Article(id="a", url="", title=title, text=text, arrived_at=DAY)
    return traits_of(article, reading or Reading(True, "", language), SIDES)


def stance(actor: str, topic: str, level: str = "prohibit") -> Stance:
    quote = Quote("so it says", 0, 10)
    return Stance(actor, topic, level, 0.9, False, quote, "so", "subject")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("набиуллина", "nabiullina"),
        ("набиуллиной", "nabiullina"),
        ("силуановым", "siluanov"),
        ("чебесков", "tschebeskow"),
        ("garantex", "гарантекс"),
        ("москве", "moskva"),
    ],
)
def test_a_name_sounds_alike_in_two_alphabets(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


def test_different_names_sound_different() -> None:
    assert len({sound_of(name) for name in ("aksakov", "siluanov", "moiseev", "oreshkin")}) == 4


def test_a_name_is_a_capital_that_no_sentence_begins_with() -> None:
    found = traits("A word with Oreshkin", "Yesterday the VTB met. Today nobody met.").names

    assert set(found) == {sound_of("oreshkin"), sound_of("vtb")}


@pytest.mark.parametrize("spelling", ["1,500,000", "1 500 000", "1.500.000", "1\u00a0500\u00a0000"])
def test_a_number_is_the_same_however_its_thousands_are_parted(spelling: str) -> None:
    assert set(traits(f"They paid {spelling} for 2.5 shares").numbers) == {"1500000", "2.5"}


def test_what_the_reading_found_is_told_in_slugs() -> None:
    quote = Quote("so it says", 0, 10)
    act = Act("mining", "house", "passed", "permits", 0.9, quote, "passed", number="77-8")
    reading = Reading(True, "", "en", ("mining",), ("bank",), (stance("bank", "mining"),), (act,))

    found = traits("News", reading=reading)

    assert {"actor:bank", "topic:mining", "act:mining/passed", "number:77-8"} <= set(found.marks)
    assert (found.sides, found.steps, found.actor) == (
        {"bank/mining": -1},
        ("mining/passed",),
        "bank",
    )


def test_many_holders_on_many_topics_are_a_roundup() -> None:
    holders = [stance(f"actor-{n}", f"topic-{n % 3}") for n in range(4)]

    assert traits("News", reading=Reading(True, "", "en", stances=tuple(holders))).roundup
    assert not traits("News", reading=Reading(True, "", "en", stances=tuple(holders[:3]))).roundup


def test_a_long_text_leaves_bounded_traits() -> None:
    found = traits("News", " ".join(f"{'abcdefghij'[n % 10]}{n}x Word{n}" for n in range(3000)))

    assert {len(found.words), len(found.names)} == {MOST["words"], MOST["names"]}


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    counts = {(words_in("en"), ALL): 1000, (words_in("en"), "mining"): 900}

    outline = weigh(traits("Quorum mining"), lambda space, word: counts.get((space, word), 1))

    assert outline.words["quorum"] > 5 * outline.words["mining"]


@given(some.text(max_size=60), some.text(max_size=200))
def test_an_outline_is_read_as_it_was_written(title: str, text: str) -> None:
    found: Traits = traits(title, text)

    outline = weigh(found, lambda space, word: 1)

    assert outline_of(written(outline)) == outline
    assert written(outline_of(written(outline))) == written(outline)


def test_each_space_counts_its_own_words() -> None:
    found = traits("Novak met Novak", language="de")

    assert found.spaces()[words_in("de")]["novak"] == 4
    assert found.spaces()[NAMES] == Counter({sound_of("novak"): 1})


def test_what_is_common_is_lent_until_a_service_has_counted_itself() -> None:
    common = {words_in("en"): {"mining": 0.9}}

    def weights(articles: int) -> tuple[float, float]:
        """Of the common word and of the rare one, where each stood in every article so far."""
        outline = weigh(traits("Quorum mining"), lambda space, word: articles, common)
        return outline.words["mining"], outline.words["quorum"]

    first, later = weights(1), weights(500)

    assert first[0] < 0.5 * first[1]
    assert later[0] == later[1]
