"""`monitor sources list`, `held`, `release`: how each source does, and what a flood of it holds."""

from collections.abc import Iterable
from typing import Annotated

import typer

from monitor.app import ReleaseAs
from monitor.cli import show, sources_check, sources_edit
from monitor.cli.opening import opened
from monitor.clock import utcnow
from monitor.errors import UsageError
from monitor.model import Article, Condition, Cursor, Source

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What is polled.")

TROUBLES = frozenset({Condition.BROKEN, Condition.FROZEN, Condition.EMPTY})


@commands.callback()
def _sources() -> None:
    """What is polled."""


@commands.command("list", short_help="How each source does.")
def list_sources(
    broken: Annotated[bool, typer.Option("--broken", help="Only those that are not well.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON, every field.")] = False,
) -> None:
    """Print each source with its condition: new, well, broken, frozen or empty.

    Broken: it fails. Frozen: it answers, but its newest item is far older than its own pace allows.
    Empty: it answers, but its items are gone. New: it has never been read.

    \b
    Examples:
      monitor sources list
      monitor sources list --broken
      monitor sources list --json
    """
    with opened() as app:
        found = app.sources()
        held = app.held()
    if broken:
        found = [(source, cursor) for source, cursor in found if is_troubled(cursor)]
    if json:
        show.as_json([source_json(source, cursor, held) for source, cursor in found])
        return
    show.as_table(
        [
            "source",
            "condition (UTC)",
            "pace",
            "last success",
            "newest item",
            "next check",
            "remarks",
        ],
        (
            [
                source.id,
                condition_of(cursor),
                show.span(cursor.pace_seconds) if cursor else "-",
                show.minute(cursor.last_success_at) if cursor else "-",
                show.minute(cursor.newest_item_at) if cursor else "-",
                show.minute(cursor.next_check_at) if cursor else "-",
                "; ".join(remarks_on(cursor, held.get(source.id, 0))) or "-",
            ]
            for source, cursor in found
        ),
        empty="No source is in trouble."
        if broken
        else "The pack names no source; `monitor sources add URL` puts one in.",
    )


commands.command("check", short_help="Ask sources now, and say what answers.")(sources_check.check)
commands.command("add", short_help="Put an address into sources.yaml.")(sources_edit.add)
commands.command("import", short_help="Take sources from an OPML file.")(sources_edit.import_opml)
commands.command("export", short_help="Write the sources as OPML.")(sources_edit.export)


@commands.command("held", short_help="What floods hold back.")
def held_articles(
    id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The articles of this source.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print what is held: when a source brings an archive, it waits until you let it go.

    Held articles are known, and nothing of them stands in the ledger. `monitor sources release`
    lets them go.

    \b
    Examples:
      monitor sources held
      monitor sources held central-bank --json
    """
    with opened() as app:
        counts = app.held()
        if id is None:
            _print_counts(counts, json)
            return
        if id not in counts:
            app.named_sources([id])  # a misspelt name is not an empty answer
        with app.store.deciding() as deciding:
            records = deciding.held(id)
    if json:
        show.as_json([article_json(record.article) for record in records])
        return
    show.as_table(
        ["said", "arrived (UTC)", "title"],
        (
            [
                show.day(record.article.published_at),
                show.minute(record.article.arrived_at),
                record.article.title,
            ]
            for record in records
        ),
        empty=f"Nothing of {id} is held.",
    )


@commands.command("release", short_help="Let go what a flood holds.")
def release(
    id: Annotated[str, typer.Argument(metavar="ID", help="The source.")],
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Move the ledger, and tell nobody.")
    ] = False,
    drop: Annotated[
        bool, typer.Option("--drop", help="Never read them; they stay known and do not come back.")
    ] = False,
) -> None:
    """Let go what is held of a source: as news, so that rules may alert; or as asked for.

    Works beside a running service, which then delivers what this decides.

    \b
    Examples:
      monitor sources release central-bank --baseline
      monitor sources release central-bank --drop
      monitor sources release central-bank
    """
    if baseline and drop:
        raise UsageError("--baseline and --drop exclude each other")
    how = ReleaseAs.BASELINE if baseline else ReleaseAs.DROP if drop else ReleaseAs.NEWS
    with opened() as app:
        done = app.release(id, how, utcnow())
    if not done.articles:
        print(f"Nothing of {id} is held.")
        return
    became = "dropped" if drop else f"let go as {how}"
    print(
        f"{show.counted(done.articles, 'article')} of {id} {became}: "
        f"{show.counted(done.changes, 'change')}, {show.counted(done.alerts, 'alert')}."
    )


def _print_counts(counts: dict[str, int], json: bool) -> None:
    if json:
        show.as_json(counts)
        return
    show.as_table(
        ["source", "articles held"],
        ([source, str(count)] for source, count in sorted(counts.items())),
        empty="Nothing is held.",
    )


def article_json(article: Article) -> dict[str, object]:
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "published_at": show.iso(article.published_at),
        "arrived_at": show.iso(article.arrived_at),
    }


def is_troubled(cursor: Cursor | None) -> bool:
    """A source that never answered is in trouble too, though nobody is told of it."""
    if cursor is None:
        return False
    never_answered = cursor.condition is Condition.NEW and cursor.failures > 0
    return cursor.condition in TROUBLES or never_answered


def condition_of(cursor: Cursor | None) -> str:
    if cursor is None:
        return Condition.NEW
    since = f" since {show.minute(cursor.condition_since)}" if cursor.condition_since else ""
    return f"{cursor.condition}{since}"


def remarks_on(cursor: Cursor | None, held: int) -> Iterable[str]:
    if held:
        yield f"{show.counted(held, 'article')} held (monitor sources held)"
    if cursor and cursor.moved_to:
        yield f"moved to {cursor.moved_to}"
    if cursor and cursor.failures:
        yield f"{show.counted(cursor.failures, 'failure')}: {cursor.last_error}"


def source_json(source: Source, cursor: Cursor | None, held: dict[str, int]) -> dict[str, object]:
    health: dict[str, object] = {"polled": cursor is not None and cursor.first_seen_at is not None}
    if cursor:
        health |= {
            "condition": cursor.condition,
            "condition_since": show.iso(cursor.condition_since),
            "pace": cursor.pace_seconds,
            "first_seen_at": show.iso(cursor.first_seen_at),
            "last_success_at": show.iso(cursor.last_success_at),
            "newest_item_at": show.iso(cursor.newest_item_at),
            "items": cursor.items,
            "failures": cursor.failures,
            "last_error": cursor.last_error,
            "next_check_at": show.iso(cursor.next_check_at),
            "moved_to": cursor.moved_to,
        }
    return {
        "id": source.id,
        "title": source.title,
        "url": source.url,
        "kind": source.kind,
        "tier": source.tier,
        "newsroom": source.newsroom,
        "language": source.language,
        "interval": None if source.learns else int(source.interval.total_seconds()),
        "verified": source.verified.isoformat() if source.verified else None,
        "held": held.get(source.id, 0),
    } | health
