"""What all sides of extraction.py do alike: texts of one language, read and timed one by one.

Stands on the standard library alone, for the peers' side uses it too.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Told = Mapping[str, Mapping[str, Any]]
"""Text -> seconds, words, relevant."""

WARM_UP = 20
"""Texts that are read once before the clock starts: what is filled on first use is start-up."""


def read_texts(read: Callable[[str, str, str], bool]) -> None:
    """`read` takes title, text and language, and says whether the text was read in full."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--result", type=Path, required=True)
    asked.add_argument("--language", required=True)
    asked.add_argument("folder", type=Path)
    given, _ = asked.parse_known_args()
    rows = [row for row in rows_in(given.folder) if row["lang"] == given.language]
    for row in rows[:WARM_UP]:
        read(row["title"], row["text"], row["lang"])
    given.result.write_text(json.dumps({row["id"]: timed(read, row) for row in rows}))


def rows_in(folder: Path) -> list[dict[str, str]]:
    return [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def timed(read: Callable[[str, str, str], bool], row: Mapping[str, str]) -> dict[str, Any]:
    """Seconds of CPU, of all threads."""
    before = time.process_time()
    relevant = read(row["title"], row["text"], row["lang"])
    seconds = time.process_time() - before
    words = len(f"{row['title']} {row['text']}".split())
    return {"seconds": seconds, "words": words, "relevant": relevant}
