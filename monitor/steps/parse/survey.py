"""What a body turned out to be: for a person who asks whether an address is worth polling.

Not here: reading it for the ledger (articles.py reads both for that and for this).
"""

import json
from collections.abc import Callable
from datetime import datetime

from bs4 import BeautifulSoup, Tag

from monitor.errors import ParseError
from monitor.model import Article, Fetched, Source
from monitor.steps.parse.articles import read_source
from monitor.steps.parse.charset import declared_charset, decode, mostly_utf8, strictly
from monitor.steps.parse.feed import OPENING, PAGE, parse_stream, without_illegal
from monitor.steps.parse.form import FeedLink, Form, Survey
from monitor.steps.parse.items import language_of, safe_link
from monitor.steps.parse.jsonfeed import word
from monitor.steps.parse.page import attribute, base_of
from monitor.steps.parse.plain import one_line
from monitor.steps.text.language import guess_language

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
)
"""What `link rel=alternate` must bear to be a feed: blogs offer oEmbed and translations the same
way. Plain `application/json` is what WordPress gives to its API."""
MAX_FEEDS = 20
MAX_TITLE = 200
"""Characters."""
SAMPLE_TITLES = 30
"""Articles whose titles tell the language; single ones are too short to."""


def survey(
    source: Source,
    fetched: Fetched,
    *,
    canonical: Callable[[str], str],
    now: datetime,
    languages: frozenset[str] = frozenset(),
) -> Survey:
    """Never raises for what is in the body. `languages`: those of the pack, preferred in a guess.

    Runs in another process like `read_source`: everything it is given must be picklable.
    """
    text = decode(fetched.body, fetched.content_type)
    form = form_of(text)
    articles, trouble = read(source, fetched, canonical, now)
    dates = [article.published_at for article in articles if article.published_at]
    return Survey(
        form=form,
        title=title_of(text, form, fetched.url),
        language=most_common([article.language for article in articles]),
        looks_like=looks_like(articles, languages),
        items=len(articles),
        dated=len(dates),
        newest=max(dates, default=None),
        charset=charset_trouble(fetched.body, fetched.content_type),
        feeds=feed_links(text, fetched.url) if form is Form.HTML else (),
        trouble=trouble,
    )


def read(
    source: Source, fetched: Fetched, canonical: Callable[[str], str], now: datetime
) -> tuple[tuple[Article, ...], str]:
    try:
        return read_source(source, fetched, canonical=canonical, now=now).articles, ""
    except ParseError as error:
        return (), str(error)


def form_of(text: str) -> Form:
    """By what stands there, not by what the server calls it: many call a feed text/html."""
    if PAGE.match(text.lstrip("\ufeff")):
        return Form.HTML
    head = text[:4096].lower()
    marks = ("<rss", "<feed", "<rdf:rdf", "<?xml", "jsonfeed.org/version")
    if any(mark in head for mark in marks) and "<html" not in head:
        return Form.FEED
    return Form.HTML if "<html" in head or "<body" in head else Form.OTHER


def title_of(text: str, form: Form, url: str) -> str:
    if form is Form.HTML:
        title = BeautifulSoup(text, "lxml").find("title")
        return one_line(title.get_text())[:MAX_TITLE] if title else ""
    return feed_title(text, url)[:MAX_TITLE]


def feed_title(text: str, url: str) -> str:
    """Only what stands before the first item is read: the items have been read already."""
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return json_feed_title(text)
    opening = OPENING.search(text)
    head = text[: opening.start()] if opening else text
    try:
        parsed = parse_stream(without_illegal(head).lstrip("\ufeff \t\r\n"), url)
    except ParseError:
        return ""
    return one_line(str(dict.get(parsed.feed, "title") or ""))


def json_feed_title(text: str) -> str:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return one_line(word(feed, "title")) if isinstance(feed, dict) else ""


def feed_links(text: str, url: str) -> tuple[FeedLink, ...]:
    """Feeds by autodiscovery (https://www.rssboard.org/rss-autodiscovery), in the page's order."""
    soup = BeautifulSoup(text, "lxml")
    base = base_of(soup, url)
    found: dict[str, FeedLink] = {}
    for link in soup.find_all("link", href=True):
        address = safe_link(attribute(link, "href"), base) if is_feed_link(link) else ""
        if address:
            found.setdefault(address, FeedLink(address, one_line(attribute(link, "title"))))
    return tuple(found.values())[:MAX_FEEDS]


def is_feed_link(link: Tag) -> bool:
    kind = attribute(link, "type").partition(";")[0].strip().lower()
    relations = {str(word).lower() for word in link.get_attribute_list("rel")}
    return "alternate" in relations and kind in FEED_TYPES


def charset_trouble(body: bytes, content_type: str) -> str:
    """In words; empty where the bytes are what they are said to be, or plain ASCII."""
    declared = declared_charset(body, content_type)
    if body.isascii():
        return ""
    if strictly(body, "utf-8") is not None:
        lies = declared not in (None, "utf-8") and not body.startswith(b"\xef\xbb\xbf")
        return f"declared as {declared} and is UTF-8" if lies else ""
    if declared and declared != "utf-8" and strictly(body, declared) is not None:
        return ""
    if mostly_utf8(body):
        return "holds bytes that are no UTF-8; they are shown as \ufffd"
    said = f"declared as {declared} and is not" if declared else "names no charset"
    return f"{said}; its charset is guessed"


def most_common(words: list[str | None]) -> str | None:
    given = [word for word in words if word]
    return max(sorted(set(given)), key=given.count) if given else None


def looks_like(articles: tuple[Article, ...], languages: frozenset[str]) -> str | None:
    titles = " ".join(article.title for article in articles[:SAMPLE_TITLES])
    return language_of(guess_language(titles, languages)) if len(titles) >= 40 else None
