"""What one poll brought -> articles for intake, what is true of the source now, and when to ask
again. One source, one write.

Not here: asking the server (fetch), and what becomes of the articles (intake.py).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from monitor.errors import ParseError, SandboxError
from monitor.model import (
    Cursor,
    Edition,
    Fetched,
    FetchFailed,
    Notice,
    NoticeKind,
    NotModified,
    Poll,
    Source,
)
from monitor.pipeline import truth
from monitor.pipeline.arrivals import Beside, Taken
from monitor.pipeline.desk import Desk
from monitor.pipeline.flood import gate_for
from monitor.pipeline.intake import take, take_poll
from monitor.pipeline.network import CONNECTION, Network, Turn
from monitor.pipeline.notices import network_back, no_network, notice_of
from monitor.ports import Sandbox, Store, Watch
from monitor.steps.identify import canonical
from monitor.steps.parse import read_source

MAX_ERROR = 400
"""Characters of a failure that are kept for people."""


class NextCheck(Protocol):
    """When to ask a source again. `cursor`: as it will be written, but for `next_check_at`."""

    def __call__(
        self, source: Source, poll: Poll, cursor: Cursor, *, now: datetime
    ) -> datetime: ...


class AfterMove(Protocol):
    """The cursor with what is known of a source's permanent redirects after this poll."""

    def __call__(self, source: Source, cursor: Cursor, poll: Poll) -> Cursor: ...


@dataclass(slots=True)
class PollDesk:
    """Settles polls, one at a time, on the deciding thread."""

    store: Store
    desk: Desk
    sandbox: Sandbox
    next_check: NextCheck
    watch: Watch
    after_move: AfterMove
    network: Network = field(default_factory=Network)

    def expect(self, due: Iterable[Source], now: datetime) -> None:
        """These are about to be asked; whether most of them fail tells of the network."""
        self.network.expect({source.id: source for source in due}, now)

    def settle(self, source: Source, cursor: Cursor, poll: Poll, now: datetime) -> None:
        """Take in what came, or count the failure. StoreError: nothing was written."""
        turn = self.network.hear(source, cursor, poll, now)
        match poll:
            case FetchFailed():
                self._count_failure(source, cursor, poll, turn, now)
            case NotModified():
                self._nothing_new(source, cursor, poll, turn, now)
            case Fetched() if digest_of(poll) == cursor.body_hash:
                self._nothing_new(source, cursor, poll, turn, now)
            case Fetched():
                self._take(source, cursor, poll, turn, now)
        self.network.settle(turn, now)

    # --- three ways a poll can end

    def _take(
        self, source: Source, cursor: Cursor, poll: Fetched, turn: Turn, now: datetime
    ) -> None:
        read = partial(read_source, canonical=canonical, now=now)
        try:
            edition = self.sandbox.call(read, source, poll)
        except (ParseError, SandboxError) as error:
            reason = "not-a-feed" if isinstance(error, ParseError) else "parser-killed"
            failed = FetchFailed(source.id, reason, str(error), now)
            self._count_failure(source, cursor, failed, turn, now)
            return
        following = read_anew(cursor, poll, edition, now)
        following, notices = self._judged(source, cursor, following, now)
        taken = take_poll(
            edition.articles,
            store=self.store,
            desk=self.desk,
            now=now,
            cursor=self._timed(source, poll, following, now),
            first_sight=not cursor.items,
            gate=gate_for(source, cursor, now),
            beside=self._beside(notices, turn, now),
        )
        tell(source, taken, self.watch)
        self._tell_notices(notices, turn)

    def _nothing_new(
        self,
        source: Source,
        cursor: Cursor,
        poll: Fetched | NotModified,
        turn: Turn,
        now: datetime,
    ) -> None:
        following = truth.unchanged(answered(cursor, now))
        following, notices = self._judged(source, cursor, following, now)
        self._write(self._timed(source, poll, following, now), notices, turn, now)
        self.watch.event("unchanged", source=source.id)
        self._tell_notices(notices, turn)

    def _count_failure(
        self, source: Source, cursor: Cursor, failed: FetchFailed, turn: Turn, now: datetime
    ) -> None:
        lost = turn is Turn.LOST or (self.network.is_lost and turn is not Turn.BACK)
        excused = lost and failed.reason in CONNECTION
        following = failed_once_more(cursor, failed, excused=excused)
        judgement = truth.after_failure(following, now, excused=excused)
        notices = notice_of(source, cursor, judgement, now)
        following = self._timed(source, failed, truth.judged(following, judgement, now), now)
        self._write(following, notices, turn, now)
        if not excused:
            self.watch.event(
                "failed",
                source=source.id,
                error=following.last_error,
                failures=following.failures,
                again=following.next_check_at,
            )
        self._tell_notices(notices, turn, following.last_error or "")

    # --- what all of them write

    def _judged(
        self, source: Source, before: Cursor, following: Cursor, now: datetime
    ) -> tuple[Cursor, tuple[Notice, ...]]:
        judgement = truth.after_answer(following, now)
        notices = notice_of(source, before, judgement, now)
        return truth.judged(following, judgement, now), notices

    def _timed(self, source: Source, poll: Poll, cursor: Cursor, now: datetime) -> Cursor:
        """Last of all, for when to come back depends on everything else that is remembered."""
        moved = self.after_move(source, cursor, poll)
        return replace(moved, next_check_at=self.next_check(source, poll, moved, now=now))

    def _write(
        self, cursor: Cursor, notices: tuple[Notice, ...], turn: Turn, now: datetime
    ) -> None:
        """Promise 2: a poll that brought nothing touches the cursor alone, unless it has news of
        the source itself."""
        beside = self._beside(notices, turn, now, cursor.last_error or "")
        if beside.notices or beside.remembered:
            take([], store=self.store, desk=self.desk, cursor=cursor, beside=beside)
        else:
            self.store.put_cursor(cursor)

    def _beside(
        self, notices: tuple[Notice, ...], turn: Turn, now: datetime, error: str = ""
    ) -> Beside:
        if turn is Turn.NONE:
            return Beside(notices)
        if turn is Turn.LOST:
            told = no_network(*self.network.numbers(), error, now)
            return Beside((*notices, told), Network(now).memory())
        told = network_back(self.network.since or now, now)
        return Beside((*notices, told), Network(None).memory())

    def _tell_notices(self, notices: Iterable[Notice], turn: Turn, error: str = "") -> None:
        for notice in notices:
            self.watch.event(notice.kind, source=notice.subject, because=notice.lines[0])
        if turn is Turn.LOST:
            failed, asked = self.network.numbers()
            self.watch.event(
                NoticeKind.NO_NETWORK,
                failed=failed,
                asked=asked,
                error=error,
                explains=sorted(CONNECTION),
            )
        elif turn is Turn.BACK:
            self.watch.event(NoticeKind.NETWORK_BACK, since=self.network.since)


# --- cursors -----------------------------------------------------------------------------------


def answered(cursor: Cursor, now: datetime) -> Cursor:
    return replace(cursor, last_success_at=now, failures=0, last_error=None)


def failed_once_more(cursor: Cursor, failed: FetchFailed, *, excused: bool) -> Cursor:
    """Without a network the count stands still: it would send every source to wait for a day, and
    call it broken at its first slip afterwards."""
    failures = max(cursor.failures, 1) if excused else cursor.failures + 1
    error = f"{failed.reason}: {failed.detail}"[:MAX_ERROR]
    return replace(cursor, failures=failures, last_error=error)


def read_anew(cursor: Cursor, poll: Fetched, edition: Edition, now: datetime) -> Cursor:
    following = replace(
        answered(cursor, now),
        etag=poll.etag,
        last_modified=poll.last_modified,
        body_hash=digest_of(poll),
        first_seen_at=cursor.first_seen_at or now,
        ttl_seconds=edition.ttl_seconds,
        skip_hours=edition.skip_hours,
        skip_days=edition.skip_days,
    )
    return truth.with_items(following, edition.articles)


def digest_of(poll: Fetched) -> str:
    return hashlib.sha256(poll.body).hexdigest()


# --- events ------------------------------------------------------------------------------------


def tell(source: Source, taken: Sequence[Taken], watch: Watch) -> None:
    """One event for the source, one for a flood, one for each change that the ledger made."""
    held = sum(one.held for one in taken)
    watch.event(
        "polled",
        source=source.id,
        articles=len(taken),
        fresh=sum(one.record is not None for one in taken),
        changes=sum(len(one.changes) for one in taken),
        alerts=sum(len(one.alerts) for one in taken),
    )
    if held:
        relevant = sum(one.relevant for one in taken if one.held)
        watch.event(NoticeKind.FLOOD, source=source.id, held=held, relevant=relevant)
    tell_changes(taken, watch)


def tell_changes(taken: Sequence[Taken], watch: Watch) -> None:
    for change, alerts in [(change, one.alerts) for one in taken for change in one.changes]:
        watch.event(
            "changed",
            who=change.actor,
            topic=change.topic,
            before=change.before,
            after=change.after,
            reason=change.reason,
            quote=change.quote.text,
            rules=[alert.rule_id for alert in alerts if alert.change.id == change.id],
        )
