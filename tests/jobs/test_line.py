"""The line on an event loop, with an app that does nothing but take notes."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.clock import utcnow
from monitor.jobs.line import FETCHING, WAITING, Line
from monitor.jobs.service import keep_ticking
from monitor.model import (
    Cursor,
    Fetched,
    FetchFailed,
    NotModified,
    Poll,
    Source,
    SourceKind,
    TextDue,
    Tier,
)

NOW = datetime(2026, 3, 9, tzinfo=UTC)
DEADLINE = 10


@dataclass
class Fetcher:
    """Every fetch waits until `go_on`; counts how many do so at once, in all and per host."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: list[str] = field(default_factory=list)
    most: int = 0
    most_of_a_host: int = 0
    done: int = 0
    closed: bool = False

    async def fetch(self, source: Source, cursor: Cursor) -> Poll:
        await self._visit(source.url)
        return NotModified(source.id, NOW)

    async def fetch_page(self, due: TextDue) -> FetchFailed:
        await self._visit(due.url)
        return FetchFailed(due.source_id, "timeout", "", NOW)

    async def _visit(self, url: str) -> None:
        host = url.split("/")[2]
        self.waiting.append(host)
        self.most = max(self.most, len(self.waiting))
        self.most_of_a_host = max(self.most_of_a_host, self.waiting.count(host))
        try:
            await self.go_on.wait()
        finally:
            self.waiting.remove(host)
        self.done += 1

    async def close(self) -> None:
        self.closed = True


@dataclass
class Notes:
    """An app whose sources are always due."""

    sources: list[Source]
    fetcher: Fetcher = field(default_factory=Fetcher)
    taken: list[str] = field(default_factory=list)
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    deciders: set[str] = field(default_factory=set)
    broken: frozenset[str] = frozenset()
    expected: list[str] = field(default_factory=list)
    pages: list[TextDue] = field(default_factory=list)
    old: int = 3
    """Batches of old texts that are left."""
    stopping: threading.Event = field(default_factory=threading.Event)
    may_decide: threading.Event = field(default_factory=threading.Event)
    decides: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_decide.set()
        self.watch = self

    def event(self, name: str, **fields: object) -> None:
        self.events.append((name, fields))

    def due(self, now: datetime) -> list[tuple[Source, Cursor]]:
        return [(source, Cursor(source.id, now)) for source in self.sources]

    def expect(self, sources: Iterable[Source], now: datetime) -> None:
        self.expected += [source.id for source in sources]

    def pages_due(self, now: datetime) -> list[TextDue]:
        return self.pages

    def take_page(self, due: TextDue, answer: Fetched | FetchFailed, now: datetime) -> None:
        self.pages = [page for page in self.pages if page.article_id != due.article_id]
        self.taken.append(due.article_id)

    def tidy(self, now: datetime) -> int:
        self.old -= 1
        return max(self.old, 0)

    def take(self, source: Source, cursor: Cursor, poll: Poll, now: datetime) -> None:
        self.decides.set()
        assert self.may_decide.wait(DEADLINE)
        self.deciders.add(threading.current_thread().name)
        if source.id in self.broken:
            raise RuntimeError("a bug")
        self.taken.append(source.id)

    def deliver_due(self, now: datetime) -> None:
        self.events.append((f"delivered in {threading.current_thread().name}", {}))


def source(number: int, host: str) -> Source:
    return Source(
        id=f"s{number}",
        url=f"http://{host}/{number}",
        kind=SourceKind.FEED,
        tier=Tier.PRESS,
        newsroom=host,
        language=None,
        interval=timedelta(minutes=30),
    )


def of_many_hosts(number: int) -> list[Source]:
    return [source(each, f"h{each}.example") for each in range(number)]


def play(app: Notes, scene: Callable[[Line], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        line = Line(app)  # type: ignore[arg-type]
        try:
            await asyncio.wait_for(scene(line), DEADLINE)
        finally:
            await line.close()

    asyncio.run(whole())


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE):
        while not holds():
            await asyncio.sleep(0)


def test_many_hosts_are_asked_at_once_up_to_the_limit() -> None:
    app = Notes(of_many_hosts(FETCHING + 20))

    async def scene(line: Line) -> None:
        await line.poll_due()
        await until(lambda: len(app.fetcher.waiting) == FETCHING)
        app.fetcher.go_on.set()
        await line.polls_done()

    play(app, scene)

    assert app.fetcher.most == FETCHING
    assert len(app.taken) == FETCHING + 20


def test_one_host_is_asked_once_at_a_time_and_holds_up_no_other() -> None:
    slow = [source(number, "slow.example") for number in range(FETCHING + 5)]
    app = Notes([*slow, source(999, "quick.example")])

    async def scene(line: Line) -> None:
        await line.poll_due()
        await until(lambda: "quick.example" in app.fetcher.waiting)
        app.fetcher.go_on.set()
        await line.polls_done()

    play(app, scene)

    assert app.fetcher.most_of_a_host == 1


def test_one_thread_decides_and_another_delivers() -> None:
    app = Notes(of_many_hosts(8))
    app.fetcher.go_on.set()

    async def scene(line: Line) -> None:
        await line.poll_due()
        await line.polls_done()
        await line.deliver_due()

    play(app, scene)

    assert len(app.deciders) == 1
    assert app.events == [("delivered in deliver_0", {})]


def test_bodies_that_wait_to_be_decided_hold_up_fetching() -> None:
    app = Notes(of_many_hosts(FETCHING + WAITING + 30))
    app.fetcher.go_on.set()
    app.may_decide.clear()

    async def scene(line: Line) -> None:
        await line.poll_due()
        await until(lambda: app.fetcher.done >= FETCHING + WAITING)
        for _ in range(100):
            await asyncio.sleep(0)
        held = app.fetcher.done
        app.may_decide.set()
        await line.polls_done()
        assert held == FETCHING + WAITING

    play(app, scene)

    assert len(app.taken) == FETCHING + WAITING + 30


def test_a_source_under_way_is_not_polled_a_second_time() -> None:
    app = Notes(of_many_hosts(3))

    async def scene(line: Line) -> None:
        await line.poll_due()
        await line.poll_due()
        app.fetcher.go_on.set()
        await line.polls_done()

    play(app, scene)

    assert sorted(app.taken) == ["s0", "s1", "s2"]


def test_pages_are_asked_for_beside_feeds_and_one_host_is_asked_once_at_a_time() -> None:
    app = Notes([source(1, "a.example")])
    for number in range(5):
        app.pages.append(TextDue(f"p{number}", "s1", f"http://a.example/p{number}", NOW))
    app.pages.append(TextDue("p9", "s1", "http://b.example/p9", NOW))

    async def scene(line: Line) -> None:
        await line.poll_due()
        await line.read_pages()
        await line.read_pages()
        await until(lambda: len(app.fetcher.waiting) == 2)
        app.fetcher.go_on.set()
        await line.polls_done()

    play(app, scene)

    assert sorted(app.taken) == ["p0", "p1", "p2", "p3", "p4", "p9", "s1"]
    assert app.fetcher.most_of_a_host == 1


def test_sources_are_expected_before_any_of_them_answers() -> None:
    app = Notes(of_many_hosts(3))

    async def scene(line: Line) -> None:
        await line.poll_due()
        assert sorted(app.expected) == ["s0", "s1", "s2"]
        assert app.taken == []
        app.fetcher.go_on.set()
        await line.polls_done()
        await line.poll_due()
        await line.polls_done()

    play(app, scene)

    assert len(app.expected) == 6


def test_old_texts_are_taken_away_batch_by_batch_and_looked_for_once_a_day() -> None:
    app = Notes([], old=3)

    async def scene(line: Line) -> None:
        for _ in range(5):
            await line.tidy()

    play(app, scene)

    assert app.old == 0


def test_trouble_with_one_source_is_told_rests_it_and_leaves_the_others_alone() -> None:
    app = Notes(of_many_hosts(3), broken=frozenset({"s1"}))
    app.fetcher.go_on.set()

    async def scene(line: Line) -> None:
        for _ in range(2):
            await line.poll_due()
            await line.polls_done()

    play(app, scene)

    assert sorted(app.taken) == ["s0", "s0", "s2", "s2"]
    assert app.events == [("poll-trouble", {"source": "s1", "error": "RuntimeError: a bug"})]


def test_an_end_gives_up_what_waits_for_the_network_and_finishes_what_is_decided() -> None:
    app = Notes(of_many_hosts(2))
    app.may_decide.clear()

    async def scene(line: Line) -> None:
        app.sources, waiting = app.sources[:1], app.sources[1:]
        app.fetcher.go_on.set()
        await line.poll_due()
        await asyncio.to_thread(app.decides.wait, DEADLINE)
        app.fetcher.go_on.clear()
        app.sources = waiting
        asyncio.get_running_loop().call_later(0.05, app.may_decide.set)
        await asyncio.wait_for(line.close(), DEADLINE)

    play(app, scene)

    assert app.taken == ["s0"]
    assert app.fetcher.closed


def test_ticks_go_on_when_the_clock_was_set_back() -> None:
    async def scene() -> bool:
        ticked = asyncio.Event()
        scheduler = AsyncIOScheduler(timezone=UTC)

        async def tick() -> None:
            ticked.set()

        scheduler.start()
        scheduler.add_job(tick, "interval", seconds=2, next_run_time=utcnow() + timedelta(hours=1))
        keep_ticking(scheduler)
        try:
            return await asyncio.wait_for(ticked.wait(), DEADLINE)
        finally:
            scheduler.shutdown(wait=False)

    assert asyncio.run(scene())
