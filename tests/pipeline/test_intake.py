"""One poll is one write: what an article does to the ledger, who hears of it, what a rerun adds."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.errors import StoreError
from monitor.model import (
    Article,
    Change,
    Cursor,
    DeliveryState,
    Outcome,
    Reason,
    Tier,
    Verdict,
)
from monitor.pipeline.desk import Desk
from monitor.pipeline.intake import Arrival, Taken, oldest_first, take, take_poll
from monitor.steps.ledger import Silence
from monitor.store import SqlStore
from tests.pipeline.builders import NOW, PhraseReader, a_store, article, desk, rule

BAN = "The bank prohibits mining."
TURN = "The bank promotes mining."


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with a_store() as opened:
        yield opened


def polled(
    store: SqlStore,
    *articles: Article,
    at: Desk | None = None,
    first_sight: bool = False,
    hours: float = 0,
) -> list[Taken]:
    now = NOW + timedelta(hours=hours)
    cursor = Cursor("feed", next_check_at=now + timedelta(hours=1), etag=f'"{hours}"')
    return take_poll(
        articles,
        store=store,
        desk=at or desk(),
        now=now,
        cursor=cursor,
        first_sight=first_sight,
    )


def changes(taken: list[Taken]) -> list[Change]:
    return [change for one in taken for change in one.changes]


# --- one write ---------------------------------------------------------------------------------


def test_a_change_its_alert_its_message_and_its_deliveries_are_written_with_the_cursor(
    store: SqlStore,
) -> None:
    # given two targets
    at = desk(targets={"desk": ("first@a.example", "second@a.example")})

    # when an article brings a first stance
    polled(store, article("one", BAN), at=at)

    # then everything stands
    [told] = store.changes()
    assert (told.actor, told.topic, told.after, told.reason) == (
        "bank",
        "mining",
        "prohibit",
        Reason.FIRST,
    )
    [(alert, deliveries)] = store.alerts()
    assert alert.change == told
    assert {delivery.target for delivery in deliveries} == {"first@a.example", "second@a.example"}
    assert {delivery.state for delivery in deliveries} == {DeliveryState.PENDING}
    assert store.cursors()["feed"].etag == '"0"'


def test_a_rerun_of_the_same_poll_adds_nothing_and_reads_nothing(store: SqlStore) -> None:
    reader = PhraseReader()
    at = desk(reader=reader)
    polled(store, article("one", BAN), article("two", TURN), at=at)
    before = store.counts()

    again = polled(store, article("one", BAN), article("two", TURN), at=at, hours=1)

    assert store.counts() == before
    assert len(reader.read_so_far) == 2
    assert {one.verdict for one in again} == {Verdict.KNOWN}


class Overheard:
    """A store, and what of the ledger is read back from it: pairs, and articles."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.pairs: set[tuple[str, str]] = set()
        self.articles: set[str] = set()

    @contextmanager
    def deciding(self) -> Iterator["Overheard"]:
        with self._store.deciding() as self._deciding:
            yield self

    def statements(self, since: Mapping[tuple[str, str], datetime | None]) -> Any:
        self.pairs |= since.keys()
        return self._deciding.statements(since)

    def statements_of(self, article_ids: Collection[str]) -> Any:
        self.articles |= set(article_ids)
        return self._deciding.statements_of(article_ids)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._deciding, name)


def test_of_a_poll_the_ledger_is_read_for_what_is_new_and_what_was_edited(store: SqlStore) -> None:
    # given items that the source brings again and again
    known = article("known", "The ministry prohibits mining.")
    polled(store, known, article("edited", BAN))

    # when one of them is edited and another is new
    overheard = Overheard(store)
    new = article("new", "The ministry promotes payments.")
    taken = polled(overheard, known, article("edited", TURN), new, hours=1)  # type: ignore[arg-type]

    # then what the others say is left alone
    assert [change.actor for change in changes(taken)] == ["ministry", "bank"]
    assert overheard.articles == {"edited"}
    assert overheard.pairs == {("bank", "mining"), ("ministry", "payments")}


class Breaks(PhraseReader):
    def read(self, article: Article):  # type: ignore[no-untyped-def]
        if "broken" in article.id:
            raise StoreError("the disk is full")
        return super().read(article)


def test_what_fails_leaves_the_store_as_it_was(store: SqlStore) -> None:
    before = store.counts()

    with pytest.raises(StoreError):
        polled(store, article("one", BAN), article("broken", TURN), at=desk(reader=Breaks()))

    assert store.counts() == before


def test_articles_of_one_poll_see_one_another(store: SqlStore) -> None:
    # given one poll, newest first, that holds a stance, its opposite, and the first one again
    taken = polled(
        store,
        article("three", BAN, published_at=NOW - timedelta(hours=1)),
        article("two", TURN, published_at=NOW - timedelta(hours=2)),
        article("one", BAN, published_at=NOW - timedelta(hours=3)),
    )

    assert [change.reason.value for change in changes(taken)] == ["first", "reversal", "reversal"]


def test_the_oldest_item_is_decided_first_and_each_is_learnt_in_its_turn() -> None:
    listed = [
        article("undated", BAN, published_at=None),
        article("new", BAN, published_at=NOW - timedelta(hours=1)),
        article("below", BAN, published_at=NOW - timedelta(hours=1)),
    ]

    ordered = oldest_first(listed, NOW)

    assert [one.id for one in ordered] == ["below", "new", "undated"]
    learnt = [one.arrived_at for one in ordered]
    assert learnt == sorted(set(learnt))


# --- first sight -------------------------------------------------------------------------------


def test_the_archive_of_a_new_source_is_baseline_and_its_news_is_news(store: SqlStore) -> None:
    polled(store, article("known", "The ministry regulates payments."))

    taken = polled(
        store,
        article("old", BAN, published_at=NOW - timedelta(hours=25)),
        article("undated", "The bank restricts payments.", published_at=None),
        article("young", "The ministry promotes mining.", published_at=NOW - timedelta(hours=23)),
        first_sight=True,
    )

    assert {one.topic + " " + one.actor: one.reason.value for one in changes(taken)} == {
        "mining bank": "baseline",
        "payments bank": "baseline",
        "mining ministry": "first",
    }
    assert [alert.change.actor for one in taken for alert in one.alerts] == ["ministry"]
    assert {decision.outcome for one in taken for decision in one.decisions if not one.alerts} == {
        Outcome.BASELINE
    }


def test_without_a_ledger_even_young_items_are_baseline(store: SqlStore) -> None:
    [taken] = polled(store, article("young", BAN), first_sight=True)

    assert [change.reason for change in taken.changes] == [Reason.BASELINE]
    assert taken.alerts == []


# --- versions and reprints ---------------------------------------------------------------------


def test_an_edited_article_adds_and_takes_back_and_repeats_nothing(store: SqlStore) -> None:
    polled(store, article("one", f"{BAN} The ministry regulates payments."))

    # when a later version drops one statement, keeps one and adds one
    [taken] = polled(
        store,
        article("one", "The ministry regulates payments. The ministry promotes mining."),
        hours=2,
    )

    # then the kept one is not said twice, and the dropped one has no force
    assert taken.verdict is Verdict.KNOWN
    assert [(found.because.value) for found in taken.findings] == ["withdrawn", "first"]
    with store.deciding() as deciding:
        live = deciding.statements_of(["one"])
    assert {(row.label.topic, row.label.confidence > 0) for row in live} == {
        ("payments", True),
        ("mining", True),
    }


def test_an_article_that_changes_its_mind_is_a_correction(store: SqlStore) -> None:
    polled(store, article("one", BAN))

    [taken] = polled(store, article("one", TURN), hours=2)

    assert [(one.before, one.after, one.reason) for one in taken.changes] == [
        ("prohibit", "promote", Reason.CORRECTION)
    ]


def test_a_reprint_of_last_weeks_words_does_not_turn_the_ledger_back(store: SqlStore) -> None:
    # given a ban, and its reversal three days later
    words = {"title": "The regulator speaks"}
    day = timedelta(days=1)
    polled(store, article("one", BAN, **words))
    polled(store, article("two", TURN, published_at=NOW + 3 * day), hours=72)

    # when another newsroom reprints the first article
    reprint = article("three", BAN, newsroom="b.example", published_at=NOW + 4 * day, **words)
    [taken] = polled(store, reprint, hours=96)

    # then it is a copy, the evidence of the first newsroom, said when that said it
    assert (taken.verdict, taken.identity.original) == (Verdict.COPY, "one")
    assert [found.because for found in taken.findings] == [Silence.HISTORY]
    assert {row.evidence.origin for row in taken.statements} == {"a.example"}


def test_an_irrelevant_article_is_kept_and_says_nothing(store: SqlStore) -> None:
    [taken] = polled(store, article("one", "Gold is dear today."))

    assert (taken.verdict, taken.statements) == (Verdict.IRRELEVANT, [])
    assert [record.article.id for record in store.articles()] == ["one"]


# --- evidence ----------------------------------------------------------------------------------


def test_a_source_is_official_for_its_own_actor_only(store: SqlStore) -> None:
    own = article("one", f"{BAN} The ministry promotes payments.", voice="bank", tier=Tier.OFFICIAL)

    [taken] = polled(store, own)

    assert {(change.actor, change.certainty.value) for change in taken.changes} == {
        ("bank", "confirmed"),
        ("ministry", "reported"),
    }


def test_a_text_holds_one_position_of_an_actor_on_a_topic(store: SqlStore) -> None:
    [taken] = polled(store, article("one", f"{TURN[:-1]}, as known. {BAN}"))

    assert [(change.after, change.background) for change in taken.changes] == [("prohibit", False)]


# --- messages ----------------------------------------------------------------------------------


def test_one_article_is_one_message_and_a_change_reaches_a_target_once(store: SqlStore) -> None:
    # given two rules that ask for the same changes, one of them at one more target
    at = desk(
        rule("all"),
        rule("mining", topics=["mining"], channels=["desk", "miners"]),
        targets={"desk": ("desk@a.example",), "miners": ("miners@a.example",)},
    )

    # when an article brings two changes
    [taken] = polled(store, article("one", f"{BAN} The bank restricts payments."), at=at)

    # then each target has one message, and each change once in it
    said = {alert.id: alert for alert in taken.alerts}
    by_message = {message.id: message.alert_ids for message in taken.messages}
    heard = {
        delivery.target: [said[one].change.topic for one in by_message[delivery.message_id]]
        for delivery in taken.deliveries
    }
    assert len(taken.deliveries) == 2
    assert {target: sorted(topics) for target, topics in heard.items()} == {
        "desk@a.example": ["mining", "payments"],
        "miners@a.example": ["mining", "payments"],
    }


def test_fifty_restatements_send_nothing_and_one_reversal_sends_one_alert(store: SqlStore) -> None:
    polled(store, article("first", BAN), at=desk(rule("quiet", when=["stance-reversal"])))
    at = desk(rule("turns", when=["stance-reversal"]))

    for turn in range(50):
        later = NOW + timedelta(hours=turn + 1)
        polled(store, article(f"again-{turn}", BAN, published_at=later), at=at, hours=turn + 1)
    polled(store, article("turn", TURN, published_at=NOW + timedelta(hours=60)), at=at, hours=60)

    assert [alert.change.after for alert, _ in store.alerts()] == ["promote"]


def test_two_acts_of_one_text_are_steps_of_one_measure(store: SqlStore) -> None:
    text = "A bill on mining is introduced. A bill on mining is proposed."

    [taken] = take([Arrival(article("one", text))], store=store, desk=desk())

    assert [(one.before, one.after) for one in taken.changes] == [
        (None, "proposed"),
        ("proposed", "introduced"),
    ]
    assert len({change.measure for change in taken.changes}) == 1
