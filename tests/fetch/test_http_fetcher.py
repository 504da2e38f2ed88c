"""The fetcher against real servers: what it makes of answers, of silence and of malice."""

import gzip
import time
import tracemalloc
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.abc import AbstractResolver
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.model import Fetched, FetchFailed, NotModified
from tests.fetch.conftest import NEVER_READ, NOW, SMALL, fetch, fetch_all, head

FEED = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
READ = replace(
    NEVER_READ, etag='"v1"', last_modified="Sat, 21 Nov 2026 10:00:00 GMT", last_success_at=NOW
)


# --- normal answers


def test_a_feed_comes_with_what_the_next_request_needs(httpserver: HTTPServer):
    httpserver.expect_request("/feed").respond_with_data(
        FEED,
        content_type="application/rss+xml; charset=utf-8",
        headers={
            "ETag": '"v1"',
            "Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT",
            "Cache-Control": "public, max-age=3600",
        },
    )

    poll = fetch(httpserver.url_for("/feed"))

    assert poll == Fetched(
        source_id="src0",
        url=httpserver.url_for("/feed"),
        body=FEED,
        content_type="application/rss+xml; charset=utf-8",
        etag='"v1"',
        last_modified="Sat, 21 Nov 2026 10:00:00 GMT",
        fetched_at=NOW,
        fresh_for=timedelta(hours=1),
    )


def test_it_says_who_it_is_and_offers_gzip_alone(httpserver: HTTPServer):
    httpserver.expect_request("/").respond_with_data(FEED)

    fetch(httpserver.url_for("/"), user_agent="monitor/test (someone@example.org)")

    (request, _), *_ = httpserver.log
    assert request.headers["User-Agent"] == "monitor/test (someone@example.org)"
    assert request.headers["Accept-Encoding"] == "gzip"
    assert "If-None-Match" not in request.headers


def test_an_unchanged_feed_is_not_sent_again(httpserver: HTTPServer):
    def answer(request: Request) -> Response:
        known = request.headers.get("If-None-Match") == '"v1"'
        since = request.headers.get("If-Modified-Since") == "Sat, 21 Nov 2026 10:00:00 GMT"
        return Response(status=304 if known and since else 500)

    httpserver.expect_request("/").respond_with_handler(answer)

    assert fetch(httpserver.url_for("/"), READ) == NotModified("src0", NOW)


def test_not_modified_without_being_asked_is_a_failure(httpserver: HTTPServer):
    httpserver.expect_request("/").respond_with_response(Response(status=304))

    poll = fetch(httpserver.url_for("/"))

    assert isinstance(poll, FetchFailed)
    assert poll.reason == "http-304"


def test_after_a_day_the_whole_feed_is_asked_for(httpserver: HTTPServer):
    httpserver.expect_request("/").respond_with_data(FEED)
    read_yesterday = replace(READ, last_success_at=NOW - timedelta(hours=24))

    poll = fetch(httpserver.url_for("/"), read_yesterday)

    assert isinstance(poll, Fetched)
    assert "If-None-Match" not in httpserver.log[0][0].headers


def test_gzip_is_undone(httpserver: HTTPServer):
    two_members = gzip.compress(FEED[:20]) + gzip.compress(FEED[20:])
    httpserver.expect_request("/").respond_with_data(
        two_members, headers={"Content-Encoding": "gzip"}
    )

    assert fetch(httpserver.url_for("/")).body == FEED


def test_redirects_are_followed_and_the_last_address_is_told(httpserver: HTTPServer):
    for hop in range(5):
        httpserver.expect_request(f"/{hop}").respond_with_data(
            status=[301, 302, 303, 307, 308][hop], headers={"Location": f"/{hop + 1}"}
        )
    httpserver.expect_request("/5").respond_with_data(FEED)

    assert fetch(httpserver.url_for("/0")).url == httpserver.url_for("/5")


# --- refusals with a name


@pytest.mark.parametrize("status", [403, 404, 410, 429, 500, 503])
def test_a_status_is_named(httpserver: HTTPServer, status: int):
    httpserver.expect_request("/").respond_with_data("no", status=status)

    poll = fetch(httpserver.url_for("/"))

    assert (poll.reason, poll.retry_after) == (f"http-{status}", None)
    assert str(status) in poll.detail


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("120", timedelta(minutes=2)),
        ("Sun, 22 Nov 2026 12:30:00 GMT", timedelta(minutes=30)),
        ("999999999999", timedelta(hours=24)),
        ("Sat, 21 Nov 2026 12:30:00 GMT", None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(httpserver: HTTPServer, asked, pause):
    httpserver.expect_request("/").respond_with_data("", status=429, headers={"Retry-After": asked})

    poll = fetch(httpserver.url_for("/"))

    assert (poll.reason, poll.retry_after) == ("http-429", pause)


def test_a_host_that_asked_for_a_pause_is_not_asked_for_its_other_feeds(httpserver: HTTPServer):
    httpserver.expect_request("/a").respond_with_data("", 429, headers={"Retry-After": "60"})
    httpserver.expect_request("/b").respond_with_data(FEED)

    first, second = fetch_all([httpserver.url_for("/a"), httpserver.url_for("/b")])

    assert first.reason == "http-429"
    assert second.reason == "host-held"
    assert timedelta(seconds=50) < second.retry_after <= timedelta(seconds=60)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("body", [b"", b" \r\n\t"])
def test_an_empty_body_is_a_failure_and_not_no_news(httpserver: HTTPServer, body: bytes):
    httpserver.expect_request("/").respond_with_data(body)

    assert fetch(httpserver.url_for("/")).reason == "empty-body"


def test_a_bot_check_is_named(httpserver: HTTPServer):
    httpserver.expect_request("/").respond_with_data(
        "<html>", status=403, headers={"cf-mitigated": "challenge"}
    )

    poll = fetch(httpserver.url_for("/"))

    assert poll.reason == "challenge"
    assert "Cloudflare" in poll.detail


def test_a_closed_port_is_refused_and_an_unknown_name_is_dns(serve):
    server = serve(lambda connection, request: None)
    server.close()

    class Nobody(AbstractResolver):
        async def resolve(self, host, port=0, family=0):
            raise OSError(-2, "Name or service not known")

        async def close(self) -> None: ...

    assert fetch(server.url).reason == "refused"
    unknown = fetch("http://nowhere.example/", resolver=Nobody())
    assert unknown.reason == "dns"
    assert unknown.detail == "nowhere.example:80: Name or service not known"


def test_plain_http_behind_https_is_a_tls_failure(serve):
    server = serve(lambda connection, request: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n"))

    assert fetch(f"https://127.0.0.1:{server.port}/").reason == "tls"


def test_what_is_no_http_is_named(serve):
    server = serve(lambda connection, request: connection.sendall(b"220 mail ready\r\n"))

    assert fetch(server.url).reason == "bad-http"


def test_a_connection_that_closes_without_an_answer_is_named(serve):
    server = serve(lambda connection, request: None)

    assert fetch(server.url).reason == "disconnected"


# --- malice


def trickle(server_of, opening: bytes, drop: bytes):
    def answer(connection, request):
        connection.sendall(opening)
        while not server.closing.wait(0.05):
            connection.sendall(drop)

    server = server_of(answer)
    return server


@pytest.mark.parametrize(
    ("opening", "drop"),
    [
        (head("Content-Length: 50000"), b"x"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (head("Transfer-Encoding: chunked"), b"1\r\nx\r\n"),
        (b"", b""),
    ],
    ids=["body", "headers", "chunks", "silence"],
)
def test_a_trickle_ends_at_the_deadline(serve, opening, drop):
    server = trickle(serve, opening, drop)
    started = time.monotonic()

    poll = fetch(server.url, limits=SMALL)

    assert poll.reason == "timeout"
    assert time.monotonic() - started < 2


def test_redirects_share_one_deadline(serve):
    def answer(connection, request):
        server.closing.wait(0.25)  # each hop is well within the deadline, all of them are not
        connection.sendall(head("Location: /on", "Content-Length: 0", status="302 Found"))

    server = serve(answer)

    assert fetch(server.url, limits=SMALL).reason == "timeout"
    assert len(server.requests) <= 3


def test_a_slow_host_delays_only_itself(serve, httpserver: HTTPServer):
    # given a host that never answers, and another one, reached under another name
    server = trickle(serve, b"", b"")
    httpserver.expect_request("/").respond_with_data(FEED)
    quick = httpserver.url_for("/").replace("127.0.0.1", "localhost")

    # when the slow one is asked twice and the quick one once
    slow, slower, well = fetch_all(
        [server.url, server.url + "b", quick],
        limits=SMALL,
        allow_private_hosts=("127.0.0.0/8", "::1"),
    )

    # then each request had its own deadline, the second one after the first
    assert [slow.reason, slower.reason] == ["timeout", "timeout"]
    assert isinstance(well, Fetched)


def test_one_host_is_asked_one_thing_at_a_time(serve):
    open_now, most = [], []

    def answer(connection, request):
        open_now.append(request)
        most.append(len(open_now))
        time.sleep(0.02)  # holds the answer back: without turns, the requests would overlap
        open_now.remove(request)
        connection.sendall(head(f"Content-Length: {len(FEED)}", "Connection: close") + FEED)

    server = serve(answer)

    polls = fetch_all([f"{server.url}{n}" for n in range(5)])

    assert all(isinstance(poll, Fetched) for poll in polls)
    assert max(most) == 1


def test_an_endless_body_is_cut_at_the_cap(serve):
    def answer(connection, request):
        connection.sendall(head("Transfer-Encoding: chunked"))
        while not server.closing.is_set():
            connection.sendall(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")

    server = serve(answer)

    assert fetch(server.url, limits=replace(SMALL, deadline=timedelta(20))).reason == "too-large"


def test_an_announced_size_over_the_cap_is_not_even_read(serve):
    server = serve(lambda connection, request: connection.sendall(head("Content-Length: 9999999")))

    assert fetch(server.url, limits=SMALL).reason == "too-large"


def bomb(unfolded: int) -> bytes:
    """gzip of zeros, made without ever holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(2**20)
    return b"".join(packer.compress(block) for _ in range(unfolded >> 20)) + packer.flush()


def test_a_gzip_bomb_is_cut_while_it_unfolds(serve):
    body = bomb(40 * 2**20)
    assert len(body) < SMALL.wire_bytes
    server = serve(
        lambda connection, request: connection.sendall(
            head("Content-Encoding: gzip", f"Content-Length: {len(body)}") + body
        )
    )

    tracemalloc.start()
    try:
        poll = fetch(server.url, limits=replace(SMALL, deadline=timedelta(seconds=20)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert poll.reason == "too-large"
    assert peak < 8 * 2**20


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,identity", "br", "deflate", "zstd"])
def test_stacked_and_unasked_codings_are_refused(serve, coding):
    body = gzip.compress(gzip.compress(FEED))
    server = serve(
        lambda connection, request: connection.sendall(
            head(f"Content-Encoding: {coding}", f"Content-Length: {len(body)}") + body
        )
    )

    assert fetch(server.url).reason == "bad-encoding"


def test_stacked_codings_in_two_headers_are_refused(serve):
    body = gzip.compress(gzip.compress(FEED))
    lines = ("Content-Encoding: gzip", "Content-Encoding: gzip", f"Content-Length: {len(body)}")
    server = serve(lambda connection, request: connection.sendall(head(*lines) + body))

    assert fetch(server.url).reason == "bad-encoding"


@pytest.mark.parametrize(
    ("lines", "body", "reason"),
    [
        (["Content-Encoding: gzip"], b"no gzip at all", "bad-encoding"),
        (["Content-Encoding: gzip"], gzip.compress(FEED)[:-12], "truncated"),
        (["Content-Length: 500"], FEED, "truncated"),
    ],
)
def test_a_body_that_breaks_off_is_no_body(serve, lines, body, reason):
    server = serve(lambda connection, request: connection.sendall(head(*lines) + body))

    assert fetch(server.url).reason == reason


@pytest.mark.parametrize(
    "flood",
    [
        b"".join(b"X-%d: y\r\n" % n for n in range(20_000)),
        b"X-Long: " + b"y" * 2_000_000 + b"\r\n",
    ],
    ids=["many", "long"],
)
def test_a_flood_of_headers_is_refused(serve, flood):
    server = serve(
        lambda connection, request: connection.sendall(
            b"HTTP/1.1 200 OK\r\n" + flood + b"Content-Length: 1\r\n\r\nx"
        )
    )

    assert fetch(server.url).reason == "bad-http"


def test_a_header_that_no_database_can_store_is_not_kept(serve):
    lines = head(f"Content-Length: {len(FEED)}").removesuffix(b"\r\n")
    server = serve(
        lambda connection, request: connection.sendall(
            lines + b'ETag: "\xff\xfe"\r\nLast-Modified: ' + b"x" * 600 + b"\r\n\r\n" + FEED
        )
    )

    poll = fetch(server.url)

    assert (poll.body, poll.etag, poll.last_modified) == (FEED, None, None)


# --- where redirects may lead


def test_a_redirect_loop_ends_after_five(httpserver: HTTPServer):
    httpserver.expect_request("/").respond_with_data("", 302, headers={"Location": "/"})

    assert fetch(httpserver.url_for("/")).reason == "too-many-redirects"
    assert len(httpserver.log) == 6


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "http://user:pass@127.0.0.1/",
        "http://127.0.0.1:80\\@public.example/",
        "http://[::1",
        "",
    ],
)
def test_a_redirect_to_no_web_address_is_refused(serve, target):
    server = serve(
        lambda connection, request: connection.sendall(
            head(f"Location: {target}", "Content-Length: 0", status="302 Found")
        )
    )

    assert fetch(server.url).reason == "bad-redirect"


def test_a_redirect_to_a_private_address_never_arrives(serve, httpserver: HTTPServer):
    # given a canary on loopback and a public-looking server that redirects there
    httpserver.expect_request("/canary").respond_with_data(FEED)
    canary = httpserver.url_for("/canary").replace("localhost", "127.0.0.1")
    server = serve(
        lambda connection, request: connection.sendall(
            head(f"Location: {canary}", "Content-Length: 0", status="302 Found")
        )
    )

    # when only the first server is allowed
    poll = fetch(server.url, allow_private_hosts=(f"127.0.0.1:{server.port}",))

    # then the second one is never asked
    assert poll.reason == "blocked-address"
    assert "127.0.0.1" in poll.detail
    assert httpserver.log == []


class AllToLoopback(AbstractResolver):
    """Answers every name with loopback, as a hostile name server does when asked again."""

    def __init__(self) -> None:
        self.asked = 0

    async def resolve(self, host, port=0, family=0):
        self.asked += 1
        known = {"hostname": host, "port": port, "family": 2, "proto": 0, "flags": 0}
        return [{"host": address, **known} for address in ("127.0.0.1", "127.0.0.2")]

    async def close(self) -> None: ...


def test_a_name_that_leads_to_loopback_never_arrives(serve):
    server = serve(lambda connection, request: connection.sendall(head("Content-Length: 0")))
    resolver = AllToLoopback()

    poll = fetch(f"http://public.example:{server.port}/", resolver=resolver, allow_private_hosts=())

    assert poll.reason == "blocked-address"
    assert "MONITOR_ALLOW_PRIVATE_HOSTS" in poll.detail
    assert (resolver.asked, server.requests) == (1, [])


def test_a_private_name_can_be_opened_by_name_and_port(serve):
    body = head(f"Content-Length: {len(FEED)}") + FEED
    server = serve(lambda connection, request: connection.sendall(body))
    url = f"http://feeds.internal:{server.port}/"

    def outcome(*allowed: str):
        return fetch(url, resolver=AllToLoopback(), allow_private_hosts=allowed)

    assert isinstance(outcome("feeds.internal"), Fetched)
    assert isinstance(outcome(f"FEEDS.internal:{server.port}"), Fetched)
    assert outcome("feeds.internal:1").reason == "blocked-address"
    assert outcome("other.internal").reason == "blocked-address"
