"""What belongs together, on both databases: marks that fade, sketches, merges, word counts."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given

from monitor.model import Footprint, Intake, Merge, Parting, Sketch, Story, Verdict
from monitor.store import SqlStore, open_store
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
    assert store.counts()["footprint"] == 2


def test_marks_that_are_too_old_are_not_looked_at(store: SqlStore) -> None:
    written(store, articles(1), Intake(cursor=None, footprints=(left(1, 1, 2),)))

    with store.deciding() as deciding:
        assert deciding.sharing([1, 2], NOON + DAY) == []


def test_what_another_program_left_is_seen_by_the_next_transaction(
    store: SqlStore, url: str
) -> None:
    # given a store that has answered before
    written(store, articles(1, 2), Intake(cursor=None, footprints=(left(1, 1, 2),)))
    with store.deciding() as deciding:
        assert deciding.sharing([1, 2], NOON) == [("article-1", 2)]

    # when another program leaves the same marks
    other = open_store(url, exclusive=False)
    written(other, Intake(cursor=None, footprints=(left(2, 1, 2),)))
    other.close()

    # then both are found
    with store.deciding() as deciding:
        assert deciding.sharing([1, 2], NOON) == [("article-1", 2), ("article-2", 2)]


def test_marks_of_a_write_that_was_taken_back_are_not_seen(store: SqlStore) -> None:
    # given marks whose transaction ended in an error
    written(store, articles(1, 2), Intake(cursor=None, footprints=(left(1, 1, 2),)))
    with suppress(ZeroDivisionError), store.deciding() as deciding:
        deciding.sharing([1, 2], NOON)
        deciding.write(Intake(cursor=None, footprints=(left(2, 1, 2),)))
        raise ZeroDivisionError

    # then they were never left
    with store.deciding() as deciding:
        assert deciding.sharing([1, 2], NOON) == [("article-1", 2)]


def test_two_versions_of_an_article_leave_each_mark_once(store: SqlStore) -> None:
    versions = (left(1, 1, 2), left(1, 2, 3, days=1))
    written(store, articles(1), Intake(cursor=None, footprints=versions))

    with store.deciding() as deciding:
        assert deciding.sharing([1, 2, 3], NOON) == [("article-1", 3)]


def test_marks_of_a_purged_article_are_forgotten(store: SqlStore) -> None:
    # given a store that has answered before
    written(store, articles(1), Intake(cursor=None, footprints=(left(1, 1, 2),)))
    with store.deciding() as deciding:
        assert deciding.sharing([1, 2], NOON)

    store.purge(NOON + DAY, limit=10)

    with store.deciding() as deciding:
        assert deciding.sharing([1, 2], NOON) == []


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


def test_a_sketch_that_was_read_before_is_seen_in_the_story_it_belongs_to_by_now(
    store: SqlStore,
) -> None:
    # given a sketch that was read
    written(store, replace(articles(1), sketches=(told(1),), stories=opened(1, 2)))
    with store.deciding() as deciding:
        assert [sketch.story for sketch in deciding.sketches(NOON, NOON)] == ["story-1"]

    # when a person moves its article
    written(store, Intake(cursor=None, partings=(Parting("article-1", "story-2", "by hand"),)))

    # then it is read with its new story
    with store.deciding() as deciding:
        (found,) = deciding.sketches(NOON, NOON)
    assert (found.story, found.why) == ("story-2", "by hand")


def test_a_sketch_that_is_written_anew_is_read_anew(store: SqlStore) -> None:
    written(store, replace(articles(1), sketches=(told(1),), stories=opened(1)))
    with store.deciding() as deciding:
        assert deciding.sketches(NOON, NOON)

    heavier = replace(told(1), content='{"words":{}}')
    written(store, Intake(cursor=None, sketches=(heavier,)))

    with store.deciding() as deciding:
        assert deciding.sketches(NOON, NOON) == [heavier]


def test_what_is_purged_leaves_no_sketch(store: SqlStore) -> None:
    written(store, replace(articles(1), sketches=(told(1),), footprints=(left(1, 1, 2),)))

    store.purge(NOON + DAY, limit=10)

    assert (store.counts()["sketch"], store.counts()["footprint"]) == (0, 0)


# --- word counts -------------------------------------------------------------------------------


def test_words_are_counted_on_by_space(store: SqlStore) -> None:
    written(store, Intake(cursor=None, counted=(("en", "quay", 1), ("ru", "quay", 4))))
    written(store, Intake(cursor=None, counted=(("en", "quay", 2), ("en", "shed", 1))))

    with store.deciding() as deciding:
        assert deciding.word_counts("en", ["quay", "shed", "unknown"]) == {"quay": 3, "shed": 1}


# --- a person's word, and how stories are shown ------------------------------------------------


def in_story(number: int, story: str, *, days: int = 0, topic: str = "quotas") -> Intake:
    """One article of a story, told on this day."""
    record = an_article(number)
    at = NOON + days * DAY
    article = replace(record.article, arrived_at=at, published_at=at)
    reading = json.dumps({"topics": [topic], "language": "en"})
    record = replace(record, article=article, story=story, reading_json=reading)
    sketch = replace(told(number, story=story, days=days), why="alike")
    return Intake(cursor=None, articles=(record,), sketches=(sketch,))


def test_what_a_person_set_apart_is_named_by_the_stories_of_now(store: SqlStore) -> None:
    # given a story that was taken out of the second, which then became part of the first
    apart = Story("story-3", NOON, "by hand", apart_from="story-2")
    written(store, Intake(cursor=None, stories=(*opened(1, 2), apart)))
    written(store, Intake(cursor=None, merges=(Merge("story-2", "story-1", "alike", NOON),)))

    with store.deciding() as deciding:
        assert deciding.apart() == frozenset({frozenset({"story-1", "story-3"})})


def test_every_version_goes_with_an_article_that_is_set_apart(store: SqlStore) -> None:
    # given an article of two versions
    intake = in_story(1, "story-1")
    [record] = intake.articles
    later = replace(record, version="later")
    written(store, intake, Intake(cursor=None, articles=(later,), stories=opened(1)))

    # when it is set apart
    parting = Parting("article-1", "story-9", "by hand")
    written(store, Intake(cursor=None, stories=opened(9), partings=(parting,)))

    # then all that is told of it stands in the other story
    assert {one.story for one in store.versions_of("article-1")} == {"story-9"}
    [left, made] = [store.story(name) for name in ("story-1", "story-9")]
    assert left is not None
    assert made is not None
    assert left.tellings == ()
    assert [(one.versions, one.why) for one in made.tellings] == [(2, "by hand")]
    with store.deciding() as deciding:
        assert deciding.story("story-9") == made
        assert [one.why for one in deciding.sketches(NOON, NOON)] == ["by hand"]


def test_a_story_is_shown_with_all_that_became_part_of_it(store: SqlStore) -> None:
    # given three stories of which one follows another
    for number, days in ((1, 2), (2, 0), (3, 1)):
        written(store, in_story(number, f"story-{number}", days=days))
    follower = Story("story-4", NOON, "near", follows="story-3")
    written(store, Intake(cursor=None, stories=(*opened(1, 2, 3), follower)))

    # when the third becomes part of the second, and the second of the first
    merges = (Merge("story-3", "story-2", "alike", NOON), Merge("story-2", "story-1", "by hand"))
    for merge in merges:
        written(store, Intake(cursor=None, merges=(merge,)))

    # then each name shows all of it, in the order said
    shown = store.story("story-3")
    assert shown is not None
    assert shown == store.story("story-1")
    assert [one.article_id for one in shown.tellings] == ["article-2", "article-3", "article-1"]
    assert shown.merged == (merges[1], merges[0])
    assert shown.followed_by == ("story-4",)
    by_now = store.story("story-4")
    assert by_now is not None
    assert by_now.story.follows == "story-1"
    assert store.story("nowhere") is None


def test_stories_come_with_what_was_told_last_first(store: SqlStore) -> None:
    for number, days in ((1, 0), (2, 3), (3, 1)):
        written(store, in_story(number, f"story-{number}", days=days, topic=f"topic-{number}"))
    written(store, Intake(cursor=None, stories=opened(1, 2, 3)))

    def found(**asked: Any) -> list[str]:
        return [file.story.id for file in store.stories(**asked)]

    assert found() == ["story-2", "story-3", "story-1"]
    assert found(limit=1) == ["story-2"]
    assert found(since=NOON + DAY) == ["story-2", "story-3"]
    assert found(topic="topic-1") == ["story-1"]


def test_an_irrelevant_article_is_in_no_story_that_is_shown(store: SqlStore) -> None:
    intake = in_story(1, "story-1")
    [record] = intake.articles
    irrelevant = replace(record, verdict=Verdict.IRRELEVANT)

    written(store, replace(intake, articles=(irrelevant,), stories=opened(1)))

    [file] = store.stories()
    assert file.tellings == ()


def test_names_are_found_by_their_beginning_and_keys_lead_to_articles(store: SqlStore) -> None:
    written(store, in_story(1, "s%a"), in_story(2, "s%ab"), in_story(10, "s%c"))
    stories = tuple(Story(name, NOON, "") for name in ("s%a", "s%ab", "s%c"))
    written(store, Intake(cursor=None, stories=stories))

    assert store.story_names("s%a") == ["s%a"]
    assert store.story_names("s%") == ["s%a", "s%ab", "s%c"]
    assert store.story_names("s_") == []
    assert store.article_ids("article-1") == ["article-1"]
    assert store.article_ids("article-") == ["article-1", "article-10", "article-2"]
    assert store.article_ids("elsewhere", keys=["guid-10"]) == ["article-10"]
