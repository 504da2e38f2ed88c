"""Articles in, one write out: identify > read > ledger > alert > compose > write.

Not here: fetching and parsing (what brings the articles), and sending (delivery.py).
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.model import (
    Act,
    Alert,
    Article,
    ArticleRecord,
    Change,
    Cursor,
    Decision,
    Delivery,
    DeliveryState,
    Evidence,
    Intake,
    Message,
    Reading,
    Stance,
    Statement,
    Verdict,
)
from monitor.pipeline.desk import Desk
from monitor.pipeline.slate import Slate, glance, read_back
from monitor.pipeline.statements import (
    SEED_FLOORS,
    Bundle,
    bundles,
    edited,
    evidence_of,
    statements_of,
)
from monitor.ports import Store
from monitor.steps.alert import Case
from monitor.steps.identify import NOTHING_NEW, Identity, Sight, for_ever, story_of, verdict_of
from monitor.steps.ledger import Finding, assign, decide, decide_stage

NEWS_FOR = timedelta(hours=24)
"""On first sight of a source, what is older than this is its archive (promise 4)."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article on its way in."""

    article: Article
    baseline: bool = False
    """It moves the ledger and alerts nobody."""
    seed: bool = False


@dataclass(slots=True)
class Taken:
    """What became of one arrival; `findings` also tells why the ledger did not move."""

    identity: Identity
    verdict: Verdict
    story: str
    record: ArticleRecord | None = None
    """None where this version was known: nothing is written then."""
    statements: list[Statement] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def changes(self) -> list[Change]:
        return [found.change for found in self.findings if found.change]

    def alerted(self, change: Change) -> bool:
        return any(alert.change.id == change.id for alert in self.alerts)


def take_poll(
    articles: Iterable[Article],
    *,
    store: Store,
    desk: Desk,
    now: datetime,
    cursor: Cursor | None,
    first_sight: bool,
) -> list[Taken]:
    """One polled source, oldest item first. `cursor` is written in the same transaction.

    `first_sight`: no poll of this source has succeeded before (promise 4).
    """
    fresh_ledger = first_sight and not store.counts().get("statement")
    arrivals = [
        Arrival(article, baseline=first_sight and (fresh_ledger or _archived(article, now)))
        for article in oldest_first(articles, now)
    ]
    return take(arrivals, store=store, desk=desk, cursor=cursor)


def oldest_first(articles: Iterable[Article], now: datetime) -> list[Article]:
    """In the order said, each learnt a microsecond after the one before: so the order in which
    statements are decided is the order in which they fold. Feeds list the newest first."""
    stamped = [replace(article, arrived_at=now) for article in reversed(list(articles))]
    ordered = sorted(stamped, key=lambda article: article.said_at)
    return [
        replace(article, arrived_at=now + timedelta(microseconds=turn))
        for turn, article in enumerate(ordered)
    ]


def take(
    arrivals: Sequence[Arrival], *, store: Store, desk: Desk, cursor: Cursor | None = None
) -> list[Taken]:
    """Decide these arrivals in the order given and write them at once, or not at all.

    Reading is done before the transaction opens; whatever decides is read again inside it.
    """
    readings = _read(arrivals, store, desk)
    with store.deciding() as deciding:
        articles = [arrival.article for arrival in arrivals]
        slate = read_back(deciding, articles, readings.values())
        taken = [_take_one(arrival, readings, slate, desk) for arrival in arrivals]
        deciding.write(_gather(taken, cursor))
    return taken


def _read(arrivals: Sequence[Arrival], store: Store, desk: Desk) -> dict[Article, Reading]:
    """What each article says that is not known word for word already."""
    articles = [arrival.article for arrival in arrivals]
    if not articles:
        return {}
    with store.deciding() as deciding:
        slate = glance(deciding, articles)
    unread = [it for it in articles if slate.identify(it).sight not in NOTHING_NEW]
    return {article: desk.reader.read(article) for article in unread}


def _take_one(
    arrival: Arrival, readings: dict[Article, Reading], slate: Slate, desk: Desk
) -> Taken:
    identity = slate.identify(arrival.article)
    if identity.sight in NOTHING_NEW:
        article_id = identity.article.id
        return Taken(identity, Verdict.KNOWN, slate.stories.get(article_id, ""))
    if arrival.seed:
        identity = for_ever(identity)
    reading = readings[arrival.article]
    taken = _filed(arrival, identity, reading, slate)
    evidence = _evidence(arrival, taken, slate, desk) if _matters(taken, reading, slate) else None
    if evidence is not None:
        _enter(taken, _said(taken, reading, evidence, slate, desk), slate, desk)
    _alert(taken, desk)
    return taken


# --- identify ----------------------------------------------------------------------------------


def _filed(arrival: Arrival, identity: Identity, reading: Reading, slate: Slate) -> Taken:
    article = identity.article
    story = slate.stories.get(identity.original or article.id) or story_of(identity)
    taken = Taken(identity, verdict_of(identity.sight, relevant=reading.relevant), story)
    record = ArticleRecord(
        article=article,
        version=identity.version,
        verdict=taken.verdict,
        copy_of=identity.original,
        story=story,
        reading_json=canonical_json(asdict(reading)),
        seed=arrival.seed,
        baseline=arrival.baseline,
    )
    slate.keep(record)
    taken.record = record
    return taken


def canonical_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


# --- ledger ------------------------------------------------------------------------------------


def _matters(taken: Taken, reading: Reading, slate: Slate) -> bool:
    """It states something, or did before it was edited. Most articles do not, and to look for
    whose news they tell would cost a fifth of taking them in."""
    return bool(reading.stances or reading.acts or slate.told.get(taken.identity.article.id))


def _evidence(arrival: Arrival, taken: Taken, slate: Slate, desk: Desk) -> Evidence | None:
    """None for the reprint of an article that stated nothing: its words state nothing either."""
    identity = taken.identity
    original = None
    if identity.sight in (Sight.REPRINT, Sight.SEED):
        told = slate.told.get(identity.original or "")
        if not told:
            return None
        original = told[0].evidence
    return evidence_of(
        identity,
        story=taken.story,
        origin=desk.origin_of(identity.article),
        baseline=arrival.baseline,
        original=original,
    )


def _said(
    taken: Taken, reading: Reading, evidence: Evidence, slate: Slate, desk: Desk
) -> list[Statement]:
    identity = taken.identity
    floors = SEED_FLOORS if taken.record and taken.record.seed else desk.floors
    said = statements_of(reading, identity, evidence, desk.ladder.place, floors)
    if identity.sight is not Sight.EDITED:
        return said
    return edited(slate.told.get(identity.article.id, []), said, identity, evidence)


def _enter(taken: Taken, said: list[Statement], slate: Slate, desk: Desk) -> None:
    taken.statements = _with_measures(said, slate, desk)
    for bundle in bundles(taken.statements):
        taken.findings.append(_find(bundle, slate, desk))
        for statement in bundle:
            slate.add(statement)


def _with_measures(said: list[Statement], slate: Slate, desk: Desk) -> list[Statement]:
    """Each act in its measure; an act sees those that stand before it in its own text."""
    placed: list[Statement] = []
    for statement in said:
        if isinstance(statement.label, Act) and statement.measure is None:
            topic = statement.label.topic
            here = [row for row in placed if row.measure and row.label.topic == topic]
            found = assign(statement, [*slate.acts.get(topic, []), *here], desk.ladder)
            statement = replace(statement, measure=found.measure)
        placed.append(statement)
    return placed


def _find(bundle: Bundle, slate: Slate, desk: Desk) -> Finding:
    last, label = bundle[-1], bundle[-1].label
    if isinstance(label, Stance):
        return decide(slate.stances.get((label.actor, label.topic), []), bundle, desk.sides)
    known = [row for row in slate.acts.get(label.topic, []) if row.measure == last.measure]
    return decide_stage(known, bundle, desk.ladder)


# --- alert and compose -------------------------------------------------------------------------


def _alert(taken: Taken, desk: Desk) -> None:
    confidence = {row.id: row.label.confidence for row in taken.statements}
    article = taken.identity.article
    for change in taken.changes:
        judged = desk.rulebook.judge(Case(change, article, confidence[change.statement_id]))
        taken.decisions += judged.decisions
        taken.alerts += judged.alerts
    _compose(taken, desk)


def _compose(taken: Taken, desk: Desk) -> None:
    """One message for all that one article changed, and each target gets a change once, however
    many rules ask for it."""
    now = taken.identity.article.arrived_at
    for alerts, targets in _by_target(taken.alerts, desk):
        message = desk.compose(alerts, created_at=now)
        taken.messages.append(message)
        taken.deliveries += [_delivery(message, target, now) for target in targets]


def _by_target(alerts: Sequence[Alert], desk: Desk) -> list[tuple[tuple[Alert, ...], list[str]]]:
    bound: dict[str, dict[str, Alert]] = {}
    for alert in alerts:
        for channel in alert.channels:
            for target in desk.targets.get(channel, ()):
                bound.setdefault(target, {}).setdefault(alert.change.id, alert)
    together: dict[tuple[str, ...], list[str]] = {}
    for target, by_change in sorted(bound.items()):
        together.setdefault(tuple(alert.id for alert in by_change.values()), []).append(target)
    named = {alert.id: alert for alert in alerts}
    return [(tuple(named[one] for one in ids), targets) for ids, targets in together.items()]


def _delivery(message: Message, target: str, now: datetime) -> Delivery:
    return Delivery(
        id="d" + hashlib.sha256(f"{message.id}\x1f{target}".encode()).hexdigest()[:23],
        message_id=message.id,
        target=target,
        state=DeliveryState.PENDING,
        attempts=0,
        next_attempt_at=now,
    )


# --- write -------------------------------------------------------------------------------------


def _gather(taken: Sequence[Taken], cursor: Cursor | None) -> Intake:
    return Intake(
        cursor=cursor,
        articles=tuple(one.record for one in taken if one.record),
        statements=tuple(row for one in taken for row in one.statements),
        changes=tuple(change for one in taken for change in one.changes),
        decisions=tuple(decision for one in taken for decision in one.decisions),
        alerts=tuple(alert for one in taken for alert in one.alerts),
        messages=tuple(message for one in taken for message in one.messages),
        deliveries=tuple(delivery for one in taken for delivery in one.deliveries),
    )


def _archived(article: Article, now: datetime) -> bool:
    return article.published_at is None or now - article.published_at > NEWS_FOR
