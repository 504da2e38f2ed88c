"""Keeps many fetches under way while one thread decides and one thread delivers.

Nothing here knows what a body means or when a source is due again: that is the app's. No SQL and
no extraction on the event loop, so that a slow article never holds up a fetch or a signal.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from monitor.app import App
from monitor.clock import utcnow
from monitor.model import Cursor, Poll, Source

FETCHING = 50
"""Requests under way at once, over all hosts; one per host."""

WAITING = 64
"""Bodies that may wait for the deciding thread; more would be memory without speed."""

PAUSE_AFTER_TROUBLE = 60.0
"""Seconds. A poll that could not be stored leaves its source due; without a pause a full disk
would have every source fetched again at each tick."""

P = ParamSpec("P")
T = TypeVar("T")


class Line:
    """The two corridors of one process. Made and used on one event loop."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._fetching = asyncio.Semaphore(FETCHING)
        self._waiting = asyncio.Semaphore(WAITING)
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._being_decided: set[str] = set()
        self._paused_until: dict[str, float] = {}
        self._decider = ThreadPoolExecutor(1, thread_name_prefix="decide")
        self._deliverer = ThreadPoolExecutor(1, thread_name_prefix="deliver")

    async def poll_due(self) -> None:
        """Start a poll of each due source that has none under way; do not wait for them."""
        due = await self._in(self._decider, self._app.due, utcnow())
        for source, cursor in due:
            if source.id not in self._under_way and not self._is_paused(source):
                task = asyncio.create_task(self._poll(source, cursor), name=source.id)
                self._under_way[source.id] = task
                task.add_done_callback(self._forget)

    async def deliver_due(self) -> None:
        """Send what is due; returns when nothing more is."""
        await self._in(self._deliverer, self._app.deliver_due, utcnow())

    async def polls_done(self) -> None:
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def close(self) -> None:
        """Give up what only waits for the network, finish what is being decided or sent."""
        for source_id, task in self._under_way.items():
            if source_id not in self._being_decided:
                task.cancel()
        await self.polls_done()
        for thread in (self._decider, self._deliverer):
            await asyncio.to_thread(thread.shutdown)
        await self._app.fetcher.close()

    async def _poll(self, source: Source, cursor: Cursor) -> None:
        # One request per host at a time; a host that is waited for takes none of the fifty places.
        async with self._hosts[urlsplit(source.url).netloc], self._fetching:
            poll = await self._app.fetcher.fetch(source, cursor)
            await self._waiting.acquire()
        self._being_decided.add(source.id)
        try:
            await self._in(self._decider, self._take, source, cursor, poll)
        except Exception as error:  # one source's trouble must not end the polling of the others
            self._paused_until[source.id] = time.monotonic() + PAUSE_AFTER_TROUBLE
            self._app.watch.event("poll-trouble", source=source.id, error=named(error))
        finally:
            self._being_decided.discard(source.id)
            self._waiting.release()

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task.get_name()]

    def _take(self, source: Source, cursor: Cursor, poll: Poll) -> None:
        # The clock is read where deciding begins, so that what is decided later is learnt later.
        self._app.take(source, cursor, poll, utcnow())

    def _is_paused(self, source: Source) -> bool:
        return self._paused_until.get(source.id, 0.0) > time.monotonic()

    async def _in(
        self,
        thread: ThreadPoolExecutor,
        function: Callable[P, T],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(thread, lambda: function(*arguments, **named))


def named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
