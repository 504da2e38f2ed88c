"""A page without a feed: an HTML list, read by the CSS selectors of its source."""

from collections.abc import Callable
from datetime import datetime

from bs4 import BeautifulSoup, Tag
from soupsieve import SelectorSyntaxError

from monitor.errors import ParseError
from monitor.model import Selectors
from monitor.steps.parse.items import Item, Listing, language_of, safe_link
from monitor.steps.parse.plain import clean, one_line, paragraphs, text_of

MOMENTS = ("datetime", "content", "data-date", "title")
"""Attributes in which a date stands for machines; the words of the element come last."""


def read_page(
    text: str, *, url: str, selectors: Selectors, read_date: Callable[..., datetime | None]
) -> Listing:
    """ParseError where a selector is broken or `item` finds nothing: pages are redesigned."""
    soup = BeautifulSoup(text, "lxml")
    base = base_of(soup, url)
    try:
        found = soup.select(selectors.item)
        items = tuple(item_of(element, base, selectors, read_date) for element in found)
    except SelectorSyntaxError as error:
        raise ParseError(f"a selector of the page is no CSS: {one_line(str(error))}") from error
    items = tuple(item for item in items if item.title and (item.link or item.text))
    if not items:
        raise ParseError(
            f"the page has no item for the selector {selectors.item!r}; "
            "it may have been redesigned: look at it and mend `page` in sources.yaml"
        )
    root = soup.find("html")
    return Listing(items, language_of(attribute(root, "lang")) if root else None)


def base_of(soup: BeautifulSoup, url: str) -> str:
    base = soup.find("base", href=True)
    return safe_link(attribute(base, "href"), url) or url if base else url


def item_of(
    element: Tag, base: str, selectors: Selectors, read_date: Callable[..., datetime | None]
) -> Item:
    link = element if element.name == "a" else pick(element, selectors.link)
    address = attribute(link, "href")
    title = pick(element, selectors.title) if selectors.title else link
    summary = pick(element, selectors.summary)
    return Item(
        title=one_line(text_of(title)) if title else "",
        text=paragraphs(text_of(summary)) if summary else "",
        link=safe_link(address, base) if address else "",
        published_at=date_of(pick(element, selectors.date), read_date),
    )


def date_of(element: Tag | None, read_date: Callable[..., datetime | None]) -> datetime | None:
    if element is None:
        return None
    written = [attribute(element, name) for name in MOMENTS] + [clean(element.get_text(" "))]
    return next((found for raw in written if raw and (found := read_date(raw))), None)


def pick(element: Tag, selector: str) -> Tag | None:
    return element.select_one(selector) if selector else None


def attribute(element: Tag | None, name: str) -> str:
    value = element.get(name) if element is not None else None
    return value.strip() if isinstance(value, str) else ""
