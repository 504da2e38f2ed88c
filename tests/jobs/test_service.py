"""Ticks of the service: what outlives its interval is not joined by a second."""

import asyncio
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.clock import utcnow
from monitor.jobs.service import Every

DEADLINE = 10


def test_a_job_that_outlives_its_interval_skips_ticks_and_goes_on_in_time() -> None:
    async def scene() -> tuple[int, int]:
        running = most = runs = 0
        go_on, thrice = asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            nonlocal running, most, runs
            running, runs = running + 1, runs + 1
            most = max(most, running)
            await go_on.wait()
            running -= 1
            if runs >= 3:
                thrice.set()

        quick = asyncio.Event()
        beats = 0

        async def beat() -> None:
            nonlocal beats
            beats += 1
            if beats >= 5:
                quick.set()

        scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        scheduler.add_job(slow, Every(0.02), next_run_time=utcnow())
        scheduler.add_job(beat, Every(0.02), next_run_time=utcnow())
        scheduler.start()
        try:
            # five ticks of another job go by while this one is under way
            await asyncio.wait_for(quick.wait(), DEADLINE)
            before = runs
            go_on.set()
            await asyncio.wait_for(thrice.wait(), DEADLINE)
        finally:
            scheduler.shutdown(wait=False)
        assert most == 1
        return before, runs

    before, runs = asyncio.run(scene())

    assert before == 1
    assert runs >= 3
