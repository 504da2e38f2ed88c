"""Pages of articles: what robots.txt lets us read, how often, and what is no page."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer
from yarl import URL

from monitor.errors import FetchError
from monitor.fetch import HttpFetcher
from monitor.fetch.robots import MAX_ROBOTS, RobotsBook, read_rules
from monitor.model import Fetched, FetchFailed, TextDue
from tests.fetch.conftest import NEVER_READ, NOW, SMALL, SOURCE, head

PAGE = b"<html><p>An invented bank speaks.</p></html>"


def fetch_pages(urls: Iterable[str], **settings) -> list[Fetched | FetchFailed]:
    """Fetches all at once, by one fetcher."""

    async def run() -> list[Fetched | FetchFailed]:
        wanted = {"allow_private_hosts": ("127.0.0.0/8",), "clock": lambda: NOW, **settings}
        fetcher = HttpFetcher(**wanted)
        try:
            dues = [TextDue(f"a{n}", "src", url, NOW) for n, url in enumerate(urls)]
            return await asyncio.gather(*(fetcher.fetch_page(due) for due in dues))
        finally:
            await fetcher.close()

    return asyncio.run(run())


def paths(httpserver: HTTPServer) -> list[str]:
    return [request.path for request, _ in httpserver.log]


@pytest.fixture
def site(httpserver: HTTPServer) -> HTTPServer:
    for path in ("/news", "/private/x"):
        httpserver.expect_request(path).respond_with_data(PAGE, content_type="text/html")
    return httpserver


def allow(site: HTTPServer, rules: str, status: int = 200) -> None:
    site.expect_request("/robots.txt").respond_with_data(rules, status)


# --- robots.txt


def test_a_page_that_may_be_read_comes_with_where_it_came_from(site: HTTPServer):
    allow(site, "User-agent: *\nDisallow: /private")

    (page,) = fetch_pages([site.url_for("/news")])

    assert isinstance(page, Fetched)
    assert (page.source_id, page.url, page.body) == ("src", site.url_for("/news"), PAGE)
    assert site.log[1][0].headers["Accept"].startswith("text/html")


def test_a_page_that_may_not_be_read_is_not_asked_for(site: HTTPServer):
    allow(site, "User-agent: *\nDisallow: /private")

    (page,) = fetch_pages([site.url_for("/private/x")])

    assert (page.reason, page.retry_after) == ("robots", None)
    assert "/private/x" in page.detail
    assert paths(site) == ["/robots.txt"]


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("", True),
        ("User-agent: monitor\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Monitor/2.0 # us\nAllow: /", True),
        ("User-agent: other\nUser-agent: MONITOR\nDisallow: /", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: monitoring-bot\nDisallow: /", True),
        ("User-agent: *\nDisallow: /*/x$", True),
        ("<html>no rules at all</html>", True),
    ],
)
def test_the_rules_meant_for_us_hold(site: HTTPServer, rules, allowed):
    allow(site, rules)

    (page,) = fetch_pages([site.url_for("/news")])

    assert isinstance(page, Fetched) is allowed


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_host_without_rules_allows_everything(site: HTTPServer, status):
    allow(site, "", status)

    (page,) = fetch_pages([site.url_for("/news")])

    assert isinstance(page, Fetched)


@pytest.mark.parametrize("status", [500, 503, 304])
def test_rules_that_cannot_be_read_forbid_everything_for_an_hour(site: HTTPServer, status):
    allow(site, "", status)

    first, second = fetch_pages([site.url_for("/news")] * 2)

    assert first.reason == second.reason == "robots"
    assert f"http-{status}" in first.detail
    assert timedelta(minutes=59) < first.retry_after <= timedelta(hours=1)
    assert paths(site) == ["/robots.txt"]


def test_rules_without_end_forbid_everything(serve):
    def answer(connection, request):
        connection.sendall(head("Transfer-Encoding: chunked"))
        while not server.closing.is_set():
            connection.sendall(b"8000\r\n" + b"#" * 0x8000 + b"\r\n")

    server = serve(answer)

    (page,) = fetch_pages([server.url + "news"])

    assert page.reason == "robots"
    assert f"more than {MAX_ROBOTS // 1024} KiB" in page.detail


def test_rules_behind_a_redirect_are_read(site: HTTPServer):
    site.expect_request("/robots.txt").respond_with_data("", 301, headers={"Location": "/rules"})
    site.expect_request("/rules").respond_with_data("User-agent: *\nDisallow: /")

    (page,) = fetch_pages([site.url_for("/news")])

    assert page.reason == "robots"


def test_a_page_may_not_redirect_past_the_rules(site: HTTPServer):
    allow(site, "User-agent: *\nDisallow: /private")
    site.expect_request("/open").respond_with_data("", 302, headers={"Location": "/private/x"})

    (page,) = fetch_pages([site.url_for("/open")])

    assert page.reason == "robots"
    assert paths(site) == ["/robots.txt", "/open"]


def test_twenty_pages_of_a_host_ask_for_its_rules_once(site: HTTPServer):
    allow(site, "")

    pages = fetch_pages([site.url_for("/news")] * 20)

    assert all(isinstance(page, Fetched) for page in pages)
    assert paths(site).count("/robots.txt") == 1


def test_the_origins_that_are_remembered_are_few():
    async def ask(url) -> str:
        return ""

    async def visit() -> int:
        book = RobotsBook(ask)
        for number in range(1100):
            await book.permit(URL(f"http://h{number}.example/news"))
        return len(book._origins)

    assert asyncio.run(visit()) == 1000


def test_ten_thousand_robots_above_twenty_thousand_rules_are_read_at_once():
    names = "".join(f"User-agent: bot{n}\n" for n in range(10_000))
    rules = names + "".join(f"Disallow: /{n}\n" for n in range(20_000))

    known = read_rules(rules + "User-agent: monitor\nDisallow: /a\n")

    # one set of rules for all that are not us: it cannot be counted in time, only in sets
    assert set(known._user_agents) == {"another", "monitor"}
    assert not known.can_fetch("http://h.example/a", "monitor")


# --- how often


def test_the_delay_that_a_host_asks_for_parts_its_pages_but_not_its_feeds(site: HTTPServer):
    allow(site, "User-agent: *\nCrawl-delay: 900")
    site.expect_request("/feed").respond_with_data("<rss/>")

    async def run():
        fetcher = HttpFetcher(allow_private_hosts=("127.0.0.0/8",))
        try:
            due = TextDue("a", "src", site.url_for("/news"), NOW)
            source = replace(SOURCE, url=site.url_for("/feed"))
            return [
                await fetcher.fetch_page(due),
                await fetcher.fetch_page(due),
                await fetcher.fetch(source, NEVER_READ),
            ]
        finally:
            await fetcher.close()

    first, second, feed = asyncio.run(run())

    assert isinstance(first, Fetched)
    assert second.reason == "host-held"
    assert timedelta(seconds=50) < second.retry_after <= timedelta(seconds=60)
    assert isinstance(feed, Fetched)


def test_a_pause_that_the_host_asked_for_is_no_trouble_with_its_rules(site: HTTPServer):
    site.expect_request("/feed").respond_with_data("", 429, headers={"Retry-After": "60"})

    async def run():
        fetcher = HttpFetcher(allow_private_hosts=("127.0.0.0/8",))
        try:
            await fetcher.fetch(replace(SOURCE, url=site.url_for("/feed")), NEVER_READ)
            return await fetcher.fetch_page(TextDue("a", "src", site.url_for("/news"), NOW))
        finally:
            await fetcher.close()

    page = asyncio.run(run())

    assert page.reason == "host-held"
    assert page.retry_after <= timedelta(seconds=60)
    assert paths(site) == ["/feed"]


def test_a_redirect_within_a_host_waits_for_no_second_pause(site: HTTPServer):
    allow(site, "User-agent: *\nCrawl-delay: 30")
    site.expect_request("/short").respond_with_data("", 302, headers={"Location": "/news"})

    (page,) = fetch_pages([site.url_for("/short")])

    assert isinstance(page, Fetched)


# --- what is no page, and what no page may do


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "video/mp4", "text/plain"])
def test_what_is_no_html_is_no_page_and_is_not_read(serve, kind):
    def answer(connection, request):
        if b"/robots.txt" in request:
            connection.sendall(head("Content-Length: 0", status="404 Not Found"))
        else:
            connection.sendall(head(f"Content-Type: {kind}", "Content-Length: 5000000"))
            server.closing.wait(5)

    server = serve(answer)

    (page,) = fetch_pages([server.url + "x"])

    assert page.reason == "not-a-page"
    assert kind in page.detail


@pytest.mark.parametrize("status", [404, 410, 429, 500])
def test_a_page_that_is_refused_says_why(site: HTTPServer, status):
    allow(site, "")
    site.expect_request("/gone").respond_with_data("", status)

    (page,) = fetch_pages([site.url_for("/gone")])

    assert page.reason == f"http-{status}"


def test_a_page_on_a_private_address_never_arrives(site: HTTPServer):
    allow(site, "")

    (page,) = fetch_pages([site.url_for("/news")], allow_private_hosts=())

    assert (page.reason, page.retry_after) == ("blocked-address", None)
    assert site.log == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "x", ""])
def test_a_page_without_a_web_address_is_refused(url):
    (page,) = fetch_pages([url])

    assert page.reason == "bad-url"


def test_an_endless_page_ends_at_the_deadline(serve):
    def answer(connection, request):
        if b"/robots.txt" in request:
            connection.sendall(head("Content-Length: 0", status="404 Not Found"))
            return
        connection.sendall(head("Content-Type: text/html", "Content-Length: 50000"))
        while not server.closing.wait(0.05):
            connection.sendall(b"x")

    server = serve(answer)

    (page,) = fetch_pages([server.url + "x"], limits=SMALL)

    assert page.reason == "timeout"


def test_trouble_with_the_rules_of_one_host_is_told_with_its_cause():
    async def refuse(url) -> str:
        raise FetchError("dns", "no such host")

    with pytest.raises(FetchError, match="no such host"):
        asyncio.run(RobotsBook(refuse).permit(URL("http://h.example/x")))
