"""The small readers of single values."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from monitor.rulebook.types import PersonEntry, SourceEntry, StoryStep


def source(**given: object) -> SourceEntry:
    fixed = {"id": "post", "title": "Post", "url": "https://post.example/", "tier": "press"}
    return SourceEntry.model_validate({**fixed, "newsroom": "Post", **given})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
    ],
)
def test_a_time_is_a_number_and_a_letter(written: str, meant: timedelta) -> None:
    assert source(interval=written).interval == meant


@pytest.mark.parametrize("written", [15, "15", "m", "1.5h", "-1h", "99999999999999d", "²m", "1w"])
def test_any_other_time_is_refused(written: object) -> None:
    with pytest.raises(ValidationError, match="a time such as"):
        source(interval=written)


def test_never_verified_is_the_same_as_not_said() -> None:
    assert source(verified="never").verified is None
    assert source(verified="2026-03-01").verified == date(2026, 3, 1)


def test_a_bare_number_is_no_date() -> None:
    with pytest.raises(ValidationError, match="2026-01-31"):
        PersonEntry.model_validate({"name": "A", "words": {}, "since": 86400})


def test_a_time_of_day_without_zone_is_meant_in_utc() -> None:
    step = StoryStep.model_validate({"date": "2026-05-01 10:00", "title": "A day"})

    assert step.date == datetime(2026, 5, 1, 10, tzinfo=UTC)
