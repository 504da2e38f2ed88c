"""When to come back, as tables; and turns per host."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch import next_check_at
from monitor.fetch.headers import fresh_for
from monitor.fetch.polite import jitter_of, may_ask_conditionally
from monitor.fetch.turns import HostTurns
from monitor.model import Cursor, Fetched, FetchFailed, NotModified
from tests.fetch.conftest import NEVER_READ, NOW, SOURCE

HALF_HOUR, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(hours=24)


def answered(fresh: timedelta | None = None) -> NotModified:
    return NotModified("src", NOW, fresh)


def after(failures: int) -> Cursor:
    return replace(NEVER_READ, failures=failures)


def failed(reason: str = "timeout", pause: timedelta | None = None) -> FetchFailed:
    return FetchFailed("src", reason, "", NOW, pause)


@pytest.mark.parametrize(
    ("poll", "failures", "wait"),
    [
        (answered(), 0, HALF_HOUR),  # the server says nothing: our interval
        (answered(HOUR), 0, HOUR),  # it asks for longer
        (answered(timedelta(minutes=1)), 0, HALF_HOUR),  # it would allow sooner
        (answered(timedelta(days=365)), 0, DAY),  # it would send us away for good
        (failed(), 1, HALF_HOUR),  # one failure may be chance
        (failed(), 2, HOUR),
        (failed(), 4, 4 * HOUR),
        (failed(), 7, DAY),  # the cap
        (failed(), 10_000, DAY),
        (failed(pause=2 * HOUR), 1, 2 * HOUR),  # Retry-After is longer
        (failed(pause=timedelta(seconds=5)), 3, 2 * HOUR),  # and shorter
        (failed("http-410"), 1, DAY),  # gone: asked once a day, for it may come back
    ],
)
def test_the_next_check_is_the_larger_of_both_wishes_within_a_day(poll, failures, wait):
    assert next_check_at(SOURCE, poll, after(failures), now=NOW) == NOW + wait


def test_a_fetched_body_counts_like_an_unchanged_one():
    poll = Fetched("src", "http://a.example/", b"x", "", None, None, NOW, HOUR)

    assert next_check_at(SOURCE, poll, NEVER_READ, now=NOW) == NOW + HOUR


def test_a_source_read_weekly_keeps_its_interval():
    weekly = replace(SOURCE, interval=timedelta(days=7))

    assert next_check_at(weekly, answered(), NEVER_READ, now=NOW) == NOW + timedelta(days=7)


@given(st.integers(0, 100), st.floats(0, 1), st.timedeltas(timedelta(0), timedelta(days=400)))
def test_it_never_comes_back_too_early_nor_after_more_than_a_day(failures, jitter, asked):
    for poll in (answered(asked), failed(pause=asked)):
        at = next_check_at(SOURCE, poll, after(failures), now=NOW, jitter=jitter)
        assert NOW + HALF_HOUR <= at <= NOW + DAY


def test_jitter_differs_by_source_and_day_and_repeats():
    shares = [jitter_of(f"s{n}", NOW) for n in range(1000)]

    assert shares == [jitter_of(f"s{n}", NOW) for n in range(1000)]
    assert len({round(share, 1) for share in shares}) == 11
    assert jitter_of("s1", NOW) != jitter_of("s1", NOW + DAY)


@given(st.text(min_size=1, max_size=20), st.integers(1, 47))
def test_validators_are_left_out_exactly_once_a_day(source_id, half_hours):
    # given polls all day long, each a success
    cursor = replace(NEVER_READ, source_id=source_id, etag='"v"')
    step, at, full = HALF_HOUR, NOW + half_hours * HALF_HOUR, 0

    # when a day of them has passed
    for _ in range(48):
        before, at = at, at + step
        full += not may_ask_conditionally(replace(cursor, last_success_at=before), at)

    # then one was a full one
    assert full == 1


def test_a_source_never_read_is_asked_in_full():
    assert not may_ask_conditionally(replace(NEVER_READ, etag='"v"'), NOW)


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600"}, timedelta(minutes=10)),
        ({"Cache-Control": 'public, MAX-AGE="600"'}, timedelta(minutes=10)),
        ({"Cache-Control": "max-age=99999999999"}, DAY),
        ({"Cache-Control": "max-age=600, no-cache"}, None),
        ({"Cache-Control": "no-store"}, None),
        ({"Cache-Control": "max-age=soon"}, None),
        ({"Cache-Control": "max-age=²"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),
        (
            {"Date": "Sun, 22 Nov 2026 12:00:00 GMT", "Expires": "Sun, 22 Nov 2026 12:20:00 GMT"},
            timedelta(minutes=20),
        ),
        ({"Date": "Sun, 22 Nov 2026 12:00:00 GMT", "Expires": "0"}, None),
        ({"Expires": "Sun, 22 Nov 2026 12:20:00 GMT"}, None),
    ],
)
def test_what_a_server_asks_for_is_read_from_its_headers(headers, fresh):
    assert fresh_for(headers) == fresh


def test_hosts_that_nobody_asks_are_forgotten():
    async def visits() -> int:
        turns = HostTurns(connections=4)
        for number in range(100):
            async with turns.turn(f"h{number}.example"):
                pass
        return len(turns._hosts)

    assert asyncio.run(visits()) == 0


def test_places_are_limited_over_all_hosts():
    async def visits() -> int:
        turns, inside, most = HostTurns(connections=3), 0, 0
        enter = asyncio.Event()

        async def visit(number: int) -> None:
            nonlocal inside, most
            async with turns.turn(f"h{number}.example"):
                inside += 1
                most = max(most, inside)
                await enter.wait()
                inside -= 1

        visitors = [asyncio.create_task(visit(number)) for number in range(9)]
        await asyncio.sleep(0)
        enter.set()
        await asyncio.gather(*visitors)
        return most

    assert asyncio.run(visits()) == 3
