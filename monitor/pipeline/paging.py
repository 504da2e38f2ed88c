"""The page of an article came, or did not -> a later version of the article. One page, one write.

Not here: which articles lack their text, and when to try again (pages.py); fetching (fetch).
"""

from dataclasses import dataclass
from datetime import datetime

from monitor.errors import ParseError, SandboxError
from monitor.model import ArticleRecord, Fetched, FetchFailed, TextDue
from monitor.pipeline.arrivals import Beside
from monitor.pipeline.desk import Desk
from monitor.pipeline.intake import take
from monitor.pipeline.pages import asked_again, is_of_page, page_arrival
from monitor.pipeline.polling import tell_changes
from monitor.ports import Sandbox, Store, Watch
from monitor.steps.parse import read_page_text

AT_ONCE = 50
"""Pages asked for in one look; what is due beyond that is found by the next."""


@dataclass(frozen=True, slots=True)
class PageDesk:
    """Settles pages, one at a time, on the deciding thread."""

    store: Store
    desk: Desk
    sandbox: Sandbox
    watch: Watch

    def due(self, now: datetime) -> list[TextDue]:
        return self.store.texts_due(now, limit=AT_ONCE)

    def settle(self, due: TextDue, answer: Fetched | FetchFailed, now: datetime) -> None:
        """Take in the page, ask again later, or give up. StoreError: nothing was written."""
        if isinstance(answer, FetchFailed):
            self._put_off(due, answer, now)
            return
        try:
            text = self.sandbox.call(read_page_text, answer)
        except (ParseError, SandboxError) as error:
            self._end(due, f"no-text: {error}")
        else:
            self._take(due, text, now)

    def _take(self, due: TextDue, text: str, now: datetime) -> None:
        record = self._summary(due)
        arrivals = [page_arrival(record, text, now)] if record else []
        done = Beside(texts_done=(due.article_id,))
        taken = take(arrivals, store=self.store, desk=self.desk, beside=done)
        self.watch.event(
            "page-read",
            source=due.source_id,
            article=due.article_id,
            characters=len(text),
            added=sum(len(one.statements) for one in taken),
            alerts=sum(len(one.alerts) for one in taken),
        )
        tell_changes(taken, self.watch)

    def _summary(self, due: TextDue) -> ArticleRecord | None:
        """The article as its source has it now; None where it was purged or its page was read."""
        with self.store.deciding() as deciding:
            stored = deciding.versions_of(due.article_id)
        if not stored or any(is_of_page(record) or record.held for record in stored):
            return None
        return stored[-1]

    def _put_off(self, due: TextDue, failed: FetchFailed, now: datetime) -> None:
        again = asked_again(due, failed, now)
        if again is None:
            self._end(due, f"{failed.reason}: {failed.detail}")
            return
        beside = Beside(texts_due=(again,))
        take([], store=self.store, desk=self.desk, beside=beside)
        if again.tries > due.tries:
            self.watch.event(
                "page-failed",
                source=due.source_id,
                article=due.article_id,
                error=again.last_error,
                again=again.due_at,
            )

    def _end(self, due: TextDue, error: str) -> None:
        done = Beside(texts_done=(due.article_id,))
        take([], store=self.store, desk=self.desk, beside=done)
        self.watch.event("page-given-up", source=due.source_id, article=due.article_id, error=error)
