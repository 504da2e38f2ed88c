"""What all sides of parse.py do alike: each file some times over, timed, and what was read in it.

Stands on the standard library alone, for the peers' side uses it too.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

Items = Sequence[tuple[str, str, float | None]]
"""Link, title, date in seconds since 1970."""


def read_folder(read: Callable[[bytes], Any], items_of: Callable[[Any], Items]) -> None:
    """`items_of` turns what `read` gives into what is compared; it is not timed."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--result", type=Path, required=True)
    asked.add_argument("--rounds", type=int, required=True)
    asked.add_argument("folder", type=Path)
    given = asked.parse_args()
    files = feeds_in(given.folder)
    one_file(read, items_of, files[0], 1)  # what is loaded at the first call is no feed's cost
    told = {
        str(path.relative_to(given.folder)): one_file(read, items_of, path, given.rounds)
        for path in files
    }
    given.result.write_text(json.dumps(told))


def feeds_in(folder: Path) -> list[Path]:
    """Feeds by their names, also in folders below; JSON Feed is no format of the peer's."""
    endings = {".xml", ".rss", ".atom", ".rdf"}
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in endings)


def one_file(
    read: Callable[[bytes], Any], items_of: Callable[[Any], Items], path: Path, rounds: int
) -> dict[str, Any]:
    body, seconds = path.read_bytes(), []
    read_last: Any = None
    raised = None
    for _ in range(rounds):
        started = time.process_time()
        try:
            read_last = read(body)
        except Exception as error:  # whatever a parser raises is counted, and the next file read
            raised = type(error).__name__
        seconds.append(time.process_time() - started)
    items = items_of(read_last) if raised is None else []
    return {"seconds": median(seconds), "raised": raised, "items": items}
