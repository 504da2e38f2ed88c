"""How a database is, looked at from outside: nothing is made, nothing is written.

Not here: what is in it (views.py), and what to do about it.
"""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine

from monitor.errors import StoreBusy, StoreError
from monitor.store.engine import open_engine, reading, shown
from monitor.store.lock import hold
from monitor.store.migrate import Standing, standing_of_connection

__all__ = ["DatabaseHealth", "Standing", "examine", "faults_of", "read_only", "standing_of"]

FAULTS = 5
"""Lines of an integrity check that are kept; a broken tree repeats itself."""
WAIT = 5.0
"""Seconds for another program's write."""


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    address: str
    """Its password hidden."""
    exists: bool = True
    """False: SQLite's file is not there yet; `monitor run` makes it."""
    trouble: str = ""
    """Why it cannot be read; nothing below is known then."""
    standing: Standing = Standing.EMPTY
    running: bool = False
    """An instance holds it."""
    faults: tuple[str, ...] = ()
    """What SQLite's own check found."""
    bytes: int | None = None
    log_bytes: int | None = None
    """SQLite's write-ahead log."""
    free_bytes: int | None = None
    """On the disk that holds it."""


def examine(url: str) -> DatabaseHealth:
    """Never raises for how the database is; StoreError where the address has no meaning."""
    engine = open_engine(url)
    try:
        if engine.dialect.name == "postgresql":
            return _examine_postgres(engine)
        if engine.url.database in (None, "", ":memory:"):
            return DatabaseHealth(shown(engine), exists=False)
        return _examine_file(engine, Path(engine.url.database or "").resolve())
    finally:
        engine.dispose()


def faults_of(database: Path) -> tuple[str, ...]:
    """What PRAGMA integrity_check and the foreign keys complain of; sqlite3.Error: no database."""
    with closing(read_only(database)) as connection:
        check = f"PRAGMA integrity_check({FAULTS})"
        lines = [str(line) for (line,) in connection.execute(check) if line != "ok"]
        strays = connection.execute("PRAGMA foreign_key_check").fetchmany(FAULTS)
    return tuple(lines + [f"a row of {row[0]} without its row of {row[2]}" for row in strays])


def standing_of(database: Path) -> Standing:
    engine = open_engine(f"sqlite:///{database}")
    try:
        with reading(engine) as connection:
            return standing_of_connection(connection)
    finally:
        engine.dispose()


def read_only(database: Path, *, still: bool = False) -> sqlite3.Connection:
    """Opens what is there; never makes a database. `still`: nobody writes to it, so that it can be
    read where not even a lock may be written."""
    address = f"file:{quote(str(database))}?mode=ro{'&immutable=1' if still else ''}"
    return sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)


def _examine_file(engine: Engine, database: Path) -> DatabaseHealth:
    folder = next(each for each in database.parents if each.exists())
    free = shutil.disk_usage(folder).free
    if not database.exists():
        return DatabaseHealth(shown(engine), exists=False, free_bytes=free)
    log = database.with_name(f"{database.name}-wal")
    try:
        faults = faults_of(database)
        standing = standing_of(database)
    except (sqlite3.Error, StoreError) as error:
        return DatabaseHealth(shown(engine), trouble=str(error), free_bytes=free)
    return DatabaseHealth(
        shown(engine),
        standing=standing,
        running=_is_held(engine),
        faults=faults,
        bytes=database.stat().st_size,
        log_bytes=log.stat().st_size if log.exists() else 0,
        free_bytes=free,
    )


def _examine_postgres(engine: Engine) -> DatabaseHealth:
    try:
        with reading(engine) as connection:
            standing = standing_of_connection(connection)
            size = connection.exec_driver_sql("SELECT pg_database_size(current_database())")
            held = int(size.scalar_one())
        return DatabaseHealth(
            shown(engine), standing=standing, running=_is_held(engine), bytes=held
        )
    except StoreError as error:
        return DatabaseHealth(shown(engine), trouble=str(error))


def _is_held(engine: Engine) -> bool:
    try:
        hold(engine)()
    except StoreBusy:
        return True
    return False
