"""Tries a channel's targets with a message that is marked as a test. Nothing of it is kept: no
alert, no row of the outbox.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.errors import SendError
from monitor.model import ChannelKind, Message, Notice, NoticeKind
from monitor.ports import Channel
from monitor.steps.render import compose_notice, render

DEADLINE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Tried:
    """What one target made of the test message."""

    target: str
    kind: ChannelKind
    took_it: bool
    answer: str
    """Its own words, secrets hidden."""


def try_out(
    name: str, targets: Iterable[Channel], *, now: datetime, deadline: timedelta = DEADLINE
) -> list[Tried]:
    """Send the test message of the channel `name` once to each of its targets."""
    message = trial_message(name, now)
    return [_try(message, target, deadline) for target in targets]


def trial_message(channel: str, now: datetime) -> Message:
    return compose_notice(
        Notice(
            kind=NoticeKind.TEST,
            subject=channel,
            title=f"Test of the channel {channel}: nothing has changed",
            lines=(
                "Somebody asked for this message with `monitor send-test`.",
                "Alerts for this channel arrive here, in the same way.",
            ),
            at=now,
        )
    )


def _try(message: Message, target: Channel, deadline: timedelta) -> Tried:
    rendered = render(message, target.kind)
    try:
        answer = target.send(rendered, delivery_id=message.id, deadline=deadline)
    except SendError as error:
        return Tried(target.name, target.kind, took_it=False, answer=error.reason)
    finally:
        target.rest()
    return Tried(target.name, target.kind, took_it=True, answer=answer)
