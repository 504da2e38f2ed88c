"""Articles on their way in, and what became of each. Values; nothing is decided here."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import (
    Alert,
    Article,
    ArticleRecord,
    Change,
    Decision,
    Delivery,
    Footprint,
    Message,
    Notice,
    Statement,
    TextDue,
    Verdict,
)
from monitor.pipeline.shelf import Shelved
from monitor.steps.identify import Identity
from monitor.steps.ledger import Finding

NEWS_FOR = timedelta(hours=24)
"""On first sight of a source, what is older than this is its archive (promise 4)."""


class Way(StrEnum):
    """How an article comes in."""

    BROUGHT = "brought"
    """By a source that was polled, or by a line of a replay."""
    PAGE = "page"
    """Its page was read after its summary: a later version, which adds and takes nothing back."""
    RELEASED = "released"
    """It was held, and somebody let it go: in our books already, never told."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article on its way in."""

    article: Article
    baseline: bool = False
    """It moves the ledger and alerts nobody."""
    seed: bool = False
    way: Way = Way.BROUGHT
    said_at: datetime | None = None
    """When it was said, where `article.said_at` does not tell: a released article without a date
    was said when it first came, not when it was let go."""


@dataclass(slots=True)
class Taken:
    """What became of one arrival; `findings` also tells why the ledger did not move."""

    identity: Identity
    verdict: Verdict
    story: str
    record: ArticleRecord | None = None
    """None where this version was known: nothing is written then."""
    relevant: bool = False
    statements: list[Statement] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    text_due: TextDue | None = None
    """Its page is to be asked for the full text."""
    released: bool = False
    """Its hold ends."""
    footprint: Footprint | None = None
    shelved: Shelved | None = None
    """None for what is not ours to tell, was told before, or is in its original's story."""

    @property
    def changes(self) -> list[Change]:
        return [found.change for found in self.findings if found.change]

    @property
    def held(self) -> bool:
        return self.record is not None and self.record.held

    def alerted(self, change: Change) -> bool:
        return any(alert.change.id == change.id for alert in self.alerts)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the service has to say and to keep, written with the articles at once."""

    notices: tuple[Notice, ...] = ()
    remembered: tuple[tuple[str, str], ...] = ()
    texts_due: tuple[TextDue, ...] = ()
    texts_done: tuple[str, ...] = ()


NOTHING_BESIDE = Beside()


def oldest_first(articles: Iterable[Article], now: datetime) -> list[Article]:
    """In the order said, each learnt a microsecond after the one before: so the order in which
    statements are decided is the order in which they fold. Feeds list the newest first."""
    stamped = [replace(article, arrived_at=now) for article in reversed(list(articles))]
    ordered = sorted(stamped, key=lambda article: article.said_at)
    return learnt_in_turn(ordered, now)


def learnt_in_turn(articles: Iterable[Article], now: datetime) -> list[Article]:
    return [
        replace(article, arrived_at=now + timedelta(microseconds=turn))
        for turn, article in enumerate(articles)
    ]


def is_archive(article: Article, now: datetime) -> bool:
    return article.published_at is None or now - article.published_at > NEWS_FOR
