# ruff: noqa: T201, TID251 - a report for people; its programs get an environment of their own
"""Reading, beside spaCy and natasha: `python -m bench.extraction [--texts DIR] [--feeds DIR]`.

CPU time of reading texts one by one: our own that are read in full, our own near misses, each of
which was written to be taken for one of ours, and what feeds bring, nearly all of which leaves the
line at once. The peers know no relevance and read all alike. Not here: how well each reads
(tests/gold/evaluate.py).
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from statistics import median

from bench.meter import Side
from bench.peers import ROOT, peer_python
from bench.sides.folder import feeds_in
from bench.sides.pieces import Told
from monitor.errors import MonitorError
from monitor.model import Fetched, Source, SourceKind, Tier
from monitor.steps.identify import canonical
from monitor.steps.parse import read_source
from monitor.steps.text.language import guess_language

US, SHAPES = "monitor", "without network"
TEXTS = ROOT / "tests" / "gold" / "own"
PEERS = {"en": "spaCy", "ru": "natasha"}
LANGUAGES = {"en": "English", "ru": "Russian"}
HOURLY, NOW = timedelta(hours=1), datetime(2026, 1, 5, tzinfo=UTC)
FEEDS = ROOT / "tests" / "feeds"
ITEM, ITEMS = "item ", 500
"""What the names of feeds' items begin with, and how many are read, spread over all feeds: the
peers read some forty a second."""


class Kind(StrEnum):
    OURS = "of our own that are read in full"
    NEAR = "of our own that are nearly of the field, and sent away"
    ITEM = "from feeds that are sent away"


ASKED = {Kind.OURS: 20, Kind.ITEM: 2000}
"""Texts a second and core that the project asks of itself."""


def main() -> int:
    given = asked()
    told: dict[tuple[str, str], list[Told]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="bench-extraction-") as folder:
        texts = gathered(given, Path(folder) / "texts")
        for _ in range(given.runs):
            for side in sides():
                for language in LANGUAGES:
                    if side.name in (US, SHAPES, PEERS[language]):
                        read = side.run(Path(folder), "--language", language, str(texts))
                        told[language, side.name].append(read)
    for language in LANGUAGES:
        report(language, {name: runs for (of, name), runs in told.items() if of == language})
    return 0


def gathered(given: argparse.Namespace, folder: Path) -> Path:
    """Our own texts and the feeds' items as one folder of texts."""
    folder.mkdir()
    for path in given.texts.glob("*.jsonl"):
        shutil.copy(path, folder)
    items = list(items_in(given.feeds))
    some = items[:: max(1, len(items) // ITEMS)]
    (folder / "items.jsonl").write_text("".join(json.dumps(one) + "\n" for one in some))
    return folder


def items_in(feeds: Path) -> Iterator[dict[str, str]]:
    """What can be read there, with the language that it looks like. Undated is good enough."""
    for path in feeds_in(feeds):
        url = f"https://{path.stem}.example/rss"
        source = Source(path.stem, url, SourceKind.FEED, Tier.PRESS, path.stem, None, HOURLY)
        body = Fetched(path.stem, url, path.read_bytes(), "text/xml", None, None, NOW)
        with suppress(MonitorError):
            for article in read_source(source, body, canonical=canonical, now=NOW).articles:
                language = guess_language(article.whole, frozenset(LANGUAGES))
                id = f"{ITEM}{path.stem} {article.id}"
                yield {"id": id, "title": article.title, "text": article.text, "lang": language}


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
    parser.add_argument("--feeds", type=Path, default=FEEDS, help="a folder of captured feeds")
    parser.add_argument("--runs", type=int, default=3, help="interleaved runs (default 3)")
    return parser.parse_args()


def report(language: str, told: Mapping[str, Sequence[Told]]) -> None:
    """Which texts are ours is our side's word, for all sides."""
    first = told[US][0]
    for kind in Kind:
        names = [name for name, one in first.items() if kind_of(name, one["relevant"]) is kind]
        if not names:
            continue
        words = sum(first[name]["words"] for name in names) / len(names)
        print(f"\n{LANGUAGES[language]}: {len(names)} texts {kind}, {words:.0f} words each")
        print(f"{'':17}{'ms a text':>10}{'texts/s':>9}{'x ours':>8}")
        ours = cost(told[US], names)
        for side, runs in told.items():
            spent = cost(runs, names)
            print(f"{side:17}{spent:10.2f}{1000 / spent:9.0f}{spent / ours:8.2f}")
        if kind in ASKED:
            verdict = "reached" if 1000 / ours >= ASKED[kind] else "missed"
            print(f"asked of ours: {ASKED[kind]} a second and core: {verdict}")


def kind_of(name: str, relevant: bool) -> Kind:
    if relevant:
        return Kind.OURS
    return Kind.ITEM if name.startswith(ITEM) else Kind.NEAR


def cost(runs: Sequence[Told], names: Sequence[str]) -> float:
    """Milliseconds of CPU a text: the median run of each, averaged over texts."""
    seconds = [median(float(run[name]["seconds"]) for run in runs) for name in names]
    return 1000 * sum(seconds) / len(seconds)


if __name__ == "__main__":
    raise SystemExit(main())
