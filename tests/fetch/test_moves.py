"""A source that moved for good: when its new address counts, and when it is forgotten again."""

from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer

from monitor.fetch import after_move
from monitor.fetch.polite import address_of
from monitor.model import Cursor, Fetched, FetchFailed, NotModified, Poll
from tests.fetch.conftest import NEVER_READ, NOW, SOURCE, fetch

OLD, NEW, OTHER = "http://old.example/f", "http://new.example/f", "http://other.example/f"
MOVER = replace(SOURCE, url=OLD)
FEED = b"<rss version='2.0'><channel><title>T</title></channel></rss>"


def led(target: str | None) -> NotModified:
    return NotModified("src", NOW, moved_to=target)


FAILED = FetchFailed("src", "timeout", "", NOW)


def polled(cursor: Cursor, *polls: Poll, taken: tuple[str, ...] = ()) -> Cursor:
    for poll in polls:
        failures = cursor.failures + 1 if isinstance(poll, FetchFailed) else 0
        cursor = after_move(MOVER, replace(cursor, failures=failures), poll, taken)
    return cursor


MOVED = polled(NEVER_READ, *[led(NEW)] * 3)


# --- counting


@pytest.mark.parametrize(
    ("polls", "asked"),
    [
        ([led(NEW)] * 2, OLD),
        ([led(NEW)] * 3, NEW),
        ([led(NEW), led(NEW), led(OTHER), led(NEW)], OLD),  # it does not agree with itself
        ([led(NEW), led(NEW), led(None), led(NEW)], OLD),
        ([led(NEW), led(NEW), FAILED, led(NEW)], OLD),
        ([led(NEW), led(NEW), led(OTHER), led(OTHER), led(OTHER)], OTHER),
        ([led(OLD)] * 5, OLD),  # a redirect to itself, with a cookie in between
        ([led(NEW)] * 3 + [led(None)] * 5, NEW),  # asked there, nothing leads on
        ([led(NEW)] * 3 + [led(OTHER)] * 5, NEW),  # followed each time
        ([led(NEW)] * 3 + [FAILED] * 2, NEW),
        ([led(NEW)] * 3 + [FAILED] * 3, OLD),
        ([led(NEW)] * 3 + [FAILED, led(None)] * 3, NEW),
        ([led(NEW)] * 3 + [led(OLD)], OLD),  # it moved back
    ],
)
def test_three_polls_in_a_row_move_a_source(polls, asked):
    assert address_of(MOVER, polled(NEVER_READ, *polls)) == asked


def test_an_address_edited_in_the_pack_forgets_the_move():
    edited = replace(MOVER, url=OTHER)

    assert address_of(edited, MOVED) == OTHER
    cursor = after_move(edited, MOVED, led(None), ())
    assert (cursor.moved_from, cursor.moved_to, cursor.moved_agreed) == (None, None, 0)


def test_no_source_moves_to_the_address_of_another():
    assert address_of(MOVER, polled(NEVER_READ, *[led(NEW)] * 3, taken=(NEW,))) == OLD
    assert address_of(MOVER, polled(MOVED, led(None), taken=(NEW,))) == OLD


def test_nobody_is_moved_from_https_to_http():
    safe = replace(MOVER, url="https://old.example/f")
    cursor = NEVER_READ
    for _ in range(3):
        cursor = after_move(safe, cursor, led(NEW), ())

    assert address_of(safe, cursor) == safe.url


# --- over the wire


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [([301], True), ([308], True), ([301, 308], True), ([302], False), ([301, 302], False),
     ([307, 301], False), ([303], False), ([], False)],
)  # fmt: skip
def test_only_a_chain_of_permanent_redirects_is_a_move(httpserver: HTTPServer, statuses, moved):
    for hop, status in enumerate(statuses):
        httpserver.expect_request(f"/{hop}").respond_with_data(
            status=status, headers={"Location": f"/{hop + 1}"}
        )
    httpserver.expect_request(f"/{len(statuses)}").respond_with_data(FEED)

    poll = fetch(httpserver.url_for("/0"))

    assert isinstance(poll, Fetched)
    assert poll.moved_to == (httpserver.url_for(f"/{len(statuses)}") if moved else None)


def test_an_unchanged_feed_tells_its_new_address_too(httpserver: HTTPServer):
    httpserver.expect_request("/old").respond_with_data(status=301, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data(status=304)
    cursor = replace(NEVER_READ, etag='"v"', last_success_at=NOW)

    poll = fetch(httpserver.url_for("/old"), cursor)

    assert poll == NotModified("src0", NOW, None, httpserver.url_for("/new"))


@pytest.mark.parametrize(("agreed", "asked"), [(2, "/old"), (3, "/new")])
def test_a_moved_source_is_asked_at_its_new_address(httpserver: HTTPServer, agreed, asked):
    httpserver.expect_request("/old").respond_with_data(FEED)
    httpserver.expect_request("/new").respond_with_data(FEED)
    old, new = httpserver.url_for("/old"), httpserver.url_for("/new")
    cursor = replace(NEVER_READ, moved_from=old, moved_to=new, moved_agreed=agreed)

    poll = fetch(old, cursor)

    assert poll.url == httpserver.url_for(asked)
    assert [request.path for request, _ in httpserver.log] == [asked]
