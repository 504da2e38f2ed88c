"""What belongs together: footprints that fade, sketches, stories and where they lead, word counts.

Not here: what is a copy and what is one story (steps.identify decides), who left which marks
(marks.py), and how stories are shown to people (tellings.py).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from monitor.model import Footprint, Merge, Parting, Sketch, Story
from monitor.store import rows
from monitor.store.engine import translated
from monitor.store.kept import Kept
from monitor.store.sql import add, among, ask, chunks, put, raise_by
from monitor.store.tables import ARTICLE_VERSION, FOOTPRINT, SKETCH, STORY, WORD_COUNT

FADES_AFTER = timedelta(days=15)
"""Of arrivals. Longer than a copy is looked for; without an end the table would outgrow all."""
MOST_SKETCHES = 5_000

WITHIN = (
    select(SKETCH.c.article_id, SKETCH.c.story, SKETCH.c.why, STORY.c.into)
    .outerjoin(STORY, STORY.c.id == SKETCH.c.story)
    .where(SKETCH.c.told_at >= bindparam("since"), SKETCH.c.told_at <= bindparam("until"))
    .order_by(SKETCH.c.told_at.desc())
    .limit(MOST_SKETCHES)
)
"""What a person, or a story that grew, may change of a sketch; and whether it did."""
LED = select(STORY.c.id, STORY.c.into).where(
    among(STORY.c.id, "stories"), STORY.c.into.is_not(None)
)
COUNTED = select(WORD_COUNT.c.word, WORD_COUNT.c.articles).where(
    WORD_COUNT.c.space == bindparam("space"), among(WORD_COUNT.c.word, "words")
)


def sketches(connection: Connection, since: datetime, until: datetime, kept: Kept) -> list[Sketch]:
    latest = ask(connection, WITHIN, since=since, until=until)
    drawn = kept.sketches_of(connection, [row["article_id"] for row in latest])
    now = leading_to(connection, {row["story"] for row in latest if row["into"]})
    found = [
        _filed(sketch, now.get(row["story"], row["story"]), row["why"])
        for sketch, row in zip(drawn, latest, strict=True)
    ]
    # Sorted here, not by the database: Postgres orders text by its locale, SQLite by bytes.
    found.reverse()
    return sorted(found, key=lambda sketch: (sketch.told_at, sketch.article_id))


def leading_to(connection: Connection, stories: Collection[str]) -> Mapping[str, str]:
    """Each of these stories and the one that it is part of by now."""
    into: dict[str, str] = {}
    asked = set(stories)
    while asked:
        found: dict[str, str] = {}
        for chunk in chunks(asked):
            found |= {row["id"]: row["into"] for row in ask(connection, LED, stories=chunk)}
        into |= found
        asked = set(found.values()) - set(into)
    return {story: _end_of(story, into) for story in stories}


def apart(connection: Connection) -> frozenset[frozenset[str]]:
    """Pairs of stories, by now, that a person set apart. As many as people ever did: few."""
    table = STORY.c
    # Not `IS NOT NULL`: SQLite would walk through all stories for it.
    query = select(table.id, table.apart_from).where(table.apart_from > "")
    pairs = [(row["id"], row["apart_from"]) for row in ask(connection, query)]
    now = leading_to(connection, {story for pair in pairs for story in pair})
    return frozenset(frozenset((now[one], now[other])) for one, other in pairs)


def word_counts(connection: Connection, space: str, words: Collection[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for chunk in chunks(words):
        rows_of = ask(connection, COUNTED, space=space, words=chunk)
        found |= {row["word"]: row["articles"] for row in rows_of}
    return found


def leave_marks(connection: Connection, footprints: Sequence[Footprint]) -> None:
    if not footprints:
        return
    add(connection, FOOTPRINT, [rows.footprint_values(each) for each in footprints])
    faded = max(each.arrived_at for each in footprints) - FADES_AFTER
    with translated():
        connection.execute(
            delete(FOOTPRINT).where(FOOTPRINT.c.arrived_at < faded, ~FOOTPRINT.c.lasting)
        )


def put_sketches(connection: Connection, found: Iterable[Sketch]) -> None:
    for sketch in found:
        put(connection, SKETCH, rows.sketch_values(sketch))


def open_stories(connection: Connection, stories: Iterable[Story]) -> None:
    add(connection, STORY, [rows.story_values(story) for story in stories])


def merge(connection: Connection, merges: Iterable[Merge]) -> None:
    for one in merges:
        with translated():
            connection.execute(
                update(STORY)
                .where(STORY.c.id == one.story)
                .values(into=one.into, into_why=one.why, into_at=one.at)
            )


def part(connection: Connection, partings: Iterable[Parting]) -> None:
    """Every version goes along: the last of them has the word, and a later one asks it."""
    for one in partings:
        texts = update(ARTICLE_VERSION).where(ARTICLE_VERSION.c.article_id == one.article_id)
        told = update(SKETCH).where(SKETCH.c.article_id == one.article_id)
        with translated():
            connection.execute(texts.values(story=one.story))
            connection.execute(told.values(story=one.story, why=one.why))


def count(connection: Connection, counted: Collection[tuple[str, str, int]]) -> None:
    values = [{"space": space, "word": word, "articles": n} for space, word, n in counted]
    raise_by(connection, WORD_COUNT, values, "articles")


def _end_of(story: str, into: Mapping[str, str]) -> str:
    while story in into:
        story = into[story]
    return story


def _filed(sketch: Sketch, story: str, why: str) -> Sketch:
    as_read = story == sketch.story and why == sketch.why
    return sketch if as_read else replace(sketch, story=story, why=why)
