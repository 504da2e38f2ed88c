"""`monitor articles show`: one article, its versions, and what changed from each to the next."""

import json as codec
from collections.abc import Sequence
from typing import Annotated

import typer

from monitor.app import came_of_page, differences
from monitor.cli import show
from monitor.cli.ledger import change_json
from monitor.cli.opening import opened
from monitor.model import ArticleRecord, Change

MOST_VERSIONS = 50
"""The newest: a page that is edited every minute must not fill the screen."""

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@commands.callback()
def articles() -> None:
    """What is stored of an article."""


@commands.command("show", short_help="One article, and how it was edited.")
def show_article(
    wanted: Annotated[
        str, typer.Argument(metavar="ID", help="Of an article (its beginning), or its address.")
    ],
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print an article's versions and what changed from each to the next, sentence by sentence:
    `-` went, `+` came. At most 50 versions, the newest, and 100 sentences of each.

    \b
    Examples:
      monitor articles show 7f31a9
      monitor articles show https://news.example/story/7 --json
    """
    with opened() as app:
        versions = app.article(wanted)
        changes = app.changes_of([versions[0].article.id])
        story = app.story_by_now(versions[-1].story)
    if json:
        show.as_json(_as_json(versions, changes, story))
        return
    for line in (*_head(versions, story), *_history(versions), *_moved(changes)):
        print(show.plain(line))


def _head(versions: Sequence[ArticleRecord], story: str) -> list[str]:
    first, last = versions[0], versions[-1].article
    said = "undated" if last.published_at is None else f"said {show.minute(last.published_at)} UTC"
    lines = [last.title, last.url or "(no address)", f"{last.newsroom or 'unknown'}, {said}"]
    lines.append(f"Article {last.id}, story {story}: {_verdict(first)}")
    if first.held:
        lines.append("Held back with a flood: `monitor sources release` lets it go.")
    return lines


def _verdict(first: ArticleRecord) -> str:
    of = f" of {first.copy_of}" if first.copy_of and first.verdict == "copy" else ""
    retells = f", retells {first.copy_of}" if first.copy_of and not of else ""
    because = codec.loads(first.reading_json).get("because")
    return f"{first.verdict}{of}{retells}" + (f" ({because})" if because else "")


def _history(versions: Sequence[ArticleRecord]) -> list[str]:
    hidden = max(0, len(versions) - MOST_VERSIONS)
    lines = [""] + ([f"… {hidden} earlier versions"] if hidden else [])
    for number, record in list(enumerate(versions, 1))[hidden:]:
        lines.append(_version_line(number, record))
        if number > 1:
            changed = differences(versions[number - 2].article, record.article)
            lines += [f"  {line}" for line in changed or ["nothing but signs and white space"]]
    return lines


def _version_line(number: int, record: ArticleRecord) -> str:
    article = record.article
    way = ", from its page" if came_of_page(record) else ""
    letters = show.counted(len(article.text), "character")
    return f"Version {number}, {show.minute(article.arrived_at)} UTC{way}: {letters}"


def _moved(changes: Sequence[Change]) -> list[str]:
    if not changes:
        return ["", "It changed nothing in the ledger."]
    told = [
        f"{each.actor} on {each.topic}: {each.before or 'unknown'} -> {each.after} ({each.reason})"
        for each in changes
    ]
    return ["", "It changed the ledger:", *(f"  {line}" for line in told)]


def _as_json(
    versions: Sequence[ArticleRecord], changes: Sequence[Change], story: str
) -> dict[str, object]:
    first, last = versions[0], versions[-1].article
    hidden = max(0, len(versions) - MOST_VERSIONS)
    return {
        "id": last.id,
        "title": last.title,
        "url": last.url,
        "newsroom": last.newsroom,
        "published_at": show.iso(last.published_at),
        "story": story,
        "verdict": first.verdict,
        "copy_of": first.copy_of,
        "held": first.held,
        "versions": [_version_json(versions, number) for number in range(hidden, len(versions))],
        "changes": [change_json(each) for each in changes],
    }


def _version_json(versions: Sequence[ArticleRecord], number: int) -> dict[str, object]:
    record = versions[number]
    before = versions[number - 1].article if number else None
    return {
        "version": record.version,
        "arrived_at": show.iso(record.article.arrived_at),
        "page": came_of_page(record),
        "characters": len(record.article.text),
        "changed": differences(before, record.article) if before else [],
    }
