"""Our side of mail.py: the outbox of a service, emptied as `monitor run` empties it."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from bench.meter import Meter
from monitor.app import App
from monitor.cli.opening import opened
from monitor.clock import utcnow
from monitor.model import (
    Alert,
    Certainty,
    Change,
    ChangeKind,
    Delivery,
    DeliveryState,
    Evidence,
    Intake,
    Message,
    Quote,
    Reason,
    Severity,
    Tier,
)
from monitor.steps.render import compose

SAID = datetime(2026, 1, 12, 9, tzinfo=UTC)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--result", type=Path, required=True)
    asked.add_argument("--mails", type=int, required=True)
    given = asked.parse_args()
    with opened(exclusive=True) as app:
        fill(app, given.mails)
        meter = Meter()
        app.deliver_due(utcnow())
        measured = meter.read()
        sent = given.mails - len(app.store.outbox({DeliveryState.PENDING}))
    given.result.write_text(json.dumps({**measured, "sent": sent}))


def fill(app: App, mails: int) -> None:
    """As many messages on their way as an intake would have left there."""
    (target,) = app.channels
    messages = tuple(compose((alert(turn),), created_at=utcnow()) for turn in range(mails))
    with app.store.deciding() as deciding:
        deciding.write(
            Intake(
                cursor=None,
                messages=tuple(
                    Message(one.id, (), one.body, one.digest, one.created_at) for one in messages
                ),
                deliveries=tuple(on_its_way(one, target) for one in messages),
            )
        )


def on_its_way(message: Message, target: str) -> Delivery:
    return Delivery(
        id=f"d{message.id}",
        message_id=message.id,
        target=target,
        state=DeliveryState.PENDING,
        attempts=0,
        next_attempt_at=message.created_at,
    )


def alert(turn: int) -> Alert:
    return Alert(
        id=f"al{turn}",
        rule_id="bench",
        rule_title="A body changes sides",
        severity=Severity.NORMAL,
        change=change(turn),
        why="The board decides who may moor.",
        channels=("desk",),
        title=f"Board drops objection number {turn}",
        newsroom="Harbour News",
    )


def change(turn: int) -> Change:
    return Change(
        id=f"c{turn}",
        kind=ChangeKind.STANCE,
        actor="harbour-board",
        topic="mooring",
        before="restrict",
        after="regulate",
        reason=Reason.REVERSAL,
        certainty=Certainty.REPORTED,
        background=False,
        quote=Quote("The board now wants to license mooring.", 0, 39),
        statement_id=f"st{turn}",
        evidence=Evidence(
            article_id=f"a{turn}",
            url=f"https://harbour.example/{turn}",
            story=f"s{turn}",
            origin="Harbour News",
            tier=Tier.PRESS,
            official=False,
            said_at=SAID,
            learnt_at=SAID,
        ),
    )
