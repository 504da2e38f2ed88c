# ruff: noqa: T201, TID251 - a report for people; its programs get an environment of their own
"""What articles cost that come into a full store: `python -m bench.stories [--stored 100000]`.

The whole line, with the network and without, over the size of the store; copies and stories alone,
beside datasketch and simhash over the same articles; the restart. Exit code 1 where the cost grows
with the store. Not here: how well stories are told apart (`make evaluate`).
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.meter import Side
from bench.peers import ROOT, peer_python

TEXTS = ROOT / "tests" / "gold" / "own"
A_DAY = 50
WINDOW = 14 * A_DAY
OURS = 20
"""Articles of the field that are read with the network: each costs some tens of milliseconds."""
ALONE = 60
MOST_GROWTH = 2.0
"""A store of a hundred times the size may cost so many times as much."""

MONITOR, ROWS = "monitor", "rows.json"
"""In the folder of a store: its database, and what is in it."""

Told = Mapping[str, Any]


@dataclass(slots=True)
class Filled:
    """A store of so many articles, all of the field. What comes into it comes once."""

    side: Side
    folder: Path
    texts: Path
    stored: int = 0
    statements: int = 0
    taken: int = 0

    def measure(self, task: str, *more: str, articles: int = 1) -> Told:
        given = ["--task", task, "--texts", str(self.texts), "--a-day", str(A_DAY)]
        given += ["--skip", str(self.taken), "--count", str(articles)]
        self.taken += articles
        return self.side.run(self.folder, *given, "--began", str(time.monotonic()), *more)


def main() -> int:
    given = asked()
    sizes = [given.stored // 100, given.stored]
    with tempfile.TemporaryDirectory(prefix="bench-stories-") as folder:
        stores = [filled(Path(folder) / str(size), size, given) for size in sizes]
        costs = [report_line(store, given.on_topic) for store in stores]
        report_step(given, Path(folder), stores[-1])
        report_restart(stores[-1], given.runs)
    growth = {title: costs[-1][title] / costs[0][title] for title in costs[0]}
    print(f"\n{sizes[-1]:,} stored beside {sizes[0]:,}: how many times as much")
    for title, ratio in growth.items():
        print(f"{title:46}{ratio:6.2f}")
    return int(max(growth.values()) > MOST_GROWTH)


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What articles cost that come into a full store.")
    parser.add_argument("--stored", type=int, default=100_000, help="articles (default 100,000)")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="a folder of *.jsonl texts")
    parser.add_argument("--runs", type=int, default=3, help="restarts (default 3)")
    parser.add_argument("--kept", type=Path, help="a folder for filled stores, to be used again")
    parser.add_argument(
        "--on-topic", type=float, default=0.02, help="share of articles of the field (default 0.02)"
    )
    return parser.parse_args()


def filled(folder: Path, stored: int, given: argparse.Namespace) -> Filled:
    """Made anew, or a copy of what an earlier run kept."""
    named = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    own = {"PYTHONPATH": str(ROOT), "MONITOR_DATA_DIR": str(folder / MONITOR)}
    command = (sys.executable, "-m", "bench.sides.monitor_stories")
    store = Filled(Side("monitor", command, named | own), folder, given.texts)
    kept = given.kept / str(stored) if given.kept else None
    if kept and kept.exists():
        shutil.copytree(kept, folder)
    else:
        print(f"filling a store with {stored:,} articles", file=sys.stderr)
        folder.mkdir()
        rows = store.measure("fill", "--stored", str(stored))["rows"]
        (folder / ROWS).write_text(json.dumps(rows))
        if kept:
            shutil.copytree(folder, kept)
    rows = json.loads((folder / ROWS).read_text())
    store.stored, store.statements, store.taken = rows["article"], rows["statement"], 0
    return store


# --- the line ----------------------------------------------------------------------------------


def report_line(store: Filled, on_topic: float) -> dict[str, float]:
    """Seconds of CPU that an article costs, by what comes with it."""
    others = round(OURS / on_topic) - OURS
    rows = {
        f"{on_topic:.0%} of the field, the whole line": row(others=others),
        f"{on_topic:.0%} of the field, without the network": row(others=others, network=False),
        "all of the field, the whole line": row(),
        "all of the field, without the network": row(network=False),
        "the same, each a poll of its own": row(network=False, a_poll=1),
    }
    asked = json.dumps(list(rows.values()))
    told = store.measure("line", "--rows", asked, articles=OURS * len(rows) + 1)
    print(f"\n{store.stored:,} articles stored, {A_DAY} a day, {store.statements:,} statements;")
    print("polls of ten, from the bytes of the feed to the commit; one core")
    print(f"{'':46}{'articles':>9}{'ours':>6}{'ms CPU each':>13}{'a second':>10}")
    costs = {}
    for title, spent in zip(rows, told["rows"], strict=True):
        costs[title] = each = spent["cpu"] / spent["articles"]
        counted = f"{spent['articles']:9}{spent['relevant']:6}"
        print(f"{title:46}{counted}{1000 * each:13.2f}{1 / each:10.0f}")
    print(f"memory at most {told['peak'] / 2**20:.0f} MB")
    return costs


def row(*, others: int = 0, network: bool = True, a_poll: int = 10) -> dict[str, int]:
    return {"ours": OURS, "others": others, "network": network, "a_poll": a_poll}


# --- the step alone ----------------------------------------------------------------------------


def report_step(given: argparse.Namespace, folder: Path, full: Filled) -> None:
    told = full.measure("step", articles=ALONE)
    print("\nWhat an article of the field belongs to, of a window of two weeks; ms CPU each")
    for name in ("copies", "stories"):
        print(f"monitor, {name:18}{1000 * told[name] / told['articles']:8.2f}   from the store")
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    arguments = ["--texts", str(given.texts), "--a-day", str(A_DAY), "--kept", str(WINDOW)]
    for name in ("datasketch", "simhash"):
        command = (peer_python(), "-m", f"bench.sides.{name}_stories")
        told = Side(name, command, environment).run(folder, *arguments, "--count", str(ALONE))
        each = 1000 * told["cpu"] / told["articles"]
        print(f"{name + ', copies':27}{each:8.2f}   in memory")


# --- restart -----------------------------------------------------------------------------------


def report_restart(full: Filled, runs: int) -> None:
    rows = [full.measure("ready") for _ in range(runs)]
    print("\nRestart with a full window: seconds of CPU, and on the wall")
    for title, name in (("until it is started", "started"), ("the first article", "first")):
        cpu, wall = (median(row[name][kind] for row in rows) for kind in ("cpu", "wall"))
        print(f"{title:27}{cpu:8.2f}{wall:8.2f}")


if __name__ == "__main__":
    raise SystemExit(main())
