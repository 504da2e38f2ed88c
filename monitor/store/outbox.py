"""Claim and settle. A lease token, not a process's memory, says whose a delivery is.

Every claim opens a line of the delivery log and every settling closes it; a line that stays open
is an attempt that a kill or a lost lease cut off.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from monitor.errors import StoreError
from monitor.model import Attempt, Delivery, DeliveryState, Outgoing
from monitor.store.engine import translated
from monitor.store.rows import attempt_values, delivery_of, delivery_values, kept_error
from monitor.store.sql import add, ask, chunks
from monitor.store.tables import ATTEMPT, DELIVERY, MESSAGE
from monitor.store.views import messages_by_id

SETTLED = (DeliveryState.SENT, DeliveryState.DEAD)
LONGEST_LEASE = timedelta(days=1)
LONGEST_WAIT = timedelta(days=366)


def claim(
    connection: Connection,
    now: datetime,
    *,
    lease_for: timedelta,
    limit: int,
    per_target: int | None = None,
    but_not: Collection[str] = (),
) -> list[Outgoing]:
    free = _free(connection, now, limit, per_target or limit, but_not)
    leased = _lease(connection, free, secrets.token_hex(16), now + lease_for)
    add(connection, ATTEMPT, [attempt_values(_opened(delivery, now)) for delivery in leased])
    messages = messages_by_id(connection, {delivery.message_id for delivery in leased})
    claimed = [Outgoing(delivery, messages[delivery.message_id]) for delivery in leased]
    return sorted(claimed, key=lambda each: (each.message.created_at, each.delivery.id))


def settle(
    connection: Connection,
    delivery: Delivery,
    *,
    state: DeliveryState,
    now: datetime,
    next_attempt_at: datetime | None = None,
    error: str | None = None,
    ambiguous: bool = False,
    last_resort: Delivery | None = None,
) -> bool:
    """False where another holds the lease by now. A lease that only ran out still counts: nobody
    took the delivery, and refusing would send it twice."""
    if state is DeliveryState.LEASED:
        raise StoreError("a delivery is settled as sent, dead or pending; only a claim leases it")
    values: dict[str, Any] = {
        "state": state.value,
        "lease": None,
        "lease_until": None,
        "last_error": kept_error(error),
        "settled_at": now if state in SETTLED else None,
    }
    if state is DeliveryState.PENDING:
        values["next_attempt_at"] = next_attempt_at or now
    if not _update_held(connection, delivery, values):
        return False
    closed = {"closed_at": now, "outcome": state.value, "error": values["last_error"]}
    _close(connection, delivery, closed | {"ambiguous": ambiguous})
    if last_resort and _all_dead(connection, last_resort.message_id):
        add(connection, DELIVERY, [delivery_values(last_resort)])
    return True


def revive(connection: Connection, delivery_ids: Collection[str], now: datetime) -> int:
    """Dead ones alone: what was sent stays sent, what is leased is somebody's."""
    due = {
        "state": DeliveryState.PENDING.value,
        "next_attempt_at": now,
        "settled_at": None,
    }
    revived = 0
    for chunk in chunks(delivery_ids):
        dead = (DELIVERY.c.id.in_(chunk), DELIVERY.c.state == DeliveryState.DEAD.value)
        with translated():
            revived += connection.execute(update(DELIVERY).where(*dead).values(due)).rowcount
    return revived


def _free(
    connection: Connection,
    now: datetime,
    limit: int,
    per_target: int,
    but_not: Collection[str],
) -> Sequence[str]:
    table = DELIVERY.c
    free = and_(_is_free(now), table.target.not_in(but_not))
    oldest = (MESSAGE.c.created_at, table.id)
    with_message = DELIVERY.join(MESSAGE, MESSAGE.c.id == table.message_id)
    place = func.row_number().over(partition_by=table.target, order_by=oldest)
    placed = select(table.id, place.label("place")).select_from(with_message).where(free).subquery()
    in_turn = select(placed.c.id).where(placed.c.place <= per_target)
    # On Postgres two claimers step over each other's rows; on SQLite there is one writer anyway.
    # `free` is asked again: between the two looks another may have leased a row.
    query = (
        select(table.id)
        .select_from(with_message)
        .where(table.id.in_(in_turn), free)
        .order_by(*oldest)
        .limit(limit)
        .with_for_update(skip_locked=True, of=DELIVERY)
    )
    return [row["id"] for row in ask(connection, query)]


def _is_free(now: datetime) -> ColumnElement[bool]:
    """What is due; and with it what its target refused before, for else a target that is back
    would get each message when its own wait ends, in no order. What was never tried keeps its
    time: it may be meant for later."""
    table = DELIVERY.c
    pending = table.state == DeliveryState.PENDING.value
    # A lease is of minutes, a wait of days: a later one was written before the clock was set back.
    due = and_(
        pending, or_(table.next_attempt_at <= now, table.next_attempt_at > now + LONGEST_WAIT)
    )
    refused_before = and_(
        pending, table.attempts > 0, table.target.in_(select(table.target).where(due))
    )
    expired = and_(
        table.state == DeliveryState.LEASED.value,
        or_(table.lease_until <= now, table.lease_until > now + LONGEST_LEASE),
    )
    return or_(due, refused_before, expired)


def _all_dead(connection: Connection, message_id: str) -> bool:
    table = DELIVERY.c
    alive = select(table.id).where(
        table.message_id == message_id, table.state != DeliveryState.DEAD.value
    )
    return not ask(connection, alive.limit(1))


def _lease(
    connection: Connection, ids: Sequence[str], lease: str, until: datetime
) -> list[Delivery]:
    if not ids:
        return []
    query = (
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(ids))
        .values(
            state=DeliveryState.LEASED.value,
            lease=lease,
            lease_until=until,
            attempts=DELIVERY.c.attempts + 1,
        )
        .returning(*DELIVERY.c)
    )
    return list(map(delivery_of, ask(connection, query)))


def _opened(delivery: Delivery, now: datetime) -> Attempt:
    return Attempt(
        delivery_id=delivery.id,
        number=delivery.attempts,
        lease=delivery.lease or "",
        opened_at=now,
    )


def _update_held(connection: Connection, delivery: Delivery, values: dict[str, Any]) -> bool:
    table = DELIVERY.c
    held = (
        table.id == delivery.id,
        table.state == DeliveryState.LEASED.value,
        table.lease == delivery.lease,
    )
    with translated():
        return connection.execute(update(DELIVERY).where(*held).values(values)).rowcount == 1


def _close(connection: Connection, delivery: Delivery, closed: dict[str, Any]) -> None:
    table = ATTEMPT.c
    opened = (table.delivery_id == delivery.id, table.lease == delivery.lease)
    with translated():
        connection.execute(update(ATTEMPT).where(*opened).values(closed))
