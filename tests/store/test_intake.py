"""The deciding transaction: all or nothing, the same twice is once, and what stands is found."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from monitor.errors import StoreError
from monitor.model import Footing, Intake
from monitor.store import open_store
from monitor.store.engine import open_engine, reading, writing
from monitor.store.intake import SqlDeciding
from tests.store.made import (
    MINUTE,
    NOON,
    a_change,
    a_cursor,
    a_stance,
    an_act,
    an_article,
    an_intake,
    law,
    written,
)


def retracting(statement, number):
    """A later row that withdraws `statement`. It is found through it, not by its own words."""
    return replace(
        statement,
        id=f"withdrawn-{number}",
        label=replace(statement.label, topic="another"),
        evidence=replace(statement.evidence, learnt_at=NOON + number * MINUTE),
        measure=None,
        retracts=statement.id,
    )


# --- all or nothing ----------------------------------------------------------------------------


def test_an_intake_writes_each_of_its_rows(store):
    written(store, an_intake())

    assert store.counts() == {
        "source": 1,
        "article": 1,
        "article_key": 2,
        "article_version": 1,
        "footprint": 1,
        "sketch": 1,
        "story": 1,
        "word_count": 1,
        "statement": 2,
        "change": 1,
        "footing": 0,
        "decision": 1,
        "alert": 1,
        "message": 1,
        "alert_message": 1,
        "delivery": 2,
        "delivery_attempt": 0,
        "memory": 0,
        "text_due": 0,
    }


def test_a_row_that_is_refused_takes_the_whole_intake_with_it(store):
    orphan = replace(a_change(2), statement_id="never-written")
    intake = replace(an_intake(), changes=(a_change(1), orphan))

    with pytest.raises(StoreError):
        written(store, intake)

    assert set(store.counts().values()) == {0}


def test_a_caller_that_swallows_a_failed_write_still_commits_nothing(store):
    def write_and_swallow():
        with store.deciding() as deciding:
            deciding.write(an_intake(1))
            with pytest.raises(StoreError):
                deciding.write(Intake(cursor=None, changes=(a_change(2),)))

    with pytest.raises(StoreError, match="nothing of it was kept"):
        write_and_swallow()

    assert set(store.counts().values()) == {0}


def test_a_decision_that_dies_after_its_write_leaves_nothing(store):
    def write_and_die():
        with store.deciding() as deciding:
            deciding.write(an_intake())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_die()

    assert set(store.counts().values()) == {0}


def test_what_is_not_committed_is_seen_inside_and_outside_nobody_waits_for_it(store):
    with store.deciding() as deciding:
        deciding.write(an_intake())

        assert deciding.known(["guid-1"]) == {"guid-1": "article-1"}
        assert store.counts()["article"] == 0


@pytest.mark.parametrize(
    "bad",
    [{"newest_item_at": NOON.replace(tzinfo=None)}, {"failures": 2**70}],
    ids=["naive time", "too large"],
)
def test_a_value_that_a_driver_refuses_is_a_store_error_too(store, bad):
    with pytest.raises(StoreError):
        store.put_cursor(replace(a_cursor(), **bad))

    assert store.cursors() == {}


# --- the same twice is once --------------------------------------------------------------------


@law
@given(numbers=st.lists(st.integers(1, 6), min_size=1, max_size=8))
def test_intakes_written_again_in_any_order_add_nothing(store, numbers):
    written(store, *(an_intake(number) for number in numbers))
    stood = store.counts(), store.statements_all(), store.changes()

    written(store, *(an_intake(number) for number in reversed(numbers)))

    assert (store.counts(), store.statements_all(), store.changes()) == stood


def test_a_row_that_stands_is_not_overwritten_by_a_rerun(store):
    written(store, an_intake())
    [outgoing] = store.claim(NOON + MINUTE, lease_for=MINUTE, limit=1)

    written(store, an_intake())

    assert [kept.attempts for kept, _ in store.outbox([outgoing.delivery.state])] == [1]


# --- sources -----------------------------------------------------------------------------------


def test_a_new_source_is_due_at_once_and_a_known_one_keeps_its_cursor(store):
    known = a_cursor(at=NOON + MINUTE)
    store.put_cursor(known)

    store.register(["gazette", "wire"], NOON)

    assert store.cursors()["gazette"] == known
    assert [cursor.source_id for cursor in store.due(NOON, ["gazette", "wire"])] == ["wire"]


def test_due_sources_come_longest_overdue_first_and_only_those_asked_for(store):
    for source_id, late in (("a", 1), ("b", 3), ("c", 2), ("retired", 9)):
        store.put_cursor(a_cursor(source_id=source_id, at=NOON - late * MINUTE))
    store.put_cursor(a_cursor(source_id="later", at=NOON + timedelta(seconds=1)))

    due = store.due(NOON, ["a", "b", "c", "later"])

    assert [cursor.source_id for cursor in due] == ["b", "c", "a"]


def test_a_failed_poll_touches_the_cursor_and_nothing_else(store):
    written(store, an_intake())
    before = store.counts(), store.statements_all(), store.articles()

    store.put_cursor(replace(a_cursor(), failures=3, last_error="timeout"))

    assert (store.counts(), store.statements_all(), store.articles()) == before
    assert store.cursors()["gazette"].failures == 3


# --- what stands is found ----------------------------------------------------------------------


def test_keys_lead_to_the_article_that_bore_them_first(store):
    first, other = an_article(1), an_article(2)
    other = replace(other, article=replace(other.article, keys=("guid-1", "guid-2")))
    written(store, Intake(cursor=None, articles=(first, other)))

    with store.deciding() as deciding:
        known = deciding.known(["guid-1", "guid-2", "guid-3"])

    assert known == {"guid-1": "article-1", "guid-2": "article-2"}


def test_a_key_too_long_for_an_index_is_found_again(store):
    longest, record = Random(1).randbytes(5000).hex(), an_article(1)  # cannot be compressed
    record = replace(record, article=replace(record.article, keys=(longest,)))

    written(store, Intake(cursor=None, articles=(record,)))

    with store.deciding() as deciding:
        assert deciding.known([longest, longest + "!"]) == {longest: "article-1"}
    assert store.articles() == [record]


@pytest.mark.parametrize(
    "key", ['it\'s "so"', "back\\slash", "a\tb\nc", "ключ 🗝", "{1,2}", "[]", ""]
)
def test_a_key_is_found_as_it_is_written(store, key):
    record = an_article(1)
    record = replace(record, article=replace(record.article, keys=(key,)))
    written(store, Intake(cursor=None, articles=(record,)))

    with store.deciding() as deciding:
        assert deciding.known([key, f"{key}\x00", f"{key} "]) == {key: "article-1"}


def test_more_keys_than_one_statement_can_hold_are_looked_up(store):
    written(store, Intake(cursor=None, articles=(an_article(7),)))

    with store.deciding() as deciding:
        known = deciding.known([f"guid-{number}" for number in range(66_000)])

    assert known == {"guid-7": "article-7"}


def test_versions_and_the_story_of_the_latest_are_found(store):
    first = an_article(1)
    edited = replace(
        first,
        version="edited",
        story="story-merged",
        article=replace(first.article, arrived_at=NOON + 9 * MINUTE),
    )
    written(store, Intake(cursor=None, articles=(edited, first)))

    with store.deciding() as deciding:
        asked = ["article-1", "article-2"]
        assert deciding.versions(asked) == {"article-1": {"version-1", "edited"}}
        assert deciding.stories(asked) == {"article-1": "story-merged"}
    assert store.articles() == [edited, first]


def test_statements_are_found_by_pair_with_their_retractions_in_order_of_learning(store):
    asked, second = a_stance(1), a_stance(3)
    elsewhere = a_stance(2, topic="mining")
    withdrawn = retracting(asked, 9)
    articles = tuple(map(an_article, (1, 2, 3)))
    written(
        store,
        Intake(cursor=None, articles=articles, statements=(withdrawn, second, elsewhere, asked)),
    )

    with store.deciding() as deciding:
        found = deciding.statements({("bank", "trading"): None, ("nobody", "mining"): None})

    assert found == [asked, second, withdrawn]


def test_what_was_learnt_lately_of_an_actor_is_found_with_what_was_taken_back(store):
    early, late = a_stance(1), a_stance(5)
    elsewhere = a_stance(6, actor="ministry")
    withdrawn = retracting(late, 9)
    articles = tuple(map(an_article, (1, 5, 6)))
    statements = (withdrawn, late, elsewhere, early)
    written(store, Intake(cursor=None, articles=articles, statements=statements))

    with store.deciding() as deciding:
        found = deciding.stances_by(["bank", "nobody"], NOON + 5 * MINUTE)

    assert found == [late, withdrawn]


def test_changes_are_found_in_the_order_learnt_with_the_channels_that_were_told(store):
    learnt = replace(a_change(1).evidence, learnt_at=NOON + 2 * MINUTE)
    silent = replace(a_change(1), id="silent", evidence=learnt)
    written(store, an_intake(3), an_intake(1), Intake(cursor=None, changes=(silent,)))

    with store.deciding() as deciding:
        found = [change.id for change in deciding.changes_since(NOON + 2 * MINUTE, ["bank"])]
        told = deciding.alerted(["change-1", "silent", "unknown"])

    assert found == ["silent", "change-3"]
    assert told == {"change-1": {"desk", "mail"}}


def test_acts_are_found_by_topic_with_their_retractions(store):
    asked, elsewhere = an_act(1, topic="mining"), an_act(2, topic="custody")
    withdrawn = retracting(asked, 9)
    statements = (asked, elsewhere, withdrawn, a_stance(3, topic="mining"))
    articles = tuple(map(an_article, (1, 2, 3)))
    written(store, Intake(cursor=None, articles=articles, statements=statements))

    with store.deciding() as deciding:
        assert deciding.statements({("", "mining"): None}) == [asked, withdrawn]
        assert deciding.statements({}) == []


def test_of_a_pair_only_what_was_said_since_is_read_where_no_more_is_asked_for(store):
    # given a stance and an act a minute, and one of each taken back later
    stances, acts = [a_stance(n) for n in (1, 2, 3)], [an_act(n) for n in (1, 2, 3)]
    back = [replace(row, id=f"{row.id}-back", retracts=row.id) for row in (stances[1], acts[1])]
    articles = tuple(map(an_article, (1, 2, 3)))
    written(store, Intake(None, articles=articles, statements=(*stances, *acts, *back)))

    with store.deciding() as deciding:
        since = {("bank", "trading"): NOON + 2 * MINUTE, ("", "mining"): NOON + 3 * MINUTE}
        found = deciding.statements(since)
        named = deciding.statements_named(["act-1", "unknown", "stance-3"])

    assert {row.id for row in found} == {"stance-2", "stance-2-back", "stance-3", "act-3"}
    assert {row.id for row in named} == {"act-1", "stance-3"}


def test_a_change_that_was_read_before_is_found_again_beside_a_later_one(store):
    written(store, an_intake(1))
    with store.deciding() as deciding:
        before = deciding.changes_since(NOON, ["bank"])

    written(store, an_intake(2))

    with store.deciding() as deciding:
        found = deciding.changes_since(NOON, ["bank"])
    assert [one.id for one in before] == ["change-1"]
    assert [one.id for one in found] == ["change-1", "change-2"]
    assert sorted(found, key=lambda one: one.id) == sorted(store.changes(), key=lambda one: one.id)


def test_changes_are_found_for_those_who_are_asked_about(store):
    other = replace(a_change(1), id="other", actor="ministry")
    written(store, an_intake(1), Intake(None, changes=(other,)))

    with store.deciding() as deciding:
        assert [one.id for one in deciding.changes_since(NOON, ["ministry"])] == ["other"]
        assert deciding.changes_since(NOON, []) == []


# --- footings ----------------------------------------------------------------------------------


OF_STANCES = Footing("bank", "trading", NOON + 5 * MINUTE, "rules", "{}")
OF_ACTS = Footing("", "mining", NOON + 5 * MINUTE, "rules", "{}")


def standing(store):
    with store.deciding() as deciding:
        found = deciding.footings([("bank", "trading"), ("", "mining"), ("bank", "mining")])
    return {one.actor: one for one in found}


def test_a_footing_stands_until_another_is_put_in_its_place(store):
    later = replace(OF_ACTS, until=NOON + 9 * MINUTE, content='{"acts":[]}')
    written(store, Intake(None, footings=(OF_STANCES, OF_ACTS)), Intake(None, footings=(later,)))

    assert standing(store) == {"bank": OF_STANCES, "": later}


def test_a_footing_falls_with_what_is_added_before_its_day_and_with_nothing_else(store):
    written(store, Intake(None, footings=(OF_STANCES, OF_ACTS)))

    # when what is added was said on its day or later, or on another pair
    written(store, Intake(None, articles=(an_article(5),), statements=(a_stance(5), an_act(5))))
    other = (a_stance(1, topic="mining"), an_act(1, topic="trading"))
    written(store, Intake(None, articles=(an_article(1),), statements=other))
    both = standing(store)

    # and when a stance is taken back that was said before
    withdrawn = replace(a_stance(1), id="back", retracts="stance-1")
    written(store, Intake(None, statements=(a_stance(1),), footings=(OF_STANCES,)))
    written(store, Intake(None, statements=(withdrawn,)))

    assert both == {"bank": OF_STANCES, "": OF_ACTS}
    assert standing(store) == {"": OF_ACTS}


def test_live_statements_of_an_article_leave_out_the_withdrawn_and_the_withdrawing(store):
    stance, act = a_stance(1), an_act(1)
    written(
        store,
        Intake(
            cursor=None,
            articles=(an_article(1),),
            statements=(stance, act, retracting(stance, 2)),
        ),
    )

    with store.deciding() as deciding:
        assert deciding.statements_of(["article-1", "article-2"]) == [act]


def test_as_of_reads_only_what_was_learnt_by_then(store):
    written(store, an_intake(1), an_intake(5))

    assert {item.id for item in store.statements_all(NOON + MINUTE)} == {"stance-1", "act-1"}
    assert [item.id for item in store.changes(as_of=NOON + MINUTE)] == ["change-1"]
    assert store.statements_all(NOON) == []


def test_changes_are_asked_for_by_actor_and_topic(store):
    written(store, an_intake(2), an_intake(1))
    other = replace(a_change(3, actor="ministry"), statement_id="stance-1")
    other = replace(other, evidence=a_change(1).evidence)
    written(store, Intake(cursor=None, changes=(other,)))

    assert [change.id for change in store.changes(actor="bank")] == ["change-1", "change-2"]
    assert store.changes(actor="ministry", topic="trading") == [other]
    assert store.changes(topic="mining") == []


# --- the ledger is append-only -----------------------------------------------------------------


REWRITING = {
    "sqlite": (
        "UPDATE {0} SET topic = 'x'",
        "DELETE FROM {0}",
        "REPLACE INTO {0} SELECT * FROM {0}",
    ),
    "postgresql": ("UPDATE {0} SET topic = 'x'", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"),
}


@pytest.mark.parametrize("table", ["statement", "change"])
def test_the_ledger_cannot_be_rewritten(store, url, table):
    written(store, an_intake())
    stood = store.statements_all(), store.changes()

    engine = open_engine(url)
    for sentence in REWRITING[engine.dialect.name]:
        with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
            connection.execute(text(sentence.format(table)))
    engine.dispose()

    assert (store.statements_all(), store.changes()) == stood


def test_a_reading_transaction_cannot_write(store, url):
    engine = open_engine(url)

    with pytest.raises(DBAPIError, match="read-?only"), reading(engine) as connection:
        connection.execute(text("DELETE FROM source"))

    engine.dispose()


# --- and found quickly -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        lambda deciding: deciding.known(["a", "b"]),
        lambda deciding: deciding.versions(["a", "b"]),
        lambda deciding: deciding.stories(["a", "b"]),
        lambda deciding: deciding.statements({("a", "b"): None, ("", "d"): None}),
        lambda deciding: deciding.statements({("a", "b"): NOON, ("", "d"): NOON}),
        lambda deciding: deciding.statements_named(["a", "b"]),
        lambda deciding: deciding.footings([("a", "b"), ("", "d")]),
        lambda deciding: deciding.changes_since(NOON, ["a", "b"]),
        lambda deciding: deciding.stances_by(["a", "b"], NOON),
        lambda deciding: deciding.statements_of(["a", "b"]),
        lambda deciding: deciding.sketches(NOON, NOON),
        lambda deciding: deciding.sharing([1, 2], NOON),
        lambda deciding: deciding.word_counts("en", ["a", "b"]),
    ],
    ids=[
        "known",
        "versions",
        "stories",
        "statements",
        "statements since",
        "statements_named",
        "footings",
        "changes_since",
        "stances_by",
        "statements_of",
        "sketches",
        "sharing",
        "word_counts",
    ],
)
def test_no_question_of_the_decider_reads_a_whole_table(tmp_path, question):
    plan = plan_of(question, tmp_path)

    assert any(step.startswith("SEARCH") for step in plan)
    scanned = [step for step in plan if step.startswith("SCAN")]
    assert [step for step in scanned if "json_each" not in step] == []  # what was asked for


def test_statements_of_articles_are_sought_by_article(tmp_path):
    plan = plan_of(lambda deciding: deciding.statements_of(["a", "b"]), tmp_path)

    # not among those that take nothing back, which nearly all are
    assert "(article_id=?)" in plan[0]


def plan_of(question, tmp_path):
    url, asked = f"sqlite:///{tmp_path / 'monitor.db'}", []
    open_store(url, exclusive=True).close()
    engine = open_engine(url)
    with reading(engine) as connection:
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
        question(SqlDeciding(connection))
        plan = [
            step[3]
            for sentence, values in list(asked)
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sentence}", values)
        ]
    engine.dispose()
    return plan
