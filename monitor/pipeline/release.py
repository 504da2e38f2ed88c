"""What a flood held is let go: as news, as baseline, or for good. Works beside a running service.

The ledger is then as it would be had the articles come one by one, now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model import ArticleRecord, Intake
from monitor.pipeline.arrivals import Arrival, Taken, Way, learnt_in_turn
from monitor.pipeline.desk import Desk
from monitor.pipeline.intake import take
from monitor.ports import Store


class ReleaseAs(StrEnum):
    """What becomes of held articles."""

    NEWS = "news"
    """Ordinary arrivals: they move the ledger, and rules may alert."""
    BASELINE = "baseline"
    """They move the ledger, and nobody is told."""
    DROP = "drop"
    """They stay known for ever and never say anything."""


@dataclass(frozen=True, slots=True)
class Released:
    """What a release did."""

    articles: int
    changes: int = 0
    alerts: int = 0


def release(source_id: str, how: ReleaseAs, *, store: Store, desk: Desk, now: datetime) -> Released:
    """Let go all that is held of this source."""
    with store.deciding() as deciding:
        held = deciding.held(source_id)
        ids = tuple(dict.fromkeys(record.article.id for record in held))
        if how is ReleaseAs.DROP:
            deciding.write(Intake(cursor=None, dropped=ids))
    if how is ReleaseAs.DROP or not held:
        return Released(len(ids))
    taken = take(_arrivals(held, how, now), store=store, desk=desk)
    return _counted(ids, taken)


def _arrivals(held: Sequence[ArticleRecord], how: ReleaseAs, now: datetime) -> list[Arrival]:
    """In the order in which they came, learnt now: nobody knew of them before."""
    learnt = learnt_in_turn((record.article for record in held), now)
    return [
        Arrival(
            article,
            baseline=how is ReleaseAs.BASELINE,
            way=Way.RELEASED,
            said_at=record.article.said_at,
        )
        for article, record in zip(learnt, held, strict=True)
    ]


def _counted(ids: Sequence[str], taken: Sequence[Taken]) -> Released:
    return Released(
        articles=len(ids),
        changes=sum(len(one.changes) for one in taken),
        alerts=sum(len(one.alerts) for one in taken),
    )
