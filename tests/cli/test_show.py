import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli import show


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_shown(text: str) -> None:
    shown = show.plain(text)

    assert len(shown) == len(text)
    assert shown.isprintable()


def test_a_table_without_a_terminal_is_not_broken_into_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show.as_table(["quote", "source"], [["word " * 100, "here"]], empty="Nothing.")

    assert len(capsys.readouterr().out.splitlines()) == 2


def test_no_line_ends_in_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    show.as_table(
        ["source", "quote"], [["a", "short"], ["b", "long " * 40 + "."]], empty="Nothing."
    )

    lines = capsys.readouterr().out.splitlines()

    assert lines == [line.rstrip() for line in lines]


def test_markup_in_a_text_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    show.as_table(["quote"], [["[bold red]ban[/] \x1b]0;title\x07"]], empty="Nothing.")

    printed = capsys.readouterr().out

    assert "[bold red]ban[/]" in printed
    assert "\x1b" not in printed
