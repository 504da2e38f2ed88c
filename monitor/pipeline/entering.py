"""A reading into the ledger: evidence, statements, measures, findings; then alerts and messages.

One article at a time, on a slate. Not here: whether an article enters at all (intake.py).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model import (
    Act,
    Alert,
    Change,
    Delivery,
    DeliveryState,
    Evidence,
    Message,
    Notice,
    Outcome,
    Reading,
    Stance,
    Statement,
)
from monitor.pipeline.arrivals import Arrival, Taken, Way
from monitor.pipeline.desk import Desk
from monitor.pipeline.slate import Slate, bound_for
from monitor.pipeline.statements import (
    Bundle,
    bundles,
    contradicts,
    edited,
    evidence_of,
    page_adds,
    statements_of,
)
from monitor.steps.alert import Case, Verdicts
from monitor.steps.identify import Identity, Sight
from monitor.steps.ledger import (
    Finding,
    Silence,
    assign,
    decide,
    decide_stage,
    other_half,
    pooled,
    same_news,
)
from monitor.steps.render import compose_notice

COPIED = (Sight.REPRINT, Sight.COPY, Sight.SEED)
"""Such an article says what its original said."""


def enter(arrival: Arrival, taken: Taken, reading: Reading, slate: Slate, desk: Desk) -> None:
    """All that the article says goes into the ledger, and `taken` tells what came of it."""
    if not _matters(taken, reading, slate):
        return
    evidence = _evidence(arrival, taken, slate, desk)
    if evidence is None:
        return
    said = _said(arrival, taken, reading, evidence, slate, desk)
    said = _weighed(said, arrival, slate, desk)
    taken.statements = _with_measures(said, slate, desk)
    for bundle in bundles(taken.statements):
        finding = _find(bundle, slate, desk)
        taken.findings.append(_unless_told(finding, bundle, taken, slate, desk))
        for statement in bundle:
            slate.add(statement)


def _matters(taken: Taken, reading: Reading, slate: Slate) -> bool:
    """It states something, or did before it was edited. Most articles do not, and to look for
    whose news they tell would cost a fifth of taking them in."""
    return bool(reading.stances or reading.acts or slate.told.get(taken.identity.article.id))


def _evidence(arrival: Arrival, taken: Taken, slate: Slate, desk: Desk) -> Evidence | None:
    """None for the reprint of an article that stated nothing: its words state nothing either."""
    identity = taken.identity
    original = None
    if identity.sight in COPIED:
        told = slate.told.get(identity.original or "")
        if not told and identity.sight is Sight.REPRINT:
            return None
        original = told[0].evidence if told else None
    evidence = evidence_of(
        identity,
        story=taken.story,
        origin=desk.origin_of(identity.article),
        baseline=arrival.baseline,
        original=original,
    )
    if arrival.said_at is not None and original is None:
        return replace(evidence, said_at=arrival.said_at)
    return evidence


def _said(
    arrival: Arrival, taken: Taken, reading: Reading, evidence: Evidence, slate: Slate, desk: Desk
) -> list[Statement]:
    identity = taken.identity
    said = statements_of(reading, identity, evidence, desk.ladder.place, desk.heard_from)
    if identity.sight in COPIED:
        said = _as_its_own(said, arrival, identity, slate, desk)
    told = slate.told.get(identity.article.id, [])
    if arrival.way is Way.PAGE:
        return page_adds(told, said)
    if identity.sight is not Sight.EDITED:
        return said
    return edited(told, said, identity, evidence, slate.pages.get(identity.article.id, frozenset()))


def _as_its_own(
    said: list[Statement], arrival: Arrival, identity: Identity, slate: Slate, desk: Desk
) -> list[Statement]:
    """A copy that says otherwise than its original says it now. It is no other origin for that."""
    if not contradicts(said, slate.told.get(identity.original or "", []), desk.sides):
        return said
    article = identity.article
    said_at, undated = arrival.said_at or article.said_at, article.published_at is None
    return [
        replace(row, evidence=replace(row.evidence, said_at=said_at, undated=undated))
        for row in said
    ]


def _weighed(said: list[Statement], arrival: Arrival, slate: Slate, desk: Desk) -> list[Statement]:
    """How sure each is with what its story told before. A person chose the seeds, which found
    positions and alert nobody: what they say is taken for sure."""
    weighed: list[Statement] = []
    for row in said:
        if row.retracts is None:
            mates = slate.mates(row)
            sure = 1.0 if arrival.seed else pooled(row, mates, desk.kin, desk.sides)
            row = replace(row, pooled=sure)
        weighed.append(row)
    return weighed


def _with_measures(said: list[Statement], slate: Slate, desk: Desk) -> list[Statement]:
    """Each act in its measure; an act sees those that stand before it in its own text."""
    placed: list[Statement] = []
    for statement in said:
        if isinstance(statement.label, Act) and statement.measure is None:
            topic = statement.label.topic
            here = [row for row in placed if row.measure and row.label.topic == topic]
            known = slate.ledger.acts_on(topic, [statement])
            found = assign(statement, [*known, *here], desk.ladder)
            statement = replace(statement, measure=found.measure)
        placed.append(statement)
    return placed


def _find(bundle: Bundle, slate: Slate, desk: Desk) -> Finding:
    last, label = bundle[-1], bundle[-1].label
    if isinstance(label, Stance):
        held, ground = slate.ledger.held_by((label.actor, label.topic), bundle)
        return decide(held, bundle, desk.sides, desk.bars, ground)
    on_topic = slate.ledger.acts_on(label.topic, bundle)
    known = [row for row in on_topic if row.measure == last.measure]
    return decide_stage(known, bundle, desk.ladder)


def _unless_told(
    finding: Finding, bundle: Bundle, taken: Taken, slate: Slate, desk: Desk
) -> Finding:
    """One event is not told again because another text names another topic for it. But who asks
    for one topic alone was not told of the other: then it is."""
    change = finding.change
    if change is None:
        return finding
    sure = bundle[-1].pooled
    told = same_news(
        change,
        slate.told_lately(change),
        desk.kin,
        desk.sides,
        doubtful=sure < desk.bars.further,
    )
    if told and _bound_for(change, sure, taken, desk) <= slate.channels_of(told):
        return Finding(None, Silence.TOLD)
    slate.tell(change)
    return finding


def _bound_for(change: Change, sure: float, taken: Taken, desk: Desk) -> set[str]:
    judged = desk.rulebook.judge(Case(change, taken.identity.article, sure))
    return {channel for alert in judged.alerts for channel in bound_for(alert.channels)}


# --- alert and compose -------------------------------------------------------------------------


def alert(taken: Taken, slate: Slate, desk: Desk) -> None:
    """What the rules make of the changes, and who is to hear of it."""
    sure = {row.id: row.pooled for row in taken.statements}
    article = taken.identity.article
    for change in taken.changes:
        judged = desk.rulebook.judge(Case(change, article, sure[change.statement_id]))
        judged = _but_once(change, judged, slate, desk)
        taken.decisions += judged.decisions
        taken.alerts += judged.alerts
    for each in taken.alerts:
        slate.alerted(each)
    _compose(taken, desk)


def _but_once(change: Change, judged: Verdicts, slate: Slate, desk: Desk) -> Verdicts:
    """Who proposes has a position: people hear of one step once, as a stance or as an act. What one
    article tells of both stands in one message anyway."""
    told = other_half(
        change,
        [
            row
            for row in slate.told_lately(change)
            if row.evidence.article_id != change.evidence.article_id
        ],
        desk.kin,
        desk.sides,
        desk.ladder.effect_sides,
        desk.ladder.lowest,
    )
    heard = slate.channels_of(told)
    repeated = {one.rule_id for one in judged.alerts if bound_for(one.channels) <= heard}
    if not told or not repeated:
        return judged
    return Verdicts(
        decisions=tuple(
            replace(one, outcome=Outcome.TOLD, detail=f"told before, as {told[0].kind}")
            if one.rule_id in repeated
            else one
            for one in judged.decisions
        ),
        alerts=tuple(one for one in judged.alerts if one.rule_id not in repeated),
    )


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
    for each in alerts:
        for channel in each.channels:
            for target in desk.targets.get(channel, ()):
                bound.setdefault(target, {}).setdefault(each.change.id, each)
    together: dict[tuple[str, ...], list[str]] = {}
    for target, by_change in sorted(bound.items()):
        together.setdefault(tuple(each.id for each in by_change.values()), []).append(target)
    named = {each.id: each for each in alerts}
    return [(tuple(named[one] for one in ids), targets) for ids, targets in together.items()]


def announce(notice: Notice, desk: Desk) -> tuple[Message, list[Delivery]]:
    """A notice and its way to everybody who is told of the service's own state."""
    message = compose_notice(notice)
    return message, [_delivery(message, target, notice.at) for target in desk.notice_targets]


def _delivery(message: Message, target: str, now: datetime) -> Delivery:
    return Delivery(
        id="d" + hashlib.sha256(f"{message.id}\x1f{target}".encode()).hexdigest()[:23],
        message_id=message.id,
        target=target,
        state=DeliveryState.PENDING,
        attempts=0,
        next_attempt_at=now,
    )
