"""claim from the outbox > render > send > settle in the delivery log.

One thread claims and settles; senders only send. A target's deliveries go one after another, the
oldest message first, so a target that is down costs two attempts a round and delays nobody else. At
least once: what is not settled, because the process died, comes back when its lease ends.

What no target took at all goes to the last resort, as one more delivery. What goes wrong here is
told in the delivery log, never through a channel: that would be told of its own failure for ever.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from queue import SimpleQueue

from monitor.errors import RenderError, SendError
from monitor.model import Delivery, DeliveryState, Message, Outgoing, Rendered
from monitor.ports import Channel, Channels, Store
from monitor.steps.render import render, render_bare

MOST_SENDERS = 8
DEADLINE = timedelta(seconds=30)
"""For one attempt at one target, connection and answer together."""
LEASE = timedelta(minutes=5)
ROUND = 200
"""Deliveries claimed at once; what is due beyond that is taken by the next round."""
TURN = 20
"""Of these to one target: after days of absence its queue, at the target's own rate, holds up a
round by some 20 s and not by minutes."""
ENOUGH = 2
"""One failure may be the message's fault; so many in a row are the target's."""
LEFT_ALONE = timedelta(minutes=1)
"""After so many failures; then the oldest message that is due tries again."""
RESORT = "last-resort"
"""Name of the target that takes what all others refused."""

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_HOLD = timedelta(hours=24)
"""What a target may ask for with Retry-After."""
GIVE_UP_AFTER = timedelta(days=5)
GIVE_UP_ATTEMPTS = 5
"""A message is old (RFC 5321, 4.5.4.1: four to five days) AND was tried this often before it is
given up: after a week's power cut the first failure is not the end."""


class Fate(StrEnum):
    """What became of a delivery in this round."""

    SENT = "sent"
    RETRY = "retry"
    HELD = "held"
    """Not tried: its target failed just before, or the lease was nearly over."""
    DEAD = "dead"
    LOST = "lost"
    """Another process holds it by now; nothing was written."""


@dataclass(frozen=True, slots=True)
class Settled:
    delivery_id: str
    target: str
    fate: Fate
    reason: str = ""
    ambiguous: bool = False
    """The target may have taken it although it counts as failed."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    settled: tuple[Settled, ...] = ()

    def count(self, fate: Fate) -> int:
        return sum(each.fate is fate for each in self.settled)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What an attempt asks to be written. `wait` is until the next one."""

    fate: Fate
    reason: str = ""
    wait: timedelta | None = None
    ambiguous: bool = False
    asked_to_wait: bool = False
    """By the target: whatever else is on its way to it has to wait as well."""
    leave_alone: timedelta | None = None
    """For so long nothing more is tried with this target."""


Jitter = Callable[[], float]
"""Gives numbers from 0 to 1."""
Holds = dict[str, datetime]
"""Target -> until when nothing is claimed for it: what is made meanwhile must wait too. Lost with
the process, which costs one attempt more."""
Results = SimpleQueue[tuple[Outgoing, _Verdict]]


def deliver_due(
    store: Store,
    channels: Channels,
    *,
    now: datetime,
    resort: Channel | None = None,
    holds: Holds | None = None,
    deadline: timedelta = DEADLINE,
    lease: timedelta = LEASE,
    jitter: Jitter = random.random,
) -> DeliveryReport:
    """Try each delivery that is due once, and say what became of it. Raises only StoreError.

    `resort` takes the messages that every target refused; without it they are only dead. `holds`
    is the caller's, to be handed in again at the next round.
    """
    began = time.monotonic()
    holds = {} if holds is None else holds
    _lift(holds, now)
    claimed = store.claim(now, lease_for=lease, limit=ROUND, per_target=TURN, but_not=holds)
    if not claimed:
        return DeliveryReport()
    if resort:
        channels = {**channels, RESORT: resort}
    counter = _Counter(store, now, began, holds, has_resort=resort is not None)
    results: Results = SimpleQueue()
    queues = _by_target(claimed)
    latest_start = began + (lease - deadline).total_seconds()
    senders = {
        target: _Sender(channels.get(target), target, now, deadline, latest_start, jitter)
        for target in queues
    }
    settled = []
    with ThreadPoolExecutor(min(MOST_SENDERS, len(queues)), "send") as threads:
        try:
            for target, waiting in queues.items():
                threads.submit(senders[target].work, waiting, results)
            for _ in claimed:
                settled.append(counter.settle(*results.get()))
                senders[settled[-1].target].go_on.put(True)
        finally:
            for sender in senders.values():
                sender.go_on.put(False)
    return DeliveryReport(tuple(settled))


def backoff(attempts: int, jitter: float) -> timedelta:
    """Wait after the nth failed attempt: 30 s, doubled each time up to an hour, less up to a
    quarter, so that targets that failed together do not come back together."""
    doubled = FIRST_WAIT * (1 << min(max(attempts, 1) - 1, 20))
    return min(doubled, LONGEST_WAIT) * (1 - jitter / 4)


def _by_target(claimed: Sequence[Outgoing]) -> dict[str, list[Outgoing]]:
    queues: dict[str, list[Outgoing]] = defaultdict(list)
    for outgoing in claimed:
        queues[outgoing.delivery.target].append(outgoing)
    return queues


def _lift(holds: Holds, now: datetime) -> None:
    """Those that are over, and those that no target can have asked for: the clock was set back."""
    for target, until in list(holds.items()):
        if not now < until <= now + LONGEST_HOLD:
            del holds[target]


@dataclass(frozen=True, slots=True)
class _Counter:
    """Where attempts come back to: writes what became of each."""

    store: Store
    now: datetime
    began: float
    holds: Holds
    has_resort: bool

    def settle(self, outgoing: Outgoing, verdict: _Verdict) -> Settled:
        # Sending took time: a wait of 30 s counts from now, not from when the round began.
        at = self.now + timedelta(seconds=time.monotonic() - self.began)
        delivery = outgoing.delivery
        held = self.store.settle(
            delivery,
            state=_STATES[verdict.fate],
            now=at,
            next_attempt_at=at + verdict.wait if verdict.wait is not None else None,
            error=verdict.reason or None,
            ambiguous=verdict.ambiguous,
            last_resort=self._last_resort(delivery, verdict),
        )
        if verdict.leave_alone is not None:
            self.holds[delivery.target] = at + verdict.leave_alone
        fate = verdict.fate if held else Fate.LOST
        return Settled(delivery.id, delivery.target, fate, verdict.reason, verdict.ambiguous)

    def _last_resort(self, delivery: Delivery, verdict: _Verdict) -> Delivery | None:
        if verdict.fate is not Fate.DEAD or not self.has_resort:
            return None
        return Delivery(
            id=f"{delivery.message_id}-{RESORT}",
            message_id=delivery.message_id,
            target=RESORT,
            state=DeliveryState.PENDING,
            attempts=0,
            next_attempt_at=self.now,  # as old as this round: the next one takes it at once
        )


_STATES = {
    Fate.SENT: DeliveryState.SENT,
    Fate.RETRY: DeliveryState.PENDING,
    Fate.HELD: DeliveryState.PENDING,
    Fate.DEAD: DeliveryState.DEAD,
}


@dataclass(frozen=True, slots=True)
class _Sender:
    """Works through one target's queue, oldest first."""

    channel: Channel | None
    target: str
    now: datetime
    deadline: timedelta
    latest_start: float
    """By time.monotonic: what starts later could outlive its lease and be sent twice."""
    jitter: Jitter
    go_on: SimpleQueue[bool] = field(default_factory=SimpleQueue)
    """Told after each settling. What is sent ahead of it would be sent again after a kill, and all
    of it after a settling that failed."""

    def work(self, waiting: Sequence[Outgoing], results: Results) -> None:
        """Puts one verdict for each; never raises, for a lost verdict would stop the round."""
        for verdict in self._verdicts(waiting):
            results.put(verdict)
            if not self.go_on.get():
                break
        if self.channel is not None:
            self.channel.rest()

    def _verdicts(self, waiting: Sequence[Outgoing]) -> Iterator[tuple[Outgoing, _Verdict]]:
        failed, held = 0, None
        for outgoing in waiting:
            verdict = held or self._verdict(outgoing)
            failed = failed + 1 if verdict.fate is Fate.RETRY else 0
            if failed == ENOUGH or verdict.asked_to_wait:
                verdict = _left_alone(verdict)
                held = _held(verdict)
            yield outgoing, verdict

    def _verdict(self, outgoing: Outgoing) -> _Verdict:
        if self.channel is None:
            return _Verdict(Fate.DEAD, _no_target(self.target))
        if time.monotonic() > self.latest_start:
            return _Verdict(Fate.HELD, "not tried: the lease is nearly over", timedelta(0))
        try:
            return self._attempt(self.channel, outgoing)
        except SendError as error:
            return self._refused(outgoing, error)
        except Exception as error:
            # A bug in a channel or its library. Only the type: its text may hold an address.
            return self._refused(outgoing, SendError(f"unexpected {type(error).__name__}"))

    def _attempt(self, channel: Channel, outgoing: Outgoing) -> _Verdict:
        rendered, damage = _render(outgoing.message, channel)
        channel.send(rendered, delivery_id=outgoing.delivery.id, deadline=self.deadline)
        if damage:
            return _Verdict(Fate.DEAD, f"{damage}; a bare notice was sent instead")
        return _Verdict(Fate.SENT)

    def _refused(self, outgoing: Outgoing, error: SendError) -> _Verdict:
        if error.permanent:
            return _Verdict(Fate.DEAD, error.reason, ambiguous=error.ambiguous)
        attempts = outgoing.delivery.attempts
        if _is_over(outgoing.message, attempts, self.now):
            reason = f"given up after {attempts} attempts: {error.reason}"
            return _Verdict(Fate.DEAD, reason, ambiguous=error.ambiguous)
        if error.retry_after is not None:
            # It lives and says when: what doubles is for targets that say nothing.
            wait = min(max(FIRST_WAIT, error.retry_after), LONGEST_HOLD)
            return _Verdict(Fate.RETRY, error.reason, wait, error.ambiguous, asked_to_wait=True)
        wait = backoff(attempts, self.jitter())
        return _Verdict(Fate.RETRY, error.reason, wait, error.ambiguous)


def _left_alone(verdict: _Verdict) -> _Verdict:
    wait = verdict.wait or FIRST_WAIT
    return replace(verdict, leave_alone=wait if verdict.asked_to_wait else min(wait, LEFT_ALONE))


def _held(verdict: _Verdict) -> _Verdict:
    reason = f"not tried: the target failed just before ({verdict.reason})"
    return _Verdict(Fate.HELD, reason, verdict.wait)


def _render(message: Message, channel: Channel) -> tuple[Rendered, str]:
    """The message for this channel; where it cannot be laid out, a bare notice and the reason."""
    try:
        return render(message, channel.kind), ""
    except RenderError as error:
        return render_bare(message), str(error)
    except Exception as error:
        # A bug in a layout must cost this message its looks, not the queue its progress.
        return render_bare(message), f"message {message.id}: {type(error).__name__} in its layout"


def _is_over(message: Message, attempts: int, now: datetime) -> bool:
    return attempts >= GIVE_UP_ATTEMPTS and now - message.created_at >= GIVE_UP_AFTER


def _no_target(target: str) -> str:
    return (
        f"no channel bears the name {target}: put it back into channels.yaml, "
        "or take it out of the alert rules that name it"
    )
