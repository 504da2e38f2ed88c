"""Opens a database, keeps transactions, and turns foreign errors into StoreError.

Not here: what is read or written. Everything else in this room runs inside `reading` or `writing`.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from monitor.errors import StoreBusy, StoreError

MILLISECOND = timedelta(milliseconds=1)

WAIT = timedelta(seconds=15)
"""How long a transaction waits for another program's before it is StoreBusy."""

SWITCH = timedelta(seconds=2)
"""How long another program may take to turn on the write-ahead log of a new file."""

CONNECT = timedelta(seconds=10)
STATEMENT = timedelta(seconds=60)
"""A hung server or a hung peer may cost one statement this much, not the service for ever."""

LOCK_SPACE = 0x6D6F6E69  # "moni": our half of Postgres's advisory lock numbers
DECIDING, INSTANCE = "deciding", "instance"

SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a commit survives a power cut; NORMAL may lose the last ones
    "foreign_keys = ON",
    "recursive_triggers = ON",  # else INSERT OR REPLACE deletes past the append-only triggers
    f"journal_size_limit = {64 * 2**20}",  # a long reader must not leave a huge WAL behind
)
POSTGRES_SETTINGS = {
    "TimeZone": "UTC",
    "statement_timeout": STATEMENT // MILLISECOND,
    "idle_in_transaction_session_timeout": STATEMENT // MILLISECOND,
}
BUSY = {"55P03", "40001", "40P01"}  # lock not available, serialization failure, deadlock


def open_engine(url: str, *, wait: timedelta = WAIT) -> Engine:
    """An engine for `sqlite:///FILE`, `sqlite://` (in memory) or `postgresql://...`.

    In memory all callers share one connection: a reading inside a deciding block is StoreBusy.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, wait)
    return _open_postgres(parsed, wait)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A short read-only transaction that sees one state of the database."""
    options: dict[str, Any] = {"monitor_writes": False}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with _transaction(engine, options) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """BEGIN IMMEDIATE on SQLite: a transaction that begins as a reader and writes later would be
    refused at once, without waiting, where another has committed in between."""
    with _transaction(engine, {"monitor_writes": True}) as connection:
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Foreign errors become StoreError here; use it around each statement, not around callers."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _meaning(error) from error
    except (UnicodeError, OverflowError) as error:
        raise StoreError(f"no database can keep this value: {error}") from error


def take_deciding_lock(connection: Connection) -> None:
    """One decider at a time. SQLite's BEGIN IMMEDIATE is that already."""
    if connection.dialect.name == "postgresql":
        with translated():
            connection.execute(
                text(f"SELECT pg_advisory_xact_lock({LOCK_SPACE}, {lock_number(DECIDING)})")
            )


def lock_number(purpose: str) -> str:
    """SQL for the other half: two schemas of one database do not wait for each other."""
    return f"hashtext('{purpose} ' || coalesce(current_schema(), ''))"


def shown(engine: Engine) -> str:
    """The address for people, its password hidden."""
    return engine.url.render_as_string(hide_password=True)


@contextmanager
def _transaction(engine: Engine, options: dict[str, Any]) -> Iterator[Connection]:
    with translated():
        connection = engine.connect()
    try:
        with translated():
            connection = connection.execution_options(**options)
            connection.begin()
        yield connection
        with translated():
            connection.commit()
    finally:
        with translated():
            connection.close()  # rolls back what was not committed


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(_unknown("the database's URL cannot be read")) from error
    if parsed.get_backend_name() == "sqlite" and not (parsed.database or "").startswith("file:"):
        return parsed
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(_unknown(f"no database of the kind {parsed.get_backend_name()} is supported"))


def _unknown(trouble: str) -> str:
    return f"{trouble}; give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"


def _open_sqlite(url: URL, wait: timedelta) -> Engine:
    in_memory = url.database in (None, "", ":memory:")
    pool = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0} if in_memory else {}
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_timeout=wait.total_seconds(),
        # The driver's timeout is SQLite's busy_timeout; the first pragma may have to wait already.
        connect_args={"check_same_thread": False, "timeout": wait.total_seconds()},
        **pool,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions begin late and DEFERRED; with None ours is the only BEGIN.
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        _insist(connection, f"PRAGMA {pragma}")


def _insist(connection: sqlite3.Connection, pragma: str) -> None:
    """Where two programs open a new file at once, SQLite tells one of them "locked" while the other
    turns on the write-ahead log, without waiting for its busy timeout."""
    last = time.monotonic() + SWITCH.total_seconds()
    while True:
        try:
            connection.execute(pragma)
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > last:
                raise
        time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("monitor_writes", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _open_postgres(url: URL, wait: timedelta) -> Engine:
    settings = [f"-c {name}={value}" for name, value in POSTGRES_SETTINGS.items()]
    settings += [f"-c lock_timeout={wait // MILLISECOND}"]
    given = url.query.get("options", ())
    options = [given] if isinstance(given, str) else list(given)
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,  # else the first use after a server restart fails
        pool_timeout=wait.total_seconds(),
        connect_args={
            "connect_timeout": int(CONNECT.total_seconds()),
            "options": " ".join(options + settings),
            "keepalives_idle": 30,
            "application_name": "monitor",
        },
    )


def _meaning(error: SQLAlchemyError) -> StoreError:
    if isinstance(error, PoolTimeout):
        return StoreBusy("every connection to the database is in use; try again later")
    if not isinstance(error, DBAPIError):
        return StoreError(f"the database refused: {_first_line(getattr(error, 'orig', error))}")
    if isinstance(error.orig, sqlite3.Error):
        return _meaning_on_sqlite(error.orig)
    return _meaning_on_postgres(error)


def _meaning_on_sqlite(error: sqlite3.Error) -> StoreError:
    # Primary result code: the low byte (https://sqlite.org/rescode.html).
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy("another program is writing to the database; try again later")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreError(
                f"the database file is damaged ({error}); nothing was changed. "
                "Move it away and put the last good copy in its place"
            )
        case sqlite3.SQLITE_FULL:
            return StoreError("the disk is full; nothing was written. Make room and try again")
        case sqlite3.SQLITE_CANTOPEN:
            return StoreError(
                "the database file cannot be opened; check that its folder exists and is writable"
            )
        case _:
            return StoreError(f"the database refused: {error}")


def _meaning_on_postgres(error: DBAPIError) -> StoreError:
    state = getattr(error.orig, "sqlstate", None)
    if state in BUSY:
        return StoreBusy("another program holds the database; try again later")
    if error.connection_invalidated or (state is None and _is_operational(error)):
        return StoreError(f"the database does not answer: {_first_line(error.orig)}")
    return StoreError(f"the database refused: {_first_line(error.orig)}")


def _is_operational(error: DBAPIError) -> bool:
    return type(error).__name__ == "OperationalError"


def _first_line(error: object) -> str:
    # Later lines of Postgres repeat the row, and with it the text of an article.
    return (str(error).splitlines() or [type(error).__name__])[0]
