"""Opening, waiting, and what foreign errors become."""

from threading import Event, Thread
from time import monotonic

import pytest
from sqlalchemy import text

from monitor.errors import StoreBusy, StoreError
from monitor.store import SqlStore, open_store
from monitor.store.engine import open_engine, reading
from tests.postgres import free_port
from tests.store.made import MINUTE, NOON, a_cursor, an_intake, written


class Holder:
    """Another program that holds the deciding transaction until told, or for `seconds`."""

    def __init__(self, url: str, *, seconds: float) -> None:
        self._store = open_store(url, exclusive=False)
        self._holds, self._enough = Event(), Event()
        self._thread = Thread(target=self._hold, args=(seconds,))

    def __enter__(self) -> "Holder":
        self._thread.start()
        assert self._holds.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join(10)
        self._store.close()

    def _hold(self, seconds: float) -> None:
        with self._store.deciding() as deciding:
            deciding.write(an_intake(1))
            self._holds.set()
            self._enough.wait(seconds)


def test_a_database_that_another_holds_for_two_seconds_is_waited_for(store, url):
    with Holder(url, seconds=2):
        began = monotonic()
        with store.deciding() as deciding:
            known = deciding.known(["guid-1"])
            deciding.write(an_intake(2))
        waited = monotonic() - began

    assert 1.5 < waited < 10
    assert known == {"guid-1": "article-1"}  # what the other committed meanwhile is seen
    assert store.counts()["article"] == 2


def test_a_database_that_is_held_too_long_is_busy_and_can_be_tried_again(store, url):
    impatient = SqlStore(open_engine(url, wait=MINUTE / 1200), lambda: None)

    with Holder(url, seconds=30), pytest.raises(StoreBusy, match="try again") as refusal:
        written(impatient, an_intake(2))

    assert refusal.value.exit_code == 75
    written(impatient, an_intake(2))
    impatient.close()


def test_sqlite_is_opened_so_that_a_commit_survives_and_keys_are_checked(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'monitor.db'}")

    with reading(engine) as connection:
        found = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
        patience = connection.scalar(text("PRAGMA busy_timeout"))
    engine.dispose()

    full = 2
    assert found == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }
    assert patience >= 5000


def test_a_store_in_memory_serves_every_thread():
    store = open_store("sqlite://", exclusive=True)
    writer = Thread(target=written, args=(store, an_intake()))

    writer.start()
    writer.join(10)

    assert store.counts()["article"] == 1
    store.close()


@pytest.mark.parametrize(
    "address", ["", "monitor.db", "mysql://root@127.0.0.1/x", "sqlite:///file:x?uri=true"]
)
def test_an_address_that_is_no_database_of_ours_is_refused_with_the_remedy(address):
    with pytest.raises(StoreError, match="give sqlite:///FILE or postgresql://"):
        open_store(address, exclusive=True)


def test_a_password_is_never_shown():
    with pytest.raises(StoreError) as refusal:
        open_engine("mysql://root:hunter2@127.0.0.1/x")

    assert "hunter2" not in str(refusal.value)


def test_a_folder_that_is_missing_is_named_as_the_cause(tmp_path):
    with pytest.raises(StoreError, match="folder exists"):
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'monitor.db'}", exclusive=False)


def test_a_damaged_file_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "monitor.db"
    path.write_bytes(b"this is no database" * 500)

    with pytest.raises(StoreError, match="damaged"):
        open_store(f"sqlite:///{path}", exclusive=True)

    assert path.read_bytes() == b"this is no database" * 500


def test_a_server_that_is_not_there_is_a_store_error():
    with pytest.raises(StoreError, match="does not answer"):
        open_store(f"postgresql://monitor@127.0.0.1:{free_port()}/x", exclusive=False)


def test_connections_that_the_server_dropped_are_replaced(store, url):
    store.put_cursor(a_cursor())
    _drop_connections(url)

    assert store.cursors() == {"gazette": a_cursor(at=NOON)}


def _drop_connections(url: str) -> None:
    """What a restart of the server does to us; SQLite has none."""
    engine = open_engine(url)
    if engine.dialect.name == "postgresql":
        with reading(engine) as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name = 'monitor' AND pid <> pg_backend_pid()"
                )
            )
    engine.dispose()
