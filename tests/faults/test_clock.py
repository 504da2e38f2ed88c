"""The wall clock is set back or forward under a running service.

A moment is an argument everywhere, and a scheduler only knows its jobs' next times: a job that is
due ten years ago is what a clock set forward by ten years leaves behind.
"""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.clock import utcnow
from monitor.jobs.service import TICK, Every
from monitor.model import Cursor, DeliveryState
from monitor.store import SqlStore, open_store
from tests.store.made import NOON, an_intake, written

YEARS = timedelta(days=3650)
DEADLINE = 10


@pytest.fixture
def store() -> SqlStore:
    return open_store("sqlite://", exclusive=False)


def test_a_clock_set_forward_by_ten_years_costs_one_tick() -> None:
    async def scene() -> tuple[int, float, datetime]:
        ticks = 0
        ticked = asyncio.Event()

        async def tick() -> None:
            nonlocal ticks
            ticks += 1
            ticked.set()

        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True}
        )
        job = scheduler.add_job(tick, Every(TICK), next_run_time=utcnow() - YEARS)
        began = time.monotonic()
        scheduler.start()
        await asyncio.wait_for(ticked.wait(), DEADLINE)
        scheduler.shutdown(wait=False)
        return ticks, time.monotonic() - began, job.next_run_time

    ticks, seconds, following = asyncio.run(scene())

    assert ticks == 1
    assert seconds < 1
    assert following > utcnow()


@pytest.mark.parametrize("ahead", [timedelta(days=1), YEARS])
def test_a_clock_set_forward_makes_each_source_due_once(store: SqlStore, ahead: timedelta) -> None:
    store.register(["gazette", "herald"], NOON)
    later = NOON + ahead

    for cursor in store.due(later, ["gazette", "herald"]):
        store.put_cursor(replace(cursor, next_check_at=later + timedelta(minutes=30)))

    assert store.due(later, ["gazette", "herald"]) == []


def test_a_clock_set_back_by_years_stops_no_source(store: SqlStore) -> None:
    store.put_cursor(Cursor("gazette", NOON + timedelta(hours=1)))

    assert [cursor.source_id for cursor in store.due(NOON - YEARS, ["gazette"])] == ["gazette"]
    assert store.due(NOON, ["gazette"]) == []


def test_a_clock_set_back_by_years_keeps_no_delivery(store: SqlStore) -> None:
    written(store, an_intake())
    due = NOON + timedelta(hours=1)
    [waiting, _leased] = store.claim(due, lease_for=timedelta(minutes=5), limit=9)
    store.settle(
        waiting.delivery,
        state=DeliveryState.PENDING,
        now=due,
        next_attempt_at=due + timedelta(hours=1),
    )

    free = store.claim(NOON - YEARS, lease_for=timedelta(minutes=5), limit=9)

    assert len(free) == 2
