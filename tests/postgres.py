"""A Postgres for tests: the one that MONITOR_TEST_POSTGRES names, else one of our own.

Our own is started once a session, in a temporary folder, on a free port of 127.0.0.1; every test
gets a fresh schema in it. Without one the tests are skipped, with `CI=true` they fail.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

GIVEN = "MONITOR_TEST_POSTGRES"
DEBIAN = Path("/usr/lib/postgresql")
SECONDS_TO_START = 30

# Nothing in it outlives the tests, so nothing has to reach the disk.
SETTINGS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


class NoPostgres(Exception):
    """Why none can be had, for the report of the tests."""


@contextmanager
def server() -> Iterator[str]:
    """Address of a running Postgres. NoPostgres with the reason where there is none."""
    if given := os.environ.get(GIVEN):
        yield given
        return
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="monitor-postgres-"))
    try:
        with _started(programs, folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_schema(server_url: str) -> Iterator[str]:
    """Address of an empty schema of its own."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    try:
        joint = "&" if "?" in server_url else "?"
        yield f"{server_url}{joint}options=-csearch_path%3D{name}"
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {name} CASCADE")


def skip_or_fail(reason: NoPostgres) -> None:
    """A machine of ours must not pass for want of a database; a user's laptop may."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI needs a Postgres: {reason}")
    pytest.skip(f"no Postgres: {reason}")


def _programs() -> Path:
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(DEBIAN.glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "pg_ctl").exists():
            return place
    raise NoPostgres(f"install one (apt-get install postgresql) or set {GIVEN} to a URL")


@contextmanager
def _started(programs: Path, folder: Path) -> Iterator[str]:
    port, home = free_port(), folder / "home"
    initdb = ["initdb", "-D", home, "-U", "monitor", "-A", "trust", "-E", "UTF8", "--no-locale"]
    listening = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    control = ["pg_ctl", "-D", home, "-w", "-t", SECONDS_TO_START]

    _give_to_postgres(folder)
    _run(programs, folder, [*initdb, "--no-sync"])
    _run(
        programs, folder, [*control, "-l", folder / "log", "-o", f"{listening} {SETTINGS}", "start"]
    )
    with _stopped_at_the_end(programs, home):
        yield f"postgresql://monitor@127.0.0.1:{port}/postgres"


@contextmanager
def _stopped_at_the_end(programs: Path, home: Path) -> Iterator[None]:
    """A shell that waits for the end of its input and then stops the server: the input also ends
    when the tests are killed, and no server is left behind. Ctrl-C must not reach it first."""
    stop = 'cat; "$0" -D "$1" -w -m immediate stop; rm -rf "$1"'
    command = [*_switch_user(), "sh", "-c", stop, str(programs / "pg_ctl"), str(home)]
    keeper = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        keeper.communicate(timeout=SECONDS_TO_START)


def _run(programs: Path, folder: Path, command: list[object]) -> None:
    program, *arguments = map(str, command)
    full = [*_switch_user(), str(programs / program), *arguments]
    # To a file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with (folder / "output").open("a+") as output:
        ended = subprocess.run(
            full, stdout=output, stderr=output, cwd=folder, timeout=2 * SECONDS_TO_START
        )
        output.seek(0)
        if ended.returncode != 0:
            raise NoPostgres(f"{program} failed: {output.read()[-500:]}")


def _give_to_postgres(folder: Path) -> None:
    if os.geteuid() == 0:
        try:
            shutil.chown(folder, "postgres")
        except LookupError as error:
            raise NoPostgres("Postgres does not run as root, and no user postgres") from error


def _switch_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    if runuser := shutil.which("runuser"):
        return [runuser, "-u", "postgres", "--"]
    raise NoPostgres("Postgres does not run as root, and runuser is missing")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
