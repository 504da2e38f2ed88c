"""`monitor sources check`: asks addresses now and says what a person must know of each."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.app import App, Form, Probe, Survey
from monitor.cli import show
from monitor.cli.opening import opened
from monitor.clock import utcnow
from monitor.model import Source

OLD = timedelta(days=60)
"""A newest item older than this is worth a word: feeds are left behind when sites are rebuilt."""


def check(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Which; without any: all.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Leave `verified` in sources.yaml as it is.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Ask sources now, and say what answers: items, dates, language, charset, redirects.

    The database is not touched. Where items came, today's date is written to `verified` in
    sources.yaml, and nothing else in that file moves. Exit code 1 where one source fails.

    \b
    Examples:
      monitor sources check
      monitor sources check central-bank --dry-run
      monitor sources check --json
    """
    now = utcnow()
    with opened() as app:
        probes = ask(app, app.named_sources(ids or []), now)
        well = [probe.source.id for probe in probes if probe.well]
        file = None if dry_run else app.source_desk.verify(well, now.date())
    if json:
        show.as_json([probe_json(probe, now) for probe in probes])
    else:
        _print(probes, now)
        if file:
            print(f"{file}: verified on {now:%Y-%m-%d} where items came.")
    if len(well) < len(probes):
        raise typer.Exit(1)


def ask(app: App, sources: Sequence[Source], now: datetime) -> list[Probe]:
    """All of them at once, with a bar for whoever watches."""

    async def asking() -> list[Probe]:
        with counted(len(sources)) as bar:
            try:
                return await app.prober.probe_all(
                    sources, now, lambda _: bar.advance(bar.tasks[0].id)
                )
            finally:
                await app.fetcher.close()

    return asyncio.run(asking())


@contextmanager
def counted(total: int) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not show.is_person(), transient=True
    ) as bar:
        bar.add_task("asking", total=total)
        yield bar


def _print(probes: Sequence[Probe], now: datetime) -> None:
    show.as_table(
        ["source", "answer", "items", "newest item", "language", "remarks"],
        (
            [
                probe.source.id,
                "ok" if probe.well else "FAILED",
                str(probe.survey.items) if probe.survey else "-",
                show.minute(probe.survey.newest) if probe.survey else "-",
                (probe.survey.language or probe.survey.looks_like or "-") if probe.survey else "-",
                "; ".join(remarks_on(probe, now)) or "-",
            ]
            for probe in probes
        ),
        empty="The pack names no source; `monitor sources add URL` puts one in.",
    )
    if probes:
        well = sum(probe.well for probe in probes)
        print(f"{well} of {show.counted(len(probes), 'source')} answered with items.")


def remarks_on(probe: Probe, now: datetime) -> Iterator[str]:
    """What a person must know, most urgent first, each with the remedy where there is one."""
    if probe.failed:
        yield probe.failed
        if probe.source.route == "ru-only":
            yield "it refuses addresses outside Russia (`route: ru-only`)"
    if probe.survey:
        yield from _remarks_on_items(probe, probe.survey, now)
    if probe.moved_to and probe.moved_to != probe.source.url:
        yield f"moved for good: write `url: {probe.moved_to}`"
    elif probe.survey and probe.url != probe.source.url:
        yield f"answered from {probe.url}"


def _remarks_on_items(probe: Probe, survey: Survey, now: datetime) -> Iterator[str]:
    if survey.trouble:
        yield survey.trouble
    if survey.form is Form.HTML and probe.source.kind == "feed":
        feeds = " or ".join(link.url for link in survey.feeds[:3])
        yield f"a web page, its feed is {feeds}" if feeds else "a web page instead of a feed"
    if not survey.items and not survey.trouble:
        yield "no items in it"
    if survey.dated < survey.items:
        which = "no item bears" if not survey.dated else f"{survey.items - survey.dated} items lack"
        yield f"{which} a date: such items count as new when they come"
    if survey.newest and now - survey.newest > OLD:
        yield f"its newest item is {(now - survey.newest).days} days old"
    declared = probe.source.language
    if declared and survey.looks_like and survey.looks_like != declared:
        yield f"`language: {declared}`, but its titles read like {survey.looks_like}"
    if survey.charset:
        yield survey.charset


def probe_json(probe: Probe, now: datetime) -> dict[str, object]:
    survey = probe.survey
    return {
        "id": probe.source.id,
        "url": probe.source.url,
        "ok": probe.well,
        "failed": probe.failed or None,
        "answered_from": probe.url,
        "moved_to": probe.moved_to,
        "form": survey.form if survey else None,
        "title": survey.title if survey else None,
        "items": survey.items if survey else None,
        "dated": survey.dated if survey else None,
        "newest": show.iso(survey.newest) if survey else None,
        "language": survey.language if survey else None,
        "looks_like": survey.looks_like if survey else None,
        "feeds": [link.url for link in survey.feeds] if survey else [],
        "remarks": list(remarks_on(probe, now)),
    }
