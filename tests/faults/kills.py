# ruff: noqa: T201 - as a program it is a report for people
"""SIGKILL at random moments and at named instants, and what the receivers hold in the end.

`python -m tests.faults.kills --kills 300 [--seed N]` on SQLite and on Postgres; exit code 1 where a
promise was broken. The suite does fifty of them (test_kills.py).
"""

import argparse
import json
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import Any

from typer.testing import CliRunner

from monitor.cli.main import commands
from tests.faults.database import Database, database_of
from tests.faults.lives import Life, Lives, mother
from tests.faults.town import FEEDS, TARGETS, Town, town
from tests.postgres import NoPostgres, fresh_schema, server

DEADLINE = 120.0


@dataclass(frozen=True)
class Pace:
    """Seconds of a life."""

    earliest: float
    latest: float
    """Between these two after its start a life is ended at random."""
    patience: float
    """So long a named instant is waited for; without it the life is ended all the same."""


FORKED = Pace(0.02, 0.8, 1.0)
STARTED = Pace(0.8, 3.5, 5.0)
"""For the program itself, which needs two seconds to begin."""


class Instant(StrEnum):
    """When a life is ended."""

    RANDOM = "at random"
    FETCHING = "while a feed is asked"
    WRITING = "inside a write transaction"
    WEBHOOK = "when the webhook took a message, before our commit"
    MAIL = "when the mail server took a message, before our commit"
    KEPT = "when a message was kept in the file, before our commit"


TOLD = {"fetch": Instant.FETCHING, "team": Instant.WEBHOOK, "desk": Instant.MAIL}
CHOICES = [*Instant, Instant.RANDOM, Instant.RANDOM]


@dataclass
class Campaign:
    """One service on its own database, killed again and again."""

    town: Town
    database: Database
    lives: Lives
    chance: random.Random
    pace: Pace = FORKED
    kills: list[tuple[float, Instant]] = field(default_factory=list)
    """When (time.monotonic) and at what instant a life was really ended."""
    begins: list[float] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)
    """Sources of which a body was remembered and an item of it was not, after a kill."""

    def open(self) -> None:
        """The seeds found the ledger and every feed is known, empty: what comes then is news."""
        with self._living():
            self._until(self._knows_every_feed)

    def kill(self, times: int) -> None:
        """The feeds grow from life to life, so that each life has something to do."""
        for number in range(1, times + 1):
            self.town.show(number / times)
            self.kill_at(self.chance.choice(CHOICES))

    def read_everything(self) -> None:
        """What is out is in the ledger and waits in the outbox."""
        self.database.let_time_pass()
        with self._living():
            self._until(self._has_read_what_is_out)

    def settle(self) -> None:
        """Nothing is killed any more: everything there is comes out, is read and sent."""
        self.database.let_time_pass()
        with self._living():
            self._until(self._has_read_what_is_out)
            for share in self.town.shares():
                self.town.show(share)
                self._until(self._has_read_what_is_out)
            self._until(self._has_sent_everything)

    def kill_at(self, instant: Instant) -> None:
        """Begin a life and end it then; at random where the instant does not come."""
        self.database.let_time_pass()
        begun = Event()
        random_end = self.chance.uniform(self.pace.earliest, self.pace.latest)
        kept = size_of(self.town.kept)

        def end(instant: Instant) -> None:
            if life.kill():
                self.kills.append((time.monotonic(), instant))

        def on_instant(told: str) -> None:
            begun.wait(self.pace.patience)
            if TOLD[told] is instant:
                end(instant)

        self.town.hook = on_instant
        life = self._begin()
        begun.set()
        deadline = time.monotonic() + (
            random_end if instant is Instant.RANDOM else self.pace.patience
        )
        known = len(self.kills)
        while time.monotonic() < deadline and len(self.kills) == known:
            if instant is Instant.WRITING and self.database.is_written():
                end(instant)
            if instant is Instant.KEPT and size_of(self.town.kept) > kept:
                end(instant)
            time.sleep(0.0003)
        end(Instant.RANDOM)
        life.wait()
        self.town.hook = lambda told: None
        self._look_for_half_an_intake()

    def _look_for_half_an_intake(self) -> None:
        stored = dict(self.database.ask(
            "SELECT source_id, count(*) FROM article_version WHERE NOT seed GROUP BY source_id"
        ))  # fmt: skip
        for source, digest in self.database.ask("SELECT source_id, body_hash FROM source"):
            if stored.get(source, 0) < self.town.feeds[source].served.get(digest, 0):
                self.ahead.append(source)

    def _begin(self) -> Life:
        self.begins.append(time.monotonic())
        return self.lives.begin(self.town.environment, self.town.folder / "log")

    @contextmanager
    def _living(self) -> Iterator[None]:
        life = self._begin()
        try:
            yield
        finally:
            life.kill()
            life.wait()

    def _until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + DEADLINE
        while not holds():
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.02)

    def _knows_every_feed(self) -> bool:
        known = self.database.ask("SELECT count(*) FROM source WHERE first_seen_at IS NOT NULL")
        return known == [(FEEDS,)]

    def _has_read_what_is_out(self) -> bool:
        read = self.database.ask("SELECT count(*) FROM article_version WHERE NOT seed")
        return read == [(sum(feed.shown for feed in self.town.feeds.values()),)]

    def _has_sent_everything(self) -> bool:
        return self.database.ask("SELECT count(*) FROM delivery WHERE state <> 'sent'") == [(0,)]

    # --- what is judged

    def told(self) -> str:
        return (self.town.folder / "log").read_text()[-3000:]

    def lost(self) -> Counter[str]:
        """Messages that a target does not hold, by target: each board's turn must be there."""
        asked = "SELECT d.target, d.message_id FROM delivery d"
        due = [(target.partition(":")[0], message) for target, message in self.database.ask(asked)]
        assert Counter(target for target, _ in due) == dict.fromkeys(TARGETS, len(self.town.boards))
        held = {target: set(self.town.received(target)) for target in TARGETS}
        return Counter(target for target, message in due if message not in held[target])

    def repeats(self) -> Counter[str]:
        """Messages that a target holds more than once, by target."""
        received = {target: self.town.received(target) for target in TARGETS}
        return +Counter({target: len(ids) - len(set(ids)) for target, ids in received.items()})

    def unexplained(self) -> list[str]:
        """Repeats with no new life between the two arrivals. (The kill itself is no mark:
        a receiver may note the last message of the dead a moment later.)"""
        found = []
        for arrivals in (self.town.team, self.town.desk):
            last: dict[str, float] = {}
            for moment, message in arrivals.came:
                before = last.get(message)
                if before is not None and not any(before < each < moment for each in self.begins):
                    found.append(message)
                last[message] = moment
        return found

    def ledger(self) -> Any:
        """As `monitor ledger --json` tells it."""
        done = CliRunner().invoke(commands, ["ledger", "--json"], env=self.town.environment)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def count(self) -> dict[str, int]:
        tables = ("article", "article_version", "statement", "change", "alert", "message")
        return {table: self.database.ask(f"SELECT count(*) FROM {table}")[0][0] for table in tables}

    def broken_promises(self, unkilled: "Campaign") -> list[str]:
        repeats = self.repeats()
        found = {
            "lost": self.lost(),
            # One at each target may be on its way when the service is killed, never two.
            "more repeats than kills": max(repeats.values(), default=0) > len(self.kills)
            and repeats,
            "repeated without a kill": self.unexplained(),
            "half an intake was kept": self.ahead,
            "the database is damaged": not self.database.is_sound(),
            "another ledger than without kills": self.ledger() != unkilled.ledger(),
            "other rows than without kills": self.count() != unkilled.count() and self.count(),
        }
        return [f"{what}: {value}" for what, value in found.items() if value]

    def summary(self) -> str:
        instants = Counter(instant.value for _, instant in self.kills)
        return (
            f"{len(self.kills)} kills, lost {self.lost().total()}, repeated "
            f"{self.repeats().total()} {dict(self.repeats())}; killed {dict(instants)}"
        )


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@contextmanager
def campaign(
    folder: Path, lives: Lives, *, seed: int, boards: int, database: str | None = None,
    pace: Pace = FORKED,
) -> Iterator[Campaign]:  # fmt: skip
    with (
        town(folder, boards=boards, database=database) as built,
        database_of(folder, database) as onlooked,
    ):
        yield Campaign(built, onlooked, lives, random.Random(seed), pace)


# --- as a program ------------------------------------------------------------------------------


def fight(
    folder: Path, lives: Lives, *, kills: int, seed: int, urls: tuple[str | None, ...]
) -> int:
    """A service that is killed beside one that is not; how many promises were broken."""
    boards = min(80, max(8, kills))
    with (
        campaign(folder / "k", lives, seed=seed, boards=boards, database=urls[0]) as killed,
        campaign(folder / "s", lives, seed=seed, boards=boards, database=urls[1]) as spared,
    ):
        for each, times in ((spared, 0), (killed, kills)):
            each.open()
            each.kill(times)
            each.settle()
        broken = killed.broken_promises(spared)
        print(f"  {killed.summary()}")
        for promise in broken:
            print(f"  FAIL {promise}")
        return len(broken)


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--kills", type=int, default=300)
    wanted.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    asked = wanted.parse_args()
    print(f"{asked.kills} kills, seed {asked.seed}")
    broken = 0
    with mother() as lives, tempfile.TemporaryDirectory() as name:
        print("on SQLite")
        folder = Path(name)
        broken += fight(
            folder / "sqlite", lives, kills=asked.kills, seed=asked.seed, urls=(None, None)
        )
        try:
            with server() as url, fresh_schema(url) as one, fresh_schema(url) as other:
                print("on Postgres")
                broken += fight(
                    folder / "pg", lives, kills=asked.kills, seed=asked.seed, urls=(one, other)
                )
        except NoPostgres as reason:
            print(f"on Postgres: not tried, {reason}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
