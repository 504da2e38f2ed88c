"""`monitor rules explain`: the same reading, spread out; and why it alerts or does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli.main import commands
from tests.cli.polled import lay_out, poll_a_reversal
from tests.deployment import BANS, SO_IT_SAYS

ARTICLES: tuple[dict[str, str], ...] = (
    {
        "id": "turn",
        "title": BANS,
        "text": f"{SO_IT_SAYS} Whaling goes on. The Storting has passed the bill.",
        "date": "2026-03-09",
        "lang": "en",
    },
    {
        "id": "again",
        "title": "Minke whales: no quotas, prohibits the fisheries ministry",
        "text": "In Norway the Ministry of Fisheries bans quotas of whale this season.",
        "date": "2026-03-20",
        "lang": "en",
    },
    {"id": "rain", "title": "Rain in Bergen", "date": "2026-03-21", "lang": "en"},
)


@pytest.fixture(autouse=True)
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return lay_out(tmp_path, monkeypatch)


def answer(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(commands, list(arguments))
    assert done.exit_code == code, done.output
    return done.stdout


def file_of(folder: Path, *articles: object) -> str:
    path = folder / "articles.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in articles), "utf-8")
    return str(path)


def explained(*arguments: str) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in answer("rules", "explain", "--json", *arguments).splitlines()
    ]


def test_what_is_said_is_what_analyze_says(tmp_path: Path) -> None:
    path = file_of(tmp_path, *ARTICLES)

    analyzed = [json.loads(line) for line in answer("analyze", path).splitlines()]

    for why, plain in zip(explained(path), analyzed, strict=True):
        for kind in ("stances", "regulation"):
            said = [one for one in why[kind] if one["said"]] if why["relevant"] else []
            assert [
                {key: one[key] for key in label}
                for one, label in zip(said, plain[kind], strict=True)
            ] == plain[kind]


def test_each_label_shows_quote_cue_holder_and_what_counted(tmp_path: Path) -> None:
    [turn, _, _] = explained(file_of(tmp_path, *ARTICLES))

    said = [one for one in turn["stances"] if one["said"]]
    assert said
    for one in said:
        assert one["cue"] in one["quote"]
        assert one["holder"]
        assert one["holder_rule"]
        assert [each["question"] for each in one["weighed"]] == ["cue", "holder", "pair"]
        assert all(each["counted"] for each in one["weighed"])


def test_at_most_three_are_shown_that_were_not_said_each_with_why_not(tmp_path: Path) -> None:
    [turn, _, _] = explained(file_of(tmp_path, *ARTICLES))

    for kind in ("stances", "regulation"):
        unsaid = [one for one in turn[kind] if not one["said"]]
        assert len(unsaid) <= 3
        assert all(one["why_not"] for one in unsaid)
    assert any(not one["said"] for one in turn["stances"])


def test_it_tells_what_alerts_and_what_does_not_and_why(tmp_path: Path) -> None:
    turn, again, rain = explained(file_of(tmp_path, *ARTICLES))

    assert turn["alert"] is True
    outcomes = {one["rule"]: one["outcome"] for one in turn["ledger"][0]["rules"]}
    assert outcomes == {"bill-moves": "not-asked", "ministry-turns": "alert"}
    assert (again["alert"], rain["alert"]) == (False, False)
    assert "re-stated" in {one["because"] for one in again["ledger"]}
    assert (rain["relevant"], rain["ledger"]) == (False, [])
    assert rain["because"]


def test_an_article_of_the_database_is_explained_by_its_id_and_its_address() -> None:
    poll_a_reversal()

    [by_address] = explained("https://fisheries.example/1")
    [by_id] = explained(by_address["id"][:12])

    assert by_id == by_address
    assert by_id["alert"] is True
    assert by_id["ledger"][0]["change"]["reason"] == "reversal"
    assert by_id["ledger"][0]["rules"]


def test_people_read_the_same(tmp_path: Path) -> None:
    told = answer("rules", "explain", file_of(tmp_path, *ARTICLES))

    for words in (
        "said",
        "not said",
        "because",
        "cue “",
        "holder",
        "enough from",
        "rule ",
        "Not ours",
    ):
        assert words in told


def test_a_line_that_is_no_article_costs_no_other(tmp_path: Path) -> None:
    told = answer("rules", "explain", file_of(tmp_path, {"id": "x"}, ARTICLES[0]), code=1)

    assert "title: is missing" in told
    assert ARTICLES[0]["title"] in told


def test_nothing_of_it_is_kept(tmp_path: Path) -> None:
    answer("rules", "explain", file_of(tmp_path, *ARTICLES))

    assert not (tmp_path / "var" / "monitor.db").exists()
