"""A service's database as an onlooker sees it, on SQLite and on Postgres."""

import fcntl
import os
import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import psycopg

DEADLINE = 20

TIME_PASSES = (
    "UPDATE delivery SET next_attempt_at = {past}, lease_until = {past} WHERE state <> 'sent'",
    "UPDATE source SET next_check_at = {past}",
)
"""What a wait does, without the waiting: leases of the dead lapse, sources are due again."""


class Database(Protocol):
    def ask(self, sql: str) -> list[tuple[Any, ...]]: ...

    def let_time_pass(self) -> None:
        """While no service runs."""
        ...

    def is_written(self) -> bool:
        """Is somebody inside a write transaction at this instant?"""
        ...

    def is_sound(self) -> bool: ...


class Sqlite:
    def __init__(self, path: Path) -> None:
        self._path = path

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as connection:
                return connection.execute(sql).fetchall()
        except sqlite3.OperationalError:
            return []  # a service that has just begun has made no tables yet

    def let_time_pass(self) -> None:
        past = (datetime.now(UTC) - timedelta(seconds=1)).replace(tzinfo=None).isoformat(" ")
        with closing(sqlite3.connect(self._path)) as connection:
            for sql in TIME_PASSES:
                connection.execute(sql.format(past=f"'{past}'"))
            connection.commit()

    def is_written(self) -> bool:
        """Byte 120 of the shared memory file is SQLite's write lock (walformat, "Locks")."""
        try:
            file = os.open(f"{self._path}-shm", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 120, 1, 0)
            held = struct.unpack("hhqqi4x", fcntl.fcntl(file, fcntl.F_GETLK, asked))
            return bool(held[0] != fcntl.F_UNLCK)
        finally:
            os.close(file)

    def is_sound(self) -> bool:
        return self.ask("PRAGMA integrity_check") == [("ok",)]


class Postgres:
    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql.encode()).fetchall()
        except psycopg.errors.UndefinedTable:
            return []

    def let_time_pass(self) -> None:
        # The server needs a moment to notice that a killed service is gone.
        deadline = time.monotonic() + DEADLINE
        gone = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'monitor'"
        while self.ask(gone) != [(0,)]:
            assert time.monotonic() < deadline, "sessions of a killed service live on"
            time.sleep(0.01)
        for sql in TIME_PASSES:
            self._connection.execute(sql.format(past="now() - interval '1 second'").encode())

    def is_written(self) -> bool:
        writing = "SELECT 1 FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
        return bool(self.ask(f"{writing} AND application_name = 'monitor'"))

    def is_sound(self) -> bool:
        return True


@contextmanager
def database_of(folder: Path, url: str | None) -> Iterator[Database]:
    if url is None:
        yield Sqlite(folder / "var" / "monitor.db")
        return
    with psycopg.connect(url, autocommit=True) as connection:
        yield Postgres(connection)
