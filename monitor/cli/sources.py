"""`monitor sources`: what is polled, and how each source does."""

from typing import Annotated

import typer

from monitor.cli import show
from monitor.cli.opening import opened
from monitor.model import Cursor, Source

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What is polled.")


@commands.callback()
def _sources() -> None:
    """What is polled."""


@commands.command("list")
def list_sources(
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print each source with its health: last success, failures in a row, next check.

    \b
    Examples:
      monitor sources list
      monitor sources list --json
    """
    with opened() as app:
        found = app.sources()
    if json:
        show.as_json([_source_json(source, cursor) for source, cursor in found])
        return
    show.as_table(
        [
            "source",
            "tier",
            "last success (UTC)",
            "newest item",
            "failures",
            "next check (UTC)",
            "last error",
        ],
        (
            [
                source.id,
                source.tier,
                show.minute(cursor.last_success_at) if cursor else "-",
                show.minute(cursor.newest_item_at) if cursor else "-",
                str(cursor.failures) if cursor else "-",
                show.minute(cursor.next_check_at) if cursor else "-",
                (cursor.last_error or "-") if cursor else "-",
            ]
            for source, cursor in found
        ),
        empty="The pack names no source; add one to sources.yaml.",
    )


def _source_json(source: Source, cursor: Cursor | None) -> dict[str, object]:
    health: dict[str, object] = {"polled": cursor is not None and cursor.first_seen_at is not None}
    if cursor:
        health |= {
            "last_success_at": show.iso(cursor.last_success_at),
            "newest_item_at": show.iso(cursor.newest_item_at),
            "failures": cursor.failures,
            "last_error": cursor.last_error,
            "next_check_at": show.iso(cursor.next_check_at),
        }
    return {
        "id": source.id,
        "title": source.title,
        "url": source.url,
        "kind": source.kind,
        "tier": source.tier,
        "newsroom": source.newsroom,
        "language": source.language,
        "interval": int(source.interval.total_seconds()),
        "verified": source.verified.isoformat() if source.verified else None,
    } | health
