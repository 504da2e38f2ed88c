"""Our side of stories.py: what articles cost that come into a store of years.

One task a process. `line` is the whole line of a poll but for the request and the child process:
the bytes of a feed are parsed, what is new is read, decided and written.
"""

import argparse
import gc
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.generated import rss
from bench.meter import Meter
from bench.sides.filled import Labelled, arrived, batches, fill, newsroom
from bench.stream import Stream, Told, mixed
from monitor.app import App
from monitor.cli.opening import opened
from monitor.clock import utcnow
from monitor.model import Fetched, Source, SourceKind, Tier
from monitor.pipeline.desk import Desk, Reader
from monitor.pipeline.intake import Taken, take_poll
from monitor.pipeline.lookalikes import Lookalikes
from monitor.pipeline.reading import PackReader, weights_of
from monitor.pipeline.shelf import Shelf
from monitor.steps.identify import canonical
from monitor.steps.parse import read_source

A_POLL = 10
UNIT = 1 if sys.platform == "darwin" else 1024

Numbers = dict[str, Any]


def main() -> None:
    given = asked()
    with opened(exclusive=True) as app:
        app.start(utcnow())
        started = {"cpu": time.process_time(), "wall": time.monotonic() - given.began}
        stream = Stream(given.texts, given.a_day)
        task = {"fill": filled, "line": line, "step": step, "ready": ready}[given.task]
        given.result.write_text(json.dumps(task(app, stream, given) | {"started": started}))


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--task", required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--a-day", type=int, required=True)
    parser.add_argument("--began", type=float, required=True, help="time.monotonic()")
    parser.add_argument("--skip", type=int, default=0, help="articles of the field taken before")
    parser.add_argument("--count", type=int, default=1, help="step: articles of the field")
    parser.add_argument("--stored", type=int, default=0, help="fill: articles")
    parser.add_argument("--rows", type=json.loads, default=[], help="line: what comes, as JSON")
    return parser.parse_args()


# --- tasks -------------------------------------------------------------------------------------


def filled(app: App, stream: Stream, given: argparse.Namespace) -> Numbers:
    return {"rows": fill(app, stream.round(0), given.stored)}


def line(app: App, stream: Stream, given: argparse.Namespace) -> Numbers:
    """Each row: articles of the field between others, read with the network or without it. The
    first of the field is in no row: what it costs to read the window is `ready`'s to tell."""
    bare = replace(app.desk, reader=PackReader(app.pack, weights_of(app.pack)))
    for one in first_of_each_language(stream.round(0), app.desk.reader):
        for each in (arrived(one), replace(arrived(one), language=None)):
            app.desk.reader.read(each)  # the first of a language pays for what is made once
            bare.reader.read(each)
    gc.freeze()  # the second reader, which no service has, is not to be walked through in a row
    ours, others = iter(stream.round(1)[given.skip :]), stream.others(given.skip)
    poll(*fetched([next(ours)]), app, app.desk)
    measured = []
    for row in given.rows:
        told = list(mixed([next(ours) for _ in range(row["ours"])], others, row["others"]))
        bodies = [fetched(batch) for batch in batches(told, row["a_poll"])]
        taken: list[Taken] = []
        meter = Meter()
        for source, body in bodies:
            taken += poll(source, body, app, app.desk if row["network"] else bare)
        relevant = sum(one.relevant for one in taken)
        measured.append({**meter.read(), "articles": len(taken), "relevant": relevant})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
    return {"rows": measured, "peak": peak}


def first_of_each_language(told: Sequence[Told], reader: Reader) -> list[Told]:
    """The first that is read in full."""
    found: dict[str, Told] = {}
    for one in told:
        if one.language not in found and reader.read(arrived(one)).relevant:
            found[one.language] = one
    return list(found.values())


def step(app: App, stream: Stream, given: argparse.Namespace) -> Numbers:
    """Copies and stories alone, from the article and its reading on. Nothing is kept."""
    told = stream.round(1)[given.skip : given.skip + given.count]
    reader, desk = Labelled(told), app.desk
    spent = {"copies": 0.0, "stories": 0.0}
    for batch in batches(told, A_POLL):
        with app.store.deciding() as deciding:
            lookalikes, shelf = Lookalikes(deciding), Shelf(deciding)
            for article in map(arrived, batch):
                reading, meter = reader.read(article), Meter()
                lookalikes.original_of(article)
                spent["copies"] += meter.read()["cpu"]
                meter = Meter()
                shelf.put(
                    article,
                    reading,
                    name=article.id,
                    seed=False,
                    sides=desk.sides,
                    weights=desk.join,
                )
                spent["stories"] += meter.read()["cpu"]
    return {**spent, "articles": len(told)}


def ready(app: App, stream: Stream, given: argparse.Namespace) -> Numbers:
    """The first article of the field is decided: its window was read whole."""
    source, body = fetched(stream.round(1)[given.skip : given.skip + 1])
    meter = Meter()
    poll(source, body, app, app.desk)
    return {"first": meter.read()}


# --- the line ----------------------------------------------------------------------------------


def poll(source: Source, body: Fetched, app: App, desk: Desk) -> list[Taken]:
    edition = read_source(source, body, canonical=canonical, now=body.fetched_at)
    return take_poll(
        edition.articles,
        store=app.store,
        desk=desk,
        now=body.fetched_at,
        cursor=None,
        first_sight=False,
    )


def fetched(told: Sequence[Told]) -> tuple[Source, Fetched]:
    """A feed of these articles, soon after the last of them was published."""
    source = Source(
        id=newsroom(told[0]),
        url=f"https://{newsroom(told[0])}/rss",
        kind=SourceKind.FEED,
        tier=Tier.PRESS,
        newsroom=newsroom(told[0]),
        language=None,
        interval=timedelta(hours=1),
    )
    items = [
        (f"https://{source.id}/{one.name}", one.title, f"<p>{one.body}</p>", one.at) for one in told
    ]
    at = max(one.at for one in told) + timedelta(minutes=5)
    body = rss(0, items).replace("<language>en</language>", "").encode()
    return source, Fetched(source.id, source.url, body, "application/rss+xml", None, None, at)


if __name__ == "__main__":
    sys.exit(main())
