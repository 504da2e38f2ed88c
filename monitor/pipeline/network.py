"""Is it the sources that fail, or our own network? Judged from the polls of the last minutes.

The state outlives a restart (memory); the polls that it is judged from do not. Used by the
deciding thread alone. Not here: what is said of it (notices.py).
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.model import Cursor, FetchFailed, Poll, Source
from monitor.ports import Store

WINDOW = timedelta(minutes=10)
"""Failures within it are failures together. Longer than all time limits of one poll."""
SOURCES_AT_LEAST, HOSTS_AT_LEAST = 3, 2
BACK_FROM = 2
"""Sources that must answer: one alone may stand on the machine's own network."""
LONGEST_EXCUSE = timedelta(days=1)
"""After that one answer is enough: else a pack of few sources, most of them dead, would be without
a network for ever."""

CONNECTION = frozenset({"dns", "unreachable", "refused", "timeout", "disconnected", "tls"})
"""Reasons of a poll that reached no server. Every other failure is an answer of one."""
NOT_ASKED = frozenset({"host-held", "blocked-address", "bad-url"})
"""Reasons of a poll that did not touch the network."""

MEMORY = "network"


class Reach(StrEnum):
    """What one poll says of the network."""

    ANSWERED = "answered"
    FAILED = "failed"
    SILENT = "silent"
    """Nothing: it asked nobody, or the source failed before already, which is its own trouble."""


class Turn(StrEnum):
    """What a poll made of the state of the network."""

    NONE = "none"
    LOST = "lost"
    BACK = "back"


def reach_of(poll: Poll, cursor: Cursor) -> Reach:
    """`cursor`: as the poll found it."""
    if not isinstance(poll, FetchFailed):
        return Reach.ANSWERED
    if poll.reason in NOT_ASKED:
        return Reach.SILENT
    if poll.reason not in CONNECTION:
        return Reach.ANSWERED
    return Reach.SILENT if cursor.failures else Reach.FAILED


@dataclass(frozen=True, slots=True)
class Asked:
    """A source that came up in the last minutes."""

    host: str
    at: datetime
    reach: Reach | None = None
    """None while its answer is waited for."""


def judge(asked: Collection[Asked], since: datetime | None, now: datetime) -> Turn:
    """`since`: when the network was lost; None where it is there."""
    failed = [each for each in asked if each.reach is Reach.FAILED]
    answered = [each for each in asked if each.reach is Reach.ANSWERED]
    if since is not None:
        needed = BACK_FROM if now - since < LONGEST_EXCUSE else 1
        return Turn.BACK if len(answered) >= max(needed, len(failed)) else Turn.NONE
    counted = [each for each in asked if each.reach is not Reach.SILENT]
    many = len(failed) >= SOURCES_AT_LEAST and len({each.host for each in failed}) >= HOSTS_AT_LEAST
    return Turn.LOST if many and 2 * len(failed) > len(counted) else Turn.NONE


@dataclass(slots=True)
class Network:
    """The state of our own network, as the polls show it."""

    since: datetime | None = None
    """When it was lost; None while it is there."""
    _asked: dict[str, Asked] = field(default_factory=dict)

    @classmethod
    def recalled(cls, store: Store) -> "Network":
        kept = store.recall(MEMORY)
        since = json.loads(kept)["lost_since"] if kept else None
        return cls(datetime.fromisoformat(since) if since else None)

    @property
    def is_lost(self) -> bool:
        return self.since is not None

    def memory(self) -> tuple[tuple[str, str], ...]:
        since = self.since.isoformat() if self.since else None
        return ((MEMORY, json.dumps({"lost_since": since})),)

    def expect(self, due: Mapping[str, Source], now: datetime) -> None:
        """These are being asked: before most of them failed, nothing can be said."""
        for source_id, source in due.items():
            self._asked[source_id] = Asked(_host(source), now)

    def hear(self, source: Source, cursor: Cursor, poll: Poll, now: datetime) -> Turn:
        """What this poll changes. Call `settle` when that is written."""
        self._asked = {name: each for name, each in self._asked.items() if now - each.at <= WINDOW}
        reach = reach_of(poll, cursor)
        if self.is_lost and isinstance(poll, FetchFailed) and poll.reason in CONNECTION:
            reach = Reach.FAILED  # its count of failures stands still, and tells nothing now
        self._asked[source.id] = Asked(_host(source), now, reach)
        return judge(self._asked.values(), self.since, now)

    def settle(self, turn: Turn, now: datetime) -> None:
        if turn is not Turn.NONE:
            self.since = now if turn is Turn.LOST else None
            self._asked.clear()

    def numbers(self) -> tuple[int, int]:
        """How many failed, of how many that were asked."""
        failed = sum(each.reach is Reach.FAILED for each in self._asked.values())
        return failed, sum(each.reach is not Reach.SILENT for each in self._asked.values())


def _host(source: Source) -> str:
    return urlsplit(source.url).netloc
