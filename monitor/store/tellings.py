"""Stories as people look at them: which were told lately, and what is in one.

Nothing here writes. Not here: what the intake asks of stories (stories.py).
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, select

from monitor.model import Merge, Story, StoryFile, Telling
from monitor.store import rows
from monitor.store.sql import ask, chunks
from monitor.store.stories import leading_to
from monitor.store.tables import ARTICLE_VERSION, SKETCH, STORY

LOOKED_THROUGH = 20_000
"""Articles, the newest: a topic that nobody wrote about must not read the whole store."""
AT_ONCE = 500
MOST_VERSIONS = 5_000
"""Of one story that are shown."""

TOLD = tuple(
    ARTICLE_VERSION.c[name]
    for name in (
        "article_id", "version", "title", "url", "newsroom", "language", "published_at",
        "arrived_at", "verdict", "copy_of", "seed", "reading_json",
    )
)  # fmt: skip
"""All but the text, which is most of a row."""


def newest(
    connection: Connection, *, since: datetime | None, topic: str | None, limit: int
) -> list[StoryFile]:
    """Those told last come first. A story has a topic where one of its articles has it."""
    found: dict[str, None] = {}
    for article_ids in _told_lately(connection, since):
        for story in _stories_of(connection, article_ids, topic):
            found.setdefault(story)
        if len(found) >= limit:
            break
    files = [file_of(connection, story) for story in list(found)[:limit]]
    return [file for file in files if file]


def file_of(connection: Connection, story: str) -> StoryFile | None:
    """Of the story that this one is part of by now; None for a name that no story has."""
    now = leading_to(connection, [story])[story]
    found = ask(connection, select(STORY).where(STORY.c.id == now))
    if not found:
        return None
    merged = _merged_into(connection, now)
    parts = [now, *(merge.story for merge in merged)]
    return StoryFile(
        story=_by_now(connection, rows.story_of(found[0])),
        tellings=tuple(_tellings(connection, parts)),
        merged=tuple(merged),
        followed_by=tuple(_followers(connection, parts)),
    )


def names(connection: Connection, id_begins: str, *, limit: int) -> list[str]:
    """Of stories, merged ones too: the one of this name, else those that begin so."""
    exact = select(STORY.c.id).where(STORY.c.id == id_begins)
    begins = STORY.c.id.startswith(id_begins, autoescape=True)
    several = select(STORY.c.id).where(begins).order_by(STORY.c.id).limit(limit)
    found = ask(connection, exact) or ask(connection, several)
    return [row["id"] for row in found]


def _told_lately(connection: Connection, since: datetime | None) -> Iterator[list[str]]:
    table = SKETCH.c
    query = select(table.article_id).order_by(table.told_at.desc(), table.article_id)
    if since is not None:
        query = query.where(table.told_at >= since)
    for start in range(0, LOOKED_THROUGH, AT_ONCE):
        found = ask(connection, query.limit(AT_ONCE).offset(start))
        yield [row["article_id"] for row in found]
        if len(found) < AT_ONCE:
            return


def _stories_of(
    connection: Connection, article_ids: Sequence[str], topic: str | None
) -> Iterator[str]:
    """Of these articles that are of the topic, in their order."""
    table = ARTICLE_VERSION.c
    query = select(*TOLD, table.story).where(table.article_id.in_(article_ids))
    latest = {row["article_id"]: row for row in ask(connection, query.order_by(table.arrived_at))}
    now = leading_to(connection, {row["story"] for row in latest.values()})
    for article_id in article_ids:
        row = latest.get(article_id)
        if row and (topic is None or topic in rows.telling_of([row], "").topics):
            yield now[row["story"]]


def _tellings(connection: Connection, parts: Collection[str]) -> list[Telling]:
    table = ARTICLE_VERSION.c
    found: list[rows.Row] = []
    for chunk in chunks(parts):
        query = select(*TOLD).where(table.story.in_(chunk), table.verdict != "irrelevant")
        found += ask(connection, query.order_by(table.article_id).limit(MOST_VERSIONS))
    # Sorted here, not by the database: Postgres orders text by its locale, SQLite by bytes.
    found.sort(key=lambda row: (row["article_id"], row["arrived_at"], row["version"]))
    versions = {one: list(of) for one, of in groupby(found, key=lambda row: row["article_id"])}
    why = _why(connection, versions)
    told = [rows.telling_of(each, why.get(one, "")) for one, each in versions.items()]
    return sorted(told, key=lambda telling: (telling.said_at, telling.article_id))


def _why(connection: Connection, article_ids: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in chunks(article_ids):
        query = select(SKETCH.c.article_id, SKETCH.c.why).where(SKETCH.c.article_id.in_(chunk))
        found |= {row["article_id"]: row["why"] for row in ask(connection, query)}
    return found


def _merged_into(connection: Connection, story: str) -> list[Merge]:
    """At any depth, those that came first first."""
    found: list[Merge] = []
    asked: Collection[str] = [story]
    while asked:
        merges: list[Merge] = []
        for chunk in chunks(asked):
            query = select(STORY).where(STORY.c.into.in_(chunk)).order_by(STORY.c.id)
            merges += map(rows.merge_of, ask(connection, query))
        found += merges
        asked = [merge.story for merge in merges]
    return found


def _followers(connection: Connection, parts: Sequence[str]) -> list[str]:
    query = select(STORY.c.id).where(STORY.c.follows.in_(parts)).order_by(STORY.c.opened_at)
    followers = [row["id"] for row in ask(connection, query)]
    now = leading_to(connection, followers)
    return [story for story in dict.fromkeys(now.values()) if story not in parts]


def _by_now(connection: Connection, story: Story) -> Story:
    """Stories that it names may have become part of others."""
    named = [name for name in (story.follows, story.apart_from) if name]
    now = leading_to(connection, named)
    follows = now.get(story.follows or "")
    return Story(
        story.id,
        story.opened_at,
        story.why,
        follows=None if follows == story.id else follows,
        apart_from=now.get(story.apart_from or ""),
    )
