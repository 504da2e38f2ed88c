"""What one poll brought -> articles for intake, and when to ask again. One source, one write.

Not here: asking the server (fetch), and what becomes of the articles (intake.py).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from monitor.errors import ParseError, SandboxError
from monitor.model import Article, Cursor, Fetched, FetchFailed, NotModified, Poll, Source
from monitor.pipeline.desk import Desk
from monitor.pipeline.intake import Taken, take_poll
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


@dataclass(frozen=True, slots=True)
class PollDesk:
    """Settles polls, one at a time."""

    store: Store
    desk: Desk
    sandbox: Sandbox
    next_check: NextCheck
    watch: Watch

    def settle(self, source: Source, cursor: Cursor, poll: Poll, now: datetime) -> None:
        """Take in what came, or count the failure. StoreError: nothing was written."""
        match poll:
            case FetchFailed():
                self._count_failure(source, cursor, poll, now)
            case NotModified():
                self._nothing_new(source, cursor, poll, now)
            case Fetched() if digest_of(poll) == cursor.body_hash:
                self._nothing_new(source, cursor, poll, now)
            case Fetched():
                self._take(source, cursor, poll, now)

    def _take(self, source: Source, cursor: Cursor, poll: Fetched, now: datetime) -> None:
        read = partial(read_source, canonical=canonical, now=now)
        try:
            edition = self.sandbox.call(read, source, poll)
        except (ParseError, SandboxError) as error:
            reason = "not-a-feed" if isinstance(error, ParseError) else "parser-killed"
            self._count_failure(
                source, cursor, FetchFailed(source.id, reason, str(error), now), now
            )
            return
        taken = take_poll(
            edition.articles,
            store=self.store,
            desk=self.desk,
            now=now,
            cursor=self._read(source, cursor, poll, edition.articles, now),
            first_sight=cursor.first_seen_at is None,
        )
        tell(source, taken, self.watch)

    def _nothing_new(
        self, source: Source, cursor: Cursor, poll: Fetched | NotModified, now: datetime
    ) -> None:
        self.store.put_cursor(self._timed(source, poll, answered(cursor, now), now))
        self.watch.event("unchanged", source=source.id)

    def _count_failure(
        self, source: Source, cursor: Cursor, failed: FetchFailed, now: datetime
    ) -> None:
        failures = cursor.failures + 1
        error = f"{failed.reason}: {failed.detail}"[:MAX_ERROR]
        following = self._timed(
            source, failed, replace(cursor, failures=failures, last_error=error), now
        )
        self.store.put_cursor(following)
        self.watch.event(
            "failed",
            source=source.id,
            error=following.last_error,
            failures=failures,
            again=following.next_check_at,
        )

    # --- cursors

    def _timed(self, source: Source, poll: Poll, cursor: Cursor, now: datetime) -> Cursor:
        """Last of all, for when to come back depends on everything else that is remembered."""
        return replace(cursor, next_check_at=self.next_check(source, poll, cursor, now=now))

    def _read(
        self,
        source: Source,
        cursor: Cursor,
        poll: Fetched,
        articles: Sequence[Article],
        now: datetime,
    ) -> Cursor:
        dates = [article.published_at for article in articles if article.published_at]
        newest = max([*dates, *filter(None, [cursor.newest_item_at])], default=None)
        following = replace(
            answered(cursor, now),
            etag=poll.etag,
            last_modified=poll.last_modified,
            body_hash=digest_of(poll),
            first_seen_at=cursor.first_seen_at or now,
            newest_item_at=newest,
        )
        return self._timed(source, poll, following, now)


def answered(cursor: Cursor, now: datetime) -> Cursor:
    return replace(cursor, last_success_at=now, failures=0, last_error=None)


def digest_of(poll: Fetched) -> str:
    return hashlib.sha256(poll.body).hexdigest()


def tell(source: Source, taken: Sequence[Taken], watch: Watch) -> None:
    """One event for the source, one for each change that the ledger made."""
    changes = [(change, one.alerts) for one in taken for change in one.changes]
    watch.event(
        "polled",
        source=source.id,
        articles=len(taken),
        fresh=sum(one.record is not None for one in taken),
        changes=len(changes),
        alerts=sum(len(one.alerts) for one in taken),
    )
    for change, alerts in changes:
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
