"""RSS, Atom and RDF through feedparser; JSON Feed through its own room.

feedparser is handed a stream and nothing else: given bytes or a string it opens files and URLs
that stand in them (`parse(b"/etc/passwd")`).
"""

import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import feedparser  # type: ignore[import-untyped]

from monitor.errors import ParseError
from monitor.steps.parse.items import Item, Listing, language_of, safe_link
from monitor.steps.parse.jsonfeed import read_json_feed
from monitor.steps.parse.plain import one_line, paragraphs
from monitor.steps.parse.wishes import read_wishes

ReadDate = Callable[..., datetime | None]
"""`read_date` with language and now filled in."""

OPENING = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
CLOSING = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
CHALLENGE = re.compile(r"cf-chl|challenge-platform|<title>\s*Just a moment", re.IGNORECASE)
PAGE = re.compile(r"\s*(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html)", re.IGNORECASE | re.DOTALL)
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
REFERENCE = re.compile(r"&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,8});")
DATES = ("published", "updated", "created")


def read_feed(text: str, *, url: str, read_date: ReadDate) -> Listing:
    """The complete items of a feed. ParseError where the text is none."""
    text = without_illegal(text).lstrip("\ufeff \t\r\n")
    if not text:
        raise ParseError("empty body")
    if text.startswith("{"):
        return read_json_feed(text, url=url, read_date=read_date)
    parsed = parse_stream(text, url)
    entries = list(parsed.entries)
    if not parsed.version and not entries:
        raise ParseError(f"not a feed: {what_instead(text)}")
    if parsed.bozo and not entries and OPENING.search(text):
        # taken for an empty feed it would look well for ever, and never bring an article
        raise ParseError(f"its markup is broken, no item can be read: {what_breaks(parsed)}")
    if parsed.bozo and entries and ends_inside_item(text):
        entries.pop()  # half an item: its title or text may be cut; the next poll has it whole
    items = tuple(item_of(entry, url, read_date) for entry in entries)
    return Listing(
        tuple(item for item in items if item.title or item.text or item.link),
        language_of(dict.get(parsed.feed, "language")),
        read_wishes(text, parsed.feed),
    )


def without_illegal(text: str) -> str:
    """Without the characters that XML forbids, written out or as references.

    One `&#xD800;` would cost the whole feed: feedparser dies of it.
    """
    text = ILLEGAL.sub(" ", text)
    return REFERENCE.sub(lambda found: found[0] if is_legal(found[1]) else "\ufffd", text)


def is_legal(number: str) -> bool:
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    return (
        code in (9, 10, 13)
        or 0x20 <= code < 0xD800
        or 0xE000 <= code < 0xFFFE
        or (0x10000 <= code <= 0x10FFFF)
    )


def parse_stream(text: str, url: str) -> Any:
    """feedparser's reading. Its sanitizing and link mending are off: texts become plain here."""
    try:
        return feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers={
                "content-location": url,
                "content-type": "application/xml; charset=utf-8",
            },
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except MemoryError:
        raise
    except Exception as error:  # IndexError, AssertionError, LookupError ...: it has no root error
        raise ParseError(f"not a feed: the parser gave up ({type(error).__name__})") from error


def ends_inside_item(text: str) -> bool:
    opened, closed = 0, 0
    for opened_at in OPENING.finditer(text):
        opened = opened_at.start()
    for closed_at in CLOSING.finditer(text):
        closed = closed_at.start()
    return opened > closed


def what_instead(text: str) -> str:
    if CHALLENGE.search(text[:20_000]):
        return "a Cloudflare challenge page, which asks for a browser"
    if PAGE.match(text[:2_000]):
        return "an HTML page (a login, a consent form, or the feed has moved)"
    return f"it begins with {text[:40]!r}"


def what_breaks(parsed: Any) -> str:
    """Line, column and complaint of the XML parser; what it calls the file is dropped as markup."""
    return one_line(str(parsed.get("bozo_exception", ""))).removeprefix(":")[:200]


def item_of(entry: Any, url: str, read_date: ReadDate) -> Item:
    # dict.get, for the entry's own `get` answers one date for another and warns about it
    publisher = dict.get(entry, "source") or {}
    raw, parsed = date_of(entry)
    return Item(
        title=one_line(dict.get(entry, "title") or ""),
        text=text_of_entry(entry),
        link=safe_link(dict.get(entry, "link") or "", url),
        guid=str(dict.get(entry, "id") or "").strip(),
        published_at=read_date(raw, parsed) if raw or parsed else None,
        publisher=one_line(dict.get(publisher, "title") or ""),
        language=None,
    )


def date_of(entry: Any) -> tuple[str, Any]:
    """The first date that was understood, else the first that was written."""
    given = [(dict.get(entry, n) or "", dict.get(entry, f"{n}_parsed")) for n in DATES]
    understood = [pair for pair in given if pair[1] is not None]
    written = [pair for pair in given if pair[0]]
    return (understood or written or [("", None)])[0]


def text_of_entry(entry: Any) -> str:
    """The longer of full content and summary: some feeds put a teaser into the one or the other."""
    contents = [part.get("value") or "" for part in dict.get(entry, "content") or []]
    summary = dict.get(entry, "summary") or ""
    texts = [paragraphs(markup) for markup in dict.fromkeys([*contents, summary])]
    return max(texts, key=len, default="")
