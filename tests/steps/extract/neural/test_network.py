"""The shipped network: what holds of its opinion whatever it has learnt, and that it has learnt."""

import math

import pytest

from monitor.pipeline.reading import PackReader
from monitor.steps.extract import Extractor, shipped_network
from monitor.steps.extract.neural import Network, Opinion
from monitor.steps.extract.neural.encoder import Arrays
from monitor.steps.extract.neural.network import CUES_AT_ONCE
from tests.pipeline.builders import article
from tests.steps.extract.builders import marked, reader
from tests.steps.extract.test_shipped import shipped


def opinion(title: str, text: str = "") -> Opinion:
    told = shipped_network().read(marked(title, text), len(title), reader().vocabulary, "en")
    assert told is not None
    return told


def read(title: str, language: str = "en") -> Opinion | None:
    field = Extractor(shipped())
    marking = field.mark(title, "", language=language, said=None)
    return shipped_network().read(marking, len(title), field.vocabulary, language)


def test_whose_name_it_is_makes_no_difference() -> None:
    one = opinion("Coast Guard wants to ban hunting", "Fleet opposes the ban.")
    other = opinion("Ministry of Harbours wants to ban hunting", "Fleet opposes the ban.")

    assert [*one.holders.values()] == [*other.holders.values()]
    assert [*one.pairs.values()] == [*other.pairs.values()]
    assert {actor for actor, _ in one.holders} == {"coast-guard", "fleet"}


class Unread(Exception):
    """The arrays were asked for."""


def unread() -> tuple[Arrays, Arrays]:
    raise Unread


def test_its_arrays_are_asked_for_with_the_first_text_that_is_read_and_not_before() -> None:
    field = Extractor(shipped(), network=Network(unread))
    reading = PackReader(shipped(), network=Network(unread))

    # what is none of ours needs no network
    assert not reading.read(article("one", "The ferry leaves at nine.")).relevant
    with pytest.raises(Unread):
        field.extract("Bank of Russia bans mining", "", language="en", said=None)


def test_one_text_says_nothing_of_the_next() -> None:
    before = opinion("Coast Guard wants to ban hunting")
    opinion("Fleet wants hunting", "It said so. " * 200)

    assert opinion("Coast Guard wants to ban hunting") == before


@pytest.mark.parametrize("title", ["", "Whales", "Coast Guard", "ban", "sealed", "hunting " * 3000])
def test_any_text_gets_an_opinion_of_numbers(title: str) -> None:
    told = opinion(title)

    numbers = [*told.holders.values(), *told.pairs.values(), *told.cues.values()]
    assert all(map(math.isfinite, numbers))


@pytest.mark.parametrize(
    ("title", "language", "side"),
    [
        ("Bank of Russia wants to ban crypto mining", "en", -1),
        ("Bank of Russia backs crypto mining", "en", 1),
        ("Банк России предлагает запретить майнинг криптовалют", "ru", -1),
        ("Банк России поддержал майнинг криптовалют", "ru", 1),
    ],
)
def test_it_tells_who_is_for_from_who_is_against(title: str, language: str, side: int) -> None:
    told = read(title, language)

    assert told is not None
    assert told.holders["bank-of-russia", side] > told.holders["bank-of-russia", -side]
    assert (
        told.pairs["bank-of-russia", "mining", side] > told.pairs["bank-of-russia", "mining", -side]
    )


def test_in_a_language_that_it_was_never_taught_it_has_no_opinion() -> None:
    assert read("Ministerie tegen verbod", "nl") is None
    assert read("Ministerium gegen Verbot", "de") is not None


def test_a_text_made_of_cues_is_judged_to_its_last() -> None:
    told = opinion("Coast Guard and Fleet on hunting", "They ban it. " * 100)

    assert len(told.claims) > CUES_AT_ONCE
    assert len({frozenset(claims) for claims in told.claims.values()}) == 1
    claimed = [odds for claims in told.claims.values() for odds in claims.values()]
    assert all(map(math.isfinite, [*claimed, *told.pairs.values()]))
