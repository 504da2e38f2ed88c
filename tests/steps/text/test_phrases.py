"""Phrases of the pack are found in every form they take, and nothing else is."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.steps.text import Phrasebook, fold, words
from monitor.steps.text.phrases import by_language, inflected

ROOT = Path(__file__).parents[3]


def found(text: str, *spellings: str, language: str = "en") -> list[str]:
    """The parts of the text that are one of the spellings."""
    tokens = words(text)
    book = Phrasebook((spelling, language, spelling) for spelling in spellings)
    return [text[tokens[h.first].start : tokens[h.last - 1].end] for h in book.find(text, tokens)]


@pytest.mark.parametrize(
    ("why", "spelling", "text", "parts"),
    [
        ("a word is itself", "whale", "A whale, whales, WHALE.", ["whale", "WHALE"]),
        ("a star is any ending", "whal*", "Whalers hail whales: wha!", ["Whalers", "whales"]),
        ("a star is no ending as well", "whale*", "the whale", ["whale"]),
        ("a star in each word", "blue* whale*", "bluest whales", ["bluest whales"]),
        ("words stand side by side", "blue whale", "a blue big whale", []),
        ("across a hyphen", "blue whale", "the blue-whale boat", ["blue-whale"]),
        ("across a line", "blue whale", "blue\nwhale", ["blue\nwhale"]),
        ("written with a hyphen", "blue-whale", "a blue whale", ["blue whale"]),
        ("a short name in capitals is no word", "US", "let us in, the US", ["US"]),
        ("a long one is", "STORTING", "the storting", ["storting"]),
        ("a curly apostrophe", "whale's", "the whale’s back", ["whale’s"]),
        ("not inside a word", "whale", "narwhale", []),
        ("nothing but marks is never found", "...", "whale ...", []),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_a_phrase_is_found(why: str, spelling: str, text: str, parts: list[str]) -> None:
    assert found(text, spelling) == parts


@pytest.mark.parametrize("form", ["запрета", "запрету", "запретом", "запреты", "Запретов"])
def test_a_russian_word_without_star_is_found_in_its_forms(form: str) -> None:
    assert found(f"Нет {form}.", "запрет", language="ru") == [form]


def test_a_russian_phrase_is_found_with_every_word_inflected() -> None:
    assert found("Без морского министерства.", "морское министерство", language="ru") == [
        "морского министерства"
    ]


def test_a_word_that_the_dictionary_lacks_is_only_itself() -> None:
    assert inflected("крипторублище", "ru") == ("крипторублище",)
    assert found("крипторублища", "крипторублище", language="ru") == []


def test_other_languages_are_not_inflected() -> None:
    assert found("two whales", "whale") == []


def test_overlapping_phrases_are_all_found() -> None:
    assert sorted(found("the blue whale boat", "blue whale", "whale boat", "whale", "blue*")) == [
        "blue",
        "blue whale",
        "whale",
        "whale boat",
    ]


def test_one_spelling_may_have_several_senses() -> None:
    book = Phrasebook([("the ministry", "en", "fish"), ("the ministry", "en", "coast")])
    text = "the ministry"

    assert {hit.sense for hit in book.find(text, words(text))} == {"fish", "coast"}


def test_the_memory_of_words_stays_bounded() -> None:
    book = Phrasebook([("whale*", "en", "whale")], remembered=50)
    text = " ".join(f"whale{n}" for n in range(500))

    hits = book.find(text, words(text))

    assert len(hits) == 500
    assert len(book._remembered) <= 50


HOMONYMS = """
from monitor.steps.text import Phrasebook, words

lemmas = "сталь стать мыло мыть пила пить дать даль вино вина ухо уха печь нос носить".split()
text = "стали мыла пила дали вина уха печь носу"
book = Phrasebook((lemma, "ru", lemma) for lemma in lemmas)
print(ascii([hit.sense for hit in book.find(text, words(text))]))
"""


def test_phrases_are_found_in_the_same_order_in_every_process() -> None:
    found = [
        subprocess.run(
            [sys.executable, "-c", HOMONYMS],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=True,
            timeout=50,
        ).stdout
        for seed in ("1", "2")
    ]

    assert found[0] == found[1]
    assert len(found[0].split(",")) > 10


def test_word_lists_are_read_in_the_languages_asked_for() -> None:
    lists = {"en": ("whale",), "no": ("hval", "kval"), "ru": ("кит",)}

    assert by_language(lists, ["no", "de", "en"]) == [
        ("hval", "no"),
        ("kval", "no"),
        ("whale", "en"),
    ]


# --- the law -----------------------------------------------------------------------------------

LETTERS = st.text(alphabet="ab", min_size=1, max_size=3)
PIECES = st.tuples(LETTERS, st.sampled_from(["", "*"])).map("".join)
SPELLINGS = st.lists(
    st.lists(PIECES, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=6, unique=True
)
TEXTS = st.lists(
    st.tuples(LETTERS, st.sampled_from([" ", "-", ". ", "\n"])).map("".join), max_size=20
).map("".join)


def naive(spelling: str, forms: list[str]) -> list[tuple[int, int]]:
    """Each place where every word of the spelling fits, tried one by one."""
    wanted = fold(spelling).split()
    return [
        (first, first + len(wanted))
        for first in range(len(forms) - len(wanted) + 1)
        if all(
            form.startswith(piece[:-1]) if piece.endswith("*") else form == piece
            for piece, form in zip(wanted, forms[first:], strict=False)
        )
    ]


@given(SPELLINGS, TEXTS)
def test_the_walk_finds_what_trying_every_place_finds(spellings: list[str], text: str) -> None:
    tokens = words(text)
    forms = [token.form for token in tokens]
    book = Phrasebook((spelling, "en", spelling) for spelling in spellings)

    hits = book.find(text, tokens)

    expected = [(*place, spelling) for spelling in spellings for place in naive(spelling, forms)]
    assert sorted((hit.first, hit.last, hit.sense) for hit in hits) == sorted(expected)
    assert [hit.first for hit in hits] == sorted(hit.first for hit in hits)


@given(SPELLINGS, TEXTS)
def test_a_text_whose_words_are_not_placed_yet_tells_the_same(
    spellings: list[str], text: str
) -> None:
    book = Phrasebook((spelling, "en", spelling) for spelling in [*spellings, "US"])
    text = f"{text} us US"

    hits, tokens = book.seek(text)

    assert hits == book.find(text, words(text))
    assert tokens == words(text)


def test_where_no_phrase_is_found_no_word_is_placed() -> None:
    book = Phrasebook([("whale", "en", "whale")])

    assert book.seek("Bread is dear.") == ([], [])
