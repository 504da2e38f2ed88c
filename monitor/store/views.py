"""The reading side, for the terminal, the window and the fold. Nothing here writes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select, union_all

from monitor.model import (
    Alert,
    ArticleRecord,
    Attempt,
    Change,
    Decision,
    Delivery,
    DeliveryState,
    Message,
    Statement,
    Waiting,
)
from monitor.store import rows
from monitor.store.intake import by_learning
from monitor.store.sql import ask, chunks
from monitor.store.tables import (
    ALERT,
    ALERT_MESSAGE,
    ARTICLE,
    ARTICLE_KEY,
    ARTICLE_VERSION,
    ATTEMPT,
    CHANGE,
    DECISION,
    DELIVERY,
    MESSAGE,
    METADATA,
    STATEMENT,
)


def statements_all(connection: Connection, as_of: datetime | None) -> list[Statement]:
    learnt = [] if as_of is None else [STATEMENT.c.learnt_at <= as_of]
    return by_learning(map(rows.statement_of, ask(connection, select(STATEMENT).where(*learnt))))


def changes(
    connection: Connection, *, actor: str | None, topic: str | None, as_of: datetime | None
) -> list[Change]:
    asked: list[ColumnElement[bool]] = []
    if actor is not None:
        asked.append(CHANGE.c.actor == actor)
    if topic is not None:
        asked.append(CHANGE.c.topic == topic)
    if as_of is not None:
        asked.append(CHANGE.c.learnt_at <= as_of)
    found = map(rows.change_of, ask(connection, select(CHANGE).where(*asked)))
    return sorted(found, key=_by_saying)


def alerts(connection: Connection, *, limit: int) -> list[tuple[Alert, list[Delivery]]]:
    newest = (
        select(ALERT)
        .join(CHANGE, CHANGE.c.id == ALERT.c.change_id)
        .order_by(CHANGE.c.learnt_at.desc(), ALERT.c.id.desc())
        .limit(limit)
    )
    found = ask(connection, newest)
    told = _changes_by_id(connection, {row["change_id"] for row in found})
    sent = _deliveries_by_alert(connection, {row["id"] for row in found})
    return [(rows.alert_of(row, told[row["change_id"]]), sent.get(row["id"], [])) for row in found]


def decisions(connection: Connection, change_ids: Collection[str]) -> list[Decision]:
    found: list[Decision] = []
    for chunk in chunks(change_ids):
        query = select(DECISION).where(DECISION.c.change_id.in_(chunk))
        found += map(rows.decision_of, ask(connection, query))
    return sorted(found, key=lambda decision: (decision.change_id, decision.rule_id))


def outbox(
    connection: Connection, states: Collection[DeliveryState], *, limit: int
) -> list[tuple[Delivery, Message]]:
    table = DELIVERY.c
    query = (
        select(DELIVERY)
        .where(table.state.in_([state.value for state in states]))
        .order_by(table.next_attempt_at, table.id)
        .limit(limit)
    )
    found = sorted(map(rows.delivery_of, ask(connection, query)), key=_by_turn)
    return _with_messages(connection, found)


def deliveries(
    connection: Connection, id_begins: str, *, limit: int
) -> list[tuple[Delivery, Message]]:
    table = DELIVERY.c
    begins = [
        column.startswith(id_begins, autoescape=True) for column in (table.id, table.message_id)
    ]
    query = select(DELIVERY).where(or_(*begins)).order_by(table.id).limit(limit)
    return _with_messages(connection, list(map(rows.delivery_of, ask(connection, query))))


def waiting(connection: Connection) -> list[Waiting]:
    table = DELIVERY.c
    query = (
        select(
            table.target,
            table.state,
            func.count().label("count"),
            func.min(MESSAGE.c.created_at).label("oldest"),
        )
        .join(MESSAGE, MESSAGE.c.id == table.message_id)
        .group_by(table.target, table.state)
    )
    found = [
        Waiting(row["target"], DeliveryState(row["state"]), row["count"], row["oldest"])
        for row in ask(connection, query)
    ]
    return sorted(found, key=lambda each: (each.target, each.state))


def attempts(connection: Connection, delivery_id: str) -> list[Attempt]:
    query = select(ATTEMPT).where(ATTEMPT.c.delivery_id == delivery_id).order_by(ATTEMPT.c.number)
    return [rows.attempt_of(row) for row in ask(connection, query)]


def articles(connection: Connection, *, limit: int) -> list[ArticleRecord]:
    table = ARTICLE_VERSION.c
    newest = (
        select(ARTICLE_VERSION)
        .order_by(table.arrived_at.desc(), table.article_id.desc(), table.version.desc())
        .limit(limit)
    )
    return [rows.record_of(row) for row in ask(connection, newest)]


def versions_of(connection: Connection, article_id: str) -> list[ArticleRecord]:
    table = ARTICLE_VERSION.c
    query = select(ARTICLE_VERSION).where(table.article_id == article_id)
    return [
        rows.record_of(row)
        for row in ask(connection, query.order_by(table.arrived_at, table.version))
    ]


def article_ids(
    connection: Connection, begins: str, *, keys: Collection[str], limit: int
) -> list[str]:
    table, asked = ARTICLE.c, [rows.stored_key(key) for key in keys]
    keyed = select(ARTICLE_KEY.c.article_id.label("id")).where(ARTICLE_KEY.c.key.in_(asked))
    exact = select(table.id).where(table.id == begins)
    several = select(table.id).where(table.id.startswith(begins, autoescape=True))
    found = ask(connection, exact) or ask(connection, keyed)
    return sorted({row["id"] for row in found or ask(connection, several.limit(limit))})


def changes_of(connection: Connection, article_ids: Collection[str]) -> list[Change]:
    found: list[Change] = []
    for chunk in chunks(article_ids):
        query = select(CHANGE).where(CHANGE.c.article_id.in_(chunk))
        found += map(rows.change_of, ask(connection, query))
    return sorted(found, key=_by_saying)


def held_counts(connection: Connection) -> dict[str, int]:
    table = ARTICLE_VERSION.c
    query = (
        select(table.source_id, func.count().label("held"))
        .where(table.held)
        .group_by(table.source_id)
    )
    return {row["source_id"]: row["held"] for row in ask(connection, query)}


def counts(connection: Connection) -> dict[str, int]:
    each = [
        select(literal(name).label("name"), func.count().label("rows")).select_from(table)
        for name, table in METADATA.tables.items()
    ]
    return {row["name"]: row["rows"] for row in ask(connection, union_all(*each))}


def messages_by_id(connection: Connection, ids: Collection[str]) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for chunk in chunks(ids):
        inside = _alert_ids(connection, chunk)
        for row in ask(connection, select(MESSAGE).where(MESSAGE.c.id.in_(chunk))):
            found[row["id"]] = rows.message_of(row, inside.get(row["id"], ()))
    return found


def _with_messages(
    connection: Connection, found: Sequence[Delivery]
) -> list[tuple[Delivery, Message]]:
    messages = messages_by_id(connection, {delivery.message_id for delivery in found})
    return [(delivery, messages[delivery.message_id]) for delivery in found]


def _alert_ids(connection: Connection, message_ids: Collection[str]) -> dict[str, list[str]]:
    table = ALERT_MESSAGE.c
    query = (
        select(table.message_id, table.alert_id)
        .where(table.message_id.in_(message_ids))
        .order_by(table.message_id, table.place)
    )
    found: dict[str, list[str]] = {}
    for row in ask(connection, query):
        found.setdefault(row["message_id"], []).append(row["alert_id"])
    return found


def _changes_by_id(connection: Connection, ids: Collection[str]) -> dict[str, Change]:
    found: dict[str, Change] = {}
    for chunk in chunks(ids):
        for row in ask(connection, select(CHANGE).where(CHANGE.c.id.in_(chunk))):
            found[row["id"]] = rows.change_of(row)
    return found


def _deliveries_by_alert(
    connection: Connection, alert_ids: Collection[str]
) -> dict[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = {}
    carried = ALERT_MESSAGE.c.message_id == DELIVERY.c.message_id
    for chunk in chunks(alert_ids):
        query = (
            select(ALERT_MESSAGE.c.alert_id.label("carries"), *DELIVERY.c)
            .join(DELIVERY, carried)
            .where(ALERT_MESSAGE.c.alert_id.in_(chunk))
        )
        for row in ask(connection, query):
            found.setdefault(row["carries"], []).append(rows.delivery_of(row))
    return {alert_id: _in_turn(carrying) for alert_id, carrying in found.items()}


def _in_turn(deliveries: Iterable[Delivery]) -> list[Delivery]:
    return sorted(deliveries, key=_by_turn)


def _by_turn(delivery: Delivery) -> tuple[datetime, str]:
    return delivery.next_attempt_at, delivery.id


def _by_saying(change: Change) -> tuple[datetime, datetime, str]:
    return change.evidence.said_at, change.evidence.learnt_at, change.id
