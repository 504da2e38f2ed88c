"""Copies of the database: whole, checked, made beside a running service, and put back at once."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import StoreBusy, StoreError, StoreNewer
from monitor.model import Cursor
from monitor.store import open_store
from monitor.store.backup import back_up, restore
from monitor.store.files import replace_text
from monitor.store.health import Standing, examine

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
ENVIRONMENT = dict(os.environ)


def remember(url: str, *names: str) -> None:
    store = open_store(url, exclusive=False)
    store.register(names, NOW)
    store.close()


def names_in(url: str) -> set[str]:
    store = open_store(url, exclusive=False)
    try:
        return set(store.cursors())
    finally:
        store.close()


def file_url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir()
    return folder / "monitor.db"


def strays(folder: Path) -> list[str]:
    """Files that nobody asked for."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


# --- both databases ----------------------------------------------------------------------------


def test_a_copy_brings_back_what_was_there_when_it_was_made(url: str, tmp_path: Path) -> None:
    remember(url, "before")
    copy = tmp_path / "copy"

    back_up(url, copy, environment=ENVIRONMENT)
    remember(url, "after")
    kept = restore(url, copy, now=NOW, environment=ENVIRONMENT)

    assert names_in(url) == {"before"}
    assert kept is not None
    restore(url, kept, now=NOW, environment=ENVIRONMENT)
    assert names_in(url) == {"before", "after"}


def test_a_copy_is_made_while_the_service_runs_and_never_restored_then(
    url: str, tmp_path: Path
) -> None:
    service = open_store(url, exclusive=True)
    copy = tmp_path / "copy"
    try:
        service.put_cursor(Cursor("fresh", NOW))

        back_up(url, copy, environment=ENVIRONMENT)
        with pytest.raises(StoreBusy, match="another instance"):
            restore(url, copy, now=NOW, environment=ENVIRONMENT)
    finally:
        service.close()

    restore(url, copy, now=NOW, environment=ENVIRONMENT)
    assert names_in(url) == {"fresh"}


def test_a_file_that_is_there_is_never_overwritten(url: str, tmp_path: Path) -> None:
    remember(url, "a")
    copy = tmp_path / "copy"
    copy.write_text("precious")

    with pytest.raises(StoreError, match="is there already"):
        back_up(url, copy, environment=ENVIRONMENT)

    assert copy.read_text() == "precious"
    assert strays(tmp_path) == []


def test_what_is_no_copy_is_refused_and_nothing_is_touched(url: str, tmp_path: Path) -> None:
    remember(url, "a")
    (tmp_path / "junk").write_bytes(b"no database at all" * 500)

    for name in ("junk", "nowhere"):
        with pytest.raises(StoreError):
            restore(url, tmp_path / name, now=NOW, environment=ENVIRONMENT)

    assert names_in(url) == {"a"}


# --- SQLite ------------------------------------------------------------------------------------


def test_a_copy_holds_what_still_stands_in_the_log_and_is_for_its_owner(database: Path) -> None:
    service = open_store(file_url(database), exclusive=True)
    service.register(["in-the-log"], NOW)
    assert database.with_name("monitor.db-wal").stat().st_size > 0
    copy = database.parent / "copy.db"

    back_up(file_url(database), copy, environment={})
    service.close()

    assert names_in(file_url(copy)) == {"in-the-log"}
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_database_that_is_not_there_is_not_made_by_copying_it(database: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened; is it there"):
        back_up(file_url(database), database.parent / "copy.db", environment={})

    assert list(database.parent.iterdir()) == []


def test_a_damaged_copy_is_refused(database: Path) -> None:
    remember(file_url(database), "a")
    copy = database.parent / "copy.db"
    back_up(file_url(database), copy, environment={})
    content = bytearray(copy.read_bytes())
    content[4096 * 3 : 4096 * 4] = os.urandom(4096)
    copy.write_bytes(content)

    with pytest.raises(StoreError):
        restore(file_url(database), copy, now=NOW, environment={})

    assert names_in(file_url(database)) == {"a"}
    assert strays(database.parent) == []


def test_a_copy_whose_rows_do_not_fit_together_is_refused(database: Path) -> None:
    remember(file_url(database), "a")
    copy = database.parent / "copy.db"
    back_up(file_url(database), copy, environment={})
    with closing(sqlite3.connect(copy)) as torn:
        torn.execute("INSERT INTO alert_message VALUES ('none', 'none', 0)")
        torn.commit()

    with pytest.raises(StoreError, match="a row of alert_message without its row of"):
        restore(file_url(database), copy, now=NOW, environment={})

    assert names_in(file_url(database)) == {"a"}


def test_a_database_of_somebody_else_or_of_a_newer_release_is_refused(database: Path) -> None:
    remember(file_url(database), "a")
    strange, newer = database.with_name("strange.db"), database.with_name("newer.db")
    with closing(sqlite3.connect(strange)) as made:
        made.execute("CREATE TABLE t (x)")
    back_up(file_url(database), newer, environment={})
    with closing(sqlite3.connect(newer)) as made:
        made.execute("UPDATE alembic_version SET version_num = 'f999'")
        made.commit()

    with pytest.raises(StoreError, match="not one of monitor"):
        restore(file_url(database), strange, now=NOW, environment={})
    with pytest.raises(StoreError, match="newer release"):
        restore(file_url(database), newer, now=NOW, environment={})
    with pytest.raises(StoreNewer):
        names_in(file_url(newer))

    assert names_in(file_url(database)) == {"a"}


def test_a_damaged_database_gives_way_to_the_copy_and_is_kept_with_its_log(database: Path) -> None:
    remember(file_url(database), "a")
    copy = database.parent / "copy.db"
    back_up(file_url(database), copy, environment={})
    database.write_bytes(b"\xff" * 8192)
    database.with_name("monitor.db-wal").write_bytes(b"old log")

    kept = restore(file_url(database), copy, now=NOW, environment={})

    assert names_in(file_url(database)) == {"a"}
    assert kept is not None
    assert kept.read_bytes() == b"\xff" * 8192
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"old log"


def test_the_replaced_database_takes_its_log_in_before_it_is_put_aside(database: Path) -> None:
    remember(file_url(database), "a")
    copy = database.parent / "copy.db"
    back_up(file_url(database), copy, environment={})
    leave_a_log(database)  # played into the copy it would damage it

    kept = restore(file_url(database), copy, now=NOW, environment={})

    assert examine(file_url(database)).faults == ()
    assert kept is not None
    with closing(sqlite3.connect(kept)) as old:
        assert old.execute("SELECT value FROM memory").fetchall() == [("x",)]


def test_two_restores_in_one_second_keep_two_databases(database: Path) -> None:
    remember(file_url(database), "a")
    copy = database.parent / "copy.db"
    back_up(file_url(database), copy, environment={})

    kept = {restore(file_url(database), copy, now=NOW, environment={}) for _ in range(2)}

    assert len(kept) == 2


KILLED = """\
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.store.backup import restore

def killed_before(call, number):
    calls = 0
    def hook(event, arguments):
        nonlocal calls
        if event == call and "var" in str(arguments[0]):
            calls += 1
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    whole = os.fsync
    def fsync(handle):
        hook("os.fsync", ["var"])
        whole(handle)
    os.fsync = fsync

for point in sys.argv[1:]:
    call, number, folder = point.split(",")
    child = os.fork()
    if child == 0:
        killed_before(call, int(number))
        url = f"sqlite:///{folder}/var/monitor.db"
        restore(url, Path(folder, "copy.db"), now=datetime(2026, 4, 1, tzinfo=UTC), environment={})
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, point
"""
"""A process of its own, so that a kill is a kill; one for all points, for it is slow to start."""


def test_a_kill_in_the_middle_leaves_one_whole_database(tmp_path: Path) -> None:
    """Before each thing that a restore does to the disk."""
    points = ["os.fsync,1", "os.remove,1", "os.link,1", "os.rename,1", "os.fsync,2"]
    folders = [tmp_path / point.replace(",", "-") for point in points]
    for folder in folders:
        (folder / "var").mkdir(parents=True)
        remember(file_url(folder / "var" / "monitor.db"), "old")
        remember(file_url(folder / "made.db"), "new")
        back_up(file_url(folder / "made.db"), folder / "copy.db", environment={})
        leave_a_log(folder / "var" / "monitor.db")

    subprocess.run(
        [sys.executable, "-c", KILLED, *map(",".join, zip(points, map(str, folders), strict=True))],
        cwd=Path(__file__).parents[2],
        check=True,
        timeout=50,
    )

    for folder, left in zip(folders, ["old", "old", "old", "old", "new"], strict=True):
        url = file_url(folder / "var" / "monitor.db")
        assert examine(url).faults == ()
        assert names_in(url) == {left}
        restore(url, folder / "copy.db", now=NOW, environment={})
        assert names_in(url) == {"new"}


def leave_a_log(database: Path) -> None:
    """As a service does that was killed."""
    program = (
        "import os, sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1])\n"
        "db.execute(\"INSERT INTO memory VALUES ('late', 'x')\")\n"
        "db.commit()\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(database)], check=True)
    assert database.with_name("monitor.db-wal").stat().st_size > 0


# --- files -------------------------------------------------------------------------------------


def test_a_file_that_somebody_else_changed_meanwhile_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text("theirs")

    with pytest.raises(StoreError, match="was changed meanwhile"):
        replace_text(path, b"ours", expected=b"what we read")

    assert path.read_text() == "theirs"
    assert strays(tmp_path) == []


def test_a_replaced_file_keeps_its_mode_and_a_link_to_it_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "sources.yaml", tmp_path / "link.yaml"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)

    replace_text(link, b"new", expected=b"old")

    assert (path.read_text(), link.is_symlink()) == ("new", True)
    assert path.stat().st_mode & 0o777 == 0o640


# --- health ------------------------------------------------------------------------------------


def test_a_database_is_examined_without_being_made(database: Path) -> None:
    health = examine(file_url(database))

    assert not health.exists
    assert health.free_bytes
    assert list(database.parent.iterdir()) == []


def test_a_running_instance_is_seen_and_not_disturbed(url: str) -> None:
    service = open_store(url, exclusive=True)
    try:
        running = examine(url)
    finally:
        service.close()
    standing_still = examine(url)

    assert (running.running, standing_still.running) == (True, False)
    assert running.standing is Standing.CURRENT
    assert (running.faults, running.trouble) == ((), "")
    assert running.bytes


def test_a_damaged_database_is_told_not_raised(database: Path) -> None:
    database.write_bytes(b"\xff" * 8192)

    assert "not a database" in examine(file_url(database)).trouble
