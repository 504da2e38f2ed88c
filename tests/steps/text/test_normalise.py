"""Letters, words and sentences keep their places: an offset found here is one in the text given."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.steps.text import clean, fold, forms, sentences, spelled, words
from monitor.steps.text.normalise import LONGEST_SENTENCE

ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)
"""Surrogates and controls included."""
PROSE = st.lists(
    st.sampled_from(
        [*"ab АЯё1İ́\n\t .!?…,;:\"'«»“”()-–", "Mr. ", "U.S. ", "г. ", "Oslo ", "кит ", "\ud83d"]
    ),
    max_size=80,
).map("".join)
"""Short texts where marks, breaks and shortenings meet more often than in any newspaper."""


def cut(text: str) -> list[str]:
    return [text[one.start : one.end] for one in sentences(text, words(text))]


# --- clean -------------------------------------------------------------------------------------


def test_line_breaks_of_every_system_become_one_kind() -> None:
    assert clean("one\r\ntwo\rthree\nfour") == "one\ntwo\nthree\nfour"


@pytest.mark.parametrize(
    "unwanted",
    ["\0", "\x1b", "\x85", "\u200b", "\u202e", "\u2028", "\u2066", "\ufeff", "\ud800"],
    ids=ascii,
)
def test_characters_that_cannot_be_stored_or_deceive_the_eye_become_spaces(unwanted: str) -> None:
    assert clean(f"whale{unwanted}boat") == "whale boat"


@given(ANY_TEXT)
def test_what_is_clean_can_be_stored_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)

    assert "\0" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean(cleaned) == cleaned


# --- fold --------------------------------------------------------------------------------------


@given(ANY_TEXT | PROSE)
def test_folding_never_changes_the_length_of_a_text(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("OSLO", "oslo"),
        ("Ещё ЁЖ", "еще еж"),
        ("ministry’s", "ministry's"),
        ("co–op co‑op", "co-op co-op"),
        ("İstanbul", "İstanbul"),
        ("ΣΑΣ", "σας"),
        ("straße", "straße"),
    ],
)
def test_letters_quotes_and_hyphens_are_written_in_one_way(text: str, folded: str) -> None:
    assert fold(text) == folded


# --- words -------------------------------------------------------------------------------------


def test_words_bear_their_places() -> None:
    text = "Oslo’s 2 whale-boats, KIT."

    assert [(w.form, text[w.start : w.end]) for w in words(text)] == [
        ("oslo", "Oslo"),
        ("s", "s"),
        ("2", "2"),
        ("whale", "whale"),
        ("boats", "boats"),
        ("kit", "KIT"),
    ]


def test_a_letter_and_its_accent_written_apart_are_one_letter() -> None:
    apart = "Росс\u0438\u0438\u0306ский е\u0308ж"

    assert [word.form for word in words(apart)] == ["российский", "еж"]
    assert words(apart)[-1].end == len(apart)


@given(st.one_of(ANY_TEXT, PROSE, st.text("aé ё_1-", max_size=40)))
def test_forms_are_those_of_the_words(text: str) -> None:
    assert forms(text) == [word.form for word in words(text)]


@given(st.one_of(ANY_TEXT, PROSE, st.text("aZ9 _'’“„«—…\u00a0ёЖßÉ₽\u2009\u0306", max_size=40)))
def test_forms_are_spelled_alike_however_they_are_asked_for(text: str) -> None:
    assert spelled(text) == [form.encode() for form in forms(text)]


@given(ANY_TEXT | PROSE)
def test_words_stand_in_order_and_hold_only_letters_and_digits(text: str) -> None:
    found = words(text)

    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
    assert all(one.form and 0 <= one.start < one.end <= len(text) for one in found)
    assert not any(c.isspace() or c in ".,_-'" for one in found for c in one.form)


# --- sentences ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "text", "count"),
    [
        ("plain", "Whales swim. Boats sail! Do they? Yes… Fine.", 5),
        ("the title ends at its newline", "Whales swim\nBoats sail", 2),
        ("initials", "K. Example and O. P. Example spoke.", 1),
        ("shortenings", "Mr. Example of Hval Ltd. Oslo met Dr. Other on Sept. 3.", 1),
        ("a decimal", "It costs 2.5 kroner. That is 1.000 øre.", 2),
        ("an address", "See fisheries.example for more.", 1),
        ("no space behind the stop", "Whales swim.boats sail.", 1),
        ("a quotation ends with its mark", '"Whales swim." Boats sail. “So they do.” Fine.', 4),
        ("a quotation opens", "Whales swim. «Лодки плывут». Киты тоже.", 3),
        ("a number opens", "Whales swim. 12 boats sail.", 2),
        ("several marks", "Really?! Yes... Well.", 3),
        ("Russian", "Киты плывут. Лодки тоже! А рыбы? Да.", 4),
        ("Russian shortenings", "В 2024 г. Осло, ул. Морская, продал 5 млн. Рублей.", 1),
        ("Russian initials", "К. П. Иванов молчал.", 1),
        ("only marks", "... !!! ???", 0),
        ("nothing", "", 0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_text_is_cut_where_sentences_end(why: str, text: str, count: int) -> None:
    assert len(cut(text)) == count


def test_a_sentence_is_given_without_the_space_around_it() -> None:
    assert cut("  Whales swim.  \n\n  Boats sail.  ") == ["Whales swim.", "Boats sail."]


@given(PROSE | ANY_TEXT)
def test_sentences_cover_every_word_once_and_in_order(text: str) -> None:
    tokens = words(text)
    found = sentences(text, tokens)

    assert [at for one in found for at in range(one.first, one.last)] == list(range(len(tokens)))
    assert [one.index for one in found] == list(range(len(found)))
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
    for one in found:
        assert one.start == tokens[one.first].start
        assert tokens[one.last - 1].end <= one.end <= len(text)


def test_what_never_ends_is_cut_all_the_same() -> None:
    text = "whale " * (LONGEST_SENTENCE * 3) + "boat."

    lengths = [one.last - one.first for one in sentences(text, words(text))]

    assert lengths == [LONGEST_SENTENCE] * 3 + [1]


def test_a_sentence_of_the_longest_length_stays_whole() -> None:
    text = "Whale " + "whale " * (LONGEST_SENTENCE - 1) + ". Boat."

    assert len(sentences(text, words(text))) == 2


@pytest.mark.parametrize("run", [".", "!?", ". ", '."', "\n", " ", "'", "a."], ids=ascii)
def test_no_run_of_marks_costs_more_than_its_length(run: str) -> None:
    text = run * (200_000 // len(run)) + "a"

    begun = time.process_time()
    sentences(text, words(text))

    assert time.process_time() - begun < 3
