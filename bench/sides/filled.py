"""Our side of stories.py before it is measured: a store that has stood for years is filled.

The youngest articles are decided by the line itself, with their labels for a reading; the rows of
those before are told again for as many years as it takes. Not here: what is measured.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from bench.stream import Told
from monitor.app import App
from monitor.model import Act, Article, Intake, Quote, Reading, Stance
from monitor.pipeline.desk import Desk
from monitor.pipeline.intake import Arrival, take
from monitor.pipeline.known import Known
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
"""What the labels are sure that stand for a reading."""
LATELY = timedelta(days=15)
"""Articles so young go through the whole intake, after the older ones were multiplied."""
MOVED_BACK = (ARTICLE, ARTICLE_KEY, ARTICLE_VERSION, STORY, SKETCH, STATEMENT, CHANGE)
"""Parents first. Messages and decisions are left out: nothing that decides reads them."""
NAMES = {"article_id", "key", "story", "copy_of", "follows", "into", "statement_id", "retracts"}
NAMES |= {"id", "measure"}
AT_ONCE = 64


def fill(app: App, told: Sequence[Told], stored: int) -> dict[str, int]:
    """So many articles, the last of them `told`; the rows of each table."""
    told = told[-stored:]
    young = [one for one in told if one.at > told[-1].at - LATELY]
    older = told[: -len(young)]
    desk = replace(app.desk, reader=Labelled(told))
    decide(older, app, desk)
    times = -(-(stored - len(young)) // len(older))
    with writing(open_engine(app.settings.database_url)) as connection:
        move_back(connection, young[0].at - older[0].at, times)
    decide(young, app, desk)
    settle(app, desk, told)
    return app.store.counts()


def decide(told: Sequence[Told], app: App, desk: Desk) -> None:
    for batch in batches(told, AT_ONCE):
        take([Arrival(arrived(one)) for one in batch], store=app.store, desk=desk)


def batches(told: Sequence[Told], size: int) -> Iterator[Sequence[Told]]:
    for start in range(0, len(told), size):
        yield told[start : start + size]


def settle(app: App, desk: Desk, told: Sequence[Told]) -> None:
    """The footings that those years would have left."""
    readings = [desk.reader.read(arrived(one)) for one in told]
    labels = [label for one in readings for label in (*one.stances, *one.acts)]
    with app.store.deciding() as deciding:
        known = Known(deciding)
        known.read(labels, told[-1].at, desk)
        deciding.write(Intake(cursor=None, footings=tuple(known.made)))


def arrived(one: Told) -> Article:
    return Article(
        id=one.name,
        url=f"https://{newsroom(one)}/{one.name}",
        title=one.title,
        text=one.body,
        arrived_at=one.at + timedelta(minutes=5),
        published_at=one.at,
        language=one.language,
        source_id=newsroom(one),
        newsroom=newsroom(one),
        keys=(f"https://{newsroom(one)}/{one.name}",),
    )


def newsroom(one: Told) -> str:
    return f"n{sum(one.name.encode()) % NEWSROOMS}.example"


# --- readings of the labels --------------------------------------------------------------------


class Labelled:
    """Reads nothing: says what the text that an article was made of is labelled with."""

    def __init__(self, told: Iterable[Told]) -> None:
        self._told = {one.name: one for one in told}

    def read(self, article: Article) -> Reading:
        one = self._told[article.id]
        labels: Mapping[str, Any] = one.labels or {"relevant": False}
        stances = tuple(_stance(row, one) for row in labels.get("stances", ()))
        acts = tuple(_act(row, one) for row in labels.get("regulation", ()))
        return Reading(
            relevant=labels["relevant"],
            because="labelled",
            language=one.language,
            topics=tuple(dict.fromkeys(label.topic for label in (*stances, *acts))),
            actors=tuple(dict.fromkeys(label.actor for label in stances)),
            stances=stances,
            acts=acts,
        )


def _stance(row: Mapping[str, Any], told: Told) -> Stance:
    where = _quote(row, told)
    return Stance(row["actor"], row["topic"], row["stance"], SURE, False, where, "", "labelled")


def _act(row: Mapping[str, Any], told: Told) -> Act:
    where = _quote(row, told)
    return Act(row["topic"], row["body"], row["stage"], row["effect"], SURE, where, "")


def _quote(row: Mapping[str, Any], told: Told) -> Quote:
    labels = told.labels or {}
    start = max(0, f"{labels['title']}\n{labels['text']}".find(row["quote"]))
    end = start + len(row["quote"])
    return Quote(told.whole[start:end], start, end)


# --- rows of earlier years ---------------------------------------------------------------------


def move_back(connection: Connection, lasts: timedelta, times: int) -> None:
    """The rows that stand, as if they had been told that many times: their words are never read
    again, since copies and stories look back for days alone."""
    for table in MOVED_BACK:
        rows = connection.execute(select(table).where(_told_since(table))).mappings().all()
        for number in range(1, times):
            add(connection, table, [_moved(row, lasts * number, number) for row in rows])
    counts = WORD_COUNT.c.articles
    connection.execute(update(WORD_COUNT).values(articles=counts * max(times, 1)))


def _told_since(table: Any) -> Any:
    """Not the seeds, which the pack brought when the store was made."""
    seeds = select(ARTICLE_VERSION.c.article_id).where(ARTICLE_VERSION.c.seed)
    if table.name == "story":
        seeds = select(SKETCH.c.story).where(SKETCH.c.seed)
    name = "article_id" if "article_id" in table.c else "id"
    return table.c[name].not_in(seeds)


def _moved(row: Mapping[Any, Any], by: timedelta, number: int) -> dict[str, Any]:
    return {
        name: f"{value}~{number}"
        if name in NAMES and value is not None
        else value - by
        if hasattr(value, "hour")
        else value
        for name, value in row.items()
    }
