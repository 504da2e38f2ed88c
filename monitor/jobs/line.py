"""Keeps many fetches under way, of sources and of pages, while one thread decides and one delivers.

Nothing here knows what a body means or when a source is due again: that is the app's. No SQL and
no extraction on the event loop, so that a slow article never holds up a fetch or a signal.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from monitor.app import App
from monitor.clock import utcnow
from monitor.model import Cursor, Fetched, FetchFailed, Poll, Source, TextDue

FETCHING = 50
"""Requests under way at once, over all hosts; one per host."""

WAITING = 64
"""Bodies that may wait for the deciding thread; more would be memory without speed."""

PAUSE_AFTER_TROUBLE = 60.0
"""Seconds. A poll that could not be stored leaves its source due; without a pause a full disk
would have every source fetched again at each tick."""

TIDY_EVERY = 24 * 3600.0
"""Seconds between two looks for texts that are old enough to be taken away."""

P = ParamSpec("P")
T = TypeVar("T")


class Line:
    """The two corridors of one process. Made and used on one event loop."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._fetching = asyncio.Semaphore(FETCHING)
        self._waiting = asyncio.Semaphore(WAITING)
        self._hosts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        """By errand: a source's id, or a page's article."""
        self._being_decided: set[str] = set()
        self._paused_until: dict[str, float] = {}
        self._tidy_at = 0.0
        self._decider = ThreadPoolExecutor(1, thread_name_prefix="decide")
        self._deliverer = ThreadPoolExecutor(1, thread_name_prefix="deliver")

    async def poll_due(self) -> None:
        """Start a poll of each due source that has none under way; do not wait for them."""
        due = await self._in(self._decider, self._app.due, utcnow())
        starting = [(source, cursor) for source, cursor in due if self._may_start(source.id)]
        if starting:
            asked = [source for source, _ in starting]
            await self._in(self._decider, self._app.expect, asked, utcnow())
        for source, cursor in starting:
            self._start(source.id, self._poll(source, cursor))

    async def read_pages(self) -> None:
        """Start to ask for each due page that is not being asked for; do not wait for them."""
        for due in await self._in(self._decider, self._app.pages_due, utcnow()):
            errand = f"page {due.article_id}"
            if self._may_start(errand):
                self._start(errand, self._read_page(errand, due))

    async def deliver_due(self) -> None:
        """Send what is due; returns when nothing more is."""
        await self._in(self._deliverer, self._app.deliver_due, utcnow())

    async def polls_done(self) -> None:
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def tidy(self) -> None:
        """Once a day take away what is old, batch by batch, so that polls go on in between."""
        if time.monotonic() < self._tidy_at:
            return
        self._tidy_at = time.monotonic() + TIDY_EVERY
        while not self._app.stopping.is_set():
            if not await self._in(self._decider, self._app.tidy, utcnow()):
                return

    async def close(self) -> None:
        """Give up what only waits for the network, finish what is being decided or sent."""
        for errand, task in self._under_way.items():
            if errand not in self._being_decided:
                task.cancel()
        await self.polls_done()
        for thread in (self._decider, self._deliverer):
            await asyncio.to_thread(thread.shutdown)
        await self._app.fetcher.close()

    # --- one errand

    async def _poll(self, source: Source, cursor: Cursor) -> None:
        async with self._host(source.url), self._fetching:
            poll = await self._app.fetcher.fetch(source, cursor)
            await self._waiting.acquire()
        await self._decide(source.id, self._take, source, cursor, poll)

    async def _read_page(self, errand: str, due: TextDue) -> None:
        async with self._host(due.url), self._fetching:
            answer = await self._app.fetcher.fetch_page(due)
            await self._waiting.acquire()
        await self._decide(errand, self._take_page, due, answer)

    def _host(self, url: str) -> asyncio.Lock:
        """Who waits for a host takes none of the fifty places. The fetcher keeps the peace of hosts
        by itself; but then a slow one with fifty feeds would have all places here."""
        return self._hosts.setdefault(urlsplit(url).netloc, asyncio.Lock())

    async def _decide(
        self, errand: str, take: Callable[P, None], *arguments: P.args, **named_arguments: P.kwargs
    ) -> None:
        self._being_decided.add(errand)
        try:
            await self._in(self._decider, take, *arguments, **named_arguments)
        except Exception as error:  # the trouble of one must not end the polling of the others
            self._paused_until[errand] = time.monotonic() + PAUSE_AFTER_TROUBLE
            self._app.watch.event("poll-trouble", source=errand, error=named(error))
        finally:
            self._being_decided.discard(errand)
            self._waiting.release()

    def _may_start(self, errand: str) -> bool:
        paused = self._paused_until.get(errand, 0.0) > time.monotonic()
        return errand not in self._under_way and not paused

    def _start(self, errand: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=errand)
        self._under_way[errand] = task
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task.get_name()]

    def _take(self, source: Source, cursor: Cursor, poll: Poll) -> None:
        # The clock is read where deciding begins, so that what is decided later is learnt later.
        self._app.take(source, cursor, poll, utcnow())

    def _take_page(self, due: TextDue, answer: Fetched | FetchFailed) -> None:
        self._app.take_page(due, answer, utcnow())

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
