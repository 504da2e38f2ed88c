"""How commands print: JSON for programs, tables for people. What to print is said by each command.

Texts of articles are data of strangers: on a terminal they could move the cursor or change the
title of the window, so that every control character is taken out before they are shown.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

UNBROKEN = 100_000
"""Columns."""


def as_json(value: object) -> None:
    """Readable JSON on stdout; the letters of every script as they are."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def as_line(value: object) -> None:
    """One line of JSONL on stdout."""
    print(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def print_now(text: str) -> None:
    """For alerts: whoever reads a pipe must not wait for a full buffer."""
    print(text, flush=True)


def as_table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str) -> None:
    """A table on stdout, or the sentence `empty` where there are no rows.

    Only the last column breaks into lines, and without a terminal none does: a file or a pipe has
    no edge.
    """
    cells = [[plain(cell) for cell in row] for row in rows]
    if not cells:
        print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, overflow="fold", no_wrap=title != titles[-1])
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else UNBROKEN)
    with console.capture() as drawn:
        console.print(table)
    # Cells are filled up to the width of their column, which in the last one is a page of blanks.
    print("\n".join(line.rstrip() for line in drawn.get().splitlines()))


def plain(text: str) -> str:
    """The text on one line, without anything that a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def counted(number: int, word: str) -> str:
    many = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number} {word if number == 1 else many}"


def day(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d") if moment else "-"


def minute(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "-"


SPANS = ((86_400, "d"), (3_600, "h"), (60, "m"))


def span(seconds: int | None) -> str:
    """A length of time in its largest unit (`3 h`), for a look and no more."""
    if seconds is None:
        return "-"
    unit, letter = next(((unit, letter) for unit, letter in SPANS if seconds >= unit), (1, "s"))
    return f"{seconds / unit:.0f} {letter}"


def size(number: int | None) -> str:
    """Bytes in their largest unit (`3.1 MiB`)."""
    if number is None:
        return "-"
    amount, units = float(number), ["B", "KiB", "MiB", "GiB", "TiB"]
    while amount >= 1024 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    return f"{amount:.0f} {units[0]}" if units[0] == "B" else f"{amount:.1f} {units[0]}"


def iso(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None


def is_person() -> bool:
    """Whether somebody watches: progress and sentences go to terminals only."""
    return sys.stderr.isatty()
