"""The running text of a page, out of everything else that stands there."""

import contextlib
import pickle
import time
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError, SandboxError
from monitor.model import Fetched, Source, SourceKind, Tier
from monitor.sandbox import ChildSandbox, name_of
from monitor.steps.identify import canonical
from monitor.steps.parse import (
    articles,
    pagetext,
    read_page_text,
    read_source,
    read_survey,
    survey,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SENTENCES = [
    "The ministry of Freedonia wants to license the exchanges of invented coins from next June on.",
    "Its deputy head said that miners would have to report every month how much power they take.",
    "The central bank had asked for a ban a year ago, and did not want to comment on the draft.",
    "Comments on the draft are taken until the end of January, says the notice of the ministry.",
]
RUSSIAN = [
    "Министерство финансов Фридонии хочет лицензировать биржи выдуманных монет с июня.",
    "Заместитель министра сказал, что майнеры будут каждый месяц сообщать о расходе энергии.",
    "Центральный банк год назад просил о запрете и не стал комментировать новый проект закона.",
    "Замечания к проекту принимаются до конца января, говорится в сообщении министерства.",
]


def page(sentences: list[str], *, head: str = "", tail: str = "") -> str:
    inner = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return f"""<!doctype html><html><head><title>Licence planned</title>{head}</head><body>
    <nav><ul><li><a href="/a">Markets</a></li><li><a href="/b">Sport</a></li></ul></nav>
    <main><article><h1>Licence planned</h1>{inner}</article>
    <section class="comments"><p>I have always said so, said a reader of it.</p></section>
    </main>{tail}<footer><p>All rights reserved by Invented.</p></footer></body></html>"""


def fetched(body: str | bytes, content_type: str = "text/html") -> Fetched:
    raw = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return Fetched("src", "https://news.example/1", raw, content_type, None, None, NOW)


def test_the_article_comes_one_line_a_paragraph_and_nothing_else_does():
    assert read_page_text(fetched(page(SENTENCES))) == "\n".join(SENTENCES)


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r"])
@pytest.mark.parametrize("declared", [True, False], ids=["declared", "silent"])
def test_a_page_is_decoded_like_a_feed(charset: str, declared: bool):
    kind = f"text/html; charset={charset}" if declared else "text/html"

    text = read_page_text(fetched(page(RUSSIAN).encode(charset), kind))

    assert text == "\n".join(RUSSIAN)


def test_an_xml_declaration_on_a_page_does_no_harm():
    markup = '<?xml version="1.0" encoding="koi8-r"?>' + page(RUSSIAN)

    assert read_page_text(fetched(markup)) == "\n".join(RUSSIAN)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 1000,
        b"<html></html>",
        b"<html><body><form>Please <input name=login> log in</form></body></html>",
        b"<html><body><div id=app></div><script>render('" + b"word " * 500 + b"')</script></body>",
        page(SENTENCES[:1]).encode(),
        b"{}",
        b"/etc/passwd",
        b"http://127.0.0.1:1/",
    ],
)
def test_a_page_without_an_article_is_an_error(body: bytes):
    with pytest.raises(ParseError, match="no article on the page"):
        read_page_text(fetched(body))


def test_a_very_long_article_is_bounded():
    many = [f"Paragraph {number}: {SENTENCES[number % 4]}" for number in range(3000)]

    text = read_page_text(fetched(page(many)))

    assert 50_000 < len(text) <= 100_000


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_whatever_stands_in_a_paragraph_the_text_can_be_stored(noise: str):
    text = read_page_text(fetched(page([*SENTENCES, noise, "a\x00b&#xD800;&#0;\ud800 c"])))

    text.encode("utf-8")
    assert not [c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"]


def test_marks_that_hide_or_turn_words_do_not_come_along():
    text = read_page_text(fetched(page([*SENTENCES, "so\u00adft hid\u200bden \u202eturned"])))

    assert text.splitlines()[-1] == "soft hidden turned"


def test_it_runs_where_it_can_do_no_harm():
    sandbox = ChildSandbox()
    try:
        assert sandbox.call(read_page_text, fetched(page(SENTENCES))) == "\n".join(SENTENCES)
        with pytest.raises(ParseError):
            sandbox.call(read_page_text, fetched(b"<html></html>"))
    finally:
        sandbox.close()


def test_a_page_of_fifty_thousand_open_tags_costs_no_more_than_the_deadline():
    deep = page(SENTENCES, tail="<div><span>" * 50_000)
    sandbox = ChildSandbox(deadline=timedelta(seconds=3))
    started = time.monotonic()

    with contextlib.suppress(ParseError, SandboxError):  # refused or killed: either is an end
        sandbox.call(read_page_text, fetched(deep))
    sandbox.close()

    assert time.monotonic() - started < 15  # with the start of a child on a busy machine


def test_what_arrives_in_the_sandbox_is_the_reader_itself_not_a_note_where_it_stands():
    for named, meant in (
        (read_page_text, pagetext.read_page_text),
        (read_source, articles.read_source),
        (read_survey, survey.survey),
    ):
        assert pickle.loads(pickle.dumps(named)) is meant
        assert name_of(named) == meant.__qualname__


def test_the_child_that_reads_a_source_loads_neither_arrays_nor_the_reader_of_pages() -> None:
    """A child is started anew after each kill, and every thousand documents."""
    source = Source(
        "it", "https://cod.example/", SourceKind.FEED, Tier.PRESS, "Cod", None, timedelta(hours=1)
    )
    sandbox = ChildSandbox()
    read = partial(read_source, canonical=canonical, now=NOW)

    with pytest.raises(ParseError, match="empty"):
        sandbox.call(read, source, fetched(b""))
    loaded = set(sandbox.call(eval, "list(__import__('sys').modules)"))
    sandbox.close()

    assert "feedparser" in loaded
    assert not {"numpy", "trafilatura"} & loaded
