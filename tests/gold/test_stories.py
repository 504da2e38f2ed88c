"""How stories are measured: by article, by pair, and against systems that read nothing."""

from datetime import date

import pytest

from tests.gold.stories import Stream, b_cubed, by_date, densely, pair_rates

WANTED = {"a": "x", "b": "x", "c": "y", "d": "y"}
NAMES = list(WANTED)


def test_the_right_groups_under_other_names_are_perfect() -> None:
    have = {"a": "1", "b": "1", "c": "2", "d": "2"}

    assert b_cubed(WANTED, have, NAMES) == pytest.approx((1, 1, 1))
    assert pair_rates(WANTED, have, NAMES) == (1, 1)


def test_one_group_for_all_is_complete_and_half_wrong() -> None:
    have = dict.fromkeys(NAMES, "1")

    assert b_cubed(WANTED, have, NAMES) == pytest.approx((0.5, 1, 2 / 3))
    assert pair_rates(WANTED, have, NAMES) == pytest.approx((1 / 3, 1))


def test_pairs_across_languages_leave_the_others_out() -> None:
    have = {"a": "1", "b": "2", "c": "3", "d": "3"}
    language = {"a": "en", "b": "ru", "c": "en", "d": "de"}

    assert pair_rates(WANTED, have, NAMES, language) == (1, 0.5)


def row(name: str, event: str | None, day: str) -> dict[str, object]:
    return {"id": name, "event": event, "date": day, "relevant": True, "lang": "en"}


YEARS = [
    row("a", "first", "2018-01-01"),
    row("b", "first", "2018-01-03"),
    row("c", "second", "2021-06-01"),
    row("d", "third", "2024-02-01"),
]


def test_the_dense_stream_keeps_lags_and_brings_events_together() -> None:
    days = {one["id"]: date.fromisoformat(one["date"]) for one in densely(YEARS)}

    assert (days["b"] - days["a"]).days == 2
    assert (days["d"] - days["a"]).days == 1


def test_dates_alone_tell_distant_events_apart_and_fail_on_the_dense_stream() -> None:
    def dated(rows: list[dict[str, object]]) -> int:
        stream = Stream("s", {str(one["id"]): one for one in rows}, (), {})
        return len(set(by_date(stream, days=2).values()))

    assert dated(YEARS) == 3
    assert dated(list(densely(YEARS))) == 1
