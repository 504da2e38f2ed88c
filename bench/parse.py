# ruff: noqa: T201, TID251 - a report for people; its programs get an environment of their own
"""Parsing, beside feedparser: `python -m bench.parse [--feeds FOLDER]`.

CPU time of reading each feed of a folder, and of generated ones, from bytes to items; and how far
the items agree. Not here: what the sandbox around our parser costs (poll.py).
"""

import argparse
import os
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from statistics import median
from typing import Any

from bench.generated import FeedMaker
from bench.meter import Side
from bench.peers import ROOT, peer_python
from bench.sides.folder import feeds_in
from monitor.steps.identify import canonical

US, PEER, BARE = "monitor", "feedparser", "feedparser --bare"
GENERATED = 50
FIXTURES = ROOT / "tests" / "feeds"

Item = tuple[str, str, float | None]
Told = Mapping[str, Mapping[str, Any]]
"""File -> seconds, raised, items."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of the peer's items in feeds that both could read."""

    ours: int
    theirs: int
    links: float
    titles: float
    dates: float
    """Of those that the peer could date."""


# --- the measuring -----------------------------------------------------------------------------


def main() -> int:
    given = asked()
    with tempfile.TemporaryDirectory(prefix="bench-parse-") as folder:
        scratch = Path(folder)
        for title, feeds in (
            (str(given.feeds), given.feeds),
            (f"{GENERATED} generated feeds", generate(scratch / "generated")),
        ):
            files = feeds_in(feeds)
            if not files:
                raise SystemExit(f"{feeds} holds no feeds (*.xml, *.rss, *.atom, *.rdf)")
            report(title, files, measure(feeds, scratch, given.runs, given.rounds))
    return 0


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Parsing, beside feedparser.")
    parser.add_argument("--feeds", type=Path, default=FIXTURES, help="a folder of real feeds")
    parser.add_argument("--runs", type=int, default=3, help="interleaved runs (default 3)")
    parser.add_argument("--rounds", type=int, default=3, help="times a run reads each (default 3)")
    return parser.parse_args()


def generate(folder: Path) -> Path:
    folder.mkdir()
    maker = FeedMaker(on_topic=0.0, newest=datetime.now(UTC))
    for number in range(GENERATED):
        (folder / f"{number}.xml").write_bytes(maker.feed(number))
    return folder


def measure(feeds: Path, scratch: Path, runs: int, rounds: int) -> dict[str, list[Told]]:
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    ours, theirs = "bench.sides.monitor_parses", "bench.sides.feedparser_parses"
    sides = (
        Side(US, (sys.executable, "-m", ours), environment),
        Side(PEER, (peer_python(), "-m", theirs), environment),
        Side(BARE, (peer_python(), "-m", theirs, "--bare"), environment),
    )
    told: dict[str, list[Told]] = defaultdict(list)
    for _ in range(runs):
        for side in sides:
            told[side.name].append(side.run(scratch, "--rounds", str(rounds), str(feeds)))
    return told


# --- how far the items agree -------------------------------------------------------------------


def agreement(ours: Told, theirs: Told) -> Agreement:
    both = [name for name in theirs if not ours[name]["raised"] and not theirs[name]["raised"]]
    pairs = [pair for n in both for pair in paired(ours[n]["items"], theirs[n]["items"])]
    dated = [(one, other) for one, other in pairs if other[2] is not None]
    return Agreement(
        ours=sum(len(ours[name]["items"]) for name in both),
        theirs=len(pairs),
        links=share(one and same_link(one[0], other[0]) for one, other in pairs),
        titles=share(one and plain(one[1]) == plain(other[1]) for one, other in pairs),
        dates=share(one and same_date(one[2], other[2]) for one, other in dated),
    )


def paired(ours: Sequence[Item], theirs: Sequence[Item]) -> Iterator[tuple[Item | None, Item]]:
    """Each item of the peer's with ours: by place where there are as many, else by link or
    title. None where we have none."""
    if len(ours) == len(theirs):
        yield from zip(ours, theirs, strict=True)
        return
    by_link = {item[0]: item for item in ours if item[0]}
    by_title = {plain(item[1]): item for item in ours}
    for other in theirs:
        yield by_link.get(other[0].strip()) or by_title.get(plain(other[1])), other


def same_link(one: str, other: str) -> bool:
    return one == other.strip() or (bool(one) and canonical(one) == canonical(other))


def same_date(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) < 1


def plain(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", unescape(markup))).split())


def share(agreed: Iterator[Any]) -> float:
    answers = [bool(one) for one in agreed]
    return sum(answers) / len(answers) if answers else 1.0


# --- the report --------------------------------------------------------------------------------


def report(title: str, files: Sequence[Path], told: Mapping[str, Sequence[Told]]) -> None:
    size = sum(path.stat().st_size for path in files) / len(files) / 1000
    print(f"\n{title}: {len(files)} feeds, {size:.0f} KB each on average")
    print(f"{'':20}{'ms a feed':>10}{'x ours':>8}{'items':>8}{'raised':>8}")
    ours = cost(told[US])
    for name, runs in told.items():
        items = sum(len(each["items"]) for each in runs[0].values())
        print(f"{name:20}{cost(runs):10.2f}{cost(runs) / ours:8.2f}{items:8}   {raised(runs[0])}")
    agreed = agreement(told[US][0], told[PEER][0])
    print(
        f"of feedparser's {agreed.theirs} items in feeds that both read (ours: {agreed.ours}): "
        f"same link {agreed.links:.2%}, title {agreed.titles:.2%}, date {agreed.dates:.2%}"
    )


def cost(runs: Sequence[Told]) -> float:
    """Milliseconds of CPU a feed: the median run of each file, averaged over files."""
    seconds = [median(float(run[name]["seconds"]) for run in runs) for name in runs[0]]
    return 1000 * sum(seconds) / len(seconds)


def raised(told: Told) -> str:
    named: dict[str, int] = defaultdict(int)
    for each in told.values():
        if each["raised"]:
            named[each["raised"]] += 1
    return ", ".join(f"{count} {name}" for name, count in sorted(named.items())) or "0"


if __name__ == "__main__":
    raise SystemExit(main())
