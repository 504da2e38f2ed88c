"""The demo's promises hold: the played story reaches its readers as `make demo` says it does."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.demo.play import compare, play
from tests.demo.story import Told, feed_of, read_story

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEFORE, AFTER = Told("bank", "mining", None, "ban"), Told("bank", "mining", "ban", "allow")


@pytest.mark.timeout(150)
def test_every_alert_that_the_story_promises_comes_and_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = play(tmp_path)

    told = capsys.readouterr().out
    assert broken == []
    assert "prohibit -> regulate" in told
    assert "the words of Volga Business Daily" in told


def test_the_story_has_both_languages_an_edit_and_news_that_nobody_needs() -> None:
    story = read_story(NOW)

    pieces = list(story.pieces)
    assert len(pieces) >= 25
    assert Counter(piece.paper.language for piece in pieces).keys() == {"en", "ru"}
    assert any(piece.edit for piece in pieces)
    assert [step.alerts for step in story.steps].count(()) >= 2


def test_the_story_ends_today_and_nothing_in_it_comes_from_the_future() -> None:
    story = read_story(NOW)

    assert story.steps[-1].date == NOW
    assert all(piece.published_at < NOW for piece in story.pieces)
    days = [piece.published_at for piece in story.pieces if not piece.edit]
    assert days == sorted(days)


def test_an_edited_article_stands_in_place_of_its_first_version() -> None:
    story = read_story(NOW)
    edit = next(piece for piece in story.pieces if piece.edit)

    feed = feed_of(edit.paper, story.pieces, "http://127.0.0.1").decode()

    assert feed.count(f"<guid>{edit.number}</guid>") == 1
    assert edit.text in feed


@pytest.mark.parametrize(
    ("promised", "came", "wrong"),
    [
        ([BEFORE], [BEFORE], []),
        ([BEFORE], [], ["bank, mining: nothing known -> ban did not come"]),
        ([], [AFTER], ["bank, mining: ban -> allow came unasked"]),
        ([BEFORE], [BEFORE, BEFORE], ["bank, mining: nothing known -> ban came unasked"]),
    ],
)
def test_a_promise_is_broken_by_what_is_missing_and_by_what_is_too_much(
    promised: list[Told], came: list[Told], wrong: list[str]
) -> None:
    assert compare(promised, came) == wrong
