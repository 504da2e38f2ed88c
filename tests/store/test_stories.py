"""What belongs together, on both databases: marks that fade, sketches, merges, word counts."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given

from monitor.model import Footprint, Intake, Merge, Sketch, Story
from monitor.store import SqlStore
from tests.store.made import MINUTE, NOON, an_article, arbitrary, fresh, law, written

DAY = timedelta(days=1)


def articles(*numbers: int) -> Intake:
    return Intake(cursor=None, articles=tuple(map(an_article, numbers)))


def left(number: int, *marks: int, days: int = 0, lasting: bool = False) -> Footprint:
    return Footprint(f"article-{number}", marks, NOON + days * DAY + number * MINUTE, lasting)


def told(number: int, *, story: str = "", days: int = 0) -> Sketch:
    return Sketch(
        article_id=f"article-{number}",
        story=story or f"story-{number}",
        told_at=NOON + days * DAY,
        undated=False,
        roundup=False,
        seed=False,
        content="{}",
    )


def opened(*numbers: int) -> tuple[Story, ...]:
    return tuple(Story(f"story-{number}", NOON, "nothing alike") for number in numbers)


# --- marks -------------------------------------------------------------------------------------


def test_who_shares_most_marks_comes_first_and_one_mark_is_not_enough(store: SqlStore) -> None:
    big = 2**63 - 1
    marks = (left(1, 1, 2), left(2, 1, 2, -big), left(3, 1, 9), left(4, 2, 1))

    written(store, articles(1, 2, 3, 4), Intake(cursor=None, footprints=marks))

    with store.deciding() as deciding:
        assert deciding.sharing([1, 2, -big], NOON) == [
            ("article-2", 3),
            ("article-1", 2),
            ("article-4", 2),
        ]


def test_marks_fade_but_those_of_a_seed_last(store: SqlStore) -> None:
    # given marks of a seed and of an article
    old = (left(1, 1, 2, lasting=True), left(2, 1, 2))
    written(store, articles(1, 2), Intake(cursor=None, footprints=old))

    # when an article comes weeks later
    late = Intake(cursor=None, footprints=(left(3, 7, 8, days=16),))
    written(store, articles(3), late)

    # then only the seed's are left
    with store.deciding() as deciding:
        assert deciding.sharing([1, 2], NOON - DAY) == [("article-1", 2)]
    assert store.counts()["word_mark"] == 4


def test_marks_that_are_too_old_are_not_looked_at(store: SqlStore) -> None:
    written(store, articles(1), Intake(cursor=None, footprints=(left(1, 1, 2),)))

    with store.deciding() as deciding:
        assert deciding.sharing([1, 2], NOON + DAY) == []


# --- sketches and stories ----------------------------------------------------------------------


@law
@given(sketch=arbitrary(Sketch))
def test_a_sketch_comes_back_as_it_was_written(store: SqlStore, sketch: Sketch) -> None:
    record = an_article(1)
    record = replace(record, article=replace(record.article, id=fresh()))
    sketch = replace(sketch, article_id=record.article.id, story=fresh())

    written(store, Intake(cursor=None, articles=(record,), sketches=(sketch,)))

    with store.deciding() as deciding:
        assert sketch in deciding.sketches(sketch.told_at, sketch.told_at)


def test_sketches_of_a_span_come_in_its_order(store: SqlStore) -> None:
    tellings = (told(1, days=3), told(2, days=1), told(3, days=9), told(4, days=-1))
    written(store, articles(1, 2, 3, 4), Intake(cursor=None, sketches=tellings))

    with store.deciding() as deciding:
        found = deciding.sketches(NOON, NOON + 8 * DAY)

    assert [sketch.article_id for sketch in found] == ["article-2", "article-1"]


def test_a_merged_story_leads_to_the_one_it_is_part_of_by_now(store: SqlStore) -> None:
    # given three stories with an article each
    intake = replace(articles(1, 2, 3), sketches=(told(1), told(2), told(3)))
    written(store, replace(intake, stories=opened(1, 2, 3)))

    # when the third goes into the second, and the second into the first
    for merge in (Merge("story-3", "story-2"), Merge("story-2", "story-1")):
        written(store, Intake(cursor=None, merges=(merge,)))

    # then all are told under the first, and no row is lost
    with store.deciding() as deciding:
        assert set(deciding.stories(["article-1", "article-3"]).values()) == {"story-1"}
        assert {sketch.story for sketch in deciding.sketches(NOON, NOON)} == {"story-1"}
    assert store.counts()["story"] == 3


def test_what_is_purged_leaves_no_sketch(store: SqlStore) -> None:
    written(store, replace(articles(1), sketches=(told(1),), footprints=(left(1, 1, 2),)))

    store.purge(NOON + DAY, limit=10)

    assert (store.counts()["sketch"], store.counts()["word_mark"]) == (0, 0)


# --- word counts -------------------------------------------------------------------------------


def test_words_are_counted_on_by_space(store: SqlStore) -> None:
    written(store, Intake(cursor=None, counted=(("en", "quay", 1), ("ru", "quay", 4))))
    written(store, Intake(cursor=None, counted=(("en", "quay", 2), ("en", "shed", 1))))

    with store.deciding() as deciding:
        assert deciding.word_counts("en", ["quay", "shed", "unknown"]) == {"quay": 3, "shed": 1}
