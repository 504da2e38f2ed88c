"""Our side of stories.py: a store that is filled, and what articles cost that come into it.

One task a process. What reading costs is told by leaving it out: the labels that a text bears then
stand for what would be read in it.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from monitor.pipeline.known import Known
from sqlalchemy import Connection, Engine, event, select, update

from bench.meter import Meter
from bench.sides.window import quality
from bench.stream import BEGINS, Stream, Told, mixed
from monitor.app import App
from monitor.cli.opening import opened
from monitor.clock import utcnow
from monitor.model import Act, Article, Intake, Quote, Reading, Stance
from monitor.pipeline.desk import Desk
from monitor.pipeline.intake import Arrival, take
from monitor.pipeline.lookalikes import Lookalikes
from monitor.pipeline.shelf import Shelf
from monitor.store.engine import open_engine, writing
from monitor.store.sql import add
from monitor.store.tables import (
    ARTICLE,
    ARTICLE_KEY,
    ARTICLE_VERSION,
    CHANGE,
    SKETCH,
    STATEMENT,
    STORY,
    WORD_COUNT,
)

NEWSROOMS = 23
SURE = 0.9
"""What the labels that stand for a reading are sure."""
DECIDED = 1
"""Rounds that go through the whole intake, longer than a window together; those before are their
rows, moved back in time."""
MEASURED = DECIDED
"""The round whose articles come into the filled store."""
MOVED_BACK = (ARTICLE, ARTICLE_KEY, ARTICLE_VERSION, STORY, SKETCH, STATEMENT, CHANGE)
"""Parents first. Messages and decisions are left out: nothing that decides reads them."""
NAMES = ("article_id", "key", "story", "copy_of", "follows", "into", "statement_id", "retracts")
MADE_OF = {"article", "story", "statement", "change"}
"""Tables with an id of their own."""
AT_ONCE = 64
WINDOW = timedelta(days=14)

Numbers = dict[str, Any]


class Labelled:
    """Reads nothing: says what the text that an article was made of is labelled with."""

    def __init__(self, told: Iterable[Told]) -> None:
        self._told = {one.name: one for one in told}

    def read(self, article: Article) -> Reading:
        one = self._told[article.id]
        labels: Mapping[str, Any] = one.labels or {"relevant": False}
        stances = [_stance(row, one) for row in labels.get("stances", ())]
        acts = [_act(row, one) for row in labels.get("regulation", ())]
        return Reading(
            relevant=labels["relevant"],
            because="labelled",
            language=one.language,
            topics=tuple(
                dict.fromkeys([row.topic for row in stances] + [row.topic for row in acts])
            ),
            actors=tuple(dict.fromkeys(row.actor for row in stances)),
            stances=tuple(stances),
            acts=tuple(acts),
        )


def _stance(row: Mapping[str, Any], told: Told) -> Stance:
    where = _quote(row, told)
    return Stance(row["actor"], row["topic"], row["stance"], SURE, False, where, "", "labelled")


def _act(row: Mapping[str, Any], told: Told) -> Act:
    where = _quote(row, told)
    return Act(row["topic"], row["body"], row["stage"], row["effect"], SURE, where, "")


def _quote(row: Mapping[str, Any], told: Told) -> Quote:
    labels = told.labels or {}
    start = f"{labels['title']}\n{labels['text']}".find(row["quote"])
    end = start + len(row["quote"])
    return Quote(told.whole[start:end], start, end)


# --- tasks -------------------------------------------------------------------------------------


def main() -> None:
    given = asked()
    stream = Stream(given.texts, given.a_day)
    with opened(exclusive=True) as app:
        app.start(utcnow())
        task = {"fill": fill, "take": taking, "step": step, "ready": ready, "plans": plans}
        measured = task[given.task](app, stream, given)
    given.result.write_text(json.dumps(measured))


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--task", required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--a-day", type=int, required=True)
    parser.add_argument("--stored", type=int, default=0, help="fill: articles")
    parser.add_argument("--skip", type=int, default=0, help="articles of the field taken before")
    parser.add_argument("--count", type=int, default=0, help="articles of the field")
    parser.add_argument("--others", type=int, default=0, help="take: articles of other matters")
    parser.add_argument("--batch", type=int, default=10, help="articles that a poll brings")
    parser.add_argument("--labelled", action="store_true", help="leave reading out")
    parser.add_argument("--began", type=float, default=0.0, help="ready: time.monotonic()")
    return parser.parse_args()


def fill(app: App, stream: Stream, given: argparse.Namespace) -> Numbers:
    told = [one for number in range(DECIDED) for one in stream.round(number)]
    desk = replace(app.desk, reader=Labelled(told))
    for batch in batches(told, AT_ONCE):
        take(arrivals(batch), store=app.store, desk=desk)
    rounds = -(-given.stored // len(told))
    lasts = stream.round(DECIDED)[0].at - BEGINS
    with writing(open_engine(app.settings.database_url)) as connection:
        for number in range(1, rounds):
            move_back(connection, lasts, number)
        count_words(connection, rounds)
    make_footings(app, desk, told)
    return app.store.counts()


def taking(app: App, stream: Stream, given: argparse.Namespace) -> Numbers:
    told = coming(stream, given)
    desk = app.desk if not given.labelled else replace(app.desk, reader=Labelled(told))
    coming_in = [arrivals(batch) for batch in batches(told, given.batch)]
    taken, meter, before = [], Meter(), peak()
    for batch in coming_in:
        taken += take(batch, store=app.store, desk=desk)
    spent = meter.read()
    return {
        **spent,
        "articles": len(taken),
        "relevant": sum(one.relevant for one in taken),
        "copies": sum(one.identity.original is not None for one in taken),
        "joined": sum(bool(one.shelved and not one.shelved.opened) for one in taken),
        "changes": sum(len(one.changes) for one in taken),
        "before": before,
        "peak": peak(),
        **(together(app, stream, told) if given.labelled else {}),
    }


def together(app: App, stream: Stream, new: Sequence[Told]) -> dict[str, int]:
    """Whom the stories name for each of the new articles."""
    since = new[0].at - WINDOW
    coming_in = stream.round(MEASURED)
    told = [
        one for one in (*stream.round(DECIDED - 1), *coming_in) if since <= one.at <= new[-1].at
    ]
    with app.store.deciding() as deciding:
        stories = deciding.stories([one.name for one in told])
    members: dict[str, list[str]] = {}
    named: dict[str, list[str]] = {}
    news = {one.name for one in new}
    for one in told:
        story = members.setdefault(stories.get(one.name, one.name), [])
        if one.name in news:
            named[one.name] = list(story)
        story.append(one.name)
    return quality(told, named)


def step(app: App, stream: Stream, given: argparse.Namespace) -> Numbers:
    """Copies and stories alone, from the article and its reading on. Nothing is kept."""
    told = coming(stream, given)
    reader, desk = Labelled(told), app.desk
    spent = {"copies": 0.0, "stories": 0.0}
    for batch in batches(told, given.batch):
        with app.store.deciding() as deciding:
            lookalikes, shelf = Lookalikes(deciding), Shelf(deciding)
            for arrival in arrivals(batch):
                article, reading = arrival.article, reader.read(arrival.article)
                meter = Meter()
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
    started = time.monotonic() - given.began
    told = coming(stream, given)
    desk = replace(app.desk, reader=Labelled(told))
    take(arrivals(told), store=app.store, desk=desk)
    return {"started": started, "ready": time.monotonic() - given.began}


def plans(app: App, stream: Stream, given: argparse.Namespace) -> Numbers:
    """What the database does for each question that articles ask."""
    asked_for: dict[str, Any] = {}

    def remember(_connection: Any, _cursor: Any, sql: str, values: Any, *_more: Any) -> None:
        if sql.lstrip().split()[0] in ("SELECT", "DELETE", "UPDATE"):
            asked_for.setdefault(sql, values[0] if isinstance(values, list) else values)

    told = coming(stream, given)
    event.listen(Engine, "before_cursor_execute", remember)
    desk = replace(app.desk, reader=Labelled(told))
    for batch in batches(told, given.batch):
        take(arrivals(batch), store=app.store, desk=desk)
    event.remove(Engine, "before_cursor_execute", remember)
    explained: dict[str, list[str]] = {}
    with open_engine(app.settings.database_url).connect() as connection:
        for sql, values in asked_for.items():
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
            explained[sql] = [row[-1] for row in rows]
    return {"plans": explained}


# --- articles ----------------------------------------------------------------------------------


def coming(stream: Stream, given: argparse.Namespace) -> list[Told]:
    ours = stream.round(MEASURED)[given.skip : given.skip + given.count]
    others = stream.others(given.skip)
    if not ours:
        at = stream.round(MEASURED)[given.skip].at
        return [replace(one, at=at) for one in islice(others, given.others)]
    return list(mixed(ours, others, len(ours) / (len(ours) + given.others)))


def arrivals(told: Iterable[Told]) -> list[Arrival]:
    return [
        Arrival(
            Article(
                id=one.name,
                url=f"https://{_newsroom(one)}/{one.name}",
                title=one.title,
                text=one.body,
                arrived_at=one.at + timedelta(minutes=5, microseconds=turn),
                published_at=one.at,
                language=one.language,
                source_id=_newsroom(one),
                newsroom=_newsroom(one),
            )
        )
        for turn, one in enumerate(told)
    ]


def _newsroom(one: Told) -> str:
    return f"n{sum(one.name.encode()) % NEWSROOMS}.example"


def batches(told: Sequence[Told], size: int) -> Iterator[Sequence[Told]]:
    for start in range(0, len(told), size):
        yield told[start : start + size]


def peak() -> int:
    """Bytes that the process took at most so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


# --- rows of earlier rounds --------------------------------------------------------------------


def move_back(connection: Connection, lasts: timedelta, number: int) -> None:
    """The rows that the decided rounds left, as if they had been told that many times before:
    their words are never read again, since copies and stories look back for days alone."""
    seeds = select(ARTICLE_VERSION.c.article_id).where(ARTICLE_VERSION.c.seed)
    for table in MOVED_BACK:
        id_ = next(table.c[name] for name in ("article_id", "id") if name in table.c)
        first = id_.not_in(seeds) & ~id_.like("%~%")
        if table.name == "story":
            first = table.c.opened_at.between(BEGINS, BEGINS + lasts) & ~id_.like("%~%")
        rows = connection.execute(select(table).where(first)).mappings().all()
        add(connection, table, [_moved(row, table.name, lasts * number, number) for row in rows])


def _moved(row: Mapping[Any, Any], table: str, by: timedelta, number: int) -> dict[str, Any]:
    named = {*NAMES} | ({"id"} if table in MADE_OF else set())
    moved = dict(row)
    for name, value in moved.items():
        if value is not None and name in named:
            moved[name] = f"{value}~{number}"
        elif hasattr(value, "hour"):
            moved[name] = value - by
    return moved


def count_words(connection: Connection, rounds: int) -> None:
    connection.execute(update(WORD_COUNT).values(articles=WORD_COUNT.c.articles * rounds))


def make_footings(app: App, desk: Desk, told: Sequence[Told]) -> None:
    """Those that the earlier rounds would have left."""
    readings = [desk.reader.read(arrival.article) for arrival in arrivals(told)]
    pairs: dict[tuple[str, str], Stance | Act] = {}
    for one in readings:
        pairs |= {(label.actor, label.topic): label for label in one.stances}
        pairs |= {("", label.topic): label for label in one.acts}
    for label in pairs.values():
        with app.store.deciding() as deciding:
            known = Known(deciding)
            known.read([label], told[-1].at, desk)
            deciding.write(Intake(cursor=None, footings=tuple(known.made)))


if __name__ == "__main__":
    main()
