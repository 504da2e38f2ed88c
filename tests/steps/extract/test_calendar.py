"""The days that a text names, in words and in figures; and nothing that is no day."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from monitor.steps.extract.calendar import Calendar
from monitor.steps.text import words
from tests.steps.extract.test_shipped import shipped

TOLD = date(2026, 3, 10)
CALENDARS = {
    language: Calendar(entry, language)
    for language, entry in shipped().stages.calendar.items()
    if language in ("en", "ru")
}


def named(text: str, language: str = "en", told: date | None = TOLD) -> list[date | None]:
    found = CALENDARS[language].days(text, words(text), told)
    return [one.next_from(told) for one in found]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on 1st of July", date(2026, 7, 1)),
        ("July 1, 2026", date(2026, 7, 1)),
        ("on 29 February", None),
        ("on 29 February 2028", date(2028, 2, 29)),
        ("2026-07-01", date(2026, 7, 1)),
        ("15/07/2026", date(2026, 7, 15)),
        ("Q3 2026", date(2026, 7, 1)),
        ("in the second half of next year", date(2027, 7, 1)),
        ("in three months", date(2026, 6, 10)),
        ("tomorrow", date(2026, 3, 11)),
        ("on 9 March", date(2027, 3, 9)),
    ],
)
def test_a_day_is_read(text: str, day: date | None) -> None:
    assert named(text) == [day]


@pytest.mark.parametrize(
    "text",
    [
        "they may vote",
        "31 June",
        "by the end of 2026",
        "ten days after publication",
        "in 10 days after publication",
        "05/07/2026",
        "bill 12",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert named(text) == []


def test_without_a_day_of_its_own_an_article_has_only_days_named_in_full() -> None:
    assert named("on 1 July, next year, in 90 days, on 2 July 2026", told=None) == [
        None,
        date(2026, 7, 2),
    ]


PIECES = some.sampled_from(
    "1 31 July May 2026 next year in 90 days first quarter of Q3 I from end 29 February 2026-13-40 "
    "99999999 tomorrow . , - / мая 1-го через три месяца следующего года".split()
)


@settings(max_examples=150, deadline=None)
@given(some.lists(PIECES, max_size=12), some.dates() | some.none(), some.sampled_from(["en", "ru"]))
def test_whatever_stands_there_days_follow_one_another_and_can_be_told(
    pieces: list[str], told: date | None, language: str
) -> None:
    text = " ".join(pieces)

    found = CALENDARS[language].days(text, words(text), told)

    ends = [0, *(one.last for one in found)]
    assert all(end <= one.first < one.last for end, one in zip(ends, found, strict=False))
    for one in found:
        for day in (one.next_from(told), one.last_until(told), one.nearest_to(told)):
            assert day is None or isinstance(day, date)
