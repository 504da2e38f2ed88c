"""Manners: when to come back, when to ask in full, and one request at a time per host.

The first half is pure and takes `now`; `HostTurns` lives in the event loop of the fetcher.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.model import Cursor, FetchFailed, Poll, Source

HOUR = timedelta(hours=1)

DAY = timedelta(hours=24)
"""No server can send us away for longer, and no source is left unread for longer."""
JITTER = 0.1
"""Share of a wait that jitter may add: enough to spread a thousand hourly sources over minutes."""
GONE = "http-410"
OFTENEST = timedelta(minutes=10)
RAREST = timedelta(hours=2)
"""Between these a source is read whose interval is learnt: news is known two hours late at most,
and no source is asked more than six times an hour unless the pack says so."""
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_HOURS = tuple(str(hour) for hour in range(24))


def next_check_at(
    source: Source, poll: Poll, cursor: Cursor, *, now: datetime, jitter: float = 0.0
) -> datetime:
    """When to ask this source again: its own interval, or what server and feed ask for if longer.

    `cursor` is what will be written: `failures` counts this poll in, `pace_seconds` and the
    feed's wishes are those of this body. `jitter` is between 0 and 1 (see `jitter_of`). Never in
    an hour or on a day that the feed asks to skip, unless that is the end of 24 hours: no later
    than that is anything asked, but a source to which the pack gives a longer interval.
    """
    wait = (
        after_failure(source, poll, cursor)
        if isinstance(poll, FetchFailed)
        else after_answer(source, poll.fresh_for, cursor)
    )
    longest = max(DAY, source.interval)
    wait = min(wait, longest)
    wanted = first_open(now + wait, cursor) + wait * JITTER * jitter
    return min(first_open(wanted, cursor), now + longest)


def after_answer(source: Source, fresh_for: timedelta | None, cursor: Cursor) -> timedelta:
    asked_by_feed = timedelta(seconds=min(cursor.ttl_seconds or 0, DAY.total_seconds()))
    return max(usual_wait(source, cursor), fresh_for or timedelta(), asked_by_feed)


def usual_wait(source: Source, cursor: Cursor) -> timedelta:
    """The pack's interval; where it gives none, a quarter of the gap between two items."""
    if not source.learns or cursor.pace_seconds is None:
        return source.interval
    quarter = timedelta(seconds=cursor.pace_seconds / 4)
    return min(max(quarter, OFTENEST), RAREST)


def after_failure(source: Source, failed: FetchFailed, cursor: Cursor) -> timedelta:
    """The usual wait, doubled with each failure in a row; a server's own word where longer."""
    if failed.reason == GONE:
        return DAY
    doublings = min(max(cursor.failures - 1, 0), 16)  # 65,536 minutes are past every cap
    return max(usual_wait(source, cursor) * (1 << doublings), failed.retry_after or timedelta())


def first_open(at: datetime, cursor: Cursor) -> datetime:
    """`at`, or the first moment after it in which the feed does not ask to be left alone (UTC)."""
    days = unless_all(WEEK, cursor.skip_days.split())
    hours = unless_all(DAY_HOURS, cursor.skip_hours.split())
    while True:
        if WEEK[at.weekday()] in days:
            at = at.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        elif str(at.hour) in hours:
            at = at.replace(minute=0, second=0, microsecond=0) + HOUR
        else:
            return at


def unless_all(possible: Collection[str], skipped: Collection[str]) -> set[str]:
    """A feed that skips all hours or all days misunderstood the word: as if it skipped none."""
    known = set(possible) & set(skipped)
    return known if len(known) < len(possible) else set()


def jitter_of(source_id: str, now: datetime) -> float:
    """A number from 0 up to 1, another for each source and day, the same on each machine."""
    return _spread(f"{source_id} {now.date().isoformat()}")


def _spread(word: str) -> float:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") / 2**32


def may_ask_conditionally(cursor: Cursor, now: datetime) -> bool:
    """False once in 24 hours, at an hour of the source's own, and when it was never read.

    A server whose ETag does not change although its body did answers 304 for ever; a full answer
    a day ends that. Telling it from the source's name needs no column that remembers it.
    """
    if cursor.last_success_at is None:
        return False
    turn = timedelta(seconds=_spread(cursor.source_id) * DAY.total_seconds())
    epoch = datetime(2000, 1, 1, tzinfo=UTC) + turn
    return (cursor.last_success_at - epoch) // DAY == (now - epoch) // DAY


@dataclass(slots=True)
class _Host:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    guests: int = 0
    held_until: float = 0.0
    """time.monotonic()"""


class HostTurns:
    """One request at a time per host, `connections` at a time in all, and pauses hosts ask for."""

    def __init__(self, connections: int) -> None:
        self._places = asyncio.Semaphore(connections)
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host, then for a place: in this order a slow host blocks only itself."""
        entry = self._hosts.setdefault(host, _Host())
        entry.guests += 1
        try:
            async with entry.turn, self._places:
                yield
        finally:
            entry.guests -= 1
            self._forget_idle()

    def hold(self, host: str, pause: timedelta) -> None:
        """No request to this host for so long; one server's 429 means all of its feeds."""
        entry = self._hosts.setdefault(host, _Host())
        seconds = min(pause, DAY).total_seconds()
        entry.held_until = max(entry.held_until, time.monotonic() + seconds)

    def pause_left(self, host: str) -> timedelta | None:
        entry = self._hosts.get(host)
        left = entry.held_until - time.monotonic() if entry else 0.0
        return timedelta(seconds=left) if left > 0 else None

    def _forget_idle(self) -> None:
        now = time.monotonic()
        for host in [h for h, e in self._hosts.items() if not e.guests and e.held_until <= now]:
            del self._hosts[host]
