"""Our side of poll.py: the single pass of `monitor run --once`, measured from where polling begins.

`--only fetch` and `--only parse` stop there and keep nothing: the floor under the whole.
"""

import argparse
import asyncio
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.meter import Meter, spent
from monitor import jobs
from monitor.app import App
from monitor.cli.opening import opened
from monitor.clock import utcnow
from monitor.model import Cursor, Fetched, Poll, Source
from monitor.steps.identify import canonical
from monitor.steps.parse import read_source

AT_ONCE = 50


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--result", type=Path, required=True)
    asked.add_argument("--only", choices=("fetch", "parse"))
    given = asked.parse_args()
    with opened(exclusive=True) as app:
        app.start(utcnow())
        make_due(app)
        before, start_up, meter = stored(app), spent(), Meter()
        read = run(app, given.only)
        measured = meter.read()
        new = stored(app) - before if given.only is None else read
        failed = sum(1 for _, cursor in app.sources() if cursor and cursor.failures)
    given.result.write_text(
        json.dumps({**measured, "start_up": start_up, "items": new, "failed": failed})
    )


def run(app: App, only: str | None) -> int:
    if only is None:
        jobs.run_once(app)
        app.sandbox.close()  # its child's seconds count once it has ended
        return 0
    return asyncio.run(fetch_all(app, parse=only == "parse"))


async def fetch_all(app: App, *, parse: bool) -> int:
    """Ask every source, keep nothing; how many items were in what came."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(source: Source, cursor: Cursor) -> int:
        async with places:
            poll = await app.fetcher.fetch(source, cursor)
        return items_in(source, poll) if parse else 0

    try:
        return sum(await asyncio.gather(*[one(*due) for due in app.due(utcnow())]))
    finally:
        await app.fetcher.close()


def items_in(source: Source, poll: Poll) -> int:
    if not isinstance(poll, Fetched):
        return 0
    read = partial(read_source, canonical=canonical, now=utcnow())
    return len(read(source, poll).articles)


def make_due(app: App) -> None:
    """As if the interval had passed."""
    for _, cursor in app.sources():
        if cursor is not None:
            app.store.put_cursor(replace(cursor, next_check_at=utcnow()))


def stored(app: App) -> int:
    return app.store.counts()["article"]
