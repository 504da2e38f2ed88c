"""sources.yaml is edited in its places; comments, quotes and order stay as people wrote them."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import PackError
from monitor.rulebook.edit import (
    SOURCES,
    complaints_of,
    free_id,
    refuse_if_bad,
    with_entries,
    with_verified,
)
from monitor.rulebook.load import load_pack
from tests.rulebook.packs import copy_of_minimal

DAY = date(2026, 4, 1)
SHIPPED = Path(__file__).parents[2] / "rules"
NEW = {
    "id": "cod-weekly",
    "title": "Cod: weekly",
    "url": "https://cod.example/feed",
    "tier": "trade",
    "newsroom": "no",
}


def written(folder: Path, text: str, newline: str = "\n") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / SOURCES.file).write_text(text, newline=newline)
    return folder


def entry(name: str, rest: str = "") -> str:
    return f"id: {name}, title: T, url: 'https://{name}.example/', tier: press, newsroom: N{rest}"


def lines_that_differ(before: bytes, after: bytes) -> list[tuple[str, str]]:
    old, new = before.decode().splitlines(), after.decode().splitlines()
    assert len(old) == len(new)
    return [(was, now) for was, now in zip(old, new, strict=True) if was != now]


def test_a_date_takes_the_place_of_never_and_nothing_else_moves() -> None:
    edit = with_verified(SHIPPED, {"cbr-press": DAY, "kremlin": DAY})

    changed = lines_that_differ(edit.before, edit.after)
    assert changed == [("    verified: never", "    verified: 2026-04-01")] * 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- id: a # x\n    verified: never # c\n", "- id: a # x\n    verified: 2026-04-01 # c\n"),
        ("- id: a\n    verified: 'never'\n", "- id: a\n    verified: 2026-04-01\n"),
        ("- id: a\n    verified:\n", "- id: a\n    verified: 2026-04-01\n"),
        ("- id: a\n    # why\n\n", "- id: a\n    verified: 2026-04-01\n    # why\n\n"),
    ],
    ids=["beside a comment", "quoted", "left empty", "not there"],
)  # fmt: skip
def test_a_date_is_put_in_however_the_entry_is_written(
    tmp_path: Path, before: str, after: str
) -> None:
    head = "sources:\n  - tier: press\n    title: T\n    url: https://a.example\n    newsroom: N\n"
    folder = written(tmp_path, head + "    " + before.removeprefix("- "))

    edit = with_verified(folder, {"a": DAY})

    assert edit.after.decode() == head + "    " + after.removeprefix("- ")


def test_an_entry_on_one_line_stays_on_one_line(tmp_path: Path) -> None:
    folder = written(tmp_path, f"sources:\n  - {{{entry('a')}}}\n  - {{{entry('b')}}} # b\n")

    edit = with_verified(folder, {"b": DAY})

    assert edit.after.decode() == (
        f"sources:\n  - {{{entry('a')}}}\n  - {{{entry('b')}, verified: 2026-04-01}} # b\n"
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "text",
    [
        "# top\nsources: []\n",
        "sources: [] # none yet\nagencies: {}\n",
        f"sources:\n- {{{entry('a')}}}\n",
        f"sources:\n      - {{{entry('a')}}}   # last\n\n# end\nagencies: {{}}",
        f"sources: [{{{entry('a')}}}]\n",
        f"sources:\n  - {{{entry('a')}}}",
        "sources:\n  - id: a\n    title: T\n    url: https://a.example\n    tier: press\n"
        "    newsroom: N\n    note: |\n      two\n      lines\n\n\nagencies: {}\n",
    ],
    ids=["empty", "empty, comment", "unindented", "deep", "flow", "no line end", "literal at end"],
)
def test_an_entry_is_put_behind_the_last(tmp_path: Path, text: str, newline: str) -> None:
    folder = written(tmp_path, text, newline)

    edit = with_entries(folder, [NEW, NEW | {"id": "b", "url": "https://b.example"}])

    kept = edit.after.decode().replace("\r\n", "\n")
    assert all(line in kept for line in text.splitlines() if line.strip() and "[" not in line)
    assert kept.index("cod-weekly") < kept.index("https://b.example")
    assert ("\r\n" in edit.after.decode()) is (newline == "\r\n")


@given(
    title=st.text(
        st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters="\xa0"), min_size=1
    ).map(str.strip).filter(bool)
)  # fmt: skip
def test_every_title_is_read_back_as_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, title: str
) -> None:
    folder = written(tmp_path_factory.mktemp("pack"), "sources: []\n")

    with_entries(folder, [NEW | {"title": title}])  # would refuse what is read back otherwise


def test_an_edit_that_the_pack_would_refuse_is_refused_and_touches_nothing(tmp_path: Path) -> None:
    folder = copy_of_minimal(tmp_path)
    before = (folder / SOURCES.file).read_bytes()
    edit = with_entries(folder, [NEW | {"actor": "nobody"}])

    with pytest.raises(PackError, match="there is no actor `nobody`"):
        refuse_if_bad(folder, edit)

    assert (folder / SOURCES.file).read_bytes() == before
    assert load_pack(folder)


def test_a_sound_edit_is_not_refused(tmp_path: Path) -> None:
    folder = copy_of_minimal(tmp_path)

    refuse_if_bad(folder, with_entries(folder, [NEW]))


def test_an_entry_by_itself_is_complained_of_by_key() -> None:
    assert complaints_of(NEW) == []
    [complaint] = complaints_of(NEW | {"url": "ftp://cod.example"})
    assert complaint.startswith("url: ")


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("Bank of Norway", "bank-of-norway"),
        ("Café Zürich!", "cafe-zurich"),
        ("Вести", "source"),
        ("a" * 300, "a" * 55),
        ("taken", "taken-2"),
    ],
)
def test_an_id_is_made_of_latin_words_and_is_free(wish: str, name: str) -> None:
    assert free_id(wish, {"taken"}) == name
