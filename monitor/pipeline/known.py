"""What the ledger knows of the pairs and topics that are spoken of now: footings, and what was said
since. A ledger of years is never read whole for one article.

Within the deciding transaction. Not here: what is decided, and what old statements come to
(steps/ledger).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.model import Act, Footing, Stance, Statement
from monitor.pipeline.desk import Desk
from monitor.ports import Deciding
from monitor.steps.ledger import (
    NO_GROUND,
    Ground,
    acts_in,
    ground_of,
    ids_in,
    settle,
    still_counting,
    written,
    written_acts,
)

Pair = tuple[str, str]
"""Actor and topic; of a topic's acts "" and the topic."""

SETTLED_AFTER = timedelta(days=21)
"""Longer than an article is late, or its story runs: what is said before a footing's day makes it
fall, and all is read again."""
RENEWED_AFTER = timedelta(days=7)
"""So much more than that is read before a footing is made anew."""
FEWEST = 40
"""Old statements; fewer are as quickly read."""


@dataclass(slots=True)
class Known:
    deciding: Deciding
    stances: dict[Pair, list[Statement]] = field(default_factory=dict)
    grounds: dict[Pair, Ground] = field(default_factory=dict)
    acts: dict[str, list[Statement]] = field(default_factory=dict)
    """By topic, for a measure is sought within one."""
    made: list[Footing] = field(default_factory=list)
    """To be written: what is read next time will be less."""
    _added: dict[Pair, list[Statement]] = field(default_factory=dict)
    _since: dict[Pair, datetime] = field(default_factory=dict)
    """Of what stands on a footing: its day."""

    def read(self, labels: Collection[Stance | Act], now: datetime, desk: Desk) -> None:
        pairs = {(label.actor, label.topic) for label in labels if isinstance(label, Stance)}
        topics = {("", label.topic) for label in labels if isinstance(label, Act)}
        footings = self._standing(pairs | topics, desk.rules)
        kept = _by_id(self.deciding, footings.values())
        self._read_stances(pairs, footings, kept)
        self._read_acts(topics, footings, kept)
        self._renew(pairs | topics, _midnight(now - SETTLED_AFTER), desk)

    def add(self, statement: Statement) -> None:
        self._added.setdefault(_pair_of(statement), []).append(statement)
        self._list(statement)

    def held_by(self, pair: Pair, earliest: datetime) -> tuple[list[Statement], Ground]:
        """To decide on what was said at `earliest` or later."""
        self._reach(pair, earliest)
        return self.stances.get(pair, []), self.grounds.get(pair, NO_GROUND)

    def acts_on(self, topic: str, earliest: datetime) -> list[Statement]:
        """To decide on what was told at `earliest` or later."""
        self._reach(("", topic), earliest)
        return self.acts.get(topic, [])

    def _list(self, statement: Statement) -> None:
        pair = actor, topic = _pair_of(statement)
        if actor:
            self.stances.setdefault(pair, []).append(statement)
        else:
            self.acts.setdefault(topic, []).append(statement)

    def _standing(self, pairs: Collection[Pair], rules: str) -> dict[Pair, Footing]:
        found = self.deciding.footings(pairs) if pairs else []
        standing = {(one.actor, one.topic): one for one in found if one.made_by == rules}
        self._since = {pair: one.until for pair, one in standing.items()}
        return standing

    def _read_stances(
        self,
        pairs: set[Pair],
        footings: Mapping[Pair, Footing],
        kept: Mapping[str, Statement],
    ) -> None:
        on_footing = pairs & footings.keys()
        self.grounds = {pair: ground_of(footings[pair].content, kept) for pair in on_footing}
        if whole := pairs - on_footing:
            self._list_all(self.deciding.statements(whole))
        if on_footing:
            since = min(self._since[pair] for pair in on_footing)
            self._list_all(self.deciding.statements(on_footing, since))

    def _read_acts(
        self,
        topics: set[Pair],
        footings: Mapping[Pair, Footing],
        kept: Mapping[str, Statement],
    ) -> None:
        on_footing = topics & footings.keys()
        for pair in on_footing:
            self.acts[pair[1]] = acts_in(footings[pair].content, kept)
        if whole := topics - on_footing:
            self._list_all(self.deciding.acts([topic for _, topic in whole]))
        if on_footing:
            since = min(self._since[pair] for pair in on_footing)
            self._list_all(self.deciding.acts([topic for _, topic in on_footing], since=since))

    def _list_all(self, statements: Iterable[Statement]) -> None:
        """What is older than its pair's footing is in it already."""
        for statement in statements:
            since = self._since.get(_pair_of(statement))
            if since is None or statement.evidence.said_at >= since:
                self._list(statement)

    def _renew(self, pairs: Iterable[Pair], until: datetime, desk: Desk) -> None:
        for pair in pairs:
            actor, topic = pair
            known = self.stances.get(pair, []) if actor else self.acts.get(topic, [])
            if pair in self._since:
                due = until - self._since[pair] >= RENEWED_AFTER
            else:
                due = sum(row.evidence.said_at < until for row in known) >= FEWEST
            if due:
                content = self._content(pair, known, until, desk)
                self.made.append(Footing(actor, topic, until, desk.rules, content))

    def _content(self, pair: Pair, known: list[Statement], until: datetime, desk: Desk) -> str:
        if not pair[0]:
            return written_acts(still_counting(known, until, desk.ladder))
        ground = self.grounds.get(pair, NO_GROUND)
        return written(settle(known, until, desk.sides, desk.bars, ground))

    def _reach(self, pair: Pair, earliest: datetime) -> None:
        """What was said before a footing's day, or takes back what was, is decided on everything:
        a late article, the copy of an old one, a correction."""
        if pair not in self._since or earliest >= self._since[pair]:
            return
        del self._since[pair]
        self.grounds.pop(pair, None)
        actor, topic = pair
        if actor:
            self.stances[pair] = [*self.deciding.statements([pair]), *self._added.get(pair, ())]
        else:
            self.acts[topic] = [*self.deciding.acts([topic]), *self._added.get(pair, ())]


def _pair_of(statement: Statement) -> Pair:
    label = statement.label
    return ("", label.topic) if isinstance(label, Act) else (label.actor, label.topic)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _by_id(deciding: Deciding, footings: Iterable[Footing]) -> dict[str, Statement]:
    ids = {one for footing in footings for one in ids_in(footing.content)}
    return {row.id: row for row in deciding.statements_named(ids)} if ids else {}
