"""A ledger of months, taken in with footings and without: the same comes of every article."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.errors import UsageError
from monitor.model import Article
from monitor.pipeline.corrections import merge_stories, split_off
from monitor.pipeline.desk import Desk
from monitor.pipeline.intake import Arrival, Taken, take
from monitor.steps.ledger import Bars
from monitor.store import SqlStore
from monitor.store.engine import open_engine, writing
from monitor.store.tables import FOOTING
from tests.pipeline.builders import LADDER, NOW, a_store, article, desk

LEVELS = ("prohibits", "prohibits", "prohibits", "promotes")
STAGES = ("proposed", "proposed", "proposed", "introduced", "passed")
A_POLL = 9
POLLS = 20
OLD = desk()
NEW = replace(OLD, bars=Bars(first=0.7, turn=0.5, back=0.8), ladder=replace(LADDER, sure_from=0.5))

Poll = tuple[list[Article], Desk]
Correction = Callable[[SqlStore], object]


def told(turn: int, *, seed: int = 0, when: datetime | None = None) -> Article:
    """Three a day: what the bank wants, and how far the bill is."""
    chance = random.Random(f"{seed} {turn}")
    arrived = NOW + timedelta(hours=8 * turn)
    sure = chance.choice(("", "", ", perhaps"))
    text = (
        f"The bank {chance.choice(LEVELS)} mining{sure}, says number {turn}. "
        f"A bill on mining is {chance.choice(STAGES)}."
    )
    room = f"{chance.choice('abc')}.example"
    when = when or arrived
    return article(str(turn), text, newsroom=room, published_at=when, arrived_at=arrived)


def months(seed: int) -> Iterator[Poll | Correction]:
    """Polls; between them old articles come late and old ones are taken back, stories are merged
    and split, and the rules change once."""
    chance = random.Random(seed)
    for number in range(POLLS):
        at = OLD if number < POLLS * 2 // 3 else NEW
        turns = range(number * A_POLL, (number + 1) * A_POLL)
        poll = [told(turn, seed=seed) for turn in turns]
        if number and chance.random() < 0.4:
            long_ago = NOW + timedelta(hours=chance.randrange(8 * turns[0]))
            poll[3] = told(turns[3], seed=seed, when=long_ago)
        if number and chance.random() < 0.4:
            said = told(chance.randrange(turns[0]), seed=seed)
            poll.append(replace(said, text="The bank met.", arrived_at=poll[-1].arrived_at))
        yield poll, at
        one, other = (str(chance.randrange(turns[-1])) for _ in range(2))
        if chance.random() < 0.3:
            yield lambda store, one=one, other=other: merged(store, one, other)
        if chance.random() < 0.2:
            yield lambda store, one=one: split(store, one)


def merged(store: SqlStore, one: str, other: str) -> None:
    with store.deciding() as deciding:
        stories = deciding.stories([one, other])
    if len(set(stories.values())) == 2:
        merge_stories(stories[one], stories[other], store=store, now=NOW)


def split(store: SqlStore, one: str) -> None:
    try:
        split_off([one], store=store, now=NOW)
    except UsageError:
        pass  # alone in its story


def taken_in(store: SqlStore, poll: Poll) -> list[Taken]:
    articles, at = poll
    return take([Arrival(each) for each in articles], store=store, desk=at)


def footings(store: SqlStore) -> int:
    return store.counts()["footing"]


def forget(store: SqlStore) -> None:
    """As if none had ever been made."""
    with writing(open_engine(str(store._engine.url))) as connection:
        connection.execute(FOOTING.delete())


@pytest.mark.parametrize("seed", range(3))
def test_what_becomes_of_an_article_is_the_same_with_footings_and_without(seed: int) -> None:
    with a_store() as store, a_store() as other:
        stood = []
        for event in months(seed):
            if not isinstance(event, tuple):
                event(store)
                event(other)
                continue
            forget(other)
            stood.append(footings(store))
            with_them, without = taken_in(store, event), taken_in(other, event)

            assert with_them == without

        assert stood.count(2) >= POLLS // 5, "the bank's stance and the bill stood on footings"


def test_an_old_article_that_comes_late_brings_its_footings_down() -> None:
    polls = [([told(turn) for turn in range(first, first + 9)], OLD) for first in range(0, 180, 9)]
    late = told(180, when=NOW + timedelta(days=2, hours=1))
    with a_store() as store:
        for poll in polls:
            taken_in(store, poll)
        before = footings(store)
        taken_in(store, ([late], OLD))
        fallen = footings(store)
        taken_in(store, ([told(181)], OLD))
        made_anew = footings(store)

    assert (before, fallen, made_anew) == (2, 0, 2)
