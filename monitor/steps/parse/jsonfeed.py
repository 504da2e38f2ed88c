"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from monitor.errors import ParseError
from monitor.steps.parse.items import Item, Listing, language_of, safe_link
from monitor.steps.parse.plain import one_line, paragraphs

VERSION = "https://jsonfeed.org/version/"


def read_json_feed(text: str, *, url: str, read_date: Callable[..., datetime | None]) -> Listing:
    """ParseError where it is other JSON. An item that is no object costs itself alone."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not a feed: broken JSON ({str(error)[:120]})") from error
    if not isinstance(feed, dict) or not word(feed, "version").startswith(VERSION):
        raise ParseError("not a feed: JSON without the version of a JSON Feed")
    entries = feed.get("items")
    if not isinstance(entries, list):
        raise ParseError("not a feed: a JSON Feed without items")
    items = tuple(
        item_of(entry, url=url, read_date=read_date) for entry in entries if isinstance(entry, dict)
    )
    return Listing(
        tuple(item for item in items if item.title or item.text or item.link),
        language_of(word(feed, "language")),
    )


def item_of(entry: dict[str, Any], *, url: str, read_date: Callable[..., datetime | None]) -> Item:
    link = word(entry, "url") or word(entry, "external_url")
    raw = word(entry, "date_published") or word(entry, "date_modified")
    markup = word(entry, "content_html") or word(entry, "content_text") or word(entry, "summary")
    return Item(
        title=one_line(word(entry, "title")),
        text=paragraphs(markup),
        link=safe_link(link, url) if link else "",
        guid=word(entry, "id"),
        published_at=read_date(raw) if raw else None,
        language=language_of(word(entry, "language")),
    )


def word(entry: dict[str, Any], key: str) -> str:
    """A string; numbers too, for ids are often written as such. Empty for all else."""
    value = entry.get(key)
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
