"""What all sides of copies.py do alike: texts whose words are replaced, and when each is asked.

Stands on the standard library alone, for the peers' side uses it too.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.meter import Meter

SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Probability with which each word is replaced by another word of its language."""
LEAST = 40
"""Words of a text that is taken: shorter ones are no business of any side."""

Text = tuple[str, str]
"""Name and text."""


class Finder:
    """A side: `add` keeps a text, `find` names those kept that are alike."""

    def add(self, name: str, text: str) -> None:
        raise NotImplementedError

    def find(self, text: str) -> Sequence[str]:
        raise NotImplementedError


def texts_in(folder: Path, words: int = 0) -> list[dict[str, str]]:
    """As they are, or one after another of a language until each has so many words."""
    rows = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    whole = [{**row, "whole": f"{row['title']}\n{row['text']}"} for row in rows]
    enough = [row for row in whole if len(row["whole"].split()) >= LEAST]
    return joined(enough, words) if words else enough


def joined(rows: Sequence[dict[str, str]], words: int) -> list[dict[str, str]]:
    longer, parts = [], defaultdict[str, list[dict[str, str]]](list)
    for row in rows:
        so_far = parts[row["lang"]]
        so_far.append(row)
        told = " ".join(part["text"] for part in so_far)
        if len(told.split()) >= words:
            longer.append({**so_far[0], "whole": f"{so_far[0]['title']}\n{told}"})
            so_far.clear()
    return longer


def spun(row: dict[str, str], share: float, words: Sequence[str]) -> str:
    chance = random.Random(f"{row['id']} {share}")
    return " ".join(
        chance.choice(words) if chance.random() < share else word for word in row["whole"].split()
    )


def run(finder: Finder) -> None:
    """Keep every text, then look for each of its spun versions."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--result", type=Path, required=True)
    asked.add_argument("--words", type=int, required=True)
    asked.add_argument("folder", type=Path)
    given = asked.parse_args()
    rows = texts_in(given.folder, given.words)
    pools: dict[str, list[str]] = {}
    for row in rows:
        pools.setdefault(row["lang"], []).extend(row["whole"].split())
    meter = Meter()
    for row in rows:
        finder.add(row["id"], row["whole"])
    told: dict[str, Any] = {"texts": len(rows), "add": meter.read()["cpu"]}
    told["words"] = sum(len(row["whole"].split()) for row in rows) / len(rows)
    for share in SHARES:
        told[str(share)] = searched(
            finder.find, [(row["id"], spun(row, share, pools[row["lang"]])) for row in rows]
        )
    given.result.write_text(json.dumps(told))


def searched(find: Callable[[str], Sequence[str]], copies: Sequence[Text]) -> dict[str, float]:
    meter = Meter()
    answers = [(name, find(text)) for name, text in copies]
    cpu = meter.read()["cpu"]
    hits = sum(name in found for name, found in answers)
    wrong = sum(len(set(found) - {name}) for name, found in answers)
    precision = hits / (hits + wrong) if hits + wrong else 0.0
    return {"cpu": cpu, "recall": hits / len(copies), "precision": precision}
