"""Manners: when to come back, where to, and when to ask in full. Pure: it takes `now`.

Not here: one request at a time per host (turns.py), what robots.txt allows (robots.py).
"""

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model import Cursor, FetchFailed, Poll, Source

HOUR = timedelta(hours=1)

DAY = timedelta(hours=24)
"""No server can send us away for longer, and no source is left unread for longer."""
JITTER = 0.1
"""Share of a wait that jitter may add: enough to spread a thousand hourly sources over minutes."""
GONE = "http-410"
OFTENEST = timedelta(minutes=10)
RAREST = timedelta(hours=2)
"""Between these a source is read whose interval is learnt: news is known two hours late at most,
and no source is asked more than six times an hour unless the pack says so."""
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOVES_AFTER = 3
"""Polls in a row that permanent redirects led to one place; a slip of an hour moves nothing."""
STAYS_UNTIL = 3
"""Failures in a row at the new place, after which the pack's own address is asked again."""
DAY_HOURS = tuple(str(hour) for hour in range(24))


def next_check_at(
    source: Source, poll: Poll, cursor: Cursor, *, now: datetime, jitter: float = 0.0
) -> datetime:
    """When to ask this source again: its own interval, or what server and feed ask for if longer.

    `cursor` is what will be written: `failures` counts this poll in, `pace_seconds` and the
    feed's wishes are those of this body. `jitter` is between 0 and 1 (see `jitter_of`). Never in
    an hour or on a day that the feed asks to skip, unless that is the end of 24 hours: no later
    than that is anything asked, but a source to which the pack gives a longer interval.
    """
    wait = (
        after_failure(source, poll, cursor)
        if isinstance(poll, FetchFailed)
        else after_answer(source, poll.fresh_for, cursor)
    )
    longest = max(DAY, source.interval)
    wait = min(wait, longest)
    wanted = first_open(now + wait, cursor) + wait * JITTER * jitter
    return min(first_open(wanted, cursor), now + longest)


def after_answer(source: Source, fresh_for: timedelta | None, cursor: Cursor) -> timedelta:
    asked_by_feed = timedelta(seconds=min(cursor.ttl_seconds or 0, DAY.total_seconds()))
    return max(usual_wait(source, cursor), fresh_for or timedelta(), asked_by_feed)


def usual_wait(source: Source, cursor: Cursor) -> timedelta:
    """The pack's interval; where it gives none, a quarter of the gap between two items."""
    if not source.learns or cursor.pace_seconds is None:
        return source.interval
    quarter = timedelta(seconds=cursor.pace_seconds / 4)
    return min(max(quarter, OFTENEST), RAREST)


def after_failure(source: Source, failed: FetchFailed, cursor: Cursor) -> timedelta:
    """The usual wait, doubled with each failure in a row; a server's own word where longer."""
    if failed.reason == GONE:
        return DAY
    doublings = min(max(cursor.failures - 1, 0), 16)  # 65,536 minutes are past every cap
    return max(usual_wait(source, cursor) * (1 << doublings), failed.retry_after or timedelta())


def first_open(at: datetime, cursor: Cursor) -> datetime:
    """`at`, or the first moment after it in which the feed does not ask to be left alone (UTC)."""
    days = unless_all(WEEK, cursor.skip_days.split())
    hours = unless_all(DAY_HOURS, cursor.skip_hours.split())
    while True:
        if WEEK[at.weekday()] in days:
            at = at.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        elif str(at.hour) in hours:
            at = at.replace(minute=0, second=0, microsecond=0) + HOUR
        else:
            return at


def unless_all(possible: Collection[str], skipped: Collection[str]) -> set[str]:
    """A feed that skips all hours or all days misunderstood the word: as if it skipped none."""
    known = set(possible) & set(skipped)
    return known if len(known) < len(possible) else set()


def jitter_of(source_id: str, now: datetime) -> float:
    """A number from 0 up to 1, another for each source and day, the same on each machine."""
    return _spread(f"{source_id} {now.date().isoformat()}")


def _spread(word: str) -> float:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") / 2**32


def may_ask_conditionally(cursor: Cursor, now: datetime) -> bool:
    """False once in 24 hours, at an hour of the source's own, and when it was never read.

    A server whose ETag does not change although its body did answers 304 for ever; a full answer
    a day ends that. Telling it from the source's name needs no column that remembers it.
    """
    if cursor.last_success_at is None:
        return False
    turn = timedelta(seconds=_spread(cursor.source_id) * DAY.total_seconds())
    epoch = datetime(2000, 1, 1, tzinfo=UTC) + turn
    return (cursor.last_success_at - epoch) // DAY == (now - epoch) // DAY


# --- moves


def address_of(source: Source, cursor: Cursor) -> str:
    """Where to ask for this source: where it moved to, else the address of the pack."""
    if has_moved(source, cursor) and cursor.moved_to is not None:
        return cursor.moved_to
    return source.url


def has_moved(source: Source, cursor: Cursor) -> bool:
    return cursor.moved_from == source.url and cursor.moved_agreed >= MOVES_AFTER


def after_move(source: Source, cursor: Cursor, poll: Poll, taken: Collection[str]) -> Cursor:
    """The cursor with what this poll tells about where the source lives now.

    `cursor` counts this poll's failure in; `taken` are the addresses of the other sources. Three
    polls in a row that permanent redirects led to one place make it the address to ask; anything
    else in between starts the count again. The move is forgotten when three polls in a row fail
    there, when it leads back, when another source has that address (both would read one feed), and
    when somebody edits the address in the pack: whoever did knows better.
    """
    if cursor.moved_from not in (None, source.url):
        cursor = forget_move(cursor)
    if has_moved(source, cursor):
        return cursor if still_there(source, cursor, poll, taken) else forget_move(cursor)
    target = led_to(source, poll, taken)
    if target is None:
        return forget_move(cursor)
    agreed = cursor.moved_agreed if cursor.moved_to == target else 0
    return replace(cursor, moved_from=source.url, moved_to=target, moved_agreed=agreed + 1)


def forget_move(cursor: Cursor) -> Cursor:
    return replace(cursor, moved_from=None, moved_to=None, moved_agreed=0)


def still_there(source: Source, cursor: Cursor, poll: Poll, taken: Collection[str]) -> bool:
    if isinstance(poll, FetchFailed):
        return cursor.failures < STAYS_UNTIL
    return poll.moved_to != source.url and cursor.moved_to not in taken


def led_to(source: Source, poll: Poll, taken: Collection[str]) -> str | None:
    """Where this poll was led for good; None where it was not, or where we shall not move.

    From https to http is such a place: whoever sits on the line once could keep us there.
    """
    target = None if isinstance(poll, FetchFailed) else poll.moved_to
    if target is None or target == source.url or target in taken:
        return None
    downgraded = source.url.startswith("https:") and not target.startswith("https:")
    return None if downgraded else target
