"""Lines of strangers: what is read, what is refused and how, and that offsets hold."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.pipeline import lines as limits
from monitor.pipeline.lines import Entry, read_lines
from monitor.pipeline.rehearsal import analyze_lines
from tests.pipeline.builders import PhraseReader, line

BAN = "The bank prohibits mining"


def analyzed(*lines: str | bytes) -> list[dict[str, Any]]:
    return list(analyze_lines(lines, PhraseReader()))


def entry(**fields: Any) -> Entry:
    [read] = read_lines([json.dumps({"id": "1", "title": "A title", **fields})])
    assert isinstance(read, Entry), read
    return read


# --- refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("{", "the line is no JSON"),
        (b'{"id": "1", "title": "\xff"}', "the line is not UTF-8 at byte 23"),
        ('{"id": }', "the line is no JSON: Expecting value at character 8"),
        ('{"id":', "the line is no JSON: Expecting value at its end"),
        ("[1]", "the line is no JSON object"),
        ("[" * 100_000, "the line is no JSON"),
        ('{"id": ' + "9" * 5000 + "}", "the line is no JSON"),
        ('{"title": "A title"}', "id: a string"),
        ('{"id": 7, "title": "A title"}', "id: a string"),
        ('{"id": "\\ud800", "title": "A title"}', "id: holds a character"),
        ("x" * (limits.MAX_LINE + 1), "the line is longer than 16 MiB"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_line_that_names_no_article_is_told_by_its_number(broken: str | bytes, said: str) -> None:
    [refused] = analyzed(broken)

    assert refused["line"] == 1
    assert str(refused["error"]).startswith(said)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": None}, "title: is missing"),
        ({"title": "\n"}, "title: is missing"),
        ({"title": ["A"]}, "title: a string is needed, not list"),
        ({"text": 7}, "text: a string is needed, not int"),
        ({"date": "yesterday"}, "date: 'yesterday' is no date"),
        ({"date": "2024-02-30"}, "date: '2024-02-30' is no date"),
        ({"date": "0001-01-01T00:00+14:00"}, "date: '0001-01-01T00:00+14:00' is no date"),
        ({"arrived": "\ud800"}, "arrived: '\\\\ud800' is no date"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_an_article_that_cannot_be_read_is_told_by_its_id(
    fields: dict[str, Any], said: str
) -> None:
    [refused] = analyzed(json.dumps({"id": "seven", "title": "A title", **fields}))

    assert refused["id"] == "seven"
    assert str(refused["error"]).startswith(said)


def test_a_bad_line_costs_no_other_and_keeps_its_place() -> None:
    told = analyzed(line("1", BAN), "", "{", line("2", BAN))

    assert [row.get("id", row.get("line")) for row in told] == ["1", 3, "2"]
    assert [len(row.get("stances", [])) for row in told] == [1, 0, 1]


# --- read --------------------------------------------------------------------------------------


def test_all_but_id_and_title_may_be_missing_or_null() -> None:
    bare = entry()
    nulls = entry(url=None, text=None, date=None, arrived=None, lang=None)

    assert bare == nulls
    assert (bare.url, bare.text, bare.date, bare.language) == ("", "", None, None)


@pytest.mark.parametrize(
    ("written", "read"),
    [("en", "en"), ("EN", "en"), ("pt-BR", "pt"), ("Klingon", None), ("", None), ("x", None)],
)
def test_a_language_that_nobody_knows_is_left_to_the_text(written: str, read: str | None) -> None:
    assert entry(lang=written).language == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2022-01-20", "2022-01-20T00:00:00+00:00"),
        ("2022-01-20T03:00:00+03:00", "2022-01-20T00:00:00+00:00"),
        ("2022-01-20T03:00:00", "2022-01-20T03:00:00+00:00"),
        ("2022-01-20T03:00:00Z", "2022-01-20T03:00:00+00:00"),
    ],
)
def test_a_date_is_an_instant_in_utc(written: str, read: str) -> None:
    date = entry(date=written).date

    assert date is not None
    assert date.isoformat() == read


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert analyzed(b"\xef\xbb\xbf" + line("1", BAN).encode())[0]["id"] == "1"


# --- offsets -----------------------------------------------------------------------------------


def whole(written: str) -> str:
    fields = json.loads(written)
    return f"{fields['title']}\n{fields.get('text') or ''}"


@pytest.mark.parametrize(
    ("why", "title", "text"),
    [
        ("plain", "A title", BAN),
        ("in the title", BAN, ""),
        ("control characters", "A\x00 ti\x07tle\r", f"\r\n\r\n\x1b[2J\u202e{BAN}"),
        ("letters outside the first plane", "𝔄 title 😀", f"😀 {BAN}"),
        ("a title longer than what is read", "t" * 5000, BAN),
        ("more text than is read", "A title", BAN + ". " + "word " * 200_000),
    ],
    ids=lambda value: value if len(value) < 40 else "",
)
def test_a_quote_stands_in_the_line_as_it_was_given(why: str, title: str, text: str) -> None:
    written = line("1", text, title=title)

    [told] = analyzed(written)

    [stance] = told["stances"]
    assert whole(written)[stance["start"] : stance["end"]] == stance["quote"] == BAN


def test_half_a_character_never_reaches_the_output() -> None:
    written = json.dumps({"id": "1", "title": "A \ud800 title", "text": f"\udfff {BAN}"})

    [told] = analyzed(written)

    json.dumps(told, ensure_ascii=False).encode()
    [stance] = told["stances"]
    assert whole(written)[stance["start"] : stance["end"]] == stance["quote"] == BAN


def test_what_lies_beyond_the_limit_is_not_read() -> None:
    [told] = analyzed(line("1", "word " * (limits.MAX_TEXT // 5) + BAN))

    assert told["stances"] == []


@given(some.text(some.characters(codec=None), max_size=60), some.integers(0, 60))
def test_cleaning_moves_no_character(text: str, at: int) -> None:
    # lone surrogates included: JSON can carry them
    read = entry(text=text)

    assert len(f"{read.title}\n{read.text}") == len(read.raw)
    first, last = read.span(0, len(read.raw))
    read.raw[first:last].encode()
