"""A source that is polled at given moments: real parser, real store, a clock that is a number.

Only the server is played; the whole over HTTP stands in tests/test_main_job.py.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from monitor.fetch.polite import after_move, next_check_at
from monitor.model import (
    Cursor,
    DeliveryState,
    Fetched,
    FetchFailed,
    Message,
    NotModified,
    Poll,
    Source,
    SourceKind,
    TextDue,
    Tier,
)
from monitor.pipeline.desk import Desk
from monitor.pipeline.network import Network
from monitor.pipeline.paging import PageDesk
from monitor.pipeline.polling import PollDesk
from monitor.steps.render.notice import Sheet, is_notice, read_notice
from monitor.store import SqlStore
from tests.pipeline.builders import NOW, desk

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


def a_source(name: str = "post", *, host: str = "", **fields: Any) -> Source:
    plain = {
        "id": name,
        "url": f"https://{host or name + '.example'}/rss",
        "kind": SourceKind.FEED,
        "tier": Tier.PRESS,
        "newsroom": name,
        "language": "en",
        "interval": timedelta(minutes=30),
        "title": name.title(),
    }
    return Source(**{**plain, **fields})


@dataclass(frozen=True)
class Item:
    name: str
    text: str = "Rates today."
    at: datetime | None = None
    title: str = ""
    link: str | None = None

    def rss(self, host: str) -> str:
        link = f"https://{host}/{self.name}" if self.link is None else self.link
        date = f"<pubDate>{format_datetime(self.at)}</pubDate>" if self.at else ""
        return (
            f"<item><guid isPermaLink='false'>{self.name}</guid><link>{link}</link>"
            f"<title>{escape(self.title or f'Story {self.name}')}</title>{date}"
            f"<description>{escape(self.text)}</description></item>"
        )


def hourly(
    count: int, newest: datetime, *, prefix: str = "n", every: timedelta = HOUR
) -> list[Item]:
    """Newest first."""
    return [Item(f"{prefix}{number}", at=newest - number * every) for number in range(count)]


class Direct:
    """A sandbox without walls."""

    def call(self, function: Any, *arguments: Any) -> Any:
        return function(*arguments)

    def close(self) -> None: ...


@dataclass
class Heard:
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def event(self, name: str, **fields: object) -> None:
        self.events.append((str(name), fields))

    def named(self, name: str) -> list[dict[str, object]]:
        return [fields for each, fields in self.events if each == name]


@dataclass
class Newsdesk:
    """The service's deciding half at a moment that the test sets."""

    store: SqlStore
    at: Desk = field(default_factory=desk)
    now: datetime = NOW
    watch: Heard = field(default_factory=Heard)
    sandbox: Any = field(default_factory=Direct)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """What is not in the store is forgotten."""
        self.polls = PollDesk(
            store=self.store,
            desk=self.at,
            sandbox=self.sandbox,
            next_check=next_check_at,
            watch=self.watch,
            after_move=lambda source, cursor, poll: after_move(source, cursor, poll, ()),
            network=Network.recalled(self.store),
        )
        self.pages = PageDesk(self.store, self.at, self.sandbox, self.watch)

    def cursor(self, source: Source) -> Cursor:
        return self.store.cursors().get(source.id) or Cursor(source.id, self.now)

    def settle(self, source: Source, poll: Poll) -> Cursor:
        self.polls.settle(source, self.cursor(source), poll, self.now)
        return self.cursor(source)

    def brings(self, source: Source, *items: Item) -> Cursor:
        host = source.url.split("/")[2]
        listed = "".join(item.rss(host) for item in items)
        body = f"<rss version='2.0'><channel><title>Post</title>{listed}</channel></rss>".encode()
        return self.settle(
            source,
            Fetched(source.id, source.url, body, "application/rss+xml", None, None, self.now),
        )

    def answers_304(self, source: Source) -> Cursor:
        return self.settle(source, NotModified(source.id, self.now))

    def fails(self, source: Source, reason: str = "http-500") -> Cursor:
        return self.settle(source, FetchFailed(source.id, reason, "it did not work", self.now))

    def page(self, due: TextDue, text: str) -> None:
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
        body = f"<html><body><article>{paragraphs}</article></body></html>"
        fetched = Fetched(
            due.source_id, due.url, body.encode(), "text/html; charset=utf-8", None, None, self.now
        )
        self.pages.settle(due, fetched, self.now)

    def passes(self, span: timedelta) -> None:
        self.now += span

    # --- what came of it

    def messages(self) -> list[Message]:
        found = {message.id: message for _, message in self.store.outbox(set(DeliveryState))}
        return sorted(found.values(), key=lambda message: message.created_at)

    def notices(self) -> list[Sheet]:
        return [read_notice(message) for message in self.messages() if is_notice(message)]

    def kinds(self) -> list[str]:
        return [notice.kind for notice in self.notices()]

    def alerts(self) -> list[str]:
        return [alert.change.after for alert, _ in self.store.alerts()]
