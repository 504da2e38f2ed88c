"""A ledger of months, taken in with footings and without: the same comes of every article."""

import random
from datetime import timedelta

from monitor.model import Article
from monitor.pipeline.intake import Arrival, Taken, take
from monitor.store import SqlStore
from monitor.store.engine import open_engine, writing
from monitor.store.tables import FOOTING
from tests.pipeline.builders import NOW, a_store, article, desk

LEVELS = ("prohibits", "prohibits", "prohibits", "promotes")
STAGES = ("proposed", "proposed", "proposed", "introduced", "passed")


def told(turn: int) -> Article:
    """Three a day: what the bank wants, and how far the bill is."""
    chance = random.Random(turn)
    when = NOW + timedelta(hours=8 * turn)
    text = (
        f"The bank {chance.choice(LEVELS)} mining, says number {turn}. "
        f"A bill on mining is {chance.choice(STAGES)}."
    )
    room = f"{chance.choice('abc')}.example"
    return article(str(turn), text, newsroom=room, published_at=when, arrived_at=when)


def months() -> list[list[Article]]:
    """Polls; late in them comes an old article, and one that takes back what it said long ago."""
    polls = [[told(turn) for turn in range(turn, turn + 9)] for turn in range(0, 180, 9)]
    now = polls[-1][-1].arrived_at
    late = article(
        "late",
        "The bank promotes mining. A bill on mining is introduced.",
        published_at=NOW + timedelta(days=2, hours=1),
        arrived_at=now + timedelta(hours=1),
    )
    edited = article(
        "0",
        "The bank met.",
        newsroom=told(0).newsroom,
        published_at=told(0).published_at,
        arrived_at=now + timedelta(hours=2),
    )
    after = [told(turn) for turn in range(181, 190)]
    return [*polls, [late], after, [edited], [told(turn) for turn in range(190, 199)]]


def taken_in(store: SqlStore, polls: list[list[Article]]) -> list[Taken]:
    at = desk()
    return [
        one
        for poll in polls
        for one in take([Arrival(each) for each in poll], store=store, desk=at)
    ]


def footings(store: SqlStore) -> int:
    return store.counts()["footing"]


def test_what_becomes_of_an_article_is_the_same_with_footings_and_without() -> None:
    with a_store() as store, a_store() as other:
        with_them, without, stood = [], [], []
        for poll in months():
            with_them += taken_in(store, [poll])
            stood.append(footings(store))
            without += taken_in(other, [poll])
            forget(other)

    assert 2 in stood, "both the bank's stance and the bill stood on a footing"
    assert [(one.findings, one.alerts) for one in with_them] == [
        (one.findings, one.alerts) for one in without
    ]


def test_an_old_article_that_comes_late_brings_its_footings_down() -> None:
    *polls, late, after, _, _ = months()
    with a_store() as store:
        taken_in(store, polls)
        before = footings(store)
        taken_in(store, [late])
        fallen = footings(store)
        taken_in(store, [after])
        made_anew = footings(store)

    assert (before, fallen, made_anew) == (2, 0, 2)


def forget(store: SqlStore) -> None:
    """As if none had ever been made."""
    with writing(open_engine(str(store._engine.url))) as connection:
        connection.execute(FOOTING.delete())
