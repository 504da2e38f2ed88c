"""What the ledger knows of the pairs and topics that are spoken of now: footings, and what was said
since. A ledger of years is never read whole for one article.

Within the deciding transaction. Not here: what is decided, and what old statements come to
(steps/ledger).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.model import Act, Footing, Stance, Statement
from monitor.pipeline.desk import Desk
from monitor.ports import Deciding
from monitor.steps.ledger import (
    NO_GROUND,
    Ground,
    ground_of,
    ids_in,
    leads_back,
    settle,
    settle_acts,
    written,
)

Pair = tuple[str, str]
"""Actor and topic; of a topic's acts "" and the topic, for a measure is sought within one."""

SETTLED_AFTER = timedelta(days=21)
"""Longer than most articles are late. What comes later still is decided on everything."""
RENEWED_AFTER = timedelta(days=7)
"""So much more than that is read before a footing is made anew."""
FEWEST = 40
"""Old statements; fewer are as quickly read."""


@dataclass(slots=True)
class _Held:
    """Of one pair all that was said, or what was said since the day of its footing."""

    since: datetime | None = None
    ground: Ground = NO_GROUND
    rows: list[Statement] = field(default_factory=list)

    @property
    def acts(self) -> list[Statement]:
        return [*self.ground.acts, *self.rows]

    def is_enough_for(self, rows: Iterable[Statement]) -> bool:
        """Not for what was said before the footing's day, or takes back what was: a late article,
        the copy of an old one, a correction. Nor for what goes on with something left out."""
        since, ground = self.since, self.ground
        return since is None or not any(
            row.evidence.said_at < since or leads_back(row, ground) for row in rows
        )


@dataclass(slots=True)
class Known:
    deciding: Deciding
    made: list[Footing] = field(default_factory=list)
    """To be written: what is read next time will be less."""
    _held: dict[Pair, _Held] = field(default_factory=dict)
    _added: list[Statement] = field(default_factory=list)

    def read(self, labels: Iterable[Stance | Act], now: datetime, desk: Desk) -> None:
        pairs = {_about(label) for label in labels}
        self._held = {pair: _Held() for pair in pairs} | self._on_footings(pairs, desk)
        self._list(self.deciding.statements({pair: it.since for pair, it in self._held.items()}))
        for pair, held in self._held.items():
            self._reach(pair, held.rows)
        self.made = self._renewed(_midnight(now - SETTLED_AFTER), desk)

    def add(self, statement: Statement) -> None:
        self._added.append(statement)
        self._list([statement])

    def held_by(self, pair: Pair, new: Iterable[Statement]) -> tuple[list[Statement], Ground]:
        """To decide on `new`, all of this actor on this topic."""
        held = self._reach(pair, new)
        return held.rows, held.ground

    def acts_on(self, topic: str, new: Iterable[Statement] = ()) -> list[Statement]:
        """To decide on `new`, acts on this topic; without any, at least those learnt of late."""
        return self._reach(("", topic), new).acts

    def acts(self) -> list[Statement]:
        """On all topics that are spoken of now, likewise."""
        return [row for (actor, _), held in self._held.items() if not actor for row in held.acts]

    def _on_footings(self, pairs: set[Pair], desk: Desk) -> dict[Pair, _Held]:
        found = [one for one in self.deciding.footings(pairs) if one.made_by == desk.rules]
        ids = {each for one in found for each in ids_in(one.content)}
        named = {row.id: row for row in self.deciding.statements_named(ids)}
        return {
            (one.actor, one.topic): _Held(one.until, ground_of(one.content, named)) for one in found
        }

    def _list(self, statements: Iterable[Statement]) -> None:
        for row in statements:
            self._held.setdefault(_about(row.label), _Held()).rows.append(row)

    def _reach(self, pair: Pair, new: Iterable[Statement]) -> _Held:
        held = self._held.setdefault(pair, _Held())
        if not held.is_enough_for(new):
            own = [row for row in self._added if _about(row.label) == pair]
            held = _Held(rows=[*self.deciding.statements({pair: None}), *own])
            self._held[pair] = held
        return held

    def _renewed(self, until: datetime, desk: Desk) -> list[Footing]:
        return [
            Footing(*pair, until, desk.rules, written(_settled(pair, held, until, desk)))
            for pair, held in self._held.items()
            if _is_due(held, until)
        ]


def _is_due(held: _Held, until: datetime) -> bool:
    if held.since is not None:
        return until - held.since >= RENEWED_AFTER
    return sum(row.evidence.said_at < until for row in held.rows) >= FEWEST


def _settled(pair: Pair, held: _Held, until: datetime, desk: Desk) -> Ground:
    actor, _ = pair
    if actor:
        return settle(held.rows, until, desk.sides, desk.bars, held.ground)
    return settle_acts(held.acts, until, desk.ladder, held.ground)


def _about(label: Stance | Act) -> Pair:
    return ("", label.topic) if isinstance(label, Act) else (label.actor, label.topic)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
