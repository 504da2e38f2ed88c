"""SIGKILL in the middle of writing: each intake is there whole or not at all."""

import random
from dataclasses import replace
from datetime import timedelta
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic

from sqlalchemy import text

from monitor.errors import StoreBusy
from monitor.model import Intake
from monitor.store import SqlStore, open_store
from monitor.store.engine import open_engine, reading
from tests.store.made import NOON, a_cursor, an_intake, written

KILLS = 4
SIZE = 60  # articles in an intake: large enough that most kills meet a transaction half way
SECONDS = 20

# A clean server process forks the children: each would take a second to import everything anew.
processes = get_context("forkserver")
processes.set_forkserver_preload(["monitor.store", "tests.store.made"])


def batch(number: int) -> Intake:
    parts = [an_intake(number * SIZE + place) for place in range(SIZE)]
    whole = {
        name: tuple(row for part in parts for row in getattr(part, name))
        for name in ("articles", "statements", "changes", "decisions")
        + ("alerts", "messages", "deliveries")
    }
    return replace(
        Intake(cursor=a_cursor(at=NOON + timedelta(days=number))),
        **whole,
    )


def write_until_killed(url: str, first: int, told: Connection) -> None:
    store = open_soon(url)
    for number in count(first):
        written(store, batch(number))
        told.send(number)


def open_soon(url: str) -> SqlStore:
    """Postgres needs a moment to notice that the last holder is gone."""
    deadline = monotonic() + SECONDS
    while True:
        try:
            return open_store(url, exclusive=True)
        except StoreBusy:
            if monotonic() > deadline:
                raise


def kill_in_the_middle(url: str, first: int, chance: random.Random) -> int:
    """Number of the last intake that the child was told is committed."""
    ours, theirs = processes.Pipe(duplex=False)
    child = processes.Process(target=write_until_killed, args=(url, first, theirs))
    child.start()
    theirs.close()
    assert ours.poll(SECONDS), "the child never wrote"
    child.join(timeout=chance.uniform(0, 0.12))
    child.kill()
    child.join(timeout=SECONDS)
    return last_told(ours)


def last_told(told: Connection) -> int:
    number = -1
    try:
        while True:
            number = told.recv()
    except EOFError:
        return number


def test_a_kill_in_the_middle_of_writing_leaves_whole_intakes_and_a_free_lock(url):
    chance, stand = random.Random(7), 0
    for _ in range(KILLS):
        told = kill_in_the_middle(url, stand, chance)

        store = open_soon(url)
        counts, cursor = store.counts(), store.cursors()["gazette"]
        store.close()

        stand = counts["article"] // SIZE
        assert told + 1 <= stand <= told + 2  # the last commit may be untold, never lost
        expected = {"statement": 2, "change": 1, "decision": 1, "alert": 1, "delivery": 2}
        assert counts["article"] == stand * SIZE
        for table, each in expected.items():
            assert counts[table] == stand * SIZE * each
        assert cursor.next_check_at == NOON + timedelta(days=stand - 1)
    assert is_sound(url)


def is_sound(url: str) -> bool:
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            return connection.scalar(text("PRAGMA integrity_check")) == "ok"
    return True
