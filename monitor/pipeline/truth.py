"""What is true of a source after a poll (promise 5): values in, a condition and its reason out.

Pure. Not here: who is told (polling.py, notices.py), and whether the network is there (network.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from monitor.model import Article, Condition, Cursor

BROKEN_AFTER = 5
"""Failed polls in a row ..."""
BROKEN_FOR = timedelta(hours=1)
"""... and this long without an answer: a source that is asked every minute fails five times in
the restart of a server."""

FROZEN_AT = 5
"""Times the source's own median gap."""
FROZEN_FROM = timedelta(days=3)
"""No source is frozen before: from Friday evening to Monday morning the quickest ones rest."""

EMPTY_AFTER = 2
"""Polls in a row without an item: one may have come while the feed was being written anew."""

DATED_AT_LEAST = 5
"""Items with dates of their own that a pace is made of."""
HISTORY = 50
"""The newest of them that count: how a source published years ago says nothing of its pace."""


@dataclass(frozen=True, slots=True)
class Judgement:
    condition: Condition
    because: str
    """For people."""


def after_failure(cursor: Cursor, now: datetime, *, excused: bool) -> Judgement:
    """`cursor` counts this failure in. `excused`: nothing can be read, so that it is not the
    source's failure."""
    asked, answered = cursor.failures, cursor.last_success_at
    if answered is None or excused:
        return Judgement(cursor.condition, "")
    if asked >= BROKEN_AFTER and now - answered >= BROKEN_FOR:
        return Judgement(
            Condition.BROKEN,
            f"{asked} polls in a row failed, the last with {cursor.last_error}; "
            f"it last answered {answered:%Y-%m-%d %H:%M} UTC",
        )
    return Judgement(cursor.condition, "")


def after_answer(cursor: Cursor, now: datetime) -> Judgement:
    """`cursor` as this poll leaves it."""
    if cursor.empty_polls >= EMPTY_AFTER:
        return Judgement(
            Condition.EMPTY,
            f"it answers, but without an item; it held {cursor.items} before",
        )
    if cursor.empty_polls:
        return Judgement(cursor.condition, "")
    allowed = longest_silence(cursor)
    newest = cursor.newest_item_at
    if allowed is not None and newest is not None and now - newest > allowed:
        pace = timedelta(seconds=cursor.pace_seconds or 0)
        return Judgement(
            Condition.FROZEN,
            f"it answers, but its newest item is of {newest:%Y-%m-%d %H:%M} UTC, while half of "
            f"its items came within {in_words(pace)} of the one before",
        )
    return Judgement(Condition.WELL, "it answers, with items")


def longest_silence(cursor: Cursor) -> timedelta | None:
    """None where the source's own pace is not known."""
    if cursor.pace_seconds is None:
        return None
    return max(FROZEN_AT * timedelta(seconds=cursor.pace_seconds), FROZEN_FROM)


def judged(cursor: Cursor, judgement: Judgement, now: datetime) -> Cursor:
    """The cursor with what is true of its source now."""
    if judgement.condition is cursor.condition:
        return cursor
    return replace(cursor, condition=judgement.condition, condition_since=now)


# --- what a body tells -------------------------------------------------------------------------


def with_items(cursor: Cursor, articles: Sequence[Article]) -> Cursor:
    """What is remembered of a body's items: how many, the newest, and their pace."""
    if not articles:
        return without_items(cursor)
    dates = sorted({it.published_at for it in articles if it.published_at}, reverse=True)
    newest = max([*dates[:1], *filter(None, [cursor.newest_item_at])], default=None)
    pace = pace_of(dates)
    return replace(
        cursor,
        items=len(articles),
        empty_polls=0,
        newest_item_at=newest,
        pace_seconds=cursor.pace_seconds if pace is None else pace,
    )


def without_items(cursor: Cursor) -> Cursor:
    """A source that never held an item has lost none."""
    return replace(cursor, empty_polls=cursor.empty_polls + 1) if cursor.items else cursor


def unchanged(cursor: Cursor) -> Cursor:
    """The body is the one of the last poll: where that was empty, so is this."""
    return without_items(cursor) if cursor.empty_polls else cursor


def pace_of(newest_first: Sequence[datetime]) -> int | None:
    """Seconds: the median gap between distinct moments. Items that came at once, or bear only a
    day, are one moment: else a feed dated by the day would look frozen at noon."""
    dates = newest_first[:HISTORY]
    if len(dates) < DATED_AT_LEAST:
        return None
    gaps = [
        (later - earlier).total_seconds() for later, earlier in zip(dates, dates[1:], strict=False)
    ]
    return int(median(gaps))


def in_words(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"
