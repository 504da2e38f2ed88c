"""Whether the service is ready, degraded or not ready, check by check. Pure: no wire, no clock."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from monitor.model import Alert, Condition, Delivery, DeliveryState
from monitor.web.lookout import Glance
from monitor.web.meter import channel_of

IDLE_LIMIT = 120.0
"""Seconds since a job last looked at what is due. It looks every two seconds; but the first bodies
of fifty sources, read one after the other, keep the next look waiting."""

SENDING_LIMIT = 600.0
"""The same for the job that delivers: it looks again when a round of sending is over, and slow
targets can make that last as long as a lease."""

PENDING_LIMIT = timedelta(hours=1)
"""Age of the oldest message that still waits for its target."""


class Grade(StrEnum):
    """From good to bad. DEGRADED answers 200: to restart the service, or to ask another one,
    would not wake a target that is dead."""

    READY = "ready"
    DEGRADED = "degraded"
    NOT_READY = "not-ready"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    grade: Grade
    detail: str


def checks(
    seen: Glance | None, *, trouble: str, idle: Mapping[str, float], pack: str
) -> list[Check]:
    """`seen`: None where the database did not answer, for the reason `trouble`. `idle`: seconds
    since each job last looked at what is due. `pack`: digest of the pack in force."""
    found = [_database(seen, trouble), _jobs(idle), Check("pack", Grade.READY, pack)]
    if seen:
        found += [_pending(seen), _targets(seen.latest), _sources(seen)]
    return found


def worst(found: list[Check]) -> Grade:
    return max((check.grade for check in found), key=list(Grade).index)


def sentence(found: list[Check]) -> str:
    """How it does, in one sentence for people: what is wrong, else how many sources answer."""
    grade = worst(found)
    if grade is not Grade.READY:
        wrong = "; ".join(check.detail for check in found if check.grade is not Grade.READY)
        return f"{'Not ready' if grade is Grade.NOT_READY else 'Degraded'}: {wrong}."
    return (
        "It works: "
        + "; ".join(check.detail for check in found if check.name in ("sources", "deliveries"))
        + "."
    )


def _database(seen: Glance | None, trouble: str) -> Check:
    if seen is None:
        return Check("database", Grade.NOT_READY, f"the database does not answer ({trouble})")
    return Check("database", Grade.READY, "the database answers")


def _jobs(idle: Mapping[str, float]) -> Check:
    if not idle:
        return Check("jobs", Grade.NOT_READY, "the jobs have not begun yet")
    slowest = max(idle, key=lambda job: idle[job] / _limit(job))
    if idle[slowest] > _limit(slowest):
        detail = f"{slowest} has not looked at what is due for {idle[slowest]:.0f} s"
        return Check("jobs", Grade.NOT_READY, detail)
    return Check("jobs", Grade.READY, f"{', '.join(sorted(idle))} go round")


def _limit(job: str) -> float:
    return SENDING_LIMIT if job == "deliver" else IDLE_LIMIT


def _pending(seen: Glance) -> Check:
    open_ones = [
        each for each in seen.waiting if each.state in (DeliveryState.PENDING, DeliveryState.LEASED)
    ]
    if not open_ones:
        return Check("deliveries", Grade.READY, "nothing waits to be sent")
    oldest = min(open_ones, key=lambda each: each.oldest)
    detail = (
        f"{sum(each.count for each in open_ones)} to be sent, the oldest to "
        f"{channel_of(oldest.target)} since {oldest.oldest:%Y-%m-%d %H:%M} UTC"
    )
    late = seen.at - oldest.oldest > PENDING_LIMIT
    return Check("deliveries", Grade.DEGRADED if late else Grade.READY, detail)


def _targets(latest: list[tuple[Alert, list[Delivery]]]) -> Check:
    """A target is given up where the newest thing that it was to get is dead."""
    newest: dict[str, Delivery] = {}
    for _, deliveries in latest:
        for delivery in deliveries:
            newest.setdefault(delivery.target, delivery)
    dead = {
        channel_of(target)
        for target, delivery in newest.items()
        if delivery.state is DeliveryState.DEAD
    }
    if dead:
        detail = f"the last alert for {', '.join(sorted(dead))} could not be delivered"
        return Check("targets", Grade.DEGRADED, detail)
    return Check("targets", Grade.READY, "no target was given up")


def _sources(seen: Glance) -> Check:
    """Degraded where fewer than half of those that ever answered are well."""
    conditions = Counter(
        cursor.condition if cursor else Condition.NEW for _, cursor in seen.sources
    )
    well, known = conditions[Condition.WELL], len(seen.sources) - conditions[Condition.NEW]
    if seen.sources and not known:
        return Check("sources", Grade.DEGRADED, "no source has answered yet")
    detail = f"{well} of {len(seen.sources)} sources are well"
    return Check("sources", Grade.DEGRADED if 2 * well < known else Grade.READY, detail)
