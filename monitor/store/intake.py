"""Inside the deciding transaction: what stands is read again, and an intake is written once."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from monitor.errors import MonitorError
from monitor.model import Act, ArticleRecord, Change, Footing, Intake, Sketch, Statement, StoryFile
from monitor.store import rows, stories, tellings
from monitor.store.engine import translated
from monitor.store.kept import Kept
from monitor.store.sources import put_cursor
from monitor.store.sql import add, among, ask, chunks, put
from monitor.store.tables import (
    ALERT,
    ALERT_MESSAGE,
    ARTICLE,
    ARTICLE_KEY,
    ARTICLE_VERSION,
    CHANGE,
    DECISION,
    DELIVERY,
    FOOTING,
    MESSAGE,
    STATEMENT,
)
from monitor.store.upkeep import drop, drop_texts_due, put_texts_due, release, remember

PAIRS_AT_ONCE = 200
"""Each is a term of one OR; SQLite refuses an expression deeper than 1,000."""

KNOWN = select(ARTICLE_KEY).where(among(ARTICLE_KEY.c.key, "keys"))
"""Asked twice a poll: to put a question together costs as much as its answer."""
RETRACTIONS = select(STATEMENT.c.id, STATEMENT.c.retracts).where(among(STATEMENT.c.retracts, "ids"))


class SqlDeciding:
    """`monitor.ports.Deciding` on one open write transaction."""

    def __init__(self, connection: Connection, kept: Kept | None = None) -> None:
        self._connection = connection
        self._kept = kept or Kept()
        self._knows_marks = False
        self.broken = False
        """A write failed: nothing of this transaction may be committed, even where the caller
        caught the error. SQLite would keep the rows before the failing one."""

    def known(self, keys: Collection[str]) -> Mapping[str, str]:
        asked = {rows.stored_key(key): key for key in keys}
        found = {}
        for chunk in chunks(asked):
            for row in ask(self._connection, KNOWN, keys=chunk):
                found[asked[row["key"]]] = row["article_id"]
        return found

    def versions(self, article_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        table = ARTICLE_VERSION.c
        for chunk in chunks(article_ids):
            query = select(table.article_id, table.version).where(among(table.article_id, chunk))
            for row in ask(self._connection, query):
                found.setdefault(row["article_id"], set()).add(row["version"])
        return {article_id: frozenset(hashes) for article_id, hashes in found.items()}

    def stories(self, article_ids: Collection[str]) -> Mapping[str, str]:
        found = {}
        table = ARTICLE_VERSION.c
        for chunk in chunks(article_ids):
            query = (
                select(table.article_id, table.story)
                .where(among(table.article_id, chunk))
                .order_by(table.arrived_at, table.version)
            )
            for row in ask(self._connection, query):
                found[row["article_id"]] = row["story"]  # the latest version has the last word
        now = stories.leading_to(self._connection, set(found.values()))
        return {article_id: now[story] for article_id, story in found.items()}

    def statements(self, since: Mapping[tuple[str, str], datetime | None]) -> list[Statement]:
        found: set[str] = set()
        for chunk in chunks(since, PAIRS_AT_ONCE):
            # Not `(actor, topic) IN ((...), ...)`: SQLite would read the whole table for it.
            asked = [_of_pair(*pair, since[pair]) for pair in chunk]
            found |= self._ids(or_(*asked))
        return by_learning(self.statements_named(found.union(self._retractions(found))))

    def statements_named(self, ids: Collection[str]) -> list[Statement]:
        return self._kept.statements_named(self._connection, ids)

    def footings(self, pairs: Collection[tuple[str, str]]) -> list[Footing]:
        table = FOOTING.c
        found: list[Footing] = []
        for chunk in chunks(pairs, PAIRS_AT_ONCE):
            asked = [and_(table.actor == actor, table.topic == topic) for actor, topic in chunk]
            found += map(rows.footing_of, ask(self._connection, select(FOOTING).where(or_(*asked))))
        return found

    def statements_of(self, article_ids: Collection[str]) -> list[Statement]:
        table = STATEMENT.c
        found: set[str] = set()
        for chunk in chunks(article_ids):
            query = select(table.id, table.retracts).where(among(table.article_id, chunk))
            # Not `retracts IS NULL`: SQLite would look there first, and nearly all are.
            found |= {row["id"] for row in ask(self._connection, query) if not row["retracts"]}
        return by_learning(
            self.statements_named(found.difference(self._retractions(found).values()))
        )

    def stances_by(self, actors: Collection[str], since: datetime) -> list[Statement]:
        table = STATEMENT.c
        found: set[str] = set()
        for chunk in chunks(actors):
            found |= self._ids(and_(among(table.actor, chunk), table.learnt_at >= since))
        return by_learning(self.statements_named(found.union(self._retractions(found))))

    def changes_since(self, since: datetime, actors: Collection[str]) -> list[Change]:
        table = CHANGE.c
        found: list[Change] = []
        for chunk in chunks(actors):
            query = select(table.id).where(among(table.actor, chunk), table.learnt_at >= since)
            ids = [row["id"] for row in ask(self._connection, query)]
            found += self._kept.changes_named(self._connection, ids)
        return sorted(found, key=lambda change: (change.evidence.learnt_at, change.id))

    def alerted(self, change_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for chunk in chunks(change_ids):
            query = select(ALERT.c.change_id, ALERT.c.channels).where(
                among(ALERT.c.change_id, chunk)
            )
            for row in ask(self._connection, query):
                told = found.get(row["change_id"], frozenset())
                found[row["change_id"]] = told | frozenset(json.loads(row["channels"]))
        return found

    def held(self, source_id: str) -> list[ArticleRecord]:
        table = ARTICLE_VERSION.c
        return self._records(and_(table.held, table.source_id == source_id))

    def holders(self, article_ids: Collection[str]) -> Mapping[str, str]:
        table = ARTICLE_VERSION.c
        found: dict[str, str] = {}
        for chunk in chunks(article_ids):
            query = select(table.article_id, table.source_id).where(
                among(table.article_id, chunk), table.held
            )
            found |= {row["article_id"]: row["source_id"] for row in ask(self._connection, query)}
        return found

    def is_founded(self) -> bool:
        return bool(ask(self._connection, select(STATEMENT.c.id).limit(1)))

    def versions_of(self, article_id: str) -> list[ArticleRecord]:
        return self._records(ARTICLE_VERSION.c.article_id == article_id)

    def sharing(self, marks: Collection[int], since: datetime) -> list[tuple[str, int]]:
        if not self._knows_marks:
            self._kept.marks.catch_up(self._connection)
            self._knows_marks = True
        return self._kept.marks.sharing(tuple(marks), since)

    def sketches(self, since: datetime, until: datetime) -> list[Sketch]:
        return stories.sketches(self._connection, since, until, self._kept)

    def word_counts(self, space: str, words: Collection[str]) -> Mapping[str, int]:
        return stories.word_counts(self._connection, space, words)

    def story(self, story: str) -> StoryFile | None:
        return tellings.file_of(self._connection, story)

    def apart(self) -> frozenset[frozenset[str]]:
        return stories.apart(self._connection)

    def _records(self, asked: ColumnElement[bool]) -> list[ArticleRecord]:
        table = ARTICLE_VERSION.c
        query = select(ARTICLE_VERSION).where(asked).order_by(table.arrived_at, table.version)
        return [rows.record_of(row) for row in ask(self._connection, query)]

    def write(self, intake: Intake) -> None:
        self._keep_nothing_more(intake)
        try:
            write(self._connection, intake)
        except MonitorError:
            self.broken = True
            raise

    def _keep_nothing_more(self, intake: Intake) -> None:
        """What is read from here on may yet be taken back."""
        if intake.dropped:
            self._kept.forget()
        for sketch in intake.sketches:
            self._kept.sketches.pop(sketch.article_id, None)
        self._kept, self._knows_marks = Kept(), False

    def _ids(self, asked: ColumnElement[bool]) -> set[str]:
        found = ask(self._connection, select(STATEMENT.c.id).where(asked))
        return {row["id"] for row in found}

    def _retractions(self, ids: Collection[str]) -> dict[str, str]:
        """What takes one of these back -> which of them it takes back."""
        # Apart from the question for these: joined by OR, SQLite would read the whole table.
        return {
            row["id"]: row["retracts"]
            for chunk in chunks(ids)
            for row in ask(self._connection, RETRACTIONS, ids=chunk)
        }


def write(connection: Connection, intake: Intake) -> None:
    """Parents before children: foreign keys are checked row by row."""
    articles, messages = intake.articles, intake.messages
    statements = sorted(intake.statements, key=lambda statement: statement.retracts is not None)

    add(connection, ARTICLE, [rows.article_values(record) for record in articles])
    add(connection, ARTICLE_KEY, [row for record in articles for row in rows.key_values(record)])
    add(connection, ARTICLE_VERSION, [rows.version_values(record) for record in articles])
    stories.leave_marks(connection, intake.footprints)
    stories.put_sketches(connection, intake.sketches)
    stories.open_stories(connection, intake.stories)
    stories.merge(connection, intake.merges)
    stories.part(connection, intake.partings)
    stories.count(connection, intake.counted)
    add(connection, STATEMENT, [rows.statement_values(statement) for statement in statements])
    put_footings(connection, intake.footings, intake.statements)
    add(connection, CHANGE, [rows.change_values(change) for change in intake.changes])
    add(connection, DECISION, [rows.decision_values(decision) for decision in intake.decisions])
    add(connection, ALERT, [rows.alert_values(alert) for alert in intake.alerts])
    add(connection, MESSAGE, [rows.message_values(message) for message in messages])
    add(
        connection,
        ALERT_MESSAGE,
        [row for message in messages for row in rows.alert_message_values(message)],
    )
    add(connection, DELIVERY, [rows.delivery_values(delivery) for delivery in intake.deliveries])
    release(connection, intake.released)
    drop(connection, intake.dropped)
    put_texts_due(connection, intake.texts_due)
    drop_texts_due(connection, intake.texts_done)
    for name, value in intake.remembered:
        remember(connection, name, value)
    if intake.cursor:
        put_cursor(connection, intake.cursor)


def put_footings(
    connection: Connection, footings: Iterable[Footing], added: Iterable[Statement]
) -> None:
    """A footing falls with what is `added` before its day, in the same transaction: there is none
    that leaves out a statement."""
    for footing in footings:
        put(connection, FOOTING, rows.footing_values(footing))
    earliest: dict[tuple[str, str], datetime] = {}
    for row in added:
        label, said_at = row.label, row.evidence.said_at
        key = ("" if isinstance(label, Act) else label.actor, label.topic)
        earliest[key] = min(said_at, earliest.get(key, said_at))
    table = FOOTING.c
    with translated():
        for (actor, topic), said_at in earliest.items():
            fallen = and_(table.actor == actor, table.topic == topic, table.until > said_at)
            connection.execute(delete(FOOTING).where(fallen))


def _of_pair(actor: str, topic: str, since: datetime | None) -> ColumnElement[bool]:
    table = STATEMENT.c
    of_whom = table.actor == actor if actor else table.kind == rows.ACT
    lately = () if since is None else (table.said_at >= since,)
    return and_(of_whom, table.topic == topic, *lately)


def by_learning(statements: Iterable[Statement]) -> list[Statement]:
    """Sorted here, not by the database: Postgres orders text by its locale, SQLite by bytes."""
    return sorted(statements, key=lambda statement: (statement.evidence.learnt_at, statement.id))
