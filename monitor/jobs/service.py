"""The service and the single pass: ticks, signals, an orderly end.

What one tick does stands in line.py.
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.app import App
from monitor.clock import utcnow
from monitor.jobs.line import Line, named

TICK = 2
"""Seconds between two looks at what is due; when it is due is said by cursors and deliveries."""

HEARTBEAT = 15.0
"""Seconds, by the clock that nobody can set."""

GRACE = 25.0
"""Seconds to end in order after SIGTERM; below the 30 s and 90 s of common supervisors."""


Window = Callable[[], Coroutine[Any, Any, None]]
"""What is served beside the jobs; ends in order when it is cancelled."""


def serve(app: App, *, window: Window | None = None) -> None:
    """Poll and deliver until SIGTERM or SIGINT; `window` runs on the same event loop as long."""
    asyncio.run(_until_stopped(app, _tick_for_ever, window))


def run_once(app: App) -> None:
    """Poll what is due, deliver what is due, return. A failing source or target is no error."""
    asyncio.run(_until_stopped(app, _one_pass))


async def _one_pass(app: App, line: Line) -> None:
    await line.poll_due()
    await line.polls_done()
    await line.read_pages()
    await line.polls_done()
    await line.deliver_due()
    await line.tidy()


class Every(BaseTrigger):  # type: ignore[misc]  # apscheduler has no types
    """Every so many seconds, and once for all that was missed. APScheduler's own interval counts
    up every missed run: a clock set forward by a year costs minutes and gigabytes."""

    def __init__(self, seconds: float) -> None:
        self._step = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        following = (previous_fire_time or now) + self._step
        return following if following > now else now + self._step


async def _tick_for_ever(app: App, line: Line) -> None:
    # What was missed is caught up in one run; a run that outlives its interval is not joined by
    # a second. APScheduler says so at each tick; it is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = AsyncIOScheduler(
        timezone=UTC,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    looks = {
        "poll": line.poll_due,
        "pages": line.read_pages,
        "deliver": line.deliver_due,
        "tidy": line.tidy,
    }
    for name, look in looks.items():
        scheduler.add_job(_patiently, Every(TICK), [app, name, look], next_run_time=utcnow())
    scheduler.start()
    try:
        while True:
            await asyncio.sleep(HEARTBEAT)
            keep_ticking(scheduler)
    finally:
        scheduler.shutdown(wait=False)


async def _patiently(app: App, name: str, look: Callable[[], Awaitable[None]]) -> None:
    app.ticked[name] = time.monotonic()
    try:
        await look()
    except asyncio.CancelledError:
        # The end of the service. Passed on, APScheduler would print it as a job that failed.
        return
    except Exception as error:  # a full disk or a bug: told, and tried again at the next tick
        app.watch.event("tick-trouble", error=named(error))


def keep_ticking(scheduler: AsyncIOScheduler) -> None:
    # APScheduler waits for the wall clock: set back by an hour, it would stand still for an hour.
    now = utcnow()
    for job in scheduler.get_jobs():
        if job.next_run_time > now + timedelta(seconds=HEARTBEAT):
            job.modify(next_run_time=now)


async def _until_stopped(
    app: App, work: Callable[[App, Line], Awaitable[None]], window: Window | None = None
) -> None:
    line = Line(app)
    stopped = asyncio.Event()
    _listen_for_signals(stopped)
    # A window that breaks ends the service: without probes nobody would see what else breaks.
    working = [asyncio.ensure_future(work(app, line))]
    working += [asyncio.create_task(window())] if window else []
    stopping = asyncio.ensure_future(stopped.wait())
    await asyncio.wait({*working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if stopped.is_set():
        app.watch.event("stopping", seconds=GRACE)
    app.stopping.set()
    stopping.cancel()
    for each in working:
        each.cancel()
    try:
        await asyncio.wait_for(_closed(line, working), GRACE)
    except TimeoutError:
        app.watch.event("not-ended-in-time", seconds=GRACE)
        # A thread that does not end cannot be ended otherwise; its leases lapse by themselves.
        os._exit(1)
    for each in working:
        if not each.cancelled():
            each.result()


async def _closed(line: Line, working: Collection[asyncio.Future[None]]) -> None:
    await asyncio.gather(line.close(), asyncio.wait(working))


def _listen_for_signals(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, stopped, number)


def _stop(stopped: asyncio.Event, number: signal.Signals) -> None:
    if stopped.is_set():
        os._exit(128 + number)
    stopped.set()
