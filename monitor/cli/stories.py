"""`monitor stories`: what tells one event, why, and a person's correction of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli import show
from monitor.cli.ledger import change_json
from monitor.cli.opening import opened
from monitor.clock import utcnow
from monitor.errors import UsageError
from monitor.model import Change, Merge, StoryFile, Telling

SHOWN_TITLE = 100
"""Letters in a list; `monitor stories show` prints it whole."""
SHOWN_TOPICS = 3

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Of a story; its beginning is enough.")]

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@commands.callback()
def stories() -> None:
    """What tells one event, in whatever language, and your correction where that is wrong."""


@commands.command("list", short_help="Stories, those told last first.")
def list_stories(
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Told on that day or later (UTC).")
    ] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="Only of this topic.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many.")] = 20,
    json: AsJson = False,
) -> None:
    """Print stories, those told last first: how many articles, in which languages, on what.

    \b
    Examples:
      monitor stories list
      monitor stories list --since 2024-07-01 --topic mining --limit 5
    """
    with opened() as app:
        found = app.stories(since=_beginning(since), topic=topic, limit=limit)
    if json:
        show.as_json([_in_brief(file) for file in found])
        return
    show.as_table(
        ["told last", "articles", "languages", "topics", "story", "title"],
        (
            [
                show.day(_told_last(file)),
                str(len(file.tellings)),
                ", ".join(_languages(file)) or "-",
                _main_topics(file),
                file.story.id,
                _title(file)[:SHOWN_TITLE],
            ]
            for file in found
        ),
        empty="No story fits." if since or topic else "No story has been told yet.",
    )


@commands.command("show", short_help="One story: its articles, and why each is in it.")
def show_story(id_begins: Id, json: AsJson = False) -> None:
    """Print one story: its articles in the order said and why each is in it, what it follows, what
    was merged into it, and what it changed in the ledger.

    A merged story leads to the one that it is part of: the old id shows the new story.

    \b
    Examples:
      monitor stories show s4f0c2
      monitor stories show s4f0c2 --json
    """
    with opened() as app:
        name, file = app.story(id_begins)
        changes = app.changes_of([one.article_id for one in file.tellings])
    if json:
        show.as_json({"asked": name, **_in_full(file, changes)})
        return
    for line in _head(name, file):
        print(show.plain(line))
    print()
    _print_tellings(file)
    print()
    _print_changes(changes)


@commands.command("merge", short_help="Say that two stories are one.")
def merge(
    words: Annotated[
        list[str], typer.Argument(metavar="STORY into STORY", help="Beginnings of ids are enough.")
    ],
) -> None:
    """Say that two stories are one. The first leads to the second from now on, for good; the
    running service knows it with the next article.

    What you merge is taken apart only by `monitor stories split`.

    \b
    Examples:
      monitor stories merge s81d3 into s4f0c2
    """
    story, into = _two_stories(words)
    with opened() as app:
        done = app.merge_stories(story, into, utcnow())
    print(f"{done.story} is part of {done.into} now.")


@commands.command("split", short_help="Say that an article is another story.")
def split(
    articles: Annotated[
        list[str], typer.Argument(metavar="ARTICLE...", help="Ids (beginnings), or addresses.")
    ],
    json: AsJson = False,
) -> None:
    """Take articles out of their story into one of their own, with their copies.

    It is kept for good: the steps may join other articles to either story, and never make the two
    one again. `monitor stories merge` does, if you say so.

    \b
    Examples:
      monitor stories split 7f31a9
      monitor stories split 7f31a9 02bd44
    """
    with opened() as app:
        done = app.split_off(articles, utcnow())
    if json:
        moved = {"story": done.story, "left": done.left, "articles": list(done.article_ids)}
        show.as_json(moved)
        return
    many = show.counted(len(done.article_ids), "article")
    print(f"{done.story} is a story of its own now, with {many} of {done.left}.")


# --- what was asked ----------------------------------------------------------------------------


def _beginning(day: str | None) -> datetime | None:
    """A date means its beginning, in UTC."""
    if day is None:
        return None
    try:
        moment = datetime.fromisoformat(day)
    except ValueError:
        raise UsageError(f"{day!r} is no date; write 2024-05-01 or 2024-05-01T12:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _two_stories(words: Sequence[str]) -> tuple[str, str]:
    named = [word for word in words if word.lower() != "into"]
    if len(named) != 2:
        raise UsageError("name two stories: `monitor stories merge ID into ID`")
    return named[0], named[1]


# --- what is printed ---------------------------------------------------------------------------


def _head(asked: str, file: StoryFile) -> list[str]:
    story = file.story
    lines = [f"{story.id}  {_title(file)}"]
    lines += [
        f"You asked for {merge.story}, which {_merged(merge)}"
        for merge in file.merged
        if merge.story == asked
    ]
    lines.append(f"Opened {show.minute(story.opened_at)} UTC: {story.why}.")
    if story.apart_from:
        lines.append(f"Apart from {story.apart_from} for good.")
    if story.follows:
        lines.append(f"Follows {story.follows}.")
    if file.followed_by:
        lines.append(f"Followed by {', '.join(file.followed_by)}.")
    others = [merge for merge in file.merged if merge.story != asked]
    return lines + [f"{merge.story} {_merged(merge)}" for merge in others]


def _merged(merge: Merge) -> str:
    since = f" since {show.minute(merge.at)} UTC" if merge.at else ""
    return f"is part of it{since}: {merge.why or 'both tell one event'}."


def _print_tellings(file: StoryFile) -> None:
    show.as_table(
        ["said (UTC)", "newsroom", "language", "article", "why it is here", "title"],
        (
            [
                "undated" if one.undated else show.minute(one.said_at),
                one.newsroom or "-",
                one.language or "-",
                one.article_id,
                _why(one, file),
                one.title,
            ]
            for one in file.tellings
        ),
        empty="The texts of its articles were taken away; what they stated stands in the ledger.",
    )


def _print_changes(changes: Sequence[Change]) -> None:
    show.as_table(
        ["said", "who", "topic", "from", "to", "reason", "quote"],
        (
            [
                show.day(each.evidence.said_at),
                each.actor,
                each.topic,
                each.before or "-",
                each.after,
                each.reason,
                each.quote.text,
            ]
            for each in changes
        ),
        empty="It changed nothing in the ledger.",
    )


def _why(telling: Telling, file: StoryFile) -> str:
    if telling.seed:
        return "seed"
    if telling == file.tellings[0] and not telling.copy_of:
        return "it opened the story"
    if telling.copy_of and telling.verdict == "copy":
        return f"a copy of {telling.copy_of}"
    retold = f"; it retells {telling.copy_of}" if telling.copy_of else ""
    return (telling.why or "it goes where its original is") + retold


def _title(file: StoryFile) -> str:
    return file.tellings[0].title if file.tellings else "(its texts were taken away)"


def _told_last(file: StoryFile) -> datetime:
    return max((one.said_at for one in file.tellings), default=file.story.opened_at)


def _languages(file: StoryFile) -> list[str]:
    return list(dict.fromkeys(one.language for one in file.tellings if one.language))


def _topics(file: StoryFile) -> list[str]:
    """Those of most articles come first."""
    counted = Counter(topic for one in file.tellings for topic in one.topics)
    return [topic for topic, _ in counted.most_common()]


def _main_topics(file: StoryFile) -> str:
    topics = _topics(file)
    more = [f"{len(topics) - SHOWN_TOPICS} more"] if len(topics) > SHOWN_TOPICS else []
    return ", ".join(topics[:SHOWN_TOPICS] + more) or "-"


def _in_brief(file: StoryFile) -> dict[str, object]:
    return {
        "story": file.story.id,
        "title": _title(file),
        "opened_at": show.iso(file.story.opened_at),
        "told_last": show.iso(_told_last(file)),
        "articles": len(file.tellings),
        "languages": _languages(file),
        "topics": _topics(file),
        "follows": file.story.follows,
    }


def _in_full(file: StoryFile, changes: Sequence[Change]) -> dict[str, object]:
    return _in_brief(file) | {
        "why": file.story.why,
        "apart_from": file.story.apart_from,
        "followed_by": list(file.followed_by),
        "merged": [
            {"story": each.story, "into": each.into, "why": each.why, "at": show.iso(each.at)}
            for each in file.merged
        ],
        "articles": [_telling_json(one, file) for one in file.tellings],
        "changes": [change_json(each) for each in changes],
    }


def _telling_json(one: Telling, file: StoryFile) -> dict[str, object]:
    return {
        "id": one.article_id,
        "title": one.title,
        "url": one.url,
        "newsroom": one.newsroom,
        "language": one.language,
        "said_at": show.iso(one.said_at),
        "undated": one.undated,
        "verdict": one.verdict,
        "copy_of": one.copy_of,
        "seed": one.seed,
        "versions": one.versions,
        "why": _why(one, file),
    }
