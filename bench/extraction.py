# ruff: noqa: T201, TID251 - a report for people; its programs get an environment of their own
"""Reading, beside spaCy and natasha: `python -m bench.extraction [--texts FOLDER]`.

CPU time of reading our own texts one by one: those that are read in full, and those that leave the
line as none of ours. The peers know no relevance and read all alike. Not here: how well each reads
(tests/gold/evaluate.py).
"""

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from bench.meter import Side
from bench.peers import ROOT, peer_python
from bench.sides.pieces import Told

US, SHAPES = "monitor", "without network"
TEXTS = ROOT / "tests" / "gold" / "own"
PEERS = {"en": "spaCy", "ru": "natasha"}
LANGUAGES = {"en": "English", "ru": "Russian"}
ASKED = {True: 20, False: 2000}
"""Texts a second and core that the project asks of itself: read in full, and sent away."""


def main() -> int:
    given = asked()
    told: dict[tuple[str, str], list[Told]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="bench-extraction-") as folder:
        for _ in range(given.runs):
            for side in sides():
                for language in LANGUAGES:
                    if side.name in (US, SHAPES, PEERS[language]):
                        read = side.run(Path(folder), "--language", language, str(given.texts))
                        told[language, side.name].append(read)
    for language in LANGUAGES:
        report(language, {name: runs for (of, name), runs in told.items() if of == language})
    return 0


def sides() -> Sequence[Side]:
    # One thread each: what is asked is texts a core, and small matrices gain nothing from more.
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "BLIS_NUM_THREADS": "1"}
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)} | one_thread
    ours = "bench.sides.monitor_reads"
    return (
        Side(US, (sys.executable, "-m", ours), environment),
        Side(SHAPES, (sys.executable, "-m", ours, "--without-network"), environment),
        Side("spaCy", (peer_python(), "-m", "bench.sides.spacy_reads"), environment),
        Side("natasha", (peer_python(), "-m", "bench.sides.natasha_reads"), environment),
    )


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Reading, beside spaCy and natasha.")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="a folder of *.jsonl texts")
    parser.add_argument("--runs", type=int, default=3, help="interleaved runs (default 3)")
    return parser.parse_args()


def report(language: str, told: Mapping[str, Sequence[Told]]) -> None:
    """Which texts are ours is our side's word, for all sides."""
    first = told[US][0]
    for relevant, asked_for in ASKED.items():
        names = [name for name, one in first.items() if one["relevant"] is relevant]
        words = sum(first[name]["words"] for name in names) / len(names)
        kind = "read in full" if relevant else "sent away as none of ours"
        print(f"\n{LANGUAGES[language]}: {len(names)} texts {kind}, {words:.0f} words each")
        print(f"{'':17}{'ms a text':>10}{'texts/s':>9}{'x ours':>8}")
        ours = cost(told[US], names)
        for side, runs in told.items():
            spent = cost(runs, names)
            print(f"{side:17}{spent:10.2f}{1000 / spent:9.0f}{spent / ours:8.2f}")
        verdict = "reached" if 1000 / ours >= asked_for else "missed"
        print(f"asked of ours: {asked_for} a second and core: {verdict}")


def cost(runs: Sequence[Told], names: Sequence[str]) -> float:
    """Milliseconds of CPU a text: the median run of each, averaged over texts."""
    seconds = [median(float(run[name]["seconds"]) for run in runs) for name in names]
    return 1000 * sum(seconds) / len(seconds)


if __name__ == "__main__":
    raise SystemExit(main())
