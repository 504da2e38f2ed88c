"""The status page shows strangers' words as words, and stays light."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from starlette.responses import HTMLResponse
from werkzeug import Request, Response

from monitor.model import Condition, DeliveryState
from monitor.web.guard import Guard
from monitor.web.health import checks
from monitor.web.lookout import Glance, Standing
from monitor.web.page import Page
from tests.web.asking import ask
from tests.web.chromium import dumped
from tests.web.payloads import BAD_ADDRESSES, payloads
from tests.web.seen import (
    HOUR,
    a_cursor,
    a_glance,
    a_measure,
    a_position,
    a_source,
    a_turn,
    nothing_known,
    told,
    waiting,
)
from tests.web.test_guard import Notes

NAMES = {"bank": "The Bank", "lower-house": "The House", "restrict": "restricts"}
OURS = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "div", "p", "small"),
    *("table", "thead", "tbody", "tr", "th", "td", "span", "br", "bdi", "a", "code"),
    *("details", "summary", "ul", "li"),
}
"""Elements that the template has."""


def rendered(seen: Glance | None, known: Standing | None) -> str:
    found = checks(seen, trouble="no answer within 2 s", idle={"poll": 1.0}, pack="abc")
    return Page(NAMES).render(seen, known, found)


def hostile(texts: Sequence[str]) -> str:
    """A page with each text where a title, an error, a name, a quote and an address stand."""
    seen = a_glance(waiting=[waiting(DeliveryState.PENDING, age=HOUR, target=texts[0])])
    broken = [
        (
            a_source(number, title=text, url=text),
            a_cursor(number, Condition.BROKEN, error=text),
        )
        for number, text in enumerate(texts)
    ]
    known = Standing(
        positions=[replace(a_position(n, quote=t, url=t), actor=t) for n, t in enumerate(texts)],
        measures=[replace(a_measure(n, quote=t, url=t), number=t) for n, t in enumerate(texts)],
        changes=[replace(a_turn(n, quote=t, url=t), topic=t) for n, t in enumerate(texts)],
        told=[],
    )
    return rendered(replace(seen, sources=broken), known)


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


def test_the_page_tells_before_and_after_with_quote_source_and_what_was_sent() -> None:
    change = a_turn(1, quote="wants a ban")
    known = Standing(
        [replace(a_position(1), topic="trading")],
        [a_measure(1)],
        [change],
        [told(1, DeliveryState.SENT, DeliveryState.SENT)],
    )

    page = rendered(a_glance(Condition.WELL, Condition.BROKEN), known)

    text = " ".join(re.sub("<[^>]*>", " ", page.split("</style>")[1]).split())
    assert "It works: nothing waits to be sent; 1 of 2 sources are well." in text
    assert "The Bank trading regulate → prohibit reversal, reported 2026-03-02" in text
    assert "“wants a ban” news.example desk: sent (2)" in text
    assert "The House trading restricts, No. No-1 first reading confirmed" in text
    assert "1 broken, 1 well" in text
    assert "@" not in text


def test_without_the_database_the_page_says_so() -> None:
    page = rendered(None, None)

    assert "Not ready: the database does not answer (no answer within 2 s)." in page
    assert "could not be read just now" in page


def test_a_service_that_knows_nothing_yet_says_what_is_missing() -> None:
    page = rendered(a_glance(), nothing_known())

    assert "Nothing yet." in page
    assert "No position has been read yet." in page


def test_no_text_of_a_stranger_becomes_markup() -> None:
    page = Elements(hostile(payloads("https://evil.example/hit", navigating=True)))

    assert page.tags <= OURS
    assert not any(name.startswith("on") for name in page.attributes)
    assert not page.attributes & {"src", "srcset", "style", "action", "http-equiv"}
    assert page.links == []


@pytest.mark.parametrize("url", BAD_ADDRESSES)
def test_only_addresses_of_web_pages_are_links(url: str) -> None:
    known = Standing([a_position(1, url=url or " ")], [], [a_turn(1, url=url or " ")], [])

    page = rendered(a_glance(), known)

    assert Elements(page).links == []
    assert "secret" not in page


def test_links_tell_their_target_nothing() -> None:
    url = "https://news.example/a?b=<c>&d='\"e"
    page = rendered(a_glance(), Standing([a_position(1, url=url)], [], [], []))

    assert Elements(page).links == [url]
    assert 'rel="noopener noreferrer nofollow"' in page


def test_a_key_in_an_address_is_not_shown_with_the_error() -> None:
    error = "http-403: https://ann:pass@news.example/feed?key=canary-1#canary-2 refused"
    seen = replace(
        a_glance(),
        sources=[
            (
                a_source(1, url="https://a:b@x.example/?canary-3"),
                a_cursor(1, Condition.BROKEN, error=error),
            )
        ],
    )

    page = rendered(seen, nothing_known())

    assert "http-403: https://news.example/feed?… refused" in page
    assert "canary" not in page
    assert "pass@" not in page


def test_a_full_page_is_lighter_than_sixty_kilobytes() -> None:
    long, url = "запретить " * 60, "https://news.example/" + "long-path/" * 8
    seen = a_glance(*[Condition.WELL] * 40, *[Condition.BROKEN] * 13)
    known = Standing(
        [a_position(number, quote=long, url=url) for number in range(500)],
        [a_measure(number, quote=long, url=url) for number in range(500)],
        [a_turn(number, quote=long, url=url) for number in range(500)],
        [],
    )

    page = rendered(seen, known)

    assert len(page.encode()) < 60_000
    assert "475 more: <code>monitor ledger</code>" in page


# --- in a browser ------------------------------------------------------------------------------


class Pages:
    """A server that notes what a browser asks for."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[str] = []
        self.body, self.headers = "", {}
        self.hit = server.url_for("/hit")
        self.url = server.url_for("/page")
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        if request.path != "/page":
            return Response(status=404)
        return Response(self.body, headers=self.headers, content_type="text/html; charset=utf-8")


@pytest.fixture
def pages(httpserver: HTTPServer) -> Pages:
    return Pages(httpserver)


# The browser asks for an icon by itself where nothing forbids it.
BY_ITSELF = {"/page", "/favicon.ico"}


def test_sixty_payloads_neither_run_nor_ask_for_anything_although_no_policy_stops_them(
    pages: Pages, tmp_path: Path
) -> None:
    texts = payloads(pages.hit, navigating=True)
    assert len(texts) == 60
    pages.body = "".join(hostile(texts[start : start + 15]) for start in range(0, len(texts), 15))

    document = dumped(pages.url, tmp_path)

    assert set(pages.asked) <= BY_ITSELF
    assert Elements(document).tags <= OURS
    assert "onerror=" in document  # they are there, as text


def test_what_were_not_escaped_the_policy_would_still_keep_from_running_and_asking(
    pages: Pages, tmp_path: Path
) -> None:
    texts = payloads(pages.hit, navigating=False)
    pages.body = f"<!doctype html><html><body>{''.join(texts)}</body></html>"
    guarded = Guard(HTMLResponse(pages.body), names=(), style="'sha256-x'", watch=Notes())
    pages.headers = {"content-security-policy": ask(guarded).headers["content-security-policy"]}

    dumped(pages.url, tmp_path)

    assert set(pages.asked) == {"/page"}


def test_a_measure_tells_from_when_it_holds() -> None:
    measure = replace(a_measure(1), effective_on=date(2026, 9, 1))

    page = rendered(a_glance(), Standing(positions=[], measures=[measure], changes=[], told=[]))

    assert "in force from 2026-09-01" in page
