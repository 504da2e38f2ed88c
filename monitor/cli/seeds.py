"""`monitor seeds`: the reference corpus, and articles for it."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import show
from monitor.cli.opening import opened
from monitor.clock import utcnow
from monitor.errors import UsageError
from monitor.model import Act, Stance

LARGEST_FILE = 20 * 2**20
"""Bytes that are read; one more tells that there is more."""

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@commands.callback()
def seeds() -> None:
    """The reference corpus: articles that found the ledger's baseline and what counts as known."""


@commands.command("list", short_help="The articles of the corpus, oldest first.")
def list_seeds(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Print the reference corpus, oldest first.

    \b
    Examples:
      monitor seeds list
      monitor seeds list --json
    """
    with opened() as app:
        found = app.seed_desk.seeds()
    if json:
        show.as_json(
            [
                {
                    "id": seed.entry.id,
                    "title": seed.entry.title,
                    "date": show.iso(seed.entry.date),
                    "language": seed.entry.language,
                    "publisher": seed.entry.publisher,
                    "url": seed.entry.url or None,
                    "file": seed.entry.file,
                    "characters": len(seed.text),
                }
                for seed in found
            ]
        )
        return
    show.as_table(
        ["date", "id", "language", "publisher", "characters", "title"],
        (
            [
                seed.entry.date.isoformat(),
                seed.entry.id,
                seed.entry.language,
                seed.entry.publisher,
                str(len(seed.text)),
                seed.entry.title,
            ]
            for seed in found
        ),
        empty="The corpus is empty: every event is new. `monitor seeds add FILE` adds an article.",
    )


@commands.command("add", short_help="Add an article that is known.")
def add(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=".json, .jsonl, .md or .txt, in UTF-8.")
    ],
    title: Annotated[str | None, typer.Option("--title", help="Its headline.")] = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="The day it was published.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Such as en or ru; else it is guessed.")
    ] = None,
    publisher: Annotated[
        str | None, typer.Option("--publisher", help="The newsroom; its words are its evidence.")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where it stands.")] = None,
    id: Annotated[str | None, typer.Option("--id", help="Its name in the manifest.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be written, no more.")
    ] = False,
) -> None:
    """Add articles to the reference corpus: what they tell counts as known from their date on.

    JSON holds one object or a list, JSONL one object a line: `title`, `text` and `date`, and where
    known `language`, `publisher`, `url`, `id`. Markdown has them between two lines `---` at its
    top, or its title as `# Title`. Plain text is the article's text. What is given here comes
    before what the file says.

    The texts are written beside the manifest, which keeps its comments. Where a database is there
    already, the articles are taken in at once, and what was read out of them is told; nothing of
    them is ever sent.

    \b
    Examples:
      monitor seeds add speech.md --date 2024-05-01 --publisher "Example Daily"
      monitor seeds add archive.jsonl --dry-run
    """
    given = {
        "title": title, "day": day, "language": language, "publisher": publisher, "url": url,
        "id": id,
    }  # fmt: skip
    with opened() as app:
        adding = app.seed_desk.plan(_read(file), file.name, given, today=_today())
        read: list[str] = []
        if not dry_run:
            print(f"Written to {app.seed_desk.write(adding)}:", file=sys.stderr)
            read = [_told(row.label) for one in app.take_in_seeds() for row in one.statements]
    print(adding.edit.added, end="")
    for remark in adding.remarks:
        print(show.plain(f"note: {remark}"), file=sys.stderr)
    for line in read:
        print(show.plain(f"read: {line}"), file=sys.stderr)


def _today() -> date:
    return utcnow().date()


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened_file:
            return opened_file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error


def _told(label: Stance | Act) -> str:
    if isinstance(label, Stance):
        return f"{label.actor} on {label.topic}: {label.stance}"
    return f"{label.body} on {label.topic}: {label.stage}, which {label.effect}"
