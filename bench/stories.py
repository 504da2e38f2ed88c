# ruff: noqa: T201, TID251 - a report for people; its programs get an environment of their own
"""What articles cost that come into a full store: `python -m bench.stories [--stored 100000]`.

End to end, by what they are; copies and stories alone, beside datasketch, simhash and titles in
common; the restart; memory over the size of the store; what the database does for each question.
Exit code 1 where a question reads a whole table. Not here: how well stories are told apart
(`make evaluate`).
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.meter import Side
from bench.peers import ROOT, peer_python

TEXTS = ROOT / "tests" / "gold" / "own"
A_DAY = 50
WINDOW = 14 * A_DAY
READ = 60
"""Articles of the field that are read: some tens of milliseconds each."""
UNREAD = 200
MB = 2**20

Told = Mapping[str, Any]


@dataclass(slots=True)
class Filled:
    """A store of so many articles, all of the field. What comes into it comes once."""

    side: Side
    folder: Path
    texts: Path
    rows: Told
    taken: int = 0

    def measure(self, task: str, *arguments: str, articles: int = 0) -> Told:
        given = ["--task", task, "--texts", str(self.texts), "--a-day", str(A_DAY)]
        given += ["--skip", str(self.taken), "--count", str(articles)]
        self.taken += articles
        return self.side.run(self.folder, *given, *arguments)


def main() -> int:
    given = asked()
    with tempfile.TemporaryDirectory(prefix="bench-stories-") as folder:
        small = filled(Path(folder) / "small", given.stored // 10, given.texts)
        full = filled(Path(folder) / "full", given.stored, given.texts)
        end_to_end(full, given.on_topic)
        report_step(given, Path(folder), full)
        restart(full, given.runs)
        memory(small, full)
        scanning = report_plans(full)
    return 1 if scanning else 0


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What articles cost that come into a full store.")
    parser.add_argument("--stored", type=int, default=100_000, help="articles (default 100,000)")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="a folder of *.jsonl texts")
    parser.add_argument("--runs", type=int, default=3, help="restarts (default 3)")
    parser.add_argument(
        "--on-topic", type=float, default=0.02, help="share of articles of the field (default 0.02)"
    )
    return parser.parse_args()


def filled(folder: Path, stored: int, texts: Path) -> Filled:
    folder.mkdir()
    print(f"filling a store with {stored:,} articles", file=sys.stderr)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    own = {"PYTHONPATH": str(ROOT), "MONITOR_DATA_DIR": str(folder / "monitor")}
    command = (sys.executable, "-m", "bench.sides.monitor_stories")
    store = Filled(Side("monitor", command, kept | own), folder, texts, {})
    store.rows = store.measure("fill", "--stored", str(stored))
    return store


# --- end to end --------------------------------------------------------------------------------


def end_to_end(full: Filled, on_topic: float) -> None:
    others = round(READ / on_topic) - READ
    rows = (
        (f"as a feed brings them, {on_topic:.0%} of the field", READ, others, ()),
        ("of other matters alone", 0, others, ()),
        ("of the field alone", READ, 0, ()),
        ("of the field, not read", UNREAD, 0, ("--labelled",)),
        ("of the field, not read, each a poll of its own", READ, 0, ("--labelled", "--batch", "1")),
    )
    print(f"\n{full.rows['article']:,} articles stored, {A_DAY} a day; polls of ten; one core")
    print(f"{'':50}{'articles':>9}{'ms CPU each':>13}{'a second':>10}")
    for title, ours, of_others, more in rows:
        told = full.measure("take", "--others", str(of_others), *more, articles=ours)
        each = told["cpu"] / told["articles"]
        print(f"{title:50}{told['articles']:9}{1000 * each:13.2f}{1 / each:10.0f}")


# --- the step alone ----------------------------------------------------------------------------


def report_step(given: argparse.Namespace, folder: Path, full: Filled) -> None:
    ours = full.measure("step", articles=UNREAD)
    cost = {name: 1000 * ours[name] / ours["articles"] for name in ("copies", "stories")}
    print("\nWhat an article of the field belongs to, of a window of two weeks; ms CPU each")
    print(f"{'monitor, copies':22}{cost['copies']:8.2f}   from the store, decided by the words")
    told = full.measure("take", "--labelled", articles=UNREAD)
    print(f"{'monitor, stories':22}{cost['stories']:8.2f}   from the store; {quality_of(told)}")
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    sides = (
        Side("datasketch", (peer_python(), "-m", "bench.sides.datasketch_stories"), environment),
        Side("simhash", (peer_python(), "-m", "bench.sides.simhash_stories"), environment),
        Side("titles in common", (sys.executable, "-m", "bench.sides.titles_stories"), environment),
    )
    arguments = ["--texts", str(given.texts), "--a-day", str(A_DAY), "--kept", str(WINDOW)]
    for side in sides:
        told = side.run(folder, *arguments, "--count", str(UNREAD))
        each = 1000 * told["cpu"] / told["articles"]
        print(f"{side.name:22}{each:8.2f}   in memory; {quality_of(told)}")


def quality_of(told: Told) -> str:
    return (
        f"a telling of the same event found for {told['found']} of {told['followers']}, "
        f"{told['named'] - told['right']} of {told['named']} named tell another"
    )


# --- restart, memory, questions ----------------------------------------------------------------


def restart(full: Filled, runs: int) -> None:
    ready = []
    for _ in range(runs):
        told = full.measure("ready", "--began", str(time.monotonic()), articles=1)
        ready.append((told["ready"], told["started"]))
    last, started = sorted(ready)[len(ready) // 2]
    print(f"\nRestart: {started:.2f} s to start, {last:.2f} s until the first article is decided")


def memory(small: Filled, full: Filled) -> None:
    print("\nMemory at most, MB: when ready, and after further articles of the field")
    for store in (small, full):
        told = store.measure("take", "--labelled", articles=UNREAD)
        print(
            f"{store.rows['article']:10,} stored{told['before'] / MB:8.0f}{told['peak'] / MB:8.0f}"
        )


def report_plans(full: Filled) -> list[str]:
    told = full.measure("plans", articles=READ)["plans"]
    scanning = [sql for sql, steps in told.items() if any(one.startswith("SCAN") for one in steps)]
    print(f"\n{len(told)} questions are asked; {len(scanning)} of them read a whole table")
    for sql in scanning:
        print(f"SCANS: {' '.join(sql.split())[:300]}: {told[sql]}")
    return scanning


if __name__ == "__main__":
    raise SystemExit(main())
