"""What is told of a source over days of polls: each trouble once, its end once, nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.errors import StoreError
from monitor.model import Condition, DeliveryState, Fetched
from monitor.store import SqlStore
from tests.pipeline.builders import a_store, desk
from tests.pipeline.polls import DAY, HOUR, MINUTE, Item, Newsdesk, a_source, hourly


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with a_store() as opened:
        yield opened


@pytest.fixture
def news(store: SqlStore) -> Newsdesk:
    return Newsdesk(store)


POST = a_source()


# --- broken ------------------------------------------------------------------------------------


def test_a_source_that_fails_for_thirty_days_is_told_once_asked_daily_and_heals_by_itself(
    news: Newsdesk,
) -> None:
    # given a source that was read, and a server that was then closed
    news.brings(POST, *hourly(3, news.now))
    end, polls, waits = news.now + 30 * DAY, 0, []
    while news.now < end:
        cursor = news.fails(POST, "refused")
        waits.append(cursor.next_check_at - news.now)
        news.now, polls = cursor.next_check_at, polls + 1

    # then one notice went out, and the source is still asked once a day
    assert news.kinds() == ["broken"]
    assert news.cursor(POST).condition is Condition.BROKEN
    assert 30 <= polls <= 40
    assert max(waits) == DAY
    assert waits == sorted(waits)

    # when the server is back, one notice says so
    news.brings(POST, Item("back", at=news.now))

    assert news.kinds() == ["broken", "recovered"]
    assert news.cursor(POST).condition is Condition.WELL
    [_, recovered] = news.notices()
    assert "was broken for" in recovered.lines[0]


def test_five_failures_within_an_hour_are_not_told(news: Newsdesk) -> None:
    news.brings(POST, *hourly(3, news.now))

    for _ in range(9):
        news.passes(5 * MINUTE)
        news.fails(POST)

    assert news.kinds() == []


def test_four_failures_over_days_are_not_told(news: Newsdesk) -> None:
    news.brings(POST, *hourly(3, news.now))

    for _ in range(4):
        news.passes(DAY)
        news.fails(POST)

    assert news.kinds() == []


def test_a_source_that_never_answered_is_listed_and_not_told(news: Newsdesk) -> None:
    for _ in range(10):
        news.passes(DAY)
        cursor = news.fails(POST)

    assert news.kinds() == []
    assert (cursor.condition, cursor.failures) == (Condition.NEW, 10)


def test_a_body_that_is_no_feed_counts_as_a_failure(news: Newsdesk) -> None:
    news.brings(POST, *hourly(3, news.now))

    for _ in range(5):
        news.passes(HOUR)
        poll = Item("x", link="").rss("post.example")
        news.settle(POST, _body(news, f"<p>{poll[:3]}</p>"))

    assert news.kinds() == ["broken"]
    assert str(news.cursor(POST).last_error).startswith("not-a-feed")


# --- empty -------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["the same body", "another body", "304"])
def test_a_source_without_items_in_two_polls_in_a_row_is_told_as_empty(
    news: Newsdesk, second: str
) -> None:
    news.brings(POST, *hourly(3, news.now))
    news.passes(HOUR)
    news.settle(POST, _body(news, EMPTY))
    assert news.kinds() == []

    news.passes(HOUR)
    if second == "304":
        news.answers_304(POST)
    else:
        news.settle(POST, _body(news, EMPTY if second == "the same body" else EMPTY + "<!-- -->"))
    assert news.kinds() == ["empty"]

    # it is told once, and once more when items come back
    news.passes(HOUR)
    news.settle(POST, _body(news, EMPTY))
    news.passes(HOUR)
    news.brings(POST, Item("new", at=news.now))
    assert news.kinds() == ["empty", "recovered"]


def test_one_empty_body_between_two_full_ones_is_not_told(news: Newsdesk) -> None:
    for _ in range(3):
        news.brings(POST, *hourly(3, news.now))
        news.passes(HOUR)
        news.settle(POST, _body(news, EMPTY))
        news.passes(HOUR)

    assert news.kinds() == []


def test_a_source_that_never_held_anything_is_not_empty(news: Newsdesk) -> None:
    for _ in range(4):
        news.settle(POST, _body(news, EMPTY))
        news.passes(HOUR)

    assert news.kinds() == []
    assert news.cursor(POST).condition is Condition.WELL


# --- frozen ------------------------------------------------------------------------------------


def test_a_source_whose_newest_item_is_far_older_than_its_pace_is_told_as_frozen(
    news: Newsdesk,
) -> None:
    # given a source that brings an item an hour
    news.brings(POST, *hourly(10, news.now))
    assert news.cursor(POST).pace_seconds == 3600

    # when it answers for days without a new one, and goes on so
    for _ in range(12):
        news.passes(12 * HOUR)
        news.answers_304(POST)

    # then it is told once, and once more when it goes on
    assert news.kinds() == ["frozen"]
    news.passes(HOUR)
    news.brings(POST, Item("fresh", at=news.now), *hourly(10, news.now - 6 * DAY))
    assert news.kinds() == ["frozen", "recovered"]


def test_a_source_that_is_old_at_first_sight_is_listed_and_not_told(news: Newsdesk) -> None:
    # given a source whose newest item is a month old when it is first read
    news.brings(POST, *hourly(10, news.now - 30 * DAY))

    # then it is listed as frozen, and nobody is told, neither now nor when it goes on
    assert news.cursor(POST).condition is Condition.FROZEN
    news.passes(HOUR)
    news.brings(POST, Item("fresh", at=news.now), *hourly(10, news.now - 30 * DAY))
    assert news.cursor(POST).condition is Condition.WELL
    assert news.kinds() == []


def test_a_slow_source_has_five_of_its_own_gaps(news: Newsdesk) -> None:
    news.brings(POST, *hourly(6, news.now, every=DAY))

    news.passes(5 * DAY)
    news.answers_304(POST)
    assert news.kinds() == []

    news.passes(MINUTE)
    news.answers_304(POST)
    assert news.kinds() == ["frozen"]


def test_without_five_dated_items_no_pace_is_known_and_nothing_is_frozen(news: Newsdesk) -> None:
    news.brings(POST, *hourly(4, news.now), *(Item(f"u{number}") for number in range(9)))

    news.passes(300 * DAY)
    news.answers_304(POST)

    assert news.kinds() == []


def test_a_trouble_that_follows_another_is_told_with_the_end_of_the_first(news: Newsdesk) -> None:
    news.brings(POST, *hourly(10, news.now))
    for _ in range(5):
        news.passes(DAY)
        news.fails(POST)

    news.passes(DAY)
    news.answers_304(POST)

    assert news.kinds() == ["broken", "frozen"]
    assert "no longer broken" in news.notices()[-1].lines[0]


# --- who is told, and when ---------------------------------------------------------------------


def test_notices_go_to_the_targets_that_are_meant_for_them(store: SqlStore) -> None:
    at = desk(targets={"desk": ("desk@a.example",), "keeper": ("keeper@a.example",)})
    news = Newsdesk(store, at=replace(at, notice_targets=("keeper@a.example",)))

    _breaks(news)

    sent = store.outbox(set(DeliveryState))
    assert [delivery.target for delivery, _ in sent] == ["keeper@a.example"]


class Full:
    """A store whose disk is full when it matters."""

    def __init__(self, store: SqlStore) -> None:
        self._store, self.full = store, False

    def __getattr__(self, name: str) -> object:
        if self.full and name in ("deciding", "put_cursor"):
            raise StoreError("the disk is full")
        return getattr(self._store, name)


def test_a_notice_that_could_not_be_written_is_told_by_the_next_poll(store: SqlStore) -> None:
    # given a source that is about to be called broken
    full = Full(store)
    news = Newsdesk(full)  # type: ignore[arg-type]
    news.brings(POST, *hourly(3, news.now))
    for _ in range(4):
        news.passes(HOUR)
        news.fails(POST)

    # when the fifth failure cannot be written
    news.passes(HOUR)
    full.full = True
    with pytest.raises(StoreError):
        news.fails(POST)
    full.full = False

    # then neither cursor nor notice was, and the next poll writes both
    assert (news.kinds(), news.cursor(POST).failures) == ([], 4)
    news.fails(POST)
    assert (news.kinds(), news.cursor(POST).failures) == (["broken"], 5)


def test_an_event_tells_of_each_notice(news: Newsdesk) -> None:
    _breaks(news)

    [event] = news.watch.named("broken")
    assert event["source"] == "post"


def test_what_a_feed_wishes_is_remembered_for_answers_that_do_not_repeat_it(
    news: Newsdesk,
) -> None:
    listed = Item("one", at=news.now).rss("post.example")
    body = f"<rss version='2.0'><channel><title>P</title><ttl>120</ttl>{listed}</channel></rss>"

    news.settle(POST, _body(news, body))
    cursor = news.answers_304(POST)

    assert cursor.ttl_seconds == 7200
    assert cursor.next_check_at - news.now >= 2 * HOUR


# --- material ----------------------------------------------------------------------------------

EMPTY = "<rss version='2.0'><channel><title>Post</title></channel></rss>"


def _body(news: Newsdesk, body: str) -> Fetched:
    return Fetched(POST.id, POST.url, body.encode(), "application/rss+xml", None, None, news.now)


def _breaks(news: Newsdesk) -> None:
    news.brings(POST, *hourly(3, news.now))
    for _ in range(5):
        news.passes(HOUR)
        news.fails(POST)
