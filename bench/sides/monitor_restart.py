"""Our side of copies.py after a restart: books are opened and asked who left a text's marks.

The footprints are rows, which the first question puts in order. Imports are apart, as in every
bench.
"""

import argparse
import json
import random
import sqlite3
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.meter import Meter, peak
from monitor.steps.identify.copies import FEWEST_MARKS
from monitor.store import SqlStore, open_store

DAY = datetime(2024, 3, 4, tzinfo=UTC)
STORED_DAY = f"{DAY:%Y-%m-%d %H:%M:%S.%f}"
ASKED = 100
"""Articles that are looked for once the books are open."""


def marks_of(article: int) -> list[int]:
    chance = random.Random(article)
    return [chance.getrandbits(64) - 2**63 for _ in range(FEWEST_MARKS)]


def fill(path: Path, articles: int) -> dict[str, float]:
    """Rows alone, for the store takes no marks without the articles they belong to."""
    meter = Meter()
    open_store(f"sqlite:///{path}", exclusive=True).close()
    with sqlite3.connect(path, isolation_level=None) as books:
        books.execute("PRAGMA synchronous = OFF")
        books.execute("BEGIN")
        named = ((f"a{one}", STORED_DAY) for one in range(articles))
        books.executemany("INSERT INTO article (id, first_arrived_at) VALUES (?, ?)", named)
        books.executemany(
            "INSERT INTO footprint (marks, article_id, arrived_at, lasting) VALUES (?, ?, ?, 0)",
            rows_of(articles),
        )
        books.execute("COMMIT")
    books.close()
    return meter.read()


def rows_of(articles: int) -> Iterator[tuple[bytes, str, str]]:
    for one in range(articles):
        yield struct.pack(f"<{FEWEST_MARKS}q", *marks_of(one)), f"a{one}", STORED_DAY


def is_found(store: SqlStore, article: int) -> bool:
    with store.deciding() as deciding:
        found = deciding.sharing(marks_of(article), DAY)
    return found[:1] == [(f"a{article}", FEWEST_MARKS)]


def restarted(books: Path, articles: int) -> dict[str, float]:
    """SystemExit where an article is not found."""
    meter = Meter()
    store = open_store(f"sqlite:///{books}", exclusive=True)
    found = [is_found(store, 0)]
    told = {"first": meter.read()["wall"], "asked": ASKED}
    found += [is_found(store, articles * one // ASKED) for one in range(ASKED)]
    told |= meter.read() | {"peak": peak()}
    store.close()
    if not all(found):
        raise SystemExit("an article was not found by its marks")
    return told


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--result", type=Path, required=True)
    asked.add_argument("--fill", action="store_true", help="make the books that are opened later")
    asked.add_argument("books", type=Path)
    asked.add_argument("articles", type=int)
    given = asked.parse_args()
    told = (fill if given.fill else restarted)(given.books, given.articles)
    given.result.write_text(json.dumps(told))


if __name__ == "__main__":
    main()
