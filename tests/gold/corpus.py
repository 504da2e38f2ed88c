"""Labelled articles: where they lie, how they are read, which fold an event falls into.

A folder of labelled articles holds `gold.jsonl`: one JSON object a line with the fields of an
article (id, url, title, text, date, arrived, lang) and its labels (relevant, event, copy_of_group,
stances, regulation). Articles of one event always share a fold, for they tell the same.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FOLDS = 5
OWN = Path(__file__).with_name("own")
WAITING = OWN / "waiting"
"""Texts that neither the networks nor the weights were taught. Weights alone are not: they would
learn from what networks make of texts of a kind that these have never met."""


def read_gold(folder: Path) -> list[Row]:
    """Rows in file order. FileNotFoundError where the folder has no gold.jsonl."""
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def read_own(folder: Path = OWN) -> list[Row]:
    """The project's own texts, file by file."""
    return [
        {**json.loads(line), "retold": path.name.startswith("press_")}
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def is_retold(row: Row) -> bool:
    """As the press tells it, in short; the project's older texts were written to be clear."""
    return bool(row.get("retold", True))


def fold_of(row: Row) -> int:
    name = row.get("event") or row["id"]
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % FOLDS


def held_back(row: Row) -> bool:
    """Events of this fold are not looked at while words and rules are written."""
    return bool(row.get("event")) and fold_of(row) == 0


def said_on(row: Row) -> date | None:
    return date.fromisoformat(row["date"]) if row.get("date") else None


def digest_of(rows: Iterable[Row]) -> str:
    """sha256 over the rows' content, in order: names what weights were learnt from."""
    whole = "\n".join(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)
    return hashlib.sha256(whole.encode()).hexdigest()
