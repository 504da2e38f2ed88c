"""What is judged true of a source, decision by decision."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Condition, Cursor
from monitor.pipeline.truth import after_answer, after_failure, in_words, longest_silence, pace_of
from tests.pipeline.builders import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def every(gap: timedelta, count: int) -> list[datetime]:
    return [NOW - number * gap for number in range(count)]


@pytest.mark.parametrize(
    ("dates", "pace", "why"),
    [
        (every(HOUR, 5), 3600, "five moments are enough"),
        (every(HOUR, 4), None, "four are not"),
        ([*every(HOUR, 5), NOW - 400 * DAY], 3600, "one old item changes little"),
        ([*every(HOUR, 50), *every(DAY, 90)[3:]], 3600, "only the newest fifty count"),
    ],
)
def test_pace_is_the_median_gap_of_the_newest_moments(
    dates: list[datetime], pace: int | None, why: str
) -> None:
    assert pace_of(dates) == pace, why


@given(st.sets(st.integers(0, 10**8), min_size=5, max_size=50))
def test_a_pace_lies_between_the_shortest_and_the_longest_gap(ages: set[int]) -> None:
    dates = [NOW - timedelta(seconds=age) for age in sorted(ages)]
    gaps = [(a - b).total_seconds() for a, b in zip(dates, dates[1:], strict=False)]

    pace = pace_of(dates)

    assert pace is not None
    assert int(min(gaps)) <= pace <= max(gaps)


def test_nothing_is_frozen_within_three_days_however_quick_it_is() -> None:
    assert longest_silence(Cursor("s", NOW, pace_seconds=60)) == 3 * DAY
    assert longest_silence(Cursor("s", NOW, pace_seconds=86_400)) == 5 * DAY
    assert longest_silence(Cursor("s", NOW)) is None


@pytest.mark.parametrize(
    ("failures", "hours", "excused", "condition"),
    [
        (5, 1, False, Condition.BROKEN),
        (4, 9, False, Condition.WELL),
        (5, 0.9, False, Condition.WELL),
        (9, 99, True, Condition.WELL),
    ],
)
def test_broken_takes_five_failures_and_an_hour_that_nothing_excuses(
    failures: int, hours: float, excused: bool, condition: Condition
) -> None:
    answered = NOW - hours * HOUR
    cursor = Cursor("s", NOW, failures=failures, last_success_at=answered, condition=Condition.WELL)

    assert after_failure(cursor, NOW, excused=excused).condition is condition


def test_one_empty_poll_says_nothing_of_a_source() -> None:
    for condition in (Condition.WELL, Condition.BROKEN, Condition.FROZEN):
        cursor = Cursor("s", NOW, items=9, empty_polls=1, condition=condition)

        assert after_answer(cursor, NOW).condition is condition


def test_times_are_told_in_words() -> None:
    assert [in_words(span) for span in (HOUR / 60, HOUR, 71 * HOUR, 30 * DAY)] == [
        "1 min",
        "1 h",
        "71 h",
        "30 days",
    ]
