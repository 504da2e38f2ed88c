"""Laws of reading: what holds for every body, and what a body of a stranger cannot do."""

import contextlib
import pickle
import shutil
import subprocess
import sys
import time
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from monitor.errors import ParseError, SandboxError
from monitor.model import Article, Fetched, Selectors, Source, SourceKind, Tier
from monitor.sandbox import ChildSandbox
from monitor.steps.parse import read_source
from monitor.steps.parse.articles import MAX_ITEMS
from monitor.steps.parse.plain import one_line, paragraphs

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Source(
    "src", "https://news.example/feed", SourceKind.FEED, Tier.PRESS, "Invented", None,
    timedelta(minutes=30),
)  # fmt: skip
PAGE = Source(
    "page", "https://news.example/list", SourceKind.PAGE, Tier.OFFICIAL, "Invented", None,
    timedelta(minutes=30), selectors=Selectors(item="li"),
)  # fmt: skip


def same(url: str) -> str:
    return url


def fetched(body: bytes, source: Source = FEED, content_type: str = "") -> Fetched:
    return Fetched(source.id, source.url, body, content_type, None, None, NOW)


def read(body: bytes, source: Source = FEED, **more) -> tuple[Article, ...]:
    content_type = more.pop("content_type", "")
    body_there = fetched(body, source, content_type)
    return read_source(source, body_there, canonical=same, now=NOW, **more).articles


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'.encode()


def item(number: int, **parts: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in parts.items())
    return f"<item><title>n{number}</title><guid isPermaLink='false'>g{number}</guid>{inner}</item>"


# --- laws


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda t: t.encode("utf-8", "replace")))
def test_any_bytes_give_articles_or_a_parse_error(noise):
    for body in (noise, rss("<item><title>") + noise, b'{"version":' + noise, b"<feed>" + noise):
        try:
            articles = read(body)
        except ParseError:
            continue
        assert all(isinstance(article, Article) and article.keys for article in articles)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_plain_text_can_be_stored_and_hides_nothing(markup):
    for text in (one_line(markup), paragraphs(markup)):
        text.encode("utf-8")
        hidden = {"Cc", "Cs", "Zl", "Zp"}
        assert not [c for c in text if unicodedata.category(c) in hidden and c != "\n"]
        assert not {"\u202e", "\u200b", "\u2066", "\ufeff", "\u00ad"} & set(text)
    assert "\n" not in one_line(markup)


@given(st.text("abc &;<>", max_size=60))
def test_a_title_escaped_for_a_feed_comes_back_as_it_was(title):
    import html

    body = rss(f"<item><title>{html.escape(html.escape(title))}</title><guid>g</guid></item>")

    titles = [article.title for article in read(body)]

    assert titles in ([" ".join(title.split())], [])


def test_the_same_body_gives_the_same_articles_and_they_survive_pickling():
    body = rss(item(1, link="https://a.example/1"), item(2))

    first, second = read(body), read(body)

    assert first == second == pickle.loads(pickle.dumps(first))
    assert [article.id[0] + str(len(article.id)) for article in first] == ["a17", "a17"]


def test_two_sources_with_one_guid_have_two_ids_and_share_the_url_key():
    body = rss(item(1, link="https://a.example/1"))
    other = Source(
        "other", "https://o.example/", SourceKind.FEED, Tier.PRESS, "O", None, timedelta(hours=1)
    )

    (one,), (two,) = read(body), read(body, other)

    assert one.id != two.id
    assert one.keys[0] != two.keys[0]
    assert one.keys[1] == two.keys[1] == "url:https://a.example/1"


# --- limits


def test_of_too_many_items_the_newest_are_kept_in_their_order():
    days = {number: f"{number:02} Nov 2026 10:00:00 GMT" for number in range(1, 21)}
    body = rss(*(item(number, pubDate=day) for number, day in days.items()))

    titles = [article.title for article in read(body, max_items=3)]

    assert titles == ["n18", "n19", "n20"]


def test_an_archive_of_five_thousand_items_is_read_and_cut():
    body = rss(*(item(number) for number in range(5000)))

    assert len(read(body)) == MAX_ITEMS


def test_an_article_whose_guid_was_rewritten_still_bears_its_address():
    before, after = (
        rss(f"<item><title>One</title><link>https://a.example/1</link><guid>{guid}</guid></item>")
        for guid in ("old-1", "new-1")
    )

    (one,), (again,) = read(before), read(after)

    assert set(one.keys) & set(again.keys) == {"url:https://a.example/1"}


def test_long_titles_texts_and_links_are_bounded():
    long = "слово " * 50_000
    body = rss(item(1, description=long, link="https://a.example/" + "x" * 5_000), "<item><title>"
               + long + "</title></item>")  # fmt: skip

    first, second = read(body)

    assert len(first.text) <= 100_000
    assert first.url == ""
    assert len(second.title) <= 1_000


# --- charsets


def test_the_charset_of_http_is_heeded_where_the_body_is_silent():
    body = rss("<item><title>Закон о майнинге</title></item>").decode().encode("koi8-r")

    (article,) = read(body, content_type="application/xml; charset=KOI8-R")

    assert article.title == "Закон о майнинге"


@pytest.mark.parametrize("label", ["utf-7", "hex", "rot13", "no-such-charset", "zip", "idna"])
def test_odd_charset_labels_are_not_believed(label):
    body = b'<?xml version="1.0" encoding="' + label.encode() + b'"?>' + rss(item(1))

    (article,) = read(body)

    assert article.title == "n1"


# --- pages


def test_a_page_without_the_expected_list_is_an_error_that_names_the_remedy():
    with pytest.raises(ParseError, match=r"no item for the selector 'li'.*sources.yaml"):
        read(b"<html><body><p>New design</p></body></html>", PAGE)


def test_a_selector_that_is_no_css_is_named():
    broken = Source(
        "page", "https://p.example/", SourceKind.PAGE, Tier.PRESS, "P", None,
        timedelta(hours=1), selectors=Selectors(item="li[["),
    )  # fmt: skip

    with pytest.raises(ParseError, match="no CSS"):
        read(b"<li><a href='/1'>One</a></li>", broken)


def test_a_page_item_without_selectors_for_its_parts_is_read_from_its_link():
    (article,) = read(b"<ul><li>No. 5 <a href='/d/5'>Draft <b>order</b></a></li></ul>", PAGE)

    assert (article.title, article.url) == ("Draft order", "https://news.example/d/5")
    assert article.published_at is None


# --- attacks


def test_a_body_that_is_an_address_is_not_visited(httpserver: HTTPServer):
    httpserver.expect_request("/canary").respond_with_data(rss(item(1)))

    with pytest.raises(ParseError, match="not a feed"):
        read(httpserver.url_for("/canary").encode())

    assert httpserver.log == []


def test_a_body_that_is_a_path_is_not_opened(tmp_path):
    secret = tmp_path / "feed.xml"
    secret.write_bytes(rss(item(1)))

    with pytest.raises(ParseError, match="not a feed"):
        read(str(secret).encode())


def test_external_entities_are_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY")
    body = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
        + rss("<item><title>a &x; b</title></item>")
    )

    assert "CANARY" not in repr(read(body))


READS_ALL = """
import sys
from datetime import UTC, datetime, timedelta
from monitor.errors import ParseError
from monitor.model import Fetched
from monitor.steps.parse import read_page_text, read_source
from tests.steps.parse.test_read_source import FEED, NOW, PAGE, same
body = sys.stdin.buffer.read()
for source in (FEED, PAGE):
    came = Fetched(source.id, source.url, body, "", None, None, NOW)
    for read in (lambda: read_source(source, came, canonical=same, now=NOW),
                 lambda: read_page_text(came)):
        try:
            read()
        except ParseError:
            pass
"""


def test_nothing_that_a_document_names_is_opened(tmp_path, httpserver: HTTPServer):
    """External DTDs, entities, stylesheets and XInclude: watched in the kernel, where it can be."""
    # given a document that names a file and an address in every way that XML knows
    canary = tmp_path / "canary.dtd"
    canary.write_text("<!ENTITY x 'opened'>")
    remote = httpserver.url_for("/canary.dtd")
    body = f"""<?xml version="1.0"?><?xml-stylesheet href="{canary}"?>
    <!DOCTYPE rss SYSTEM "{canary.as_uri()}" [
      <!ENTITY x SYSTEM "{canary.as_uri()}"><!ENTITY y SYSTEM "{remote}">
      <!ENTITY % z SYSTEM "{remote}"> %z;]>
    <rss version="2.0" xmlns:xi="http://www.w3.org/2001/XInclude"><channel><title>T</title>
    <item><title>a &x; &y;</title><xi:include href="{canary}" parse="text"/>
    <link>https://a.example/1</link></item></channel></rss>"""

    # when each parser reads it
    log = tmp_path / "calls"
    watch = ["strace", "-f", "-qq", "-e", "trace=open,openat,connect", "-o", str(log)]
    can_watch = shutil.which("strace") and not subprocess.run([*watch, "true"]).returncode
    subprocess.run(
        [*(watch if can_watch else []), sys.executable, "-c", READS_ALL],
        input=body.encode(), cwd=ROOT, check=True, capture_output=True, timeout=60,
    )  # fmt: skip

    # then neither the file nor the address was touched
    assert httpserver.log == []
    if can_watch:
        calls = log.read_text()
        assert "feedparser" in calls  # it did watch
        assert "canary.dtd" not in calls
        assert f"htons({httpserver.port})" not in calls


def bombs() -> dict[str, bytes]:
    attributes = " ".join(f'a{n}="x"' for n in range(20_000))
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10)
    )
    return {
        "attributes": rss(f"<item><title {attributes}>x</title></item>"),
        "entities": f"<!DOCTYPE rss [{laughs}]>".encode() + rss("<item><title>&l9;</title></item>"),
        "depth": b"<rss version='2.0'>" + b"<channel><item>" * 50_000,
    }


def test_the_attribute_bomb_is_killed_and_the_next_feed_is_read(bombed):
    task = partial(read_source, canonical=same, now=NOW)

    with pytest.raises(SandboxError, match="killed after 1.5 s"):
        bombed.call(task, FEED, fetched(bombs()["attributes"]))

    assert [a.title for a in bombed.call(task, FEED, fetched(rss(item(1)))).articles] == ["n1"]


@pytest.mark.parametrize("name", ["entities", "depth"])
def test_no_other_bomb_costs_more_than_the_deadline(bombed, name):
    started = time.monotonic()

    with contextlib.suppress(SandboxError, ParseError):
        bombed.call(partial(read_source, canonical=same, now=NOW), FEED, fetched(bombs()[name]))

    assert time.monotonic() - started < 15  # with the start of a child on a busy machine


@pytest.fixture(scope="module")
def bombed():
    sandbox = ChildSandbox(deadline=timedelta(seconds=1.5))
    yield sandbox
    sandbox.close()
