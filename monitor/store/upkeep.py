"""What stands beside the ledger and may be rewritten: holds, pages to ask, memory; the purge."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, exists, select, update

from monitor.model import TextDue
from monitor.store.engine import translated
from monitor.store.rows import text_due_of, text_due_values
from monitor.store.sql import ask, chunks, put
from monitor.store.tables import ARTICLE_VERSION, FOOTPRINT, MEMORY, SKETCH, STATEMENT, TEXT_DUE

# --- holds -------------------------------------------------------------------------------------


def release(connection: Connection, article_ids: Collection[str]) -> None:
    for chunk in chunks(article_ids):
        held = update(ARTICLE_VERSION).where(ARTICLE_VERSION.c.article_id.in_(chunk))
        with translated():
            connection.execute(held.values(held=False))


def drop(connection: Connection, article_ids: Collection[str]) -> None:
    """Take away every text of these articles. Their rows and keys stay as tombstones: what is
    published again must find them."""
    for chunk in chunks(article_ids):
        with translated():
            for table in (TEXT_DUE, FOOTPRINT, SKETCH, ARTICLE_VERSION):
                connection.execute(delete(table).where(table.c.article_id.in_(chunk)))


# --- pages to ask ------------------------------------------------------------------------------


def texts_due(connection: Connection, now: datetime, *, limit: int) -> list[TextDue]:
    table = TEXT_DUE.c
    query = (
        select(TEXT_DUE)
        .where(table.due_at <= now)
        .order_by(table.due_at, table.article_id)
        .limit(limit)
    )
    return [text_due_of(row) for row in ask(connection, query)]


def put_texts_due(connection: Connection, texts: Iterable[TextDue]) -> None:
    for due in texts:
        put(connection, TEXT_DUE, text_due_values(due))


def drop_texts_due(connection: Connection, article_ids: Collection[str]) -> None:
    for chunk in chunks(article_ids):
        with translated():
            connection.execute(delete(TEXT_DUE).where(TEXT_DUE.c.article_id.in_(chunk)))


# --- memory ------------------------------------------------------------------------------------


def recall(connection: Connection, name: str) -> str | None:
    found = ask(connection, select(MEMORY.c.value).where(MEMORY.c.name == name))
    return found[0]["value"] if found else None


def remember(connection: Connection, name: str, value: str) -> None:
    put(connection, MEMORY, {"name": name, "value": value})


# --- purge -------------------------------------------------------------------------------------


def purge(connection: Connection, before: datetime, *, limit: int) -> int:
    """How many articles lost their texts."""
    doomed = _purgeable(connection, before, limit)
    drop(connection, doomed)
    return len(doomed)


def _purgeable(connection: Connection, before: datetime, limit: int) -> list[str]:
    table, younger = ARTICLE_VERSION.c, ARTICLE_VERSION.alias("younger")
    stands_on_it = exists().where(STATEMENT.c.article_id == table.article_id)
    lives_on = exists().where(
        younger.c.article_id == table.article_id, younger.c.arrived_at >= before
    )
    query = (
        select(table.article_id)
        .where(table.arrived_at < before, ~table.seed, ~table.held, ~stands_on_it, ~lives_on)
        .distinct()
        .limit(limit)
    )
    return [row["article_id"] for row in ask(connection, query)]
