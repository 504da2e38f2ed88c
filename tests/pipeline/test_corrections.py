"""A person's word on stories: it holds against joins, merges, edits and restarts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.errors import UsageError
from monitor.model import Sketch, Verdict
from monitor.pipeline.corrections import merge_stories, split_off
from monitor.pipeline.intake import Arrival, Taken, take
from monitor.steps.identify import BY_HAND, Placing, merging
from monitor.store import SqlStore, open_store
from tests.pipeline.builders import NOW, a_store, article, desk
from tests.pipeline.test_stories import OTHER, TELLINGS

EAGER = {"join": 0.01, "merge": 0.01, "follow": 0.001}
"""Everything that is at all alike is one story."""
CAUTIOUS = {"join": 1 - 1e-9, "merge": 1 - 1e-9, "follow": 1 - 1e-9}
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with a_store() as store:
        yield store


def told(store: SqlStore, *names: str, text: str = "", **limits: float) -> list[Taken]:
    """Each telling under its name; `first-again` tells what `first` tells, in its words."""
    arrivals = []
    for name in names:
        title, body = TELLINGS.get(name.removesuffix("-again"), OTHER)
        more = {"source_id": name, "url": f"https://{name}.example/1"}
        arrivals.append(Arrival(article(name, text or body, title=title, **more)))
    return take(arrivals, store=store, desk=replace(desk(), join=replace(BY_HAND, **limits)))


def where(store: SqlStore, *names: str) -> list[str]:
    with store.deciding() as deciding:
        stories = deciding.stories(names)
    return [stories[name] for name in names]


# --- merges ------------------------------------------------------------------------------------


def test_a_merged_story_leads_on_and_takes_in_what_comes(store: SqlStore) -> None:
    # given two stories
    told(store, "first", "second", **CAUTIOUS)
    first, second = where(store, "first", "second")

    # when a person makes them one
    merge_stories(second, first, store=store, now=LATER)

    # then the old name shows the new story, and news of the event joins it
    [third] = told(store, "third", **EAGER)
    by_its_old_name = store.story(second)
    assert by_its_old_name == store.story(first)
    assert by_its_old_name is not None
    assert [one.article_id for one in by_its_old_name.tellings] == ["first", "second", "third"]
    [merge] = by_its_old_name.merged
    assert (merge.story, merge.at) == (second, LATER)
    assert third.story == first


def test_what_is_one_already_is_not_merged_again(store: SqlStore) -> None:
    told(store, "first", "second", **CAUTIOUS)
    first, second = where(store, "first", "second")
    merge_stories(second, first, store=store, now=LATER)

    with pytest.raises(UsageError, match="are one story already"):
        merge_stories(first, second, store=store, now=LATER)


def test_a_story_that_nobody_knows_is_not_merged(store: SqlStore) -> None:
    told(store, "first")

    with pytest.raises(UsageError, match="'elsewhere' is no story"):
        merge_stories("elsewhere", *where(store, "first"), store=store, now=LATER)


# --- splits ------------------------------------------------------------------------------------


def test_a_split_holds_against_merges_of_what_comes_later(store: SqlStore) -> None:
    # given three articles in one story, of which a person takes one out
    told(store, "first", "second", **EAGER)
    split_off(["second"], store=store, now=LATER)
    first, second = where(store, "first", "second")
    assert first != second

    # when an article comes that would bridge everything
    [third] = told(store, "third", **EAGER)

    # then it joins one of them, and they stay two
    assert where(store, "first", "second") == [first, second]
    assert third.story in (first, second)
    assert third.shelved is not None
    assert third.shelved.merges == ()


def test_a_split_holds_when_the_story_that_was_left_becomes_part_of_another(
    store: SqlStore,
) -> None:
    # given a split, and the story that was left merged into another
    told(store, "first", "second", **EAGER)
    told(store, "other", **CAUTIOUS)
    split_off(["second"], store=store, now=LATER)
    first, second, other = where(store, "first", "second", "other")
    merge_stories(first, other, store=store, now=LATER)

    # when an article comes that would bridge everything
    told(store, "third", **EAGER)

    # then what was split off stays apart
    assert where(store, "first", "second") == [other, second]


def test_an_edited_article_stays_where_a_person_put_it(tmp_path: Path) -> None:
    # given an article that a person took out of its story
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    store = open_store(url, exclusive=True)
    told(store, "first", "second", **EAGER)
    split_off(["second"], store=store, now=LATER)
    apart = where(store, "second")

    # when it comes again after a restart: as it was, and with other words
    store.close()
    store = open_store(url, exclusive=True)
    told(store, "second", **EAGER)
    [edited] = told(store, "second", text="The bank promotes mining now.", **EAGER)

    # then it is there still
    assert [edited.story] == where(store, "second") == apart
    store.close()


def test_copies_go_with_their_original_also_those_that_come_later(store: SqlStore) -> None:
    # given an article and its reprint in a story with another
    told(store, "first", "second", "second-again", **EAGER)

    # when the article is taken out, and one more reprint comes
    parted = split_off(["second"], store=store, now=LATER)
    late = article("late", TELLINGS["second"][1], title=TELLINGS["second"][0], source_id="late")
    [reprint] = take([Arrival(late)], store=store, desk=desk())

    # then both are with it
    assert parted.article_ids == ("second", "second-again")
    assert reprint.verdict is Verdict.COPY
    assert {reprint.story, *where(store, "second", "second-again")} == {parted.story}


def test_a_person_may_put_back_what_was_split_off_and_split_it_again(store: SqlStore) -> None:
    told(store, "first", "second", **EAGER)
    once = split_off(["second"], store=store, now=LATER)

    merge_stories(once.story, once.left, store=store, now=LATER)
    assert len(set(where(store, "first", "second"))) == 1

    again = split_off(["second"], store=store, now=LATER + timedelta(hours=1))
    assert where(store, "first", "second") == [once.left, again.story]


def test_it_is_told_why_each_article_is_in_its_story(store: SqlStore) -> None:
    told(store, "first", "second", "third", **EAGER)
    parted = split_off(["third"], store=store, now=LATER)

    left, made = store.story(parted.left), store.story(parted.story)

    assert left is not None
    assert made is not None
    assert [one.why for one in left.tellings] == [Placing.APART, Placing.ALIKE]
    assert [one.why for one in made.tellings] == [Placing.BY_HAND]
    assert made.story.apart_from == left.story.id


def test_what_is_alone_cannot_be_split(store: SqlStore) -> None:
    told(store, "first", "other")

    with pytest.raises(UsageError, match="nothing else is in"):
        split_off(["first"], store=store, now=LATER)
    with pytest.raises(UsageError, match="not of one story: first is in"):
        split_off(["first", "other"], store=store, now=LATER)
    with pytest.raises(UsageError, match="'nobody' is no article"):
        split_off(["nobody"], store=store, now=LATER)


# --- a law -------------------------------------------------------------------------------------


@given(
    pairs=some.sets(some.tuples(some.sampled_from("abcd"), some.sampled_from("abcd")), max_size=3),
    order=some.permutations("abcd"),
)
def test_whatever_is_alike_and_however_it_comes_what_is_apart_stays_apart(
    pairs: set[tuple[str, str]], order: list[str]
) -> None:
    # given four stories that are as alike as can be, of which a person took some apart
    apart = {frozenset(pair) for pair in pairs if pair[0] != pair[1]}
    near = [
        Sketch(name, name, NOW + turn * timedelta(hours=1), False, False, False, "{}")
        for turn, name in enumerate(order)
    ]

    # when everything is merged that may be
    merged = merging(
        order[0], order[1:], near, BY_HAND, lambda one, others: [1.0] * len(others), apart
    )

    # then what was taken apart is never one, and the first story takes in all that it may
    into = dict(merged)
    ends = {name: _end(name, into) for name in order}
    assert all(ends[one] != ends[other] for one, other in map(sorted, apart))
    if not any(order[0] in pair for pair in apart):
        assert merged


def _end(name: str, into: dict[str, str]) -> str:
    while name in into:
        name = into[name]
    return name
