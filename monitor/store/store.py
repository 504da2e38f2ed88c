"""The store as the rest of the house sees it: each method one transaction, no SQL of its own."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine

from monitor.errors import StoreError
from monitor.model import (
    Alert,
    ArticleRecord,
    Attempt,
    Change,
    Cursor,
    Decision,
    Delivery,
    DeliveryState,
    Message,
    Outgoing,
    Statement,
    StoryFile,
    TextDue,
    Waiting,
)
from monitor.store import outbox, sources, tellings, upkeep, views
from monitor.store.engine import reading, take_deciding_lock, writing
from monitor.store.intake import SqlDeciding
from monitor.store.kept import Kept
from monitor.store.lock import Release


class SqlStore:
    """`monitor.ports.Store` on SQLite or Postgres. May be used from several threads."""

    def __init__(self, engine: Engine, release: Release) -> None:
        self._engine = engine
        self._release = release
        self._kept = Kept()

    # --- sources

    def register(self, source_ids: Iterable[str], now: datetime) -> None:
        with writing(self._engine) as connection:
            sources.register(connection, source_ids, now)

    def cursors(self) -> dict[str, Cursor]:
        with reading(self._engine) as connection:
            return sources.cursors(connection)

    def due(self, now: datetime, source_ids: Collection[str]) -> list[Cursor]:
        with reading(self._engine) as connection:
            return sources.due(connection, now, source_ids)

    def put_cursor(self, cursor: Cursor) -> None:
        with writing(self._engine) as connection:
            sources.put_cursor(connection, cursor)

    # --- intake

    @contextmanager
    def deciding(self) -> Iterator[SqlDeciding]:
        with writing(self._engine) as connection:
            take_deciding_lock(connection)
            deciding = SqlDeciding(connection, self._kept)
            yield deciding
            if deciding.broken:
                raise StoreError("a write of this transaction failed; nothing of it was kept")

    # --- delivery

    def claim(
        self,
        now: datetime,
        *,
        lease_for: timedelta,
        limit: int,
        per_target: int | None = None,
        but_not: Collection[str] = (),
    ) -> list[Outgoing]:
        with writing(self._engine) as connection:
            return outbox.claim(
                connection,
                now,
                lease_for=lease_for,
                limit=limit,
                per_target=per_target,
                but_not=but_not,
            )

    def settle(
        self,
        delivery: Delivery,
        *,
        state: DeliveryState,
        now: datetime,
        next_attempt_at: datetime | None = None,
        error: str | None = None,
        ambiguous: bool = False,
        last_resort: Delivery | None = None,
    ) -> bool:
        with writing(self._engine) as connection:
            return outbox.settle(
                connection,
                delivery,
                state=state,
                now=now,
                next_attempt_at=next_attempt_at,
                error=error,
                ambiguous=ambiguous,
                last_resort=last_resort,
            )

    def revive(self, delivery_ids: Collection[str], now: datetime) -> int:
        with writing(self._engine) as connection:
            return outbox.revive(connection, delivery_ids, now)

    def waiting(self) -> list[Waiting]:
        with reading(self._engine) as connection:
            return views.waiting(connection)

    # --- page texts

    def texts_due(self, now: datetime, *, limit: int) -> list[TextDue]:
        with reading(self._engine) as connection:
            return upkeep.texts_due(connection, now, limit=limit)

    # --- memory and upkeep

    def recall(self, name: str) -> str | None:
        with reading(self._engine) as connection:
            return upkeep.recall(connection, name)

    def purge(self, before: datetime, *, limit: int) -> int:
        with writing(self._engine) as connection:
            take_deciding_lock(connection)
            self._kept.forget()
            return upkeep.purge(connection, before, limit=limit)

    # --- reading

    def statements_all(self, as_of: datetime | None = None) -> list[Statement]:
        with reading(self._engine) as connection:
            return views.statements_all(connection, as_of)

    def changes(
        self, *, actor: str | None = None, topic: str | None = None, as_of: datetime | None = None
    ) -> list[Change]:
        with reading(self._engine) as connection:
            return views.changes(connection, actor=actor, topic=topic, as_of=as_of)

    def alerts(self, *, limit: int = 50) -> list[tuple[Alert, list[Delivery]]]:
        with reading(self._engine) as connection:
            return views.alerts(connection, limit=limit)

    def decisions(self, change_ids: Collection[str]) -> list[Decision]:
        with reading(self._engine) as connection:
            return views.decisions(connection, change_ids)

    def outbox(
        self, states: Collection[DeliveryState], *, limit: int = 1000
    ) -> list[tuple[Delivery, Message]]:
        with reading(self._engine) as connection:
            return views.outbox(connection, states, limit=limit)

    def deliveries(self, id_begins: str, *, limit: int = 50) -> list[tuple[Delivery, Message]]:
        with reading(self._engine) as connection:
            return views.deliveries(connection, id_begins, limit=limit)

    def attempts(self, delivery_id: str) -> list[Attempt]:
        with reading(self._engine) as connection:
            return views.attempts(connection, delivery_id)

    def articles(self, *, limit: int = 50) -> list[ArticleRecord]:
        with reading(self._engine) as connection:
            return views.articles(connection, limit=limit)

    def versions_of(self, article_id: str) -> list[ArticleRecord]:
        with reading(self._engine) as connection:
            return views.versions_of(connection, article_id)

    def article_ids(self, begins: str, *, keys: Collection[str] = (), limit: int = 50) -> list[str]:
        with reading(self._engine) as connection:
            return views.article_ids(connection, begins, keys=keys, limit=limit)

    def stories(
        self, *, since: datetime | None = None, topic: str | None = None, limit: int = 50
    ) -> list[StoryFile]:
        with reading(self._engine) as connection:
            return tellings.newest(connection, since=since, topic=topic, limit=limit)

    def story(self, story: str) -> StoryFile | None:
        with reading(self._engine) as connection:
            return tellings.file_of(connection, story)

    def story_names(self, id_begins: str, *, limit: int = 50) -> list[str]:
        with reading(self._engine) as connection:
            return tellings.names(connection, id_begins, limit=limit)

    def changes_of(self, article_ids: Collection[str]) -> list[Change]:
        with reading(self._engine) as connection:
            return views.changes_of(connection, article_ids)

    def held_counts(self) -> dict[str, int]:
        with reading(self._engine) as connection:
            return views.held_counts(connection)

    def counts(self) -> dict[str, int]:
        with reading(self._engine) as connection:
            return views.counts(connection)

    def close(self) -> None:
        """Give the instance lock back and close every connection. May be called twice."""
        self._engine.dispose()
        self._release()
        self._release = lambda: None
