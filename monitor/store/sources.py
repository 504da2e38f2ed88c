"""Cursors: what is remembered of a source between two polls, and which are due."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from monitor.model import Cursor
from monitor.store.rows import cursor_of, cursor_values
from monitor.store.sql import add, ask, put
from monitor.store.tables import SOURCE

NEVER = timedelta(days=366)
"""No poll asks for a later next one: the clock was set back by years, and nobody will wait."""


def register(connection: Connection, source_ids: Iterable[str], now: datetime) -> None:
    fresh = [Cursor(source_id=source_id, next_check_at=now) for source_id in source_ids]
    add(connection, SOURCE, [cursor_values(cursor) for cursor in fresh])


def cursors(connection: Connection) -> dict[str, Cursor]:
    found = map(cursor_of, ask(connection, select(SOURCE)))
    return {cursor.source_id: cursor for cursor in found}


def due(connection: Connection, now: datetime, source_ids: Collection[str]) -> list[Cursor]:
    check = SOURCE.c.next_check_at
    come = select(SOURCE).where(or_(check <= now, check > now + NEVER))
    asked = set(source_ids)
    found = [cursor_of(row) for row in ask(connection, come) if row["source_id"] in asked]
    return sorted(found, key=lambda cursor: (cursor.next_check_at, cursor.source_id))


def put_cursor(connection: Connection, cursor: Cursor) -> None:
    put(connection, SOURCE, cursor_values(cursor))
