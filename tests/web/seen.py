"""Glances and standings for the window's tests, in the words of no field."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from monitor.model import (
    Alert,
    Certainty,
    Change,
    Condition,
    Cursor,
    Delivery,
    DeliveryState,
    Measure,
    Position,
    Quote,
    Source,
    SourceKind,
    Tier,
    Waiting,
)
from monitor.web.lookout import Glance, Standing
from tests.store.made import NOON, a_change, a_delivery, an_alert

HOUR = timedelta(hours=1)


def a_source(number: int, *, title: str = "Gazette", url: str = "https://news.example/") -> Source:
    return Source(
        id=f"source-{number}",
        url=url,
        kind=SourceKind.FEED,
        tier=Tier.PRESS,
        newsroom="Gazette",
        language="en",
        interval=HOUR,
        title=title,
    )


def a_cursor(number: int, condition: Condition, *, error: str | None = None) -> Cursor:
    return Cursor(
        f"source-{number}",
        NOON + HOUR,
        last_success_at=NOON - HOUR,
        condition=condition,
        condition_since=NOON - HOUR,
        last_error=error,
    )


def waiting(
    state: DeliveryState, *, age: timedelta, target: str = "team", count: int = 1
) -> Waiting:
    return Waiting(target, state, 1, NOON - age)


def told(number: int, *states: DeliveryState) -> tuple[Alert, list[Delivery]]:
    """An alert and its deliveries to `desk`."""
    deliveries = [
        replace(a_delivery(number), state=state, target=f"desk:{place}@post.example")
        for place, state in enumerate(states)
    ]
    return an_alert(number), deliveries


def a_glance(
    *conditions: Condition,
    waiting: Sequence[Waiting] = (),
    latest: Sequence[tuple[Alert, list[Delivery]]] = (),
) -> Glance:
    return Glance(
        at=NOON,
        sources=[
            (a_source(number), a_cursor(number, condition))
            for number, condition in enumerate(conditions)
        ],
        waiting=list(waiting),
        held={},
        latest=list(latest),
    )


def a_position(number: int, *, quote: str = "wants a ban", url: str = "") -> Position:
    return Position(
        actor="bank",
        topic=f"topic-{number}",
        stance="prohibit",
        certainty=Certainty.REPORTED,
        since=NOON - number * HOUR,
        last_said=NOON,
        quote=Quote(quote, 0, len(quote)),
        sources=(url or f"https://news.example/{number}",),
        origins=("Gazette",),
    )


def a_measure(number: int, *, quote: str = "passed", url: str = "") -> Measure:
    return Measure(
        id=f"measure-{number}",
        topic="trading",
        body="lower-house",
        stage="first-reading",
        effect="restrict",
        certainty=Certainty.CONFIRMED,
        since=NOON - number * HOUR,
        last_said=NOON,
        quote=Quote(quote, 0, len(quote)),
        sources=(url or f"https://news.example/{number}",),
        origins=("Gazette",),
        number=f"No-{number}",
    )


def a_turn(number: int, *, quote: str = "wants a ban", url: str = "") -> Change:
    change = a_change(number)
    evidence = replace(change.evidence, url=url or change.evidence.url)
    return replace(change, quote=Quote(quote, 0, len(quote)), evidence=evidence)


def nothing_known() -> Standing:
    return Standing([], [], [], [])
