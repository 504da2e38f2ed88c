"""Copies of the database, and the way back. SQLite by itself, Postgres by its own programs.

A copy is made while the service runs; to restore one, the service has to stand still.
"""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_IRUSR, S_IWUSR

from sqlalchemy import Engine

from monitor.errors import StoreBusy, StoreError
from monitor.store.engine import open_engine, shown
from monitor.store.files import beside, replace, settle
from monitor.store.health import Standing, faults_of, read_only, standing_of
from monitor.store.lock import hold

PROGRAM_TIME = timedelta(hours=1)
"""What pg_dump or pg_restore may take."""
SIDE_FILES = ("-wal", "-shm")


def back_up(url: str, file: Path, *, environment: Mapping[str, str]) -> None:
    """Write a copy of the database, checked, under a name that nothing has yet.

    `environment` is what pg_dump is started with. StoreError with the reason, and nothing is left.
    """
    engine = open_engine(url)
    try:
        if file.exists():
            raise StoreError(f"{file} is there already; give another name, or move it away")
        with beside(file) as made:
            _copy(engine, made, environment)
            made.chmod(S_IRUSR | S_IWUSR)  # addresses and texts are nobody else's business
            settle(made, file)
    finally:
        engine.dispose()


def restore(url: str, file: Path, *, now: datetime, environment: Mapping[str, str]) -> Path | None:
    """Put the copy in the place of the database; where the replaced one is kept now.

    StoreBusy where an instance runs, StoreError where the file is no copy of ours: nothing is
    touched then. A kill in between leaves one whole database, the old or the new.
    """
    if not file.is_file():
        raise StoreError(f"{file} is no file; give one that `monitor backup` has written")
    engine = open_engine(url)
    try:
        release = hold(engine)
        try:
            if engine.dialect.name == "postgresql":
                return _restore_postgres(engine, file, now, environment)
            return _restore_sqlite(engine, file, now)
        finally:
            release()
    finally:
        engine.dispose()


def _copy(engine: Engine, made: Path, environment: Mapping[str, str]) -> None:
    if engine.dialect.name == "postgresql":
        _dump(engine, made, environment)
    else:
        copy_sqlite(_file_of(engine), made)
        _refuse_unsound(made, made.name)


def _file_of(engine: Engine) -> Path:
    if engine.url.database in (None, "", ":memory:"):
        raise StoreError("a database in memory has no copies")
    return Path(engine.url.database or "").resolve()


# --- SQLite ------------------------------------------------------------------------------------


def copy_sqlite(database: Path, made: Path, *, still: bool = False) -> None:
    """One state of the database, while others write to it (https://sqlite.org/lang_vacuum.html)."""
    with _translated(database), closing(read_only(database, still=still)) as connection:
        connection.execute("VACUUM INTO ?", [str(made)])


def _restore_sqlite(engine: Engine, file: Path, now: datetime) -> Path | None:
    database = _file_of(engine)
    database.parent.mkdir(parents=True, exist_ok=True)
    with beside(database) as made:
        log = file.with_name(f"{file.name}-wal")  # a plain copy may have come with its own
        alone = not log.exists() or log.stat().st_size == 0
        copy_sqlite(file.resolve(), made, still=alone)
        _refuse_unsound(made, str(file))
        _refuse_stranger(made, file)
        if not database.exists():
            settle(made, database)
            return None
        shutil.copymode(database, made)
        kept = free_name(database, now)
        _take_in_the_log(database, kept)
        # The name of the replaced one first: at no moment is there no database.
        kept.hardlink_to(database)
        replace(made, database)
        return kept


def _take_in_the_log(database: Path, kept: Path) -> None:
    """A log that is left behind would be played into the database that comes: SQLite knows it by
    name alone. A damaged database cannot take in its own; a copy of it is kept for whoever tries
    to save something, for SQLite throws away what it cannot read."""
    log, kept_log = (path.with_name(f"{path.name}-wal") for path in (database, kept))
    if log.exists():
        shutil.copyfile(log, kept_log)
    try:
        with closing(sqlite3.connect(database, timeout=5)) as connection:
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        busy = False
    else:
        kept_log.unlink(missing_ok=True)
    if busy:
        raise StoreBusy("something reads the database; close it and try again")
    for ending in SIDE_FILES:
        database.with_name(database.name + ending).unlink(missing_ok=True)


def free_name(database: Path, now: datetime) -> Path:
    """Beside the database, by the time at which it was replaced."""
    wish = database.with_name(f"{database.name}.replaced-{now:%Y%m%d-%H%M%S}")
    number = 1
    path = wish
    while path.exists():
        number += 1
        path = wish.with_name(f"{wish.name}-{number}")
    return path


def _refuse_unsound(database: Path, name: str) -> None:
    with _translated(database):
        faults = faults_of(database)
    if faults:
        raise StoreError(f"{name} is damaged ({faults[0]}); nothing was changed")


def _refuse_stranger(made: Path, file: Path) -> None:
    match standing_of(made):
        case Standing.EMPTY:
            raise StoreError(f"{file} is a database, but not one of monitor; nothing was changed")
        case Standing.NEWER:
            raise StoreError(
                f"{file} was written by a newer release of monitor; nothing was changed. "
                "Install that release to restore it"
            )
        case Standing.CURRENT | Standing.OLDER:
            return


@contextmanager
def _translated(database: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_NOTADB:
            raise StoreError(f"{database} is no SQLite database; nothing was changed") from error
        if code == sqlite3.SQLITE_CANTOPEN:
            raise StoreError(
                f"{database} cannot be opened; is it there? `monitor run` makes it"
            ) from error
        raise StoreError(f"{database} could not be copied: {error}") from error


# --- Postgres ----------------------------------------------------------------------------------


def _dump(engine: Engine, made: Path, environment: Mapping[str, str]) -> None:
    command = ["pg_dump", "--format=custom", f"--file={made}", *_schema(engine, "--schema=")]
    _run([*command, f"--dbname={_address(engine)}"], engine, environment)


def _restore_postgres(
    engine: Engine, file: Path, now: datetime, environment: Mapping[str, str]
) -> Path:
    """In one transaction: either all of it is there, or what was there before."""
    listed = _run(["pg_restore", "--list", str(file)], engine, environment)
    if not re.search(r"\bTABLE DATA \S+ alembic_version\b", listed):
        raise StoreError(f"{file} is a dump, but not one of monitor; nothing was changed")
    kept = Path(f"{file.with_suffix('')}-replaced-{now:%Y%m%d-%H%M%S}.dump")
    with beside(kept) as made:
        _dump(engine, made, environment)
        settle(made, kept)
    command = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction"]
    _run([*command, f"--dbname={_address(engine)}", str(file)], engine, environment)
    return kept


def _schema(engine: Engine, option: str) -> list[str]:
    """Where the address names a schema, only that is ours."""
    options = engine.url.query.get("options", "")
    found = re.search(
        r"search_path=(\w+)", options if isinstance(options, str) else " ".join(options)
    )
    return [f"{option}{found[1]}"] if found else []


def _address(engine: Engine) -> str:
    """Without the password: every user of the machine can read the arguments of a program."""
    url = engine.url.set(drivername="postgresql", password=None)
    return url.difference_update_query(["options"]).render_as_string(hide_password=False)


def _run(command: Sequence[str], engine: Engine, environment: Mapping[str, str]) -> str:
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None:
        raise StoreError(
            f"{command[0]} is not installed here (Debian: postgresql-client). Where it is, run: "
            f"{' '.join(command)}"
        )
    password = engine.url.password
    secret = {"PGPASSWORD": str(password)} if password else {}
    try:
        done = subprocess.run(
            [program, *command[1:]],
            env={**environment, **secret},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PROGRAM_TIME.total_seconds(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise StoreError(f"{command[0]} did not end within {PROGRAM_TIME}") from error
    if done.returncode:
        said = next(iter(done.stderr.strip().splitlines()), "no reason given")
        raise StoreError(f"{shown(engine)}: {said}")
    return done.stdout
