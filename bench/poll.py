# ruff: noqa: T201, TID251 - a report for people; its programs get an environment of their own
"""Polling, beside reader: `python -m bench.poll [--feeds 100] [--runs 1]`.

CPU seconds of the polling program alone for reading feeds for the first time, with two new items
each, and unchanged. Exit code 1 where a side did not store every item. Not here: how well articles
are read.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bench.attendant import Attendant, attending
from bench.generated import ADDED
from bench.meter import Side, middle
from bench.peers import ROOT, peer_python

US, PEER = "monitor", "reader"
FETCH, PARSE = "fetch", "parse"
FLOORS = {FETCH: "fetch only", PARSE: "fetch + parse"}
FULL_ANSWERS = 0.02
"""Share of unchanged feeds that we ask in full all the same: once a day each, at its own hour."""

Results = Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]
"""(phase, side) -> what each run measured."""


@dataclass(frozen=True, slots=True)
class Phase:
    title: str
    show: str
    """Which feeds the server shows."""
    new: int
    """Items that must be stored."""
    unchanged: bool = False


class FeedServer:
    """bench/server.py, and the orders it takes."""

    def __init__(self, attendant: Attendant) -> None:
        self._attendant = attendant
        self.urls: list[str] = attendant.ready["urls"]
        self.items: int = attendant.ready["items"]
        self.median_bytes: int = attendant.ready["median_bytes"]

    def show(self, what: str) -> dict[str, int]:
        """From now on show this; how many whole and unchanged answers it gave since last asked."""
        return self._attendant.ask(show=what)


# --- the measuring -----------------------------------------------------------------------------


def main() -> int:
    given = asked()
    with serving(given.feeds, given.on_topic) as server:
        phases = phases_of(server, given.feeds)
        results: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for turn in range(given.runs):
            with tempfile.TemporaryDirectory(prefix="bench-poll-") as folder:
                one_run(Path(folder), server, phases, given.workers, results)
            print(f"run {turn + 1} of {given.runs} done", file=sys.stderr)
    wrong = sorted(set(what_is_missing(phases, results)))
    report(given, server, phases, results, whole=not wrong)
    for each in wrong:
        print(f"NOT THE SAME WORK: {each}")
    return 1 if wrong else 0


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Polling, beside reader.")
    parser.add_argument("--feeds", type=int, default=1000, help="how many (default 1000)")
    parser.add_argument("--runs", type=int, default=3, help="interleaved runs (default 3)")
    parser.add_argument("--workers", type=int, default=1, help="reader's threads (its default: 1)")
    parser.add_argument(
        "--on-topic",
        type=float,
        default=0.02,
        help="share of items in which the pack reads something (default 0.02)",
    )
    return parser.parse_args()


def phases_of(server: FeedServer, feeds: int) -> list[Phase]:
    return [
        Phase("first poll, every item new", "first", server.items),
        Phase("two new items a feed", "grown", ADDED * feeds),
        Phase("unchanged (304)", "grown", 0, unchanged=True),
    ]


def one_run(
    folder: Path,
    server: FeedServer,
    phases: Sequence[Phase],
    workers: int,
    results: dict[tuple[str, str], list[dict[str, Any]]],
) -> None:
    ours, peer = our_side(folder, server.urls), peer_side(folder, server.urls, workers)
    for phase in phases:
        server.show(phase.show)
        turns: list[tuple[str, Side, tuple[str, ...]]] = [
            (FETCH, ours, ("--only", FETCH)),
            (PARSE, ours, ("--only", PARSE)),
            (US, ours, ()),
            (PEER, peer, ()),
        ]
        for name, side, arguments in turns:
            measured = side.run(folder, *arguments)
            results[phase.title, name].append(measured | server.show(phase.show))


def what_is_missing(phases: Sequence[Phase], results: Results) -> Iterator[str]:
    """A program that does not do the work must not win."""
    for phase in phases:
        for name in (US, PEER):
            for result in results[phase.title, name]:
                asked_for = result["whole"] + result["unchanged"]
                if result["items"] != phase.new or result["failed"]:
                    yield (
                        f"{name}, {phase.title}: {result['items']} items stored of {phase.new}, "
                        f"{result['failed']} feeds failed"
                    )
                if phase.unchanged and result["whole"] > FULL_ANSWERS * asked_for:
                    yield f"{name}, {phase.title}: {result['whole']} of {asked_for} asked in full"


# --- the sides ---------------------------------------------------------------------------------


@contextmanager
def serving(feeds: int, on_topic: float) -> Iterator[FeedServer]:
    today = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    asked = ["--feeds", str(feeds), "--on-topic", str(on_topic), "--newest", today.isoformat()]
    with attending("bench.server", *asked) as attendant:
        yield FeedServer(attendant)


def our_side(folder: Path, urls: Sequence[str]) -> Side:
    own = {
        "MONITOR_RULES_DIR": str(pack_with(urls, folder / "rules")),
        "MONITOR_DATA_DIR": str(folder / "monitor"),
        "MONITOR_ALLOW_PRIVATE_HOSTS": "127.0.0.0/8",
    }
    # Not -m: the sandbox's child loads the main module again, which in the service is a small one.
    command = [sys.executable, "-c", "from bench.sides.monitor_polls import main; main()"]
    return Side(US, command, environment() | own)


def peer_side(folder: Path, urls: Sequence[str], workers: int) -> Side:
    listed = folder / "urls.txt"
    listed.write_text("\n".join(urls))
    command: list[str | Path] = [
        peer_python(),
        "-m",
        "bench.sides.reader_polls",
        "--workers",
        str(workers),
    ]
    command += ["--database", folder / "reader.sqlite", "--urls", listed]
    return Side(PEER, command, environment())


def environment() -> dict[str, str]:
    """Without settings of the user's own service; the bench is found from any folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return kept | {"PYTHONPATH": str(ROOT)}


def pack_with(urls: Sequence[str], folder: Path) -> Path:
    """The shipped pack, but for where it looks."""
    shutil.copytree(ROOT / "rules", folder)
    yaml = YAML()
    sources = yaml.load(folder / "sources.yaml")
    sources["sources"] = [
        {
            "id": f"bench-{number}",
            "title": f"Feed {number}",
            "url": url,
            "tier": "press",
            "newsroom": f"Newsroom {number}",
            "language": "en",
            "interval": "1h",
            "verified": "never",
        }
        for number, url in enumerate(urls)
    ]
    yaml.dump(sources, folder / "sources.yaml")
    return folder


# --- the report --------------------------------------------------------------------------------


def report(
    given: argparse.Namespace,
    server: FeedServer,
    phases: Sequence[Phase],
    results: Results,
    *,
    whole: bool,
) -> None:
    print(
        f"Polling {given.feeds} feeds on {given.feeds} hosts: {server.items} items, median "
        f"{server.median_bytes / 1000:.0f} KB a feed.\nCPU seconds of the polling program and its "
        f"children, median of {given.runs} interleaved runs (wall seconds in brackets).\n"
    )
    print(f"{'':30}{US:>16}{PEER:>16}{'ratio':>8}   " + "  ".join(FLOORS.values()))
    for phase in phases:
        ours, peer = results[phase.title, US], results[phase.title, PEER]
        ratio = f"{middle(peer) / middle(ours):.2f}x" if whole else "-"
        floors = "  ".join(
            f"{middle(results[phase.title, name]):{len(title)}.2f}"
            for name, title in FLOORS.items()
        )
        print(f"{phase.title:30}{cost(ours):>16}{cost(peer):>16}{ratio:>8}   {floors}")
    last = phases[-1].title
    start = [f"{middle(results[last, name], 'start_up'):.2f}" for name in (US, PEER)]
    print(f"{'start-up, not counted above':30}{start[0]:>9}{start[1]:>16}")


def cost(results: Sequence[Mapping[str, Any]]) -> str:
    return f"{middle(results):.2f} ({middle(results, 'wall'):.1f})"


if __name__ == "__main__":
    raise SystemExit(main())
