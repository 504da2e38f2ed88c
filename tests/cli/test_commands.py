"""What each reading command prints, on a database that was filled through the real intake."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.app import build
from monitor.cli.main import commands
from monitor.config import read_settings
from monitor.errors import UsageError
from monitor.model import Fetched
from tests.deployment import BANS, SO_IT_SAYS, write_seed
from tests.rulebook.packs import change, copy_of_minimal

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


class Silent:
    def event(self, name: str, **fields: object) -> None:
        pass


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    rules = copy_of_minimal(tmp_path)
    change(rules, "sources.yaml", "language: no", "language: en")
    (rules / "channels.yaml").write_text("channels:\n  - {id: team, kind: console}\n")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    write_seed(seeds)
    environment = {
        "MONITOR_RULES_DIR": str(rules),
        "MONITOR_SEEDS_DIR": str(seeds),
        "MONITOR_DATA_DIR": str(tmp_path / "var"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


@pytest.fixture
def filled(environment: dict[str, str]) -> dict[str, str]:
    """The seed's position, and a poll that overturned it."""
    app = build(read_settings(environment), watch=Silent(), write=lambda text: None, exclusive=True)
    try:
        app.start(NOW)
        source, cursor = app.due(NOW)[0]
        moment = (NOW - timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        body = (
            "<rss version='2.0'><channel><title>News</title><item><guid>1</guid>"
            f"<link>https://fisheries.example/1</link><title>{BANS}</title>"
            f"<description>{SO_IT_SAYS}</description>"
            f"<pubDate>{moment}</pubDate></item></channel></rss>"
        )
        poll = Fetched(source.id, source.url, body.encode(), "application/rss+xml", None, None, NOW)
        app.take(source, cursor, poll, NOW)
        app.deliver_due(NOW)
    finally:
        app.close()
    return environment


def answer(*arguments: str, code: int = 0, given: str | None = None) -> str:
    done = CliRunner().invoke(commands, list(arguments), input=given)
    assert done.exit_code == code, done.output
    return done.stdout


def read(*arguments: str) -> Any:
    return json.loads(answer(*arguments, "--json"))


@pytest.mark.usefixtures("filled")
def test_the_ledger_tells_what_stands() -> None:
    [position] = read("ledger")

    assert set(position) == {
        "actor", "topic", "stance", "certainty", "since", "last_said", "quote", "sources",
    }  # fmt: skip
    assert position["stance"] == "forbid"
    assert position["sources"] == ["https://fisheries.example/1"]
    assert position["quote"] in BANS
    assert "forbid" in answer("ledger")


@pytest.mark.usefixtures("filled")
def test_the_ledger_tells_what_was_known_by_the_end_of_a_day() -> None:
    before = read("ledger", "--as-of", "2026-02-28")
    seeded = read("ledger", "--as-of", "2026-03-01")
    after = read("ledger", "--as-of", "2026-03-09")

    assert before == []
    assert [position["stance"] for position in seeded] == ["allow"]
    assert [position["stance"] for position in after] == ["forbid"]


@pytest.mark.usefixtures("filled")
def test_the_timeline_tells_how_it_came_and_can_be_narrowed() -> None:
    changes = read("timeline")

    assert [(change["from"], change["to"], change["reason"]) for change in changes] == [
        (None, "allow", "baseline"),
        ("allow", "forbid", "reversal"),
    ]
    assert read("timeline", "--topic", "quotas", "--actor", "fisheries-ministry") == changes
    assert read("timeline", "--as-of", "1999-01-01") == []


@pytest.mark.usefixtures("filled")
def test_a_name_that_nobody_knows_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(UsageError, match="'quota' is no topic of the pack; did you mean `quotas`"):
        commands(["timeline", "--topic", "quota"], standalone_mode=False)
    with pytest.raises(UsageError, match="'xyz' is no actor of the pack; known: .*fisheries"):
        commands(["timeline", "--actor", "xyz"], standalone_mode=False)


@pytest.mark.usefixtures("filled")
def test_alerts_tell_what_was_sent_where() -> None:
    [alert] = read("alerts")

    assert alert["rule"] == "ministry-turns"
    assert (alert["change"]["from"], alert["change"]["to"]) == ("allow", "forbid")
    assert [(each["target"], each["state"]) for each in alert["deliveries"]] == [("team", "sent")]
    assert "new team sent" in " ".join(answer("alerts").split())
    since = (alert["change"]["before_since"], alert["change"]["known_since"])
    assert since == ("2026-03-01T00:00:00+00:00", None)


@pytest.mark.usefixtures("filled")
def test_sources_tell_their_health() -> None:
    polled, unpolled = read("sources", "list")

    assert (polled["id"], polled["polled"], polled["failures"]) == ("fisheries-news", True, 0)
    assert (unpolled["id"], unpolled["polled"]) == ("harbour-post", False)
    assert "fisheries-news" in answer("sources", "list")


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    "command", [["ledger"], ["ledger", "--measures"], ["timeline"], ["alerts"]]
)
def test_an_empty_database_is_an_empty_list_and_a_sentence(command: list[str]) -> None:
    assert read(*command) == []
    assert answer(*command).strip().endswith(".")


@pytest.mark.usefixtures("environment")
def test_analyze_answers_each_line_in_its_place_and_ends_with_1_where_one_was_no_article() -> None:
    lines = [
        json.dumps({"id": "a", "title": BANS, "text": SO_IT_SAYS}),
        "{",
        json.dumps({"id": "b", "title": "Rain"}),
    ]

    answered = [
        json.loads(line) for line in answer("analyze", code=1, given="\n".join(lines)).splitlines()
    ]

    assert [line.get("id", line.get("line")) for line in answered] == ["a", 2, "b"]
    assert [bool(line.get("relevant")) for line in answered] == [True, False, False]
    assert "error" in answered[1]


@pytest.mark.usefixtures("environment")
def test_replay_starts_from_the_seeds_or_from_nothing() -> None:
    line = json.dumps({"id": "a", "title": BANS, "text": SO_IT_SAYS, "date": "2026-03-09"})

    [seeded] = [json.loads(out) for out in answer("replay", given=line).splitlines()]
    [bare] = [json.loads(out) for out in answer("replay", "--no-seeds", given=line).splitlines()]

    assert [change["reason"] for change in seeded["changes"]] == ["reversal"]
    assert [change["alert"] for change in seeded["changes"]] == [True]
    assert [change["reason"] for change in bare["changes"]] == ["first"]


def test_replay_and_analyze_leave_no_database_behind(
    environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "articles.jsonl"
    file.write_text(json.dumps({"id": "a", "title": BANS, "text": SO_IT_SAYS}) + "\n")

    answer("analyze", str(file))
    answer("replay", str(file))

    assert not Path(environment["MONITOR_DATA_DIR"]).exists()


def test_rules_check_names_what_is_wrong_and_ends_with_1(environment: dict[str, str]) -> None:
    assert answer("rules", "check").startswith("The pack is sound")

    topics = Path(environment["MONITOR_RULES_DIR"]) / "topics.yaml"
    topics.write_text(topics.read_text() + "\nwrong: key\n")
    complaints = json.loads(answer("rules", "check", "--json", code=1))

    assert complaints["errors"][0]["file"] == "topics.yaml"
    assert "topics.yaml:" in answer("rules", "check", code=1)


def test_config_show_hides_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://me:canary@db/x")

    assert "canary" not in answer("config", "show")
    assert read("config", "show")["MONITOR_DATABASE_URL"] == "postgresql://me:***@db/x"
