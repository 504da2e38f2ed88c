"""`monitor sources add`, `import`, `export`: addresses into sources.yaml, and out as OPML."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.prompt import IntPrompt

from monitor.app import App, FeedLink, Form, Import, Probe
from monitor.cli import show
from monitor.cli.opening import opened
from monitor.cli.sources_check import remarks_on
from monitor.clock import utcnow
from monitor.errors import FetchError, ParseError, UsageError
from monitor.model import Selectors, Source, SourceKind, Tier

LARGEST_FILE = 5 * 2**20
"""Bytes of OPML that are read; one more tells that there is more."""
COMMENTS = ("comment", "коммент")
"""What marks a feed of readers' comments, which blogs name beside their own."""

DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would be written, no more.")]


class Kind(StrEnum):
    FEED = "feed"
    PAGE = "page"


def add(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Of a feed, or of a site that has one.")
    ],
    id: Annotated[str | None, typer.Option("--id", help="Its name for rules.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Its name for people.")] = None,
    tier: Annotated[
        Tier | None, typer.Option("--tier", help="How near it is to the event.")
    ] = None,
    newsroom: Annotated[str | None, typer.Option("--newsroom", help="Who writes.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="Such as en or ru.")] = None,
    kind: Annotated[Kind, typer.Option("--kind", help="page: a list without a feed.")] = Kind.FEED,
    item: Annotated[
        str | None, typer.Option("--item", help="For --kind page: CSS of one article in the list.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Put an address into sources.yaml, after asking it; comments and order stay.

    A site is asked for its feeds: one is taken, among several you choose. What is not given is
    taken from the feed: id and title from its name, the language from its articles. The pack is
    checked with the new entry before anything is written.

    \b
    Examples:
      monitor sources add https://news.example/feed.xml --tier press
      monitor sources add news.example --dry-run
      monitor sources add https://law.example/drafts --kind page --item "li.draft"
    """
    given = {
        "id": id,
        "title": title,
        "tier": tier.value if tier else None,
        "newsroom": newsroom,
        "language": language,
        "kind": kind.value,
        "page": _selectors(kind, item),
    }
    now = utcnow()
    with opened() as app:
        _refuse_known(app, url)
        probe = asyncio.run(_find(app, _source_at(url, kind, item), now))
        entry = app.source_desk.propose(probe, given) | {"verified": now.date()}
        _refuse_known(app, entry["url"])
        edit = app.source_desk.preview([entry])
        if not dry_run:
            file = app.source_desk.write(edit)
            print(f"Written to {file}:", file=sys.stderr)
    print(edit.added, end="")
    for remark in remarks_on(probe, now):
        print(show.plain(f"note: {remark}"), file=sys.stderr)


def import_opml(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="OPML, as feed readers export it.")],
    tier: Annotated[
        Tier, typer.Option("--tier", help="For what stands in no folder that is named like a tier.")
    ] = Tier.PRESS,
    dry_run: DryRun = False,
) -> None:
    """Take sources from an OPML file into sources.yaml; nothing is asked over the network.

    A folder named like a tier (official, wire, press, trade, search) gives the tier, any other
    becomes the note. What is there already is left alone and named; what is no address is refused,
    each with its line. Exit code 1 where something was refused.

    \b
    Examples:
      monitor sources import subscriptions.opml --dry-run
      monitor sources import subscriptions.opml --tier trade
    """
    content = _read(file)
    with opened() as app:
        plan = app.source_desk.plan_import(content, tier=tier.value)
        added, written_to = "", None
        if plan.entries:
            edit = app.source_desk.preview(plan.entries)
            added = edit.added
            written_to = None if dry_run else app.source_desk.write(edit)
    _print_import(file, plan, added if dry_run else "")
    if written_to:
        print(f"{written_to}: {show.counted(len(plan.entries), 'source')} added.")
        print("They have not been asked yet: `monitor sources check` does.")
    if plan.refused:
        raise typer.Exit(1)


def export(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to; without it: stdout.")
    ] = None,
) -> None:
    """Write the sources as OPML 2.0, for feed readers and for `monitor sources import`.

    What only monitor knows of a source stands in attributes of its own, so that nothing is lost
    on the way back. Retired sources are in it too.

    \b
    Examples:
      monitor sources export > sources.opml
      monitor sources export --output sources.opml
    """
    with opened() as app:
        content = app.source_desk.export(title="Sources of monitor", now=utcnow())
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror}") from error


# --- add ---------------------------------------------------------------------------------------


def _selectors(kind: Kind, item: str | None) -> dict[str, str] | None:
    if kind is Kind.PAGE and not item:
        raise UsageError("--kind page needs --item, the CSS selector of one article in the list")
    if kind is Kind.FEED and item:
        raise UsageError("--item is for --kind page")
    return {"item": item} if item else None


def _source_at(url: str, kind: Kind, item: str | None) -> Source:
    """As if the pack named it. `news.example` means https."""
    whole = url if "://" in url else f"https://{url}"
    if urlsplit(whole).scheme not in ("http", "https"):
        raise UsageError(f"{url}: only http and https are asked")
    return Source(
        id="new",
        url=whole,
        kind=SourceKind(kind.value),
        tier=Tier.PRESS,
        newsroom="",
        language=None,
        interval=timedelta(0),
        selectors=Selectors(item=item) if item else None,
    )


def _refuse_known(app: App, url: str) -> None:
    known = app.source_desk.at(url if "://" in url else f"https://{url}")
    if known:
        raise UsageError(f"{url} is the address of `{known}` already")


async def _find(app: App, source: Source, now: datetime) -> Probe:
    """What answers at the address, or at the feed that the page there names."""
    try:
        probe = await app.prober.probe(source, now)
        if probe.survey and probe.survey.form is Form.HTML and source.kind is SourceKind.FEED:
            link = _chosen(source.url, probe.survey.feeds)
            probe = await app.prober.probe(replace(source, url=link.url), now)
    finally:
        await app.fetcher.close()
    url = probe.source.url
    if probe.failed:
        reason, _, detail = probe.failed.partition(": ")
        hint = "; without TLS write http://" if reason == "tls" else ""
        raise FetchError(reason, f"{url}: {detail}{hint}")
    if probe.survey and not probe.survey.items:
        raise ParseError(f"{url} gives no articles: {probe.survey.trouble or 'it holds no item'}")
    return probe


def _chosen(url: str, links: Sequence[FeedLink]) -> FeedLink:
    """The one feed of the page that is no feed of comments; among several the person decides."""
    ours = [link for link in links if not any(word in _words(link) for word in COMMENTS)]
    if not ours:
        raise ParseError(
            f"{url} is a web page that names no feed; give the feed's own address, or read the "
            "page itself with --kind page --item SELECTOR"
        )
    if len(ours) == 1:
        return ours[0]
    listed = [show.plain(f"{link.url}  {link.title}".rstrip()) for link in ours]
    if not (show.is_person() and sys.stdin.isatty()):
        raise UsageError(
            "\n  ".join([f"{url} names several feeds; add the one you want:", *listed])
        )
    for number, line in enumerate(listed, 1):
        print(f"  {number}  {line}", file=sys.stderr)
    numbers = [str(number) for number in range(1, len(ours) + 1)]
    return ours[IntPrompt.ask("Which", choices=numbers, console=Console(stderr=True)) - 1]


def _words(link: FeedLink) -> str:
    return f"{link.url} {link.title}".lower()


# --- import ------------------------------------------------------------------------------------


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened_file:
            return opened_file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error


def _print_import(file: Path, plan: Import, preview: str) -> None:
    for each in plan.refused:
        print(show.plain(f"{file}:{each.line}: refused: {each.title}: {each.why}"), file=sys.stderr)
    for each in plan.known:
        print(show.plain(f"{file}:{each.line}: skipped: {each.title}: {each.why}"), file=sys.stderr)
    print(preview, end="")
    print(
        f"{len(plan.entries)} new, {len(plan.known)} known already, {len(plan.refused)} refused.",
        file=sys.stderr,
    )
