"""Article -> Reading: the gate, the language, what it says; broken weights are told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import PackError
from monitor.model import Article
from monitor.pipeline.reading import PackReader, build_reader
from monitor.rulebook.load import load_pack
from monitor.rulebook.types import Pack
from monitor.steps.extract.weights import RULES
from tests.packs import shipped_pack, shipped_reader
from tests.rulebook.packs import MINIMAL

MAY = datetime(2022, 5, 1, tzinfo=UTC)
TITLE = "Norwegian Storting bans whaling"
TEXT = "The Storting of Norway forbids nothing else. Whales swim off Oslo."


@cache
def tiny() -> Pack:
    return load_pack(MINIMAL)


@cache
def reader() -> PackReader:
    return build_reader(tiny())


def article(title: str, text: str = "", **more: Any) -> Article:
    return Article("a", "https://post.example/a", title, text, MAY, **more)


def test_an_article_that_is_ours_is_read_to_its_end() -> None:
    reading = reader().read(article(TITLE, TEXT, language="en"))

    assert reading.relevant
    assert "field: whaling" in reading.because
    assert reading.actors == ("parliament",)
    assert reading.topics == ("whaling",)
    assert [(s.actor, s.topic, s.stance) for s in reading.stances] == [
        ("parliament", "whaling", "forbid")
    ]


def test_an_article_that_is_not_ours_is_not_read_further() -> None:
    reading = reader().read(article("The Storting bans quotas", language="en"))

    assert not reading.relevant
    assert reading.because == "no word of the field"
    assert reading.stances == ()
    assert reading.acts == ()
    assert reading.actors == ()


def test_a_language_that_is_missing_is_guessed() -> None:
    english = reader().read(article(TITLE, TEXT))
    norwegian = reader().read(
        article("Stortinget forbyr hvalfangst i Norge", "Det norske Stortinget vil ha det slik.")
    )

    assert english.language == "en"
    assert norwegian.language == "no"
    assert [one.actor for one in norwegian.stances] == ["parliament"]


def test_an_article_of_a_language_nobody_listed_is_read_with_all_words() -> None:
    reading = reader().read(article("Stortinget bans hvalfangst, Norway", language="fi"))

    assert reading.language == "fi"
    assert [(s.actor, s.stance) for s in reading.stances] == [("parliament", "forbid")]


def test_persons_count_by_the_day_of_the_article_not_by_its_arrival() -> None:
    then = article("Kari Example permits whaling off Norway", language="en", published_at=MAY)
    later = replace(then, published_at=datetime(2025, 5, 1, tzinfo=UTC))
    undated = replace(then, published_at=None)

    assert [one.speaker for one in reader().read(then).stances] == ["Kari Example"]
    assert reader().read(later).stances == ()
    assert [one.speaker for one in reader().read(undated).stances] == ["Kari Example"]


PIECES = st.sampled_from(
    [TITLE, TEXT, "\n", ". ", "İ", "\x07", "\ud800", " bans ", " Norway ", " whaling ", " bill "]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(alphabet=st.characters(), max_size=60)


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from([None, "en", "fi"]))
def test_no_text_whatever_makes_reading_fail(title: str, text: str, language: str | None) -> None:
    read = article(title, text, language=language)

    reading = reader().read(read)

    assert reading.because
    for one in (*reading.stances, *reading.acts):
        assert read.whole[one.quote.start : one.quote.end] == one.quote.text


# --- weights -----------------------------------------------------------------------------------


def test_without_weights_the_rules_alone_decide() -> None:
    assert tiny().weights is None
    written = tiny().model_copy(update={"weights": RULES.to_json()})

    assert reader().read(article(TITLE, TEXT)).stances
    assert build_reader(written).read(article(TITLE, TEXT)) == reader().read(article(TITLE, TEXT))


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {**RULES.to_json(), "pair": {"bias": 0}},
        {**RULES.to_json(), "holder": {"bias": "much", "weights": {}}},
        {**RULES.to_json(), "act": []},
        {**RULES.to_json(), "sure": {"bias": 0, "weights": []}},
        {**RULES.to_json(), "candidate": {"bias": 0, "weights": {"a": None}}},
        {**RULES.to_json(), "limits": 3},
        {**RULES.to_json(), "limits": {}},
        {**RULES.to_json(), "limits": {**RULES.limits, "pair": "much"}},
        {**RULES.to_json(), "pair": {"bias": float("nan"), "weights": {}}},
    ],
    ids=[
        "nothing",
        "no weights",
        "no number",
        "no object",
        "a list",
        "null",
        "3",
        "none",
        "word",
        "nan",
    ],
)
def test_broken_weights_refuse_the_pack_and_name_the_remedy(broken: Mapping[str, Any]) -> None:
    with pytest.raises(PackError) as refused:
        build_reader(tiny().model_copy(update={"weights": broken}))

    (complaint,) = refused.value.complaints
    assert complaint.file == "weights.json"
    assert "`make train`" in complaint.problem
    assert "delete it" in complaint.problem


def test_the_shipped_weights_are_read() -> None:
    reading = shipped_reader().read(article("Bank of Russia proposes to ban crypto mining"))

    assert reading.language == "en"
    assert ("bank-of-russia", "mining") in {(one.actor, one.topic) for one in reading.stances}


# --- the text as a whole, as the shipped network reads it --------------------------------------


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        (
            "Winter without rigs in Buryatia",
            "From November to March no rig may run in the south of Buryatia, Russia's government "
            "decided on Monday. The energy ministry had asked for the ban on mining because power "
            "is short there; hosting firms speak of a blow.",
            "en",
        ),
        (
            "Криптовалюту признали имуществом в уголовном процессе",
            "Парламент принял закон об аресте криптовалюты сразу во втором и третьем чтениях. "
            "Следователь сможет изымать кошельки, суд — накладывать на монеты арест. Закон "
            "подпишет президент, в силу он вступит осенью.",
            "ru",
        ),
    ],
)
def test_what_words_leave_open_is_read_as_a_whole(title: str, text: str, language: str) -> None:
    reading = shipped_reader().read(article(title, text, language=language))

    assert reading.relevant
    assert reading.because.startswith("ours by the text as a whole")


def test_an_article_with_every_word_may_turn_out_to_be_none_of_ours() -> None:
    text = (
        "Bitcoin lost six percent overnight after Moscow ordered a mobilisation and the court in "
        "New York refused a fund. Ether and solana followed, traders in Russia and elsewhere sold, "
        "and the market is nervous before the Fed's decision on interest rates."
    )

    reading = shipped_reader().read(article("Bitcoin falls below 19,000", text, language="en"))

    assert not reading.relevant
    assert reading.because.startswith("not ours by the text as a whole")


def test_without_a_network_words_alone_decide() -> None:
    by_rules = PackReader(shipped_pack(), RULES)
    title = "Russia's government bans rigs in Buryatia"

    assert not by_rules.read(article(title, language="en")).relevant
    assert by_rules.read(article(title, language="en")).because.startswith("the field is only")
