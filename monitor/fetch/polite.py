"""Manners: when to come back, when to ask in full, and one request at a time per host.

The first half is pure and takes `now`; `HostTurns` lives in the event loop of the fetcher.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.model import Cursor, FetchFailed, Poll, Source

DAY = timedelta(hours=24)
"""No server can send us away for longer, and no source is left unread for longer."""
JITTER = 0.1
"""Share of a wait that jitter may add: enough to spread a thousand hourly sources over minutes."""
GONE = "http-410"


def next_check_at(
    source: Source, poll: Poll, *, failures: int, now: datetime, jitter: float = 0.0
) -> datetime:
    """When to ask this source again: the larger of its interval and what its server asks for.

    `failures` counts failed polls in a row, this one included; `jitter` is between 0 and 1 (see
    `jitter_of`). Never later than 24 hours from now, but for a source with a longer interval.
    """
    wait = (
        after_failure(source, poll, failures)
        if isinstance(poll, FetchFailed)
        else max(source.interval, poll.fresh_for or timedelta())
    )
    spread = wait * (1 + JITTER * jitter)
    return now + min(spread, max(DAY, source.interval))


def after_failure(source: Source, failed: FetchFailed, failures: int) -> timedelta:
    """The interval, doubled with each failure in a row; a server's own word where it is longer."""
    if failed.reason == GONE:
        return DAY
    doublings = min(max(failures - 1, 0), 16)  # 65,536 minutes are past every cap
    return max(source.interval * (1 << doublings), failed.retry_after or timedelta())


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
