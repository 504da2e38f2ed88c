"""The reference corpus enters like any article, as baseline: it founds positions, alerts nobody.

Not here: reading the manifest (rulebook/seeds.py).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from pathlib import Path

from monitor.model import Article
from monitor.pipeline.desk import Desk
from monitor.pipeline.intake import Arrival, Taken, take
from monitor.ports import Store
from monitor.rulebook.seeds import Seed, read_seeds
from monitor.steps.text import clean

UNKNOWN = "unknown"
"""A publisher that nobody knows is no origin: it cannot be shown to be independent of another."""


def seed_articles(folder: Path) -> tuple[Article, ...]:
    """The corpus as articles, oldest first. SeedError where it cannot be read."""
    return tuple(map(article_of, read_seeds(folder)))


def article_of(seed: Seed) -> Article:
    """A seed is learnt on its manifest date, whenever it is loaded: so a service started today and
    a replay of old articles find the same baseline."""
    entry = seed.entry
    moment = datetime.combine(entry.date, time(), UTC)
    return Article(
        id=entry.id,
        url=entry.url,
        title=entry.title,
        text=clean(seed.text),
        arrived_at=moment,
        published_at=moment,
        language=entry.language,
        newsroom="" if entry.publisher == UNKNOWN else entry.publisher,
    )


def arrivals_of(articles: Iterable[Article]) -> list[Arrival]:
    return [Arrival(article, baseline=True, seed=True) for article in articles]


def load_seeds(articles: Sequence[Article], *, store: Store, desk: Desk) -> list[Taken]:
    """Found the baseline. Loading again changes nothing."""
    return take(arrivals_of(articles), store=store, desk=desk)
