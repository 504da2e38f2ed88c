"""Reads what a server says beside the body: validators, freshness, pauses, the kind of content."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from monitor.fetch.polite import DAY

MAX_KEPT_HEADER = 500
"""Characters."""


def word_of(headers: Mapping[str, str], name: str) -> str | None:
    """A header that is to be kept; None where it is no plain ASCII or absurdly long.

    aiohttp hands on foreign bytes as lone surrogates, which no database stores.
    """
    value = headers.get(name, "").strip()
    return value if 0 < len(value) <= MAX_KEPT_HEADER and value.isascii() else None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Seconds or a date (RFC 9110, 10.2.3); None where absent, unreadable or past. At most 24 h."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), DAY)
    until = http_date(text)
    return min(until - now, DAY) if until is not None and until > now else None


def fresh_for(headers: Mapping[str, str]) -> timedelta | None:
    """How long the answer is good (RFC 9111, 5.2.2.1 and 5.3); None where the server is silent."""
    wishes = [wish.strip().lower() for wish in headers.get("Cache-Control", "").split(",")]
    if "no-store" in wishes or "no-cache" in wishes:
        return None
    for wish in wishes:
        name, _, seconds = wish.partition("=")
        seconds = seconds.strip('"')
        if name == "max-age" and seconds.isascii() and seconds.isdigit():
            return min(timedelta(seconds=int(seconds[:9])), DAY)
    expires, sent = http_date(headers.get("Expires", "")), http_date(headers.get("Date", ""))
    return min(expires - sent, DAY) if expires and sent and expires > sent else None


def http_date(text: str) -> datetime | None:
    """IMF-fixdate, the one form that servers may send (RFC 9110, 5.6.7)."""
    try:
        return datetime.strptime(text.strip(), "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    except ValueError:
        return None


def content_type(headers: Mapping[str, str]) -> str:
    """`text/html` of `Text/HTML; charset=utf-8`; empty where the server does not say."""
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()
