"""What goes in comes out, field for field, on both databases."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import StoreError
from monitor.model import (
    Act,
    Alert,
    Article,
    ArticleRecord,
    Attempt,
    Change,
    Cursor,
    Decision,
    Delivery,
    DeliveryState,
    Evidence,
    Intake,
    Message,
    Quote,
    Stance,
    Statement,
)
from monitor.store import SqlStore, tables
from tests.store.made import (
    NOON,
    a_change,
    a_cursor,
    a_message,
    a_stance,
    an_alert,
    an_article,
    an_intake,
    arbitrary,
    fresh,
    law,
    written,
)


def names(kind: type, *, but: tuple[str, ...] = ()) -> set[str]:
    return {part.name for part in fields(kind)} - set(but)


QUOTE = {f"quote_{name}" for name in names(Quote)}
LABELS = names(Stance, but=("quote",)) | names(Act, but=("quote",))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (tables.SOURCE, names(Cursor)),
        # `id` of an article is `article_id` beside its versions
        (
            tables.ARTICLE_VERSION,
            names(Article, but=("id",)) | names(ArticleRecord, but=("article",)) | {"article_id"},
        ),
        # `kind` says whether the label is a stance or an act
        (
            tables.STATEMENT,
            names(Statement, but=("label", "evidence"))
            | LABELS
            | QUOTE
            | names(Evidence)
            | {"kind"},
        ),
        (tables.CHANGE, names(Change, but=("quote", "evidence")) | QUOTE | names(Evidence)),
        (tables.DECISION, names(Decision)),
        (tables.ALERT, names(Alert, but=("change",)) | {"change_id"}),
        # which alerts a message holds stands in alert_message
        (tables.MESSAGE, names(Message, but=("alert_ids",))),
        (tables.DELIVERY, names(Delivery)),
        (tables.ATTEMPT, names(Attempt)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_table_has_a_column_for_each_field_of_its_word_and_no_other(table, expected):
    assert set(table.columns.keys()) == expected


@law
@given(cursor=arbitrary(Cursor))
def test_a_cursor_comes_back_as_it_was_put(store, cursor):
    store.put_cursor(cursor)

    assert store.cursors()[cursor.source_id] == cursor


@law
@given(record=arbitrary(ArticleRecord))
def test_an_article_comes_back_as_it_was_written(store, record):
    record = replace(record, article=replace(record.article, id=fresh()))

    written(store, Intake(cursor=None, articles=(record,)))

    assert record in store.articles(limit=1000)


@law
@given(statement=arbitrary(Statement), withdrawn=st.booleans())
def test_a_statement_comes_back_as_it_was_written(store, statement, withdrawn):
    article, earlier = _kept_article(store), a_stance(1)
    earlier = replace(earlier, id=fresh(), evidence=replace(earlier.evidence, article_id=article))
    statement = replace(
        statement,
        id=fresh(),
        evidence=replace(statement.evidence, article_id=article),
        retracts=earlier.id if withdrawn else None,
    )

    written(store, Intake(cursor=None, statements=(statement, earlier)))

    assert statement in store.statements_all()


@law
@given(change=arbitrary(Change), alert=arbitrary(Alert))
def test_a_change_and_its_alert_come_back_as_they_were_written(store, change, alert):
    article, statement = _kept_article(store), replace(a_stance(1), id=fresh())
    change = replace(
        change,
        id=fresh(),
        statement_id=statement.id,
        evidence=replace(change.evidence, article_id=article),
    )
    statement = replace(statement, evidence=change.evidence)
    alert = replace(alert, id=fresh(), change=change)

    written(
        store,
        Intake(cursor=None, statements=(statement,), changes=(change,), alerts=(alert,)),
    )

    assert change in store.changes(actor=change.actor, topic=change.topic)
    assert (alert, []) in store.alerts(limit=1000)


@law
@given(message=arbitrary(Message), delivery=arbitrary(Delivery), decision=arbitrary(Decision))
def test_a_message_its_deliveries_and_decisions_come_back(store, message, delivery, decision):
    change = _kept_change(store)
    alerts = tuple(
        replace(an_alert(1), id=fresh(), rule_id=rule, change=change) for rule in ("b", "a")
    )
    message = replace(message, id=fresh(), alert_ids=tuple(alert.id for alert in reversed(alerts)))
    delivery = replace(delivery, id=fresh(), message_id=message.id)
    decision = replace(decision, change_id=change.id)

    written(
        store,
        Intake(
            cursor=None,
            decisions=(decision,),
            alerts=alerts,
            messages=(message,),
            deliveries=(delivery,),
        ),
    )

    assert (delivery, message) in store.outbox(list(DeliveryState))
    assert store.decisions([change.id]) == [decision]


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"], ids=["NUL", "lone surrogate"])
@pytest.mark.parametrize(
    "poisoned",
    [
        lambda bad: replace(an_intake(), articles=(an_article(1, text=bad),)),
        lambda bad: replace(an_intake(), statements=(a_stance(1, actor=bad),)),
        lambda bad: replace(an_intake(), alerts=(replace(an_alert(1), why=bad),)),
        lambda bad: replace(an_intake(), messages=(replace(a_message(1), body=bad),)),
        lambda bad: replace(an_intake(), cursor=replace(a_cursor(), etag=bad)),
    ],
    ids=["article", "statement", "alert", "message", "cursor"],
)
def test_text_that_no_database_can_keep_is_refused_and_leaves_nothing(store, poisoned, bad):
    with pytest.raises(StoreError, match="no database can keep"):
        written(store, poisoned(bad))

    assert set(store.counts().values()) == {0}


def test_a_bad_character_in_a_servers_own_words_does_not_cost_the_cursor(store):
    store.put_cursor(Cursor("gazette", NOON, last_error="said \x00 and \ud800" + "x" * 9000))

    kept = store.cursors()["gazette"].last_error
    assert kept is not None
    assert kept.startswith("said  and ?x")
    assert len(kept) < 2001


def _kept_article(store: SqlStore) -> str:
    record = an_article(1)
    record = replace(record, article=replace(record.article, id=fresh()))
    written(store, Intake(cursor=None, articles=(record,)))
    return record.article.id


def _kept_change(store: SqlStore) -> Change:
    article, statement = _kept_article(store), replace(a_stance(1), id=fresh())
    statement = replace(statement, evidence=replace(statement.evidence, article_id=article))
    change = replace(
        a_change(1), id=fresh(), statement_id=statement.id, evidence=statement.evidence
    )
    written(store, Intake(cursor=None, statements=(statement,), changes=(change,)))
    return change
