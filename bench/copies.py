# ruff: noqa: T201, TID251 - a report for people; its programs get an environment of their own
"""Copies, beside datasketch and simhash: `python -m bench.copies [--texts FOLDER]`.

Every text is kept, then each is looked for with some of its words replaced: what share is
found, how many others are named, and what it costs. Not here: what the store adds to it.
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

Told = Mapping[str, Any]


def main() -> int:
    given = asked()
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    sides = (
        Side(US, (sys.executable, "-m", "bench.sides.monitor_copies"), environment),
        Side("datasketch", (peer_python(), "-m", "bench.sides.datasketch_copies"), environment),
        Side("simhash", (peer_python(), "-m", "bench.sides.simhash_copies"), environment),
    )
    told: dict[str, list[Told]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="bench-copies-") as folder:
        for _ in range(given.runs):
            for side in sides:
                told[side.name].append(side.run(Path(folder), str(given.texts)))
    report(told)
    return 0


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Copies, beside datasketch and simhash.")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="a folder of *.jsonl texts")
    parser.add_argument("--runs", type=int, default=3, help="interleaved runs (default 3)")
    return parser.parse_args()


def report(told: Mapping[str, Sequence[Told]]) -> None:
    texts = told[US][0]["texts"]
    print(f"\n{texts} texts kept, each looked for with a share of its words replaced")
    shares = "".join(f"{f'{share:.0%}':>10}" for share in SHARES)
    print(
        f"{'':12}{'ms kept':>9}{'x ours':>8}{'ms found':>10}{'x ours':>8}   recall{shares}   wrong"
    )
    ours = told[US]
    for name, runs in told.items():
        keeping, finding = cost(runs, kept), cost(runs, found)
        recalls = "".join(f"{runs[0][str(share)]['recall']:10.3f}" for share in SHARES)
        wrong = sum(runs[0][str(share)]["wrong"] for share in SHARES)
        ratios = keeping / cost(ours, kept), finding / cost(ours, found)
        print(
            f"{name:12}{keeping:9.2f}{ratios[0]:8.2f}{finding:10.2f}{ratios[1]:8.2f}"
            f"         {recalls}   {wrong:5}"
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
