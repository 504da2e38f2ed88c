"""Looks at the store for whoever asks: in a thread, one look at a time, shared for a while.

No SQL on the event loop; and however many ask at once, or however often, the database is asked
once: neither a probe nor a stranger can load it.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from monitor.app import App
from monitor.clock import utcnow
from monitor.model import Alert, Change, Cursor, Delivery, Measure, Position, Source, Waiting

LATEST = 20
"""Alerts by which it is seen whether targets still take them."""

TOLD = 200
"""Alerts that are looked through for those of the last changes; a change may have several."""

T = TypeVar("T")


class Lookout(Generic[T]):
    """Used on one event loop."""

    def __init__(self, look: Callable[[], T], *, fresh_for: float) -> None:
        """`fresh_for`: seconds for which what was seen (or what went wrong) is shown again."""
        self._look = look
        self._fresh_for = fresh_for
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="look")
        self._looking: asyncio.Future[T] | None = None
        self._looked_at = 0.0

    async def see(self, *, within: float) -> T:
        """What stands. TimeoutError after so many seconds, while the look itself goes on and is
        joined by the next who asks; errors of the look as they are."""
        if self._looking is None or self._is_stale(self._looking):
            loop = asyncio.get_running_loop()
            self._looking = loop.run_in_executor(self._thread, self._timed)
            self._looking.add_done_callback(_noticed)
        return await asyncio.wait_for(asyncio.shield(self._looking), within)

    def close(self) -> None:
        """Waits for a look that is under way."""
        self._thread.shutdown(cancel_futures=True)

    def _is_stale(self, looking: asyncio.Future[T]) -> bool:
        return looking.done() and time.monotonic() - self._looked_at > self._fresh_for

    def _timed(self) -> T:
        try:
            return self._look()
        finally:
            self._looked_at = time.monotonic()


def _noticed(looking: asyncio.Future[T]) -> None:
    # Whoever asked may have given up; asyncio complains of errors that nobody took.
    if not looking.cancelled():
        looking.exception()


@dataclass(frozen=True, slots=True)
class Glance:
    """How the service does; cheap to look at however much it knows."""

    at: datetime
    sources: list[tuple[Source, Cursor | None]]
    waiting: list[Waiting]
    held: dict[str, int]
    """Articles that a flood holds, by source."""
    latest: list[tuple[Alert, list[Delivery]]]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What it knows; folded from the whole ledger."""

    positions: list[Position]
    measures: list[Measure]
    changes: list[Change]
    """Oldest said first."""
    told: list[tuple[Alert, list[Delivery]]]
    """Newest first."""


def glance(app: App) -> Glance:
    return Glance(
        at=utcnow(),
        sources=app.sources(),
        waiting=app.store.waiting(),
        held=app.store.held_counts(),
        latest=app.alerts(limit=LATEST),
    )


def standing(app: App) -> Standing:
    return Standing(app.ledger(), app.measures(), app.timeline(), app.alerts(limit=TOLD))
