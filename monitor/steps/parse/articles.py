"""A polled source and its body -> articles with keys. The door of this room.

Whether an article is known, a copy or news is decided elsewhere; here it only gets the names by
which it can be recognised.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from monitor.errors import ParseError
from monitor.model import Article, Edition, Fetched, Source, SourceKind, Tier
from monitor.steps.parse.charset import decode
from monitor.steps.parse.dates import read_date
from monitor.steps.parse.feed import read_feed
from monitor.steps.parse.items import Item, Listing
from monitor.steps.parse.page import read_page

MAX_ITEMS = 2000
"""Of one poll. Honest feeds that never drop an item hold a thousand and more; 20,000 are an archive
or a mistake."""
MAX_GUID = 300
"""Characters; a longer one is a key by its hash."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How often guids and links occur in one body: what occurs twice names no article."""

    guids: Counter[str]
    links: Counter[str]


def read_source(
    source: Source,
    fetched: Fetched,
    *,
    canonical: Callable[[str], str],
    now: datetime,
    max_items: int = MAX_ITEMS,
) -> Edition:
    """What is in a fetched body. ParseError where no articles can be in it.

    `canonical` makes the canonical form of a URL; it must be importable by name, for all of this
    runs in another process.
    """
    listing = read_listing(source, fetched, now)
    items = newest(listing.items, max_items)
    seen = seen_in(items, canonical)
    articles: dict[str, Article] = {}
    for item in items:
        keys = keys_of(source, item, seen, canonical)
        article = article_of(source, item, listing.language, keys, fetched)
        articles.setdefault(article.id, article)
    wishes = listing.wishes
    return Edition(
        tuple(articles.values()),
        ttl_seconds=wishes.ttl_seconds,
        skip_hours=wishes.skip_hours,
        skip_days=wishes.skip_days,
    )


def read_listing(source: Source, fetched: Fetched, now: datetime) -> Listing:
    if not fetched.body.strip():
        raise ParseError("empty body")
    text = decode(fetched.body, fetched.content_type)
    dated = partial(read_date, language=source.language, now=now)
    if source.kind is SourceKind.FEED:
        return read_feed(text, url=fetched.url, read_date=dated)
    if source.selectors is None:
        raise ParseError(f"{source.id} is a page without selectors; add `page` in sources.yaml")
    return read_page(text, url=fetched.url, selectors=source.selectors, read_date=dated)


def newest(items: tuple[Item, ...], limit: int) -> tuple[Item, ...]:
    """The first `limit` by date, in their own order. An undated item counts as new."""
    if len(items) <= limit:
        return items
    ranked = sorted(
        range(len(items)),
        key=lambda place: at.timestamp() if (at := items[place].published_at) else float("inf"),
        reverse=True,
    )
    return tuple(items[place] for place in sorted(ranked[:limit]))


def seen_in(items: tuple[Item, ...], canonical: Callable[[str], str]) -> Seen:
    # an item that stands there twice, or with two texts, casts no doubt on its keys
    distinct = {
        (item.guid, canonical(item.link) if item.link else "", item.title) for item in items
    }
    return Seen(Counter(guid for guid, _, _ in distinct), Counter(link for _, link, _ in distinct))


def keys_of(
    source: Source, item: Item, seen: Seen, canonical: Callable[[str], str]
) -> tuple[str, ...]:
    """Strongest first. A guid or link that several items of this body share is no key."""
    keys = []
    if item.guid and seen.guids[item.guid] == 1:
        keys.append(f"guid:{source.id}:{short(item.guid)}")
    url = canonical(item.link) if item.link else ""
    if url and seen.links[url] == 1:
        keys.append(f"url:{url}")
    return tuple(keys) or (f"hash:{digest(item.title, item.text)}",)


def short(guid: str) -> str:
    return guid if len(guid) <= MAX_GUID and guid.isprintable() else digest(guid)


def digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode("utf-8", "replace")).hexdigest()


def article_of(
    source: Source, item: Item, language: str | None, keys: tuple[str, ...], fetched: Fetched
) -> Article:
    search = source.tier is Tier.SEARCH
    newsroom = (publisher_of(item, fetched.url) if search else "") or source.newsroom
    title = without_publisher(item.title, newsroom) if search else item.title
    return Article(
        id=f"a{digest(source.id, keys[0])[:16]}",
        url=item.link,
        title=title,
        text="" if search and is_echo(item.text, title, newsroom) else item.text,
        arrived_at=fetched.fetched_at,
        published_at=item.published_at,
        language=source.language or item.language or language,
        source_id=source.id,
        newsroom=newsroom,
        tier=source.tier,
        voice=source.actor,
        keys=keys,
    )


def publisher_of(item: Item, feed_url: str) -> str:
    """The newsroom behind a search result: as named, else the host that the link leads to."""
    host, own = urlsplit(item.link).hostname or "", urlsplit(feed_url).hostname or ""
    return item.publisher or ("" if host == own else host.removeprefix("www."))


def without_publisher(title: str, newsroom: str) -> str:
    """Search feeds write `Headline - Publisher`; two newsrooms' same headline must be the same."""
    return title.removesuffix(f" - {newsroom}").rstrip() or title


def is_echo(text: str, title: str, newsroom: str) -> bool:
    """Google News gives title and publisher once more for a text; it would be counted as one."""
    return text.removesuffix(newsroom).strip() == title
