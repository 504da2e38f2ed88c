"""When a feed wishes to be read: `ttl`, `skipHours`, `skipDays`, `sy:updatePeriod`.

Not here: what is made of it. Wishes are advice; no feed can send us away for longer than a day.
"""

import re
from dataclasses import dataclass
from typing import Any

MINUTE, HOUR, DAY = 60, 3600, 86_400
PERIODS = {
    "hourly": HOUR,
    "daily": DAY,
    "weekly": 7 * DAY,
    "monthly": 30 * DAY,
    "yearly": 365 * DAY,
}
"""Seconds (RSS 1.0 module Syndication)."""
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HEAD = 20_000
"""Characters before the first item in which wishes are looked for."""
ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
QUOTED = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
SKIPPED = re.compile(r"<skip(?:Hours|Days)\b[^>]*>.*?</skip(?:Hours|Days)\s*>", re.I | re.DOTALL)
AN_HOUR = re.compile(r"<hour>\s*([0-9]{1,2})\s*</hour\s*>", re.IGNORECASE)
A_DAY = re.compile(r"<day>\s*([a-z]{6,9})\s*</day\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wishes:
    """As in Cursor."""

    ttl_seconds: int | None = None
    skip_hours: str = ""
    skip_days: str = ""


def read_wishes(text: str, channel: dict[str, Any]) -> Wishes:
    """`channel` is feedparser's reading of the feed itself; of several hours and days it keeps
    the last alone, so these are read from `text`."""
    first = ITEM.search(text, 0, HEAD)
    head = QUOTED.sub("", text[: first.start() if first else HEAD])
    skipped = " ".join(SKIPPED.findall(head))
    hours = {int(hour) % 24 for hour in AN_HOUR.findall(skipped) if int(hour) <= 24}
    days = {day.lower() for day in A_DAY.findall(skipped)}
    return Wishes(
        ttl_of(channel) or period_of(channel),
        " ".join(map(str, sorted(hours))),
        " ".join(day for day in WEEK if day in days),
    )


def ttl_of(channel: dict[str, Any]) -> int | None:
    """Minutes (RSS 2.0)."""
    return within_a_day(number(dict.get(channel, "ttl")) * MINUTE)


def period_of(channel: dict[str, Any]) -> int | None:
    """`updateFrequency` times in one `updatePeriod`."""
    period = PERIODS.get(str(dict.get(channel, "sy_updateperiod") or "").strip().lower(), 0)
    times = number(dict.get(channel, "sy_updatefrequency")) or 1
    return within_a_day(period // times)


def number(written: object) -> int:
    """A plain number of at most six digits; 0 where there is none."""
    word = str(written or "").strip()
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 6 else 0


def within_a_day(seconds: int) -> int | None:
    return min(seconds, DAY) or None
