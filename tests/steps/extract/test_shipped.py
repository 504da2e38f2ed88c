"""The pack as shipped, with its learnt weights: what users lean on when they install it."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from monitor.pipeline.seeds import seed_articles
from monitor.rulebook.types import ActorEntry, CueEntry, Pack, TopicEntry
from monitor.steps.extract import Extract, Extractor, Weights, shipped_network
from tests.packs import shipped_pack
from tests.steps.extract.builders import stances, with_actor, with_cue, with_topic
from tests.steps.extract.slugs import other_name, renamed, told_anew

ROOT = Path(__file__).parents[3]
SAID = date(2024, 5, 1)
LEVEL = {"prohibit": -1, "restrict": -1, "neutral": 0, "regulate": 1, "promote": 1}


@cache
def shipped() -> Pack:
    return shipped_pack()


@cache
def weights() -> Weights:
    learnt = shipped().weights
    assert learnt is not None
    return Weights.from_json(learnt)


@cache
def reader() -> Extractor:
    return Extractor(shipped(), weights(), shipped_network())


def read_with(pack: Pack, title: str, text: str, language: str = "en") -> Extract:
    return Extractor(pack, weights(), shipped_network()).extract(
        title, text, language=language, said=SAID
    )


PLAIN = [
    ("en", "Bank of Russia proposes to ban crypto mining", "", ("bank-of-russia", "mining", -1)),
    (
        "en",
        "Finance Ministry backs crypto mining",
        "The Ministry of Finance supports cryptocurrency mining and wants to develop it.",
        ("ministry-of-finance", "mining", 1),
    ),
    (
        "en",
        "Finance Ministry opposes a ban on crypto mining",
        "The Ministry of Finance is against a ban on mining.",
        ("ministry-of-finance", "mining", 1),
    ),
    (
        "en",
        "State Duma supports stablecoins",
        "The State Duma backs the development of stablecoins.",
        ("state-duma", "stablecoins", 1),
    ),
    (
        "ru",
        "Банк России предложил запретить майнинг криптовалют",
        "Банк России предлагает запретить майнинг.",
        ("bank-of-russia", "mining", -1),
    ),
    (
        "ru",
        "Минфин поддержал майнинг криптовалют",
        "Минфин поддерживает развитие майнинга.",
        ("ministry-of-finance", "mining", 1),
    ),
    (
        "es",
        "El Banco de Rusia propone prohibir la minería de criptomonedas",
        "",
        ("bank-of-russia", "mining", -1),
    ),
]


@pytest.mark.parametrize(("language", "title", "text", "said"), PLAIN)
def test_a_plain_position_is_read(
    language: str, title: str, text: str, said: tuple[str, str, int]
) -> None:
    found = reader().extract(title, text, language=language, said=SAID)

    assert said in {(one.actor, one.topic, LEVEL[one.stance]) for one in found.stances}


@pytest.mark.parametrize(
    ("title", "stage", "body"),
    [
        ("State Duma passes bill on crypto mining in first reading", "first-reading", "state-duma"),
        ("Госдума приняла закон о майнинге в первом чтении", "first-reading", "state-duma"),
        ("The law on crypto mining came into force in Russia", "in-force", None),
    ],
)
def test_a_plain_act_is_read(title: str, stage: str, body: str | None) -> None:
    language = "en" if title.isascii() else "ru"

    found = reader().extract(title, "", language=language, said=SAID)

    assert stage in {act.stage for act in found.acts}
    assert body is None or body in {act.body for act in found.acts if act.stage == stage}


# --- the seeds ---------------------------------------------------------------------------------


def from_seed(number: int) -> tuple[set[tuple[str, str, str]], Extract, str]:
    seed = seed_articles(ROOT / "seeds")[number]
    found = reader().extract(
        seed.title, seed.text, language=seed.language or "en", said=seed.said_at.date()
    )
    return stances(found), found, seed.whole


def test_the_first_seed_tells_who_wants_what_of_mining_and_trading() -> None:
    said, _, _ = from_seed(0)

    assert ("putin", "mining", "promote") in said
    assert ("bank-of-russia", "mining", "prohibit") in said
    assert ("bank-of-russia", "trading", "prohibit") in said
    assert any(one[0] == "ministry-of-finance" and one[2] == "regulate" for one in said)


def test_the_second_seed_tells_of_a_trading_desk_and_of_mining_as_an_export() -> None:
    said, _, _ = from_seed(1)

    assert ("vtb", "trading", "promote") in said
    assert any(
        actor in {"kremlin", "government"}
        and topic == "mining"
        and level in {"regulate", "promote"}
        for actor, topic, level in said
    )


@pytest.mark.parametrize("number", [0, 1])
def test_what_the_seeds_tell_is_quoted_verbatim(number: int) -> None:
    _, found, whole = from_seed(number)

    for one in (*found.stances, *found.acts):
        assert whole[one.quote.start : one.quote.end] == one.quote.text
        assert one.cue in one.quote.text
        assert 8 <= len(one.quote.text) <= 400


# --- the pack alone says what is read ----------------------------------------------------------


def test_an_actor_that_was_added_is_read_without_training() -> None:
    museum = ActorEntry(id="museum", title="Museum", words={"en": ("Polytechnic Museum",)})

    found = read_with(
        with_actor(shipped(), museum), "Polytechnic Museum proposes to ban crypto mining", ""
    )

    assert ("museum", "mining", "prohibit") in stances(found)


def test_a_cue_that_was_added_is_read_without_training() -> None:
    cue = CueEntry(id="drown", level="prohibit", words={"en": ("drown*",)})
    title, text = "Bank of Russia drowns crypto mining", "The Bank of Russia drowns crypto mining."

    found = read_with(with_cue(shipped(), cue), title, text)

    assert ("bank-of-russia", "mining", "prohibit") in stances(found)


def test_a_topic_that_was_added_is_read_without_training() -> None:
    topic = TopicEntry(id="museums", title="museums", words={"en": ("crypto museum*",)})

    found = read_with(with_topic(shipped(), topic), "Bank of Russia bans crypto museums", "")

    assert ("bank-of-russia", "museums", "prohibit") in stances(found)


@pytest.mark.parametrize("number", [0, 1])
def test_under_other_slugs_the_seeds_tell_the_same(number: int) -> None:
    seed = seed_articles(ROOT / "seeds")[number]
    _, plain, _ = from_seed(number)

    other = Extractor(renamed(shipped()), weights(), shipped_network()).extract(
        seed.title, seed.text, language="en", said=seed.said_at.date()
    )

    assert other == told_anew(plain)
    assert other_name(plain.stances[0].actor) == other.stances[0].actor
