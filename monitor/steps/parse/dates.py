"""When an item says that it was published; None rather than a guess that cannot be (F44)."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from time import struct_time
from zoneinfo import ZoneInfo

import dateparser  # type: ignore[import-untyped]

MAX_DATE = 120
"""Characters; dateparser's patterns are slow on longer ones, and no date needs them."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before it lie year 0, year 1 and the zero of Unix: fields that somebody forgot to fill."""
AHEAD = timedelta(hours=1)
"""What clocks and summer time excuse. A later date would top every list until it comes."""
MOSCOW = ZoneInfo("Europe/Moscow")
# A date without a zone is local time where the site is read. The language is the best hint that
# a source gives; where it misleads, the date is hours off, never days.
ZONE_OF_LANGUAGE: dict[str, tzinfo] = {"ru": MOSCOW}
MOSCOW_MARK = re.compile(r"\b(?:MSK|МСК)\b", re.IGNORECASE)
NAMED_ZONE = re.compile(
    r"\d:\d\d.*?(?:[+-]\d{1,2}:?\d{2}|(?<=[\d\s])(?!am\b|pm\b)[a-z]{1,5})\s*(?:\(.*\))?$",
    re.IGNORECASE | re.DOTALL,
)


def zone_of(language: str | None) -> tzinfo:
    return ZONE_OF_LANGUAGE.get(language or "", UTC)


def read_date(
    raw: str, parsed: struct_time | None = None, *, language: str | None, now: datetime
) -> datetime | None:
    """UTC. `parsed` is feedparser's reading of `raw`, which takes a missing zone for UTC."""
    raw = " ".join(raw.split())[:MAX_DATE]
    moscow = bool(MOSCOW_MARK.search(raw))
    zone = MOSCOW if moscow else zone_of(language)
    found: datetime | None
    try:
        if parsed is not None:
            found = from_struct(parsed, None if names_zone(raw) and not moscow else zone)
        else:
            found = from_words(MOSCOW_MARK.sub("", raw), zone, language, now)
    except (ValueError, OverflowError):  # 0001-01-01T00:00+14:00 is in the year 0 of UTC
        return None
    return found if found is not None and EARLIEST <= found <= now + AHEAD else None


def names_zone(raw: str) -> bool:
    return bool(NAMED_ZONE.search(raw))


def from_struct(parsed: struct_time, zone: tzinfo | None) -> datetime:
    year, month, day, hour, minute, second = parsed[:6]
    moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone or UTC)
    return moment.astimezone(UTC)


def from_words(raw: str, zone: tzinfo, language: str | None, now: datetime) -> datetime | None:
    """`21 ноября 2026`, `вчера, 14:05`, `2 hours ago`."""
    if not raw:
        return None
    found: datetime | None = dateparser.parse(
        raw,
        languages=list(dict.fromkeys([language or "en", "ru", "en"])),
        settings={
            "DATE_ORDER": "YMD" if raw[:4].isdigit() else "DMY",
            "PREFER_DATES_FROM": "past",
            "RELATIVE_BASE": now.astimezone(zone).replace(tzinfo=None),
            "REQUIRE_PARTS": ["day", "month"],
            "RETURN_AS_TIMEZONE_AWARE": True,
            "TIMEZONE": str(zone),
        },
    )
    return found.astimezone(UTC) if found is not None else None
