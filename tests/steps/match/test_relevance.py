"""Which articles are ours, each reason by name: with Norway and whaling, and the shipped pack."""

from functools import cache
from pathlib import Path

import pytest

from monitor.rulebook.types import Gate
from monitor.steps.match import Gatekeeper, Relevance
from monitor.steps.match.relevance import CONFIRMED_FROM, REFUTED_BELOW, Judgement
from tests.gold.corpus import Row, read_own
from tests.packs import shipped_pack

SHIPPED = Path(__file__).parents[3] / "rules"

GATE = Gate(
    field={"en": ("whal*", "minke*"), "no": ("hval*",)},
    place={"en": ("Norway", "Norwegian*"), "no": ("Norge",)},
    none={"en": ("whale of a time",)},
    elsewhere={"en": ("Iceland",)},
    policy={"en": ("ministry", "law")},
    noise={"en": ("recipe*",)},
)


def judged(title: str, text: str = "", *, gate: Gate = GATE, language: str = "en") -> Judgement:
    keeper = Gatekeeper(gate, languages=["en", "no"], also=())
    return keeper.judge(f"{title}\n{text}", title_length=len(title), language=language)


# --- the reasons -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "title", "text"),
    [
        (Relevance.OURS, "Norway's ministry on whaling", ""),
        (Relevance.NO_FIELD, "Norway's ministry on herring", ""),
        (Relevance.NO_FIELD, "Norway's ministry had a whale of a time", ""),
        (Relevance.NO_PLACE, "The ministry on whaling", ""),
        (Relevance.ELSEWHERE, "A law on whaling", "Iceland and Norway; Iceland once more."),
        (Relevance.OURS, "A law on whaling", "Iceland and Norway."),
        (Relevance.NO_POLICY, "Whales were seen off Norway", ""),
        (Relevance.NOISE, "Norwegian whale recipes", "A recipe. The ministry eats as well."),
        (Relevance.OURS, "Norway's ministry on whale", "One recipe."),
    ],
)
def test_every_article_is_ours_or_not_for_a_reason(
    reason: Relevance, title: str, text: str
) -> None:
    assert judged(title, text).relevance is reason


@pytest.mark.parametrize("language", ["en", "no", "fi"])
@pytest.mark.parametrize(
    "text", ["Norway's ministry on herring", "En lov om sild i Norge", "", "Valas on iso"]
)
def test_what_no_language_names_the_field_in_is_none_of_ours_in_any(
    text: str, language: str
) -> None:
    keeper = Gatekeeper(GATE, languages=["en", "no"], also=())

    assert not keeper.hears_of_it(text)
    assert keeper.judge(text, title_length=0, language=language).relevance is Relevance.NO_FIELD


@pytest.mark.parametrize("text", ["Norway on whaling", "Hvalfangst i Norge", "a whale of a time"])
def test_a_word_of_the_field_is_heard_whatever_language_the_text_is_in(text: str) -> None:
    assert Gatekeeper(GATE, languages=["en", "no"], also=()).hears_of_it(text)


def test_field_and_place_may_have_to_meet_in_a_sentence() -> None:
    gate = GATE.model_copy(update={"together": "sentence"})
    text = "The ministry is in Norway. A law on whaling is old."

    assert judged("News", text, gate=gate).relevance is Relevance.APART
    assert judged("News", text + " Norwegian whales.", gate=gate).relevance is Relevance.OURS
    assert judged("News", text).relevance is Relevance.OURS


def test_without_words_of_policy_in_the_pack_none_is_asked_for() -> None:
    gate = GATE.model_copy(update={"policy": {}})

    assert judged("Whales were seen off Norway", gate=gate).ours


def test_a_word_in_the_title_counts_double() -> None:
    assert judged("Iceland", "Norway: a law on whaling.").relevance is Relevance.ELSEWHERE
    assert judged("Norway", "Iceland, Iceland: a law on whaling.").ours


def test_the_words_that_matched_are_told() -> None:
    judgement = judged("Norway's ministry on whaling", "Whalers of Norway.")

    assert judgement.matched["field"] == ("whaling", "Whalers")
    assert judgement.matched["place"] == ("Norway",)
    assert "policy: ministry" in str(judgement)
    assert str(judgement).startswith(str(Relevance.OURS))
    assert str(judged("Herring")) == "no word of the field"


def test_a_text_is_read_with_the_words_of_its_language() -> None:
    gate = Gate(field=GATE.field, place=GATE.place)

    assert judged("Norge og hvalfangst", gate=gate, language="no").ours
    assert not judged("Norge og hvalfangst", gate=gate, language="en").ours


def test_a_text_of_a_language_nobody_listed_is_read_with_all_words() -> None:
    gate = Gate(field=GATE.field, place=GATE.place)

    assert judged("Norge og whaling", gate=gate, language="fi").ours


def test_loan_words_are_looked_for_in_every_language() -> None:
    keeper = Gatekeeper(
        Gate(field=GATE.field, place=GATE.place), languages=["en", "no"], also=["en"]
    )

    assert keeper.judge("Norge og whaling", title_length=16, language="no").ours


def test_a_long_text_of_many_sentences_is_judged_quickly() -> None:
    gate = GATE.model_copy(update={"together": "sentence"})
    text = "Whaling is old. Norway has a law. " * 6000

    assert judged("News", text, gate=gate).relevance is Relevance.APART


# --- the shipped pack --------------------------------------------------------------------------


@cache
def shipped() -> Gatekeeper:
    pack = shipped_pack()
    languages = sorted({word for actor in pack.actors.actors for word in actor.words})
    return Gatekeeper(pack.topics.relevance, languages=languages, also=pack.lexicon.also_read)


def test_of_our_own_texts_none_leaves_unheard_that_its_language_would_keep() -> None:
    unheard = [row for row in read_own() if not shipped().hears_of_it(_whole(row))]

    assert len(unheard) > 100
    for row in unheard:
        judgement = shipped().judge(_whole(row), title_length=0, language=row["lang"])
        assert judgement.relevance is Relevance.NO_FIELD, row["id"]


def _whole(row: Row) -> str:
    return f"{row['title']}\n{row['text']}"


@pytest.mark.parametrize(
    ("ours", "language", "title", "text"),
    [
        (True, "en", "Bank of Russia proposes to ban crypto mining", ""),
        (True, "en", "State Duma passes a law on digital currency in Russia", ""),
        (True, "ru", "Минфин России подготовил законопроект о криптовалютах", ""),
        (True, "ru", "Госдума приняла закон о майнинге криптовалют в России", ""),
        (True, "de", "Russlands Zentralbank will Kryptowährungen verbieten", ""),
        (True, "es", "El Banco de Rusia propone prohibir las criptomonedas", ""),
        (True, "ar", "البنك المركزي في روسيا يقترح حظر العملات المشفرة", ""),
        (True, "ko", "러시아 중앙은행, 암호화폐 금지 제안", ""),
        (True, "vi", "Ngân hàng Trung ương Nga đề xuất cấm tiền mã hóa", ""),
        (False, "ko", "비트코인 가격 하락", "투자자들은 반등을 기대한다."),
        (False, "en", "Bitcoin price falls below support", "Traders see a rally; altcoins follow."),
        (False, "en", "Bitcoin rallies as traders in Russia cheer the price", "The price rose."),
        (
            False,
            "en",
            "China bans crypto mining",
            "China's regulators close mining farms in China.",
        ),
        (
            False,
            "en",
            "The SEC sues a crypto exchange",
            "The United States regulator went to court.",
        ),
        (False, "en", "Russian ministry opens a coal mine", "The mining ministry praised coal."),
        (False, "ru", "Минфин России разместил облигации", "Ведомство сообщило о спросе."),
        (False, "ru", "Курс биткоина упал", "Трейдеры ждут роста цены."),
    ],
)
def test_policy_on_crypto_in_russia_is_ours_and_price_talk_and_other_countries_are_not(
    ours: bool, language: str, title: str, text: str
) -> None:
    judgement = shipped().judge(f"{title}\n{text}", title_length=len(title), language=language)

    assert judgement.ours is ours, str(judgement)


# --- what words leave open ---------------------------------------------------------------------

POLICY = {"en": ("ministry", "law"), "no": ("ministry",)}
OPEN = GATE.model_copy(update={"hints": {"en": ("harpoon*",)}, "at_home": ("no",)})
LEFT_OPEN = [
    (Relevance.HINTED, "Norway's ministry on harpoons", "en"),
    (Relevance.AT_HOME, "The ministry on hvalfangst", "no"),
    (Relevance.NO_POLICY, "Whales were seen off Norway", "en"),
]


@pytest.mark.parametrize(("reason", "title", "language"), LEFT_OPEN)
def test_where_words_leave_it_open_the_text_as_a_whole_decides(
    reason: Relevance, title: str, language: str
) -> None:
    by_words = judged(title, gate=OPEN.model_copy(update={"policy": POLICY}), language=language)

    assert by_words.relevance is reason
    assert by_words.is_open
    assert not by_words.ours
    assert by_words.after_reading(CONFIRMED_FROM + 1).relevance is Relevance.CONFIRMED
    assert by_words.after_reading(CONFIRMED_FROM + 1).ours
    assert by_words.after_reading(CONFIRMED_FROM - 1) == by_words


def test_a_text_that_is_surely_of_something_else_is_not_ours_whatever_its_words() -> None:
    by_words = judged("Norway's ministry on whaling")

    assert by_words.after_reading(REFUTED_BELOW - 1).relevance is Relevance.REFUTED
    assert not by_words.after_reading(REFUTED_BELOW - 1).ours
    assert by_words.after_reading(REFUTED_BELOW + 1) == by_words


def test_nobody_who_could_tell_changes_nothing() -> None:
    for title in ("Norway's ministry on whaling", "Norway's ministry on harpoons"):
        by_words = judged(title, gate=OPEN)
        assert by_words.after_reading(None) == by_words


@pytest.mark.parametrize("title", ["Harpoons for sale", "Law on harpoons", "Norwegian harpoons"])
def test_a_hint_alone_leaves_nothing_open(title: str) -> None:
    assert judged(title, gate=OPEN).relevance is Relevance.NO_FIELD


def test_another_place_is_not_home() -> None:
    gate = OPEN.model_copy(update={"policy": POLICY, "elsewhere": {"no": ("Iceland",)}})

    told = judged("The ministry on hvalfangst", "Iceland has one.", gate=gate, language="no")

    assert told.relevance is Relevance.NO_PLACE
