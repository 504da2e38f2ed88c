"""`monitor seeds` on real files and a real database: what is added, and what is refused."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli.main import commands
from monitor.errors import SeedError, StoreError, UsageError
from monitor.pipeline.seeds import seed_articles
from tests.cli.polled import lay_out, opened, poll_a_reversal
from tests.deployment import ALLOWS, SO_IT_SAID

TODAY = date(2026, 3, 9)
TEXT = (
    f"{ALLOWS}. {SO_IT_SAID} Crews had asked for them since autumn, when the harbours of the north "
    "were closed for a storm that took three boats from Vardo out to the open sea."
)
FILE = f"---\ndate: 2020-05-01\npublisher: Harbour Post\nlanguage: en\n---\n# {ALLOWS}\n\n{TEXT}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of seeds: a manifest with a comment, one seed, and a file to add beside it."""
    lay_out(tmp_path, monkeypatch)
    manifest = tmp_path / "seeds" / "manifest.yaml"
    manifest.write_text(f"# Ours; they never alert.\n{manifest.read_text()}")
    (tmp_path / "new.md").write_text(FILE)
    return tmp_path / "seeds"


def answer(*arguments: str) -> str:
    done = CliRunner().invoke(commands, ["seeds", *map(str, arguments)])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(commands, ["seeds", *map(str, arguments)])
    assert isinstance(done.exception, SeedError | UsageError), done.output
    return str(done.exception)


def listed() -> Any:
    return json.loads(CliRunner().invoke(commands, ["seeds", "list", "--json"]).stdout)


# --- add ---------------------------------------------------------------------------------------


def test_a_seed_is_written_beside_the_others_and_comments_stay(folder: Path) -> None:
    before = (folder / "manifest.yaml").read_text()

    said = answer("add", folder.parent / "new.md")

    after = (folder / "manifest.yaml").read_text()
    assert after.startswith(before)
    assert "  - id: seed-2020-05-the-fisheries-ministry-allows-quotas\n" in after
    assert "    date: 2020-05-01\n" in after
    assert str(folder / "manifest.yaml") in said
    [new] = [seed for seed in seed_articles(folder) if seed.id.startswith("seed-2020-05")]
    assert (new.title, new.text, new.newsroom) == (ALLOWS, TEXT, "Harbour Post")
    assert [each["date"] for each in listed()][0] == "2020-05-01"
    assert "Harbour Post" in answer("list")


def test_a_seed_is_taken_in_at_once_where_a_database_is(folder: Path) -> None:
    poll_a_reversal()
    before = sent()

    said = answer("add", folder.parent / "new.md")

    assert "read: fisheries-ministry on quotas: " in said
    assert sent() == before


def sent() -> int:
    app = opened()
    try:
        return len(app.alerts(limit=100))
    finally:
        app.close()


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    assert "date: 2020-05-01" in answer("add", folder.parent / "new.md", "--dry-run")

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_is_said_beside_the_file_comes_before_it(folder: Path) -> None:
    (folder.parent / "plain.txt").write_text(TEXT)

    said = answer(
        "add", folder.parent / "plain.txt", "--title", "Quotas", "--date", "2021-02-03", "--id", "q"
    )

    [seed] = [each for each in listed() if each["id"] == "q"]
    assert (seed["title"], seed["date"], seed["publisher"]) == ("Quotas", "2021-02-03", "unknown")
    assert "note: q: its language was guessed: en" in said
    assert "note: q: nobody is named as its publisher" in said


def test_many_are_added_at_once_or_none(folder: Path) -> None:
    lines = folder.parent / "many.jsonl"
    good = {"title": "One", "text": "Meters on the quay of Vardo.", "date": "2020-01-02"}
    lines.write_text("\n".join(map(json.dumps, (good, {**good, "date": None, "text": ""}))))
    before = (folder / "manifest.yaml").read_bytes()

    said = refused("add", lines)

    assert f"{lines.name}:2: has no text" in said
    assert f"{lines.name}:2: has no date; give --date 2024-05-01" in said
    assert (folder / "manifest.yaml").read_bytes() == before
    lines.write_text("\n".join(map(json.dumps, (good, {**good, "title": "Two"}))))
    answer("add", lines)
    assert len(listed()) == 3


@pytest.mark.parametrize(
    ("find", "put", "said"),
    [
        ("date: 2020-05-01\n", "", "has no date; give --date"),
        ("2020-05-01", "2020-13-01", "has a date that cannot be read, '2020-13-01'"),
        ("2020-05-01", "2999-05-01", "is of 2999-05-01, which is yet to come"),
        (f"# {ALLOWS}\n", "", "has no title; give --title"),
        (TEXT, "", "has no text"),
        ("publisher:", "url: ftp://a.example/1\nx:", "has 'ftp://a.example/1' for an address"),
        ("publisher:", "id: Seed One\nx:", "id: String should match"),
        ("language: en", "language: eng", "language: String should match"),
    ],
    ids=lambda value: value if " " in value else "",
)
def test_what_cannot_be_a_seed_is_refused_with_the_remedy(
    folder: Path, find: str, put: str, said: str
) -> None:
    file = folder.parent / "new.md"
    file.write_text(FILE.replace(find, put))
    before = sorted(path.name for path in folder.iterdir())

    assert said in refused("add", file)

    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_text_that_is_a_seed_already_is_refused_by_its_name(folder: Path) -> None:
    answer("add", folder.parent / "new.md")
    (folder.parent / "again.md").write_text(FILE.replace("# The", "# Now the").replace("05", "06"))

    assert (
        "again.md: has the words of `seed-2020-05-the-fisheries-ministry-allows-quotas`, which is "
        "a seed already" in refused("add", folder.parent / "again.md")
    )


def test_one_title_for_many_articles_is_refused(folder: Path) -> None:
    (folder.parent / "two.jsonl").write_text("{}\n{}\n")

    assert "the file holds 2 articles" in refused("add", folder.parent / "two.jsonl", "--id", "a")


def test_a_file_that_is_missing_is_named(folder: Path) -> None:
    assert "cannot read nowhere.md: No such file" in refused("add", "nowhere.md")


def test_a_manifest_that_was_changed_meanwhile_stays_as_it_is(folder: Path) -> None:
    # given a plan
    app = opened()
    desk = app.seed_desk
    content = (folder.parent / "new.md").read_bytes()
    plan = desk.plan(content, "new.md", {}, today=TODAY)

    # when somebody edits the manifest before it is written
    manifest = folder / "manifest.yaml"
    manifest.write_text(manifest.read_text() + "# mine\n")

    # then it is refused, and works once more
    with pytest.raises(StoreError, match="was changed meanwhile and stays as it is"):
        desk.write(plan)
    assert manifest.read_text().endswith("# mine\n")
    desk.write(desk.plan(content, "new.md", {}, today=TODAY))
    assert len(listed()) == 2
    app.close()
