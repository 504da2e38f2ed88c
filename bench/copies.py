# ruff: noqa: T201, TID251 - a report for people; its programs get an environment of their own
"""Copies, beside datasketch and simhash: `python -m bench.copies [--texts FOLDER]`.

Every text is kept, then each is looked for with some of its words replaced: what share is
found, how many of those named are right, and what it costs; with short texts and with long ones.
Then a restart: when the index is back. Not here: what the store adds to each text.
"""

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.meter import Side
from bench.peers import ROOT, peer_python
from bench.sides.spun import SHARES

US = "monitor"
TEXTS = ROOT / "tests" / "gold" / "own"
LONG = 640
"""Words of a long article; our own texts are short, and are joined to this length as well."""
STORED = 20_000

Told = Mapping[str, Any]


def main() -> int:
    given = asked()
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    sides = (
        Side(US, (sys.executable, "-m", "bench.sides.monitor_copies"), environment),
        Side("datasketch", (peer_python(), "-m", "bench.sides.datasketch_copies"), environment),
        Side("simhash", (peer_python(), "-m", "bench.sides.simhash_copies"), environment),
    )
    with tempfile.TemporaryDirectory(prefix="bench-copies-") as made:
        folder = Path(made)
        for words in (0, LONG):
            told: dict[str, list[Told]] = defaultdict(list)
            for _ in range(given.runs):
                for side in sides:
                    asked_of = ("--words", str(words), str(given.texts))
                    told[side.name].append(side.run(folder, *asked_of))
            report(told)
        restart(folder / "books.db", given.stored, environment)
    return 0


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Copies, beside datasketch and simhash.")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="a folder of *.jsonl texts")
    parser.add_argument("--runs", type=int, default=3, help="interleaved runs (default 3)")
    parser.add_argument("--stored", type=int, default=STORED, help="articles before a restart")
    return parser.parse_args()


def report(told: Mapping[str, Sequence[Told]]) -> None:
    ours = told[US]
    texts, words = ours[0]["texts"], ours[0]["words"]
    print(f"\n{texts} texts of {words:.0f} words kept, each looked for with words replaced")
    shares = "".join(f"{f'{share:.0%}':>12}" for share in SHARES)
    print(f"{'':12}{'ms kept':>9}{'x ours':>8}{'ms found':>10}{'x ours':>8}{shares}")
    for name, runs in told.items():
        keeping, finding = cost(runs, kept), cost(runs, found)
        ratios = keeping / cost(ours, kept), finding / cost(ours, found)
        print(
            f"{name:12}{keeping:9.2f}{ratios[0]:8.2f}{finding:10.2f}{ratios[1]:8.2f}"
            + "".join(f"{quality(runs[0][str(share)]):>12}" for share in SHARES)
        )
    print("(the shares: recall/precision)")


def quality(told: Told) -> str:
    return f"{told['recall']:.3f}/{told['precision']:.2f}"


def restart(books: Path, stored: int, environment: Mapping[str, str]) -> None:
    command = (sys.executable, "-m", "bench.sides.monitor_restart")
    side = Side("monitor, restarted", command, environment)
    # Filled by a process of its own: ours would hand its memory down to the one that is measured.
    side.run(books.parent, "--fill", str(books), str(stored))
    told = side.run(books.parent, str(books), str(stored))
    print(
        f"\n{stored:,} articles in the books: the first answer {told['first']:.2f} s after a "
        f"restart, {told['asked']} more after {told['wall']:.2f} s ({told['cpu']:.2f} s of CPU); "
        f"{told['peak'] >> 20} MiB in memory, {books.stat().st_size >> 20} MiB on disk"
    )


def cost(runs: Sequence[Told], of: Any) -> float:
    """Milliseconds of CPU a text, the median run."""
    return 1000 * median(of(run) for run in runs)


def kept(run: Told) -> float:
    return float(run["add"]) / float(run["texts"])


def found(run: Told) -> float:
    return sum(float(run[str(share)]["cpu"]) for share in SHARES) / len(SHARES) / run["texts"]


if __name__ == "__main__":
    raise SystemExit(main())
