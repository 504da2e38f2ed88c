"""Articles in a file that a person hands over, in each of its forms, and what is no such file."""

import pytest

from monitor.errors import SeedError
from monitor.rulebook.handed import articles_in

JSON = '{"title": "Quay", "text": "Meters.", "date": "2024-05-01", "lang": "en", "odd": 1}'
FRONT = "---\ntitle: Quay\ndate: 2024-05-01\nlanguage: no\n---\n"


def read(name: str, text: str) -> list[tuple[str | None, ...]]:
    return [
        (one.title, one.text, one.day, one.language) for one in articles_in(text.encode(), name)
    ]


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("a.json", JSON, "en"),
        ("a.JSON", f"[{JSON}]", "en"),
        ("a.jsonl", f"\n{JSON}\n\n", "en"),
        ("a.md", f"{FRONT}\nMeters.\n", "no"),
        ("a.md", "---\r\ndate: 2024-05-01\r\n---\r\n# Quay\r\n\r\nMeters.\r\n", None),
        ("a.markdown", f"{FRONT}# Quay\n\nMeters.", "no"),
    ],
    ids=["object", "list", "lines", "front matter", "heading, CRLF", "both"],
)
def test_an_article_is_read_alike_in_every_form(name: str, text: str, language: str) -> None:
    assert read(name, text) == [("Quay", "Meters.", "2024-05-01", language)]


def test_a_heading_that_is_not_the_title_is_text() -> None:
    [(title, text, *_)] = read("a.md", f"{FRONT}# Background\n\nMeters.")

    assert (title, text) == ("Quay", "# Background\n\nMeters.")


def test_a_plain_text_says_nothing_but_its_words() -> None:
    assert read("a.txt", "\ufeffMeters.\n") == [(None, "Meters.", None, None)]


def test_each_line_says_where_it_stands() -> None:
    found = articles_in(f"{JSON}\n\n{JSON}".encode(), "a.jsonl")

    assert [one.where for one in found] == ["a.jsonl:1", "a.jsonl:3"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF", "a.pdf: write the article as .json, .jsonl, .md or .txt"),
        ("a.json", b'{"title": \n', "a.json:2:1: is no JSON"),
        ("a.jsonl", b'{}\n{"a"}', "a.jsonl:2:5: is no JSON"),
        ("a.jsonl", b"[1]", "a.jsonl:1: write an object"),
        ("a.json", b"[" * 100_000, "nested too deep"),
        ("a.txt", "Счётчики".encode("cp1251"), "a.txt:1: is not UTF-8"),
        ("a.md", b"---\ntitle: [\n---\nText", "a.md:3:"),
        ("a.md", b"---\n- one\n---\nText", "a.md: write `key: value` between"),
        ("a.jsonl", b"\n", "a.jsonl holds no article"),
        ("a.jsonl", b"{}\n" * 1001, "more than 1000 articles"),
        ("a.txt", b"a" * (20 * 2**20 + 1), "larger than 20 MiB"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_what_is_no_such_file_is_refused_with_its_place(
    name: str, content: bytes, said: str
) -> None:
    with pytest.raises(SeedError) as refused:
        articles_in(content, name)

    assert said in str(refused.value)
