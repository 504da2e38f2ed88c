"""Counts what happens: a Watch beside the one for people. What stands is not counted but looked
up (metrics.py).
"""

from collections import Counter
from collections.abc import Mapping
from threading import Lock

from monitor.ports import Watch

Count = tuple[str, tuple[str, ...]]
"""Name of a metric and the values of its labels."""

DELIVERIES = ("sent", "not-sent", "held-back", "dead", "lease-lost")
"""Events of one attempt at one target."""


class Meter(Watch):
    """May be told from any thread. An event that it does not know counts nothing."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[Count] = Counter()

    def event(self, name: str, **fields: object) -> None:
        counted = _counted(name, fields)
        with self._lock:
            self._counts.update(counted)

    def counts(self) -> dict[Count, int]:
        with self._lock:
            return dict(self._counts)


def channel_of(target: str) -> str:
    """The channel of `desk:ann@example.org`: whose mailbox it is, is nobody else's business."""
    return target.partition(":")[0]


def _counted(name: str, fields: Mapping[str, object]) -> Counter[Count]:
    match name:
        case "polled":
            fresh = _number(fields.get("fresh"))
            result = "new" if fresh else "nothing-new"
            return Counter({("feed_fetch", (result,)): 1, ("items_new", ()): fresh})
        case "unchanged":
            return Counter([("feed_fetch", ("unchanged",))])
        case "failed":
            reason = str(fields.get("error")).partition(":")[0]
            return Counter([("feed_fetch", (reason,))])
        case "changed":
            return Counter(
                [("changes", (str(fields.get("reason")),))]
                + [("alerts", (rule,)) for rule in _words(fields.get("rules"))]
            )
        case _ if name in DELIVERIES:
            target = channel_of(str(fields.get("target")))
            return Counter([("deliveries", (target, name))])
    return Counter()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _words(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []
