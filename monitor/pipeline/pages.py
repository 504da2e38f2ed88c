"""Page text: which articles lack theirs, when their page is asked for, and how it is joined on.

A page is a later version of its article. It may add statements and takes none back. Not here:
fetching (fetch), and the text out of the page (steps/parse).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.model import ArticleRecord, FetchFailed, TextDue, Tier, Verdict
from monitor.pipeline.arrivals import Arrival, Taken, Way

WHOLE_FROM = 600
"""Characters. A shorter text is a summary: feeds cut at 150 to 500."""
CUT = ("…", "...", "[…]", "[...]", "…]")
WAITS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6))
"""After the first, second and third try that failed; the fourth is the last."""
SHORTEST_PAUSE = timedelta(seconds=5)
LONGEST_TEXT = 100_000
"""Characters of a page's text that are read; the longest law texts in the press are shorter."""

LASTING = frozenset({"robots", "not-a-page", "bad-url", "blocked-address", "too-large"})
"""Reasons that will be the same tomorrow."""
PASSING = frozenset({"http-408", "http-425", "http-429"})
NOT_OUR_TURN = "host-held"

PAGE_MARK = "page:"


def page_mark(version: str) -> str:
    """A key that the version has beside its article's, so that its statements can be told from
    those of the summary. No article can be met by it."""
    return PAGE_MARK + version


def is_of_page(record: ArticleRecord) -> bool:
    return page_mark(record.version) in record.article.keys


def page_due(arrival: Arrival, taken: Taken) -> TextDue | None:
    """The page to ask for, where a relevant article came as a summary. What is archive, seed or
    held is not worth a request; a search result's address leads to the searcher."""
    article = taken.identity.article
    wanted = (
        taken.verdict is Verdict.NEW
        and arrival.way is not Way.PAGE
        and not (arrival.baseline or arrival.seed)
        and article.source_id
        and article.tier is not Tier.SEARCH
        and is_summary(article.text)
        and urlsplit(article.url).scheme in ("http", "https")
    )
    if not wanted:
        return None
    return TextDue(article.id, article.source_id, article.url, due_at=article.arrived_at)


def is_summary(text: str) -> bool:
    return len(text) < WHOLE_FROM or text.rstrip().endswith(CUT)


def asked_again(due: TextDue, failed: FetchFailed, now: datetime) -> TextDue | None:
    """When to try next; None where another try is in vain."""
    error = f"{failed.reason}: {failed.detail}"
    pause = failed.retry_after or timedelta()
    if failed.reason == NOT_OUR_TURN:  # the host wants a pause between two pages: no try was made
        return replace(due, due_at=now + max(pause, SHORTEST_PAUSE))
    if due.tries >= len(WAITS) or is_lasting(failed):
        return None
    wait = max(WAITS[due.tries], pause)
    return replace(due, due_at=now + wait, tries=due.tries + 1, last_error=error)


def is_lasting(failed: FetchFailed) -> bool:
    refused = failed.reason.startswith("http-4") and failed.reason not in PASSING
    # With `retry_after` it is the robots.txt that could not be read, not the page it forbids.
    return refused or (failed.reason in LASTING and failed.retry_after is None)


def joined(summary: str, page: str) -> str:
    """The text of the page; the summary stays in front where the page does not repeat it, for
    what it told must stay readable in the latest version."""
    page = page[:LONGEST_TEXT]
    head = summary.strip()
    if not head or _plain(head).rstrip("….[] ") in _plain(page):
        return page
    return f"{head}\n\n{page}"


def page_arrival(record: ArticleRecord, text: str, now: datetime) -> Arrival:
    """The article as its page tells it: title, date and all else stay as they came."""
    article = record.article
    later = replace(article, text=joined(article.text, text), arrived_at=now)
    return Arrival(later, baseline=record.baseline, way=Way.PAGE, said_at=article.said_at)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
