"""When to come back, as tables; and turns per host."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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


LEARNER = replace(SOURCE, learns=True)


@pytest.mark.parametrize(
    ("pace", "wait"),
    [
        (None, HALF_HOUR),  # not known yet
        (0, timedelta(minutes=10)),
        (20 * 60, timedelta(minutes=10)),  # never more often than that
        (2 * 3600, HALF_HOUR),
        (4 * 3600, HOUR),
        (30 * 86_400, 2 * HOUR),  # never more rarely
    ],
)
def test_a_source_without_an_interval_is_read_four_times_in_its_own_pace(pace, wait):
    cursor = replace(NEVER_READ, pace_seconds=pace)

    assert next_check_at(LEARNER, answered(), cursor, now=NOW) == NOW + wait
    assert next_check_at(SOURCE, answered(), cursor, now=NOW) == NOW + HALF_HOUR


def test_failures_of_a_source_that_learns_double_its_own_wait():
    cursor = replace(NEVER_READ, pace_seconds=4 * 3600, failures=3)

    assert next_check_at(LEARNER, failed(), cursor, now=NOW) == NOW + 4 * HOUR


@pytest.mark.parametrize(
    ("ttl", "wait"), [(60, HALF_HOUR), (3600, HOUR), (10**9, DAY), (0, HALF_HOUR)]
)
def test_a_feed_may_ask_to_be_read_more_rarely_but_not_more_often(ttl, wait):
    cursor = replace(NEVER_READ, ttl_seconds=ttl)

    assert next_check_at(SOURCE, answered(), cursor, now=NOW) == NOW + wait


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026; the 22nd is a Sunday, and NOW its noon."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "days", "now", "expected"),
    [
        ("", "", at(22, 12), at(22, 12, 30)),
        ("12", "", at(22, 12), at(22, 13)),
        ("13", "", at(22, 12), at(22, 12, 30)),
        ("12 13 14", "", at(22, 12), at(22, 15)),
        ("23 0 1", "", at(22, 22, 45), at(23, 2)),  # over midnight
        ("", "sunday", at(22, 12), at(23, 0)),
        ("0 1", "sunday", at(22, 12), at(23, 2)),  # the day, then the hours after it
        ("", "saturday", at(22, 12), at(22, 12, 30)),
        ("", "saturday sunday", at(20, 23, 45), at(21, 23, 45)),  # but a day at most
        (" ".join(map(str, range(24))), "", at(22, 12), at(22, 12, 30)),  # nonsense
        ("", "monday tuesday wednesday thursday friday saturday sunday", at(22, 12),
         at(22, 12, 30)),
        (" ".join(map(str, range(1, 24))), "", at(22, 12), at(23, 0)),
        ("noon 99 -1", "someday", at(22, 12), at(22, 12, 30)),
    ],
)  # fmt: skip
def test_skipped_hours_and_days_are_waited_out(hours, days, now, expected):
    cursor = replace(NEVER_READ, skip_hours=hours, skip_days=days)

    assert next_check_at(SOURCE, answered(), cursor, now=now) == expected


def test_jitter_leads_into_no_skipped_hour():
    cursor = replace(NEVER_READ, skip_hours="15")

    due = next_check_at(SOURCE, answered(), cursor, now=at(22, 14, 28), jitter=1.0)

    assert due == at(22, 16)


DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
CURSORS = st.builds(
    Cursor,
    source_id=st.just("src"),
    next_check_at=st.just(NOW),
    failures=st.integers(0, 100),
    pace_seconds=st.none() | st.integers(0, 10**9),
    ttl_seconds=st.none() | st.integers(0, 10**9),
    skip_hours=st.sets(st.integers(0, 23)).map(lambda s: " ".join(map(str, s))),
    skip_days=st.sets(st.sampled_from(DAYS)).map(" ".join),
)
POLLS = st.timedeltas(timedelta(0), timedelta(days=400)).flatmap(
    lambda asked: st.sampled_from([answered(asked), failed(pause=asked), failed("http-410")])
)
NOWS = st.timedeltas(timedelta(0), timedelta(days=400)).map(lambda gap: NOW + gap)


@given(POLLS, CURSORS, NOWS, st.floats(0, 1), st.booleans())
def test_whatever_is_wished_polling_goes_on_within_a_day(poll, cursor, now, jitter, learns):
    source = replace(SOURCE, learns=learns)

    due = next_check_at(source, poll, cursor, now=now, jitter=jitter)

    assert now + timedelta(minutes=10) <= due <= now + DAY


@given(POLLS, CURSORS, NOWS, st.floats(0, 1), st.integers(0, 100))
def test_more_failures_never_mean_an_earlier_check(poll, cursor, now, jitter, more):
    worse = replace(cursor, failures=cursor.failures + more)

    def due(after: Cursor) -> datetime:
        return next_check_at(LEARNER, poll, after, now=now, jitter=jitter)

    assert due(cursor) <= due(worse)


@given(POLLS, CURSORS, NOWS, st.floats(0, 1))
def test_a_check_falls_into_a_skipped_time_only_at_the_end_of_the_day(poll, cursor, now, jitter):
    due = next_check_at(LEARNER, poll, cursor, now=now, jitter=jitter)

    hours, days = cursor.skip_hours.split(), cursor.skip_days.split()
    skipped = (str(due.hour) in hours and len(hours) < 24) or (
        DAYS[due.weekday()] in days and len(days) < 7
    )
    assert due == now + DAY or not skipped


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
