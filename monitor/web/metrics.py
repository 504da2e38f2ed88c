"""The Prometheus exposition: what was counted (meter.py) and what stands at the time of a scrape.

No label holds an address or a secret: sources, rules and channels go by their names in the pack.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor.model import Condition, Cursor, DeliveryState
from monitor.web.lookout import Glance
from monitor.web.meter import Count

__all__ = ["CONTENT_TYPE_LATEST", "expose"]

Labelled = Iterable[tuple[tuple[str, ...], float]]

COUNTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "feed_fetch": ("Polls of sources, by what came of them.", ("result",)),
    "items_new": ("Articles that were not known before.", ()),
    "changes": ("Differences in the ledger, by reason.", ("reason",)),
    "alerts": ("Changes that a rule matched.", ("rule",)),
    "deliveries": ("Attempts to send, by channel and what came of them.", ("target", "result")),
}
"""Name (without `_total`), meaning and labels."""


def expose(
    counts: Mapping[Count, int], *, seen: Glance | None, idle: Mapping[str, float], pack: str
) -> bytes:
    """Arguments as in `health.checks`; without `seen` only what needs no database is told."""
    return generate_latest(_Families([*_counters(counts), *_gauges(seen, idle, pack)]))


@dataclass(frozen=True)
class _Families(Collector):
    families: list[Metric]

    def collect(self) -> Iterable[Metric]:
        return self.families


def _counters(counts: Mapping[Count, int]) -> Iterator[Metric]:
    for name, (meaning, labels) in COUNTERS.items():
        family = CounterMetricFamily(name, meaning, labels=labels)
        # A counter that appears with its first event would hide that event from rate().
        values = {key[1]: count for key, count in counts.items() if key[0] == name}
        for value in sorted(values) or ([()] if not labels else []):
            family.add_metric(value, values.get(value, 0))
        yield family


def _gauges(seen: Glance | None, idle: Mapping[str, float], pack: str) -> Iterator[Metric]:
    yield _gauge(
        "build_info",
        "Which release and pack run.",
        ("version", "pack"),
        [((version("monitor"), pack), 1)],
    )
    yield _gauge(
        "scheduler_lag_seconds",
        "Since a job last looked at what is due.",
        ("job",),
        [((job,), seconds) for job, seconds in sorted(idle.items())],
    )
    yield _gauge("database_up", "Whether the database answers.", (), [((), seen is not None)])
    if seen:
        yield from _of_sources(seen)
        yield from _of_outbox(seen)


def _of_sources(seen: Glance) -> Iterator[Metric]:
    known = [(source.id, cursor) for source, cursor in seen.sources]
    yield _gauge(
        "feed_last_success_timestamp_seconds",
        "When it last answered.",
        ("source",),
        [
            ((id,), cursor.last_success_at.timestamp())
            for id, cursor in known
            if cursor and cursor.last_success_at
        ],
    )
    yield _gauge(
        "source_condition",
        "1 for what is true of it.",
        ("source", "condition"),
        [
            ((id, condition), condition is _condition(cursor))
            for id, cursor in known
            for condition in Condition
        ],
    )
    yield _gauge(
        "held_items",
        "Articles that a flood holds back.",
        ("source",),
        [((id,), seen.held.get(id, 0)) for id, _ in known],
    )


def _of_outbox(seen: Glance) -> Iterator[Metric]:
    ages = [
        (seen.at - each.oldest).total_seconds()
        for each in seen.waiting
        if each.state in (DeliveryState.PENDING, DeliveryState.LEASED)
    ]
    yield _gauge(
        "delivery_oldest_pending_seconds",
        "Age of the oldest message that waits for its target; 0 where none does.",
        (),
        [((), max([0.0, *ages]))],
    )


def _condition(cursor: Cursor | None) -> Condition:
    return cursor.condition if cursor else Condition.NEW


def _gauge(name: str, meaning: str, labels: tuple[str, ...], values: Labelled) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for value, number in values:
        family.add_metric(value, float(number))
    return family
