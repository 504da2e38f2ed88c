"""`monitor analyze` and `replay`: articles as JSONL in, what the steps make of them out."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.cli import show
from monitor.cli.opening import opened
from monitor.errors import UsageError

LONGEST_LINE = 20 * 1024 * 1024
"""Bytes. More than any article may have, so that a line that was cut here is refused there."""

File = Annotated[
    Path | None, typer.Argument(help="JSONL, one article a line; without it or as -: stdin.")
]


def analyze(file: File = None) -> None:
    """Tell what each article says: relevance, topics, actors, stances, acts.

    One JSON line in, one out, in the same order. A line that cannot be read gives an error in its
    place, and exit code 1 at the end.

    \b
    Examples:
      monitor analyze articles.jsonl
      monitor analyze < articles.jsonl | head -1
    """
    with lines_of(file) as lines, opened() as app:
        _print_all(app.analyze(_counted(lines, "reading")))


def replay(
    file: File = None,
    no_seeds: Annotated[
        bool, typer.Option("--no-seeds", help="Start with an empty corpus.")
    ] = False,
) -> None:
    """Send articles through the whole pipeline, against a throw-away database.

    JSON lines come out in the order processed: by date, ties in the order given. Each tells whether
    the article was known, a copy, irrelevant or new, its story, and what it changed in the ledger.

    \b
    Examples:
      monitor replay articles.jsonl
      monitor replay --no-seeds articles.jsonl
    """
    with lines_of(file) as lines, opened() as app:
        _print_all(app.replay(_counted(lines, "replaying"), seeds=not no_seeds))


@contextmanager
def lines_of(file: Path | None) -> Iterator[Iterable[bytes]]:
    """The lines of the file or of stdin; as bytes, for one that is no UTF-8 costs no other."""
    if file is None or str(file) == "-":
        yield bounded(sys.stdin.buffer)
        return
    try:
        opened_file = file.open("rb")
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    with opened_file:
        yield bounded(opened_file)


def bounded(file: BinaryIO) -> Iterator[bytes]:
    """The lines, each cut at LONGEST_LINE: a file without line ends must not fill the memory."""
    while line := file.readline(LONGEST_LINE):
        yield line
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)


def _print_all(results: Iterable[Mapping[str, object]]) -> None:
    failed = False
    for result in results:
        show.as_line(result)
        failed = failed or "error" in result
    if failed:
        raise typer.Exit(1)


def _counted(lines: Iterable[bytes], what: str) -> Iterator[bytes]:
    if not show.is_person():
        yield from lines
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        yield from progress.track(lines, description=what)
