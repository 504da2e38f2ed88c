"""What feeds, JSON Feeds and pages are read into: one item, as its source gave it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from monitor.steps.parse.wishes import Wishes

MAX_LINK = 2000
"""Characters; longer ones are no addresses of articles."""


@dataclass(frozen=True, slots=True)
class Item:
    title: str
    """One line of plain text."""
    text: str
    link: str
    """Absolute, http or https; empty where the source gave none that is."""
    guid: str = ""
    published_at: datetime | None = None
    publisher: str = ""
    """Who published it, where a search feed says so."""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What one body held: complete items, in the source's order."""

    items: tuple[Item, ...]
    language: str | None = None
    wishes: Wishes = Wishes()


def safe_link(address: str, base: str) -> str:
    """Absolute http(s) URL, or empty: `javascript:` and `file:` pass through feed parsers."""
    address = address.strip()
    if not address:  # joined to the base it would become the base
        return ""
    try:
        joined = urljoin(base, address)
        parts = urlsplit(joined)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or len(joined) > MAX_LINK:
        return ""
    # a user name before the host or a backslash shows one host and leads to another
    honest = joined.isprintable() and "\\" not in joined and "@" not in parts.netloc
    return joined if honest else ""


def language_of(tag: str | None) -> str | None:
    """`ru-RU` -> `ru`; None where it is no language tag."""
    code = (tag or "").strip().lower().replace("_", "-").partition("-")[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None
