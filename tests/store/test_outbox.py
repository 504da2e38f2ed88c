"""Claim and settle: each delivery has one holder, and only the holder may close it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from monitor.errors import StoreError
from monitor.model import Attempt, DeliveryState, Intake
from monitor.store import open_store
from tests.store.made import MINUTE, NOON, a_delivery, a_message, a_notice, an_intake, written

LEASE = timedelta(minutes=2)
LATER = NOON + timedelta(hours=1)


def claim_one(store, now=LATER):
    [outgoing] = store.claim(now, lease_for=LEASE, limit=1)
    return outgoing.delivery


def test_a_due_delivery_is_claimed_with_its_message_and_its_lease(store):
    written(store, an_intake())

    [first, second] = store.claim(NOON + MINUTE, lease_for=LEASE, limit=10)

    assert {first.delivery.target, second.delivery.target} == {"desk", "mail"}
    assert first.message.id == "message-1"
    assert first.message.alert_ids == ("alert-1",)
    assert first.delivery.state is DeliveryState.LEASED
    assert first.delivery.lease_until == NOON + MINUTE + LEASE
    assert first.delivery.attempts == 1
    assert store.claim(NOON + MINUTE, lease_for=LEASE, limit=10) == []


def test_deliveries_are_claimed_oldest_first_and_no_more_than_asked(store):
    written(store, *map(a_notice, (3, 1, 2, 90)))

    claimed = store.claim(LATER, lease_for=LEASE, limit=2)

    assert [out.message.id for out in claimed] == ["message-1", "message-2"]
    assert [out.message.id for out in store.claim(LATER, lease_for=LEASE, limit=9)] == ["message-3"]


def test_no_target_takes_more_than_its_turn_and_none_that_is_left_alone_takes_any(store):
    written(store, *map(a_notice, range(5)), an_intake(1))

    claimed = store.claim(LATER, lease_for=LEASE, limit=10, per_target=2, but_not={"mail"})

    targets = [out.delivery.target for out in claimed]
    assert len(targets) == 2
    assert set(targets) == {"desk"}
    rest = store.claim(LATER, lease_for=LEASE, limit=10, per_target=9)
    assert len(rest) == store.counts()["delivery"] - 2


def test_a_sent_delivery_is_closed_and_its_attempt_logged(store):
    written(store, a_notice(1))
    held = claim_one(store)

    assert store.settle(held, state=DeliveryState.SENT, now=LATER + MINUTE)

    [(kept, _)] = store.outbox([DeliveryState.SENT])
    assert kept == replace(
        held, state=DeliveryState.SENT, lease=None, lease_until=None, settled_at=LATER + MINUTE
    )
    assert store.attempts(held.id) == [
        Attempt(held.id, 1, held.lease, LATER, LATER + MINUTE, DeliveryState.SENT)
    ]
    assert store.claim(LATER + LEASE, lease_for=LEASE, limit=9) == []


def test_a_failed_delivery_waits_for_its_next_attempt(store):
    written(store, a_notice(1))
    again = LATER + timedelta(minutes=5)

    assert store.settle(
        claim_one(store),
        state=DeliveryState.PENDING,
        now=LATER,
        next_attempt_at=again,
        error="http-503",
    )

    assert store.claim(again - MINUTE, lease_for=LEASE, limit=9) == []
    held = claim_one(store, again)
    assert (held.attempts, held.last_error) == (2, "http-503")
    log = store.attempts(held.id)
    assert [(line.number, line.outcome, line.error) for line in log] == [
        (1, DeliveryState.PENDING, "http-503"),
        (2, None, None),
    ]


def test_what_a_target_refused_before_is_due_with_its_next_message_but_not_what_is_for_later(store):
    written(store, a_notice(1), a_notice(2), a_notice(90))
    refused = claim_one(store)
    far = LATER + timedelta(hours=20)
    store.settle(refused, state=DeliveryState.PENDING, now=LATER, next_attempt_at=far)

    claimed = store.claim(LATER, lease_for=LEASE, limit=9)

    assert [out.message.id for out in claimed] == ["message-1", "message-2"]


def test_a_dead_delivery_shows_its_reason_and_is_never_due(store):
    written(store, a_notice(1))

    store.settle(claim_one(store), state=DeliveryState.DEAD, now=LATER, error="http-404 \x00 gone")

    [(dead, _)] = store.outbox([DeliveryState.DEAD])
    assert (dead.last_error, dead.settled_at) == ("http-404  gone", LATER)
    assert store.claim(LATER + LEASE, lease_for=LEASE, limit=9) == []


def test_an_expired_lease_is_due_again_and_its_first_holder_is_fenced_off(store):
    written(store, a_notice(1))
    woken_late = claim_one(store)

    holder = claim_one(store, LATER + LEASE)

    assert holder.lease != woken_late.lease
    assert not store.settle(woken_late, state=DeliveryState.SENT, now=LATER + LEASE)
    assert store.outbox([DeliveryState.LEASED])[0][0] == holder
    assert store.settle(holder, state=DeliveryState.DEAD, now=LATER + LEASE)
    assert [line.outcome for line in store.attempts(holder.id)] == [None, DeliveryState.DEAD]


def test_a_lease_that_ran_out_untaken_still_settles_once(store):
    written(store, a_notice(1))
    held = claim_one(store)

    assert store.settle(held, state=DeliveryState.SENT, now=LATER + 2 * LEASE)
    assert not store.settle(held, state=DeliveryState.DEAD, now=LATER + 2 * LEASE)

    assert store.outbox([DeliveryState.DEAD]) == []


def test_the_last_resort_gets_a_message_once_all_its_deliveries_are_dead(store):
    written(store, an_intake(1))
    desk, mail = [out.delivery for out in store.claim(LATER, lease_for=LEASE, limit=9)]
    resort = replace(a_delivery(1), id="r1", message_id="message-1", target="resort")

    store.settle(desk, state=DeliveryState.DEAD, now=LATER, last_resort=resort)
    assert store.outbox([DeliveryState.PENDING]) == []

    store.settle(mail, state=DeliveryState.DEAD, now=LATER, last_resort=resort)
    assert [each.target for each, _ in store.outbox([DeliveryState.PENDING])] == ["resort"]


def test_the_last_resort_gets_nothing_that_anybody_took_or_may_still_take(store):
    written(store, an_intake(1))
    desk, mail = [out.delivery for out in store.claim(LATER, lease_for=LEASE, limit=9)]
    resort = replace(a_delivery(1), id="r1", message_id="message-1", target="resort")

    store.settle(desk, state=DeliveryState.SENT, now=LATER)
    store.settle(mail, state=DeliveryState.DEAD, now=LATER, last_resort=resort)

    assert store.outbox([DeliveryState.PENDING]) == []


def test_a_message_that_is_revived_and_dies_again_reaches_the_last_resort_once(store):
    written(store, a_notice(1))
    resort = replace(a_delivery(1), id="r1", target="resort")
    held = claim_one(store)

    store.settle(held, state=DeliveryState.DEAD, now=LATER, last_resort=resort)
    kept = claim_one(store)
    store.settle(kept, state=DeliveryState.SENT, now=LATER)
    assert store.revive([held.id], LATER) == 1
    store.settle(claim_one(store), state=DeliveryState.DEAD, now=LATER, last_resort=resort)

    assert [each.id for each, _ in store.outbox([DeliveryState.SENT])] == ["r1"]
    assert store.counts()["delivery"] == 2


def test_an_answer_that_was_lost_stands_in_the_delivery_log(store):
    written(store, a_notice(1))
    held = claim_one(store)

    store.settle(held, state=DeliveryState.PENDING, now=LATER, error="dropped", ambiguous=True)

    assert [(line.error, line.ambiguous) for line in store.attempts(held.id)] == [("dropped", True)]


def test_a_delivery_cannot_be_settled_as_leased(store):
    written(store, a_notice(1))

    with pytest.raises(StoreError, match="only a claim"):
        store.settle(claim_one(store), state=DeliveryState.LEASED, now=LATER)


def test_claimers_that_race_never_get_the_same_delivery(store, url):
    deliveries = 60
    written(store, *map(a_notice, range(deliveries)))
    other = open_store(url, exclusive=False)
    start = Barrier(4)

    def claim_all(mine):
        start.wait(timeout=10)
        taken = []
        while claimed := mine.claim(NOON + deliveries * MINUTE, lease_for=LEASE, limit=3):
            taken += [out.delivery.id for out in claimed]
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [id for part in pool.map(claim_all, [store, other] * 2) for id in part]
    other.close()

    assert len(taken) == len(set(taken)) == deliveries


def test_a_message_has_one_delivery_for_each_target(store):
    written(store, a_notice(1))
    twin = replace(a_delivery(1), id="another-id")

    written(store, Intake(cursor=None, messages=(a_message(1, alert_ids=()),), deliveries=(twin,)))

    assert store.counts()["delivery"] == 1


def test_alerts_come_newest_first_each_with_its_deliveries(store):
    written(store, an_intake(1), an_intake(2))
    store.settle(claim_one(store), state=DeliveryState.SENT, now=LATER)

    alerts = store.alerts(limit=2)

    assert [alert.id for alert, _ in alerts] == ["alert-2", "alert-1"]
    assert {(each.target, each.state) for each in alerts[1][1]} == {
        ("desk", DeliveryState.SENT),
        ("mail", DeliveryState.PENDING),
    }
    assert [alert.id for alert, _ in store.alerts(limit=1)] == ["alert-2"]
