"""Turns and pauses per host. Lives in the event loop of the fetcher.

Not here: how long a pause is; whoever read it in an answer or in robots.txt says so.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.fetch.polite import DAY


@dataclass(slots=True)
class _Host:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    guests: int = 0
    held_until: float = 0.0
    """time.monotonic(), as the next."""
    pages_held_until: float = 0.0


class HostTurns:
    """One request at a time per host, `connections` at a time in all, and pauses hosts ask for.

    Waiting happens here, before any deadline begins to run. It is the only place that counts.
    """

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

    def hold_pages(self, host: str, pause: timedelta) -> None:
        """No page of this host for so long (Crawl-delay); its feeds may be asked all the same."""
        entry = self._hosts.setdefault(host, _Host())
        entry.pages_held_until = time.monotonic() + min(pause, DAY).total_seconds()

    def pause_left(self, host: str, *, for_page: bool = False) -> timedelta | None:
        entry = self._hosts.get(host)
        if entry is None:
            return None
        until = max(entry.held_until, entry.pages_held_until if for_page else 0.0)
        left = until - time.monotonic()
        return timedelta(seconds=left) if left > 0 else None

    def _forget_idle(self) -> None:
        now = time.monotonic()
        for host, entry in list(self._hosts.items()):
            if not entry.guests and max(entry.held_until, entry.pages_held_until) <= now:
                del self._hosts[host]
