"""What the joiner says at the start: where alerts go, what is due."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import build
from monitor.config import read_settings
from tests.rulebook.packs import change, copy_of_minimal

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
SECRETS = {
    "WHALING_SLACK_URL": "https://hooks.example/x",
    "WHALING_MAIL_SERVER": "smtp://127.0.0.1:25",
}


class Heard:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, object]]] = []

    def event(self, name: str, **fields: object) -> None:
        self.events.append((name, fields))


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return copy_of_minimal(tmp_path)


def told_at_start(
    tmp_path: Path, rules: Path, *, now: datetime = NOW, dry_run: bool = False
) -> list[tuple[str, dict[str, object]]]:
    """The events of a service that starts at `now` and ends at once."""
    (tmp_path / "seeds").mkdir(exist_ok=True)
    places = {
        "MONITOR_RULES_DIR": str(rules),
        "MONITOR_SEEDS_DIR": str(tmp_path / "seeds"),
        "MONITOR_DATA_DIR": str(tmp_path / "var"),
    }
    heard = Heard()
    app = build(read_settings(places | SECRETS), watch=heard, write=print, dry_run=dry_run)
    try:
        app.start(now)
    finally:
        app.close()
    return heard.events


def test_where_the_pack_names_no_channel_alerts_go_to_the_console(
    tmp_path: Path, rules: Path
) -> None:
    (rules / "channels.yaml").write_text("channels: []\n")
    change(rules, "alerts/turns.yaml", "    channels: [team]\n", "")

    [(_, started)] = told_at_start(tmp_path, rules)

    file = tmp_path / "var" / "alerts.jsonl"
    assert started["targets"] == 1
    assert started["to"] == f"the console and {file} (channels.yaml names no other target)"


def test_targets_that_the_pack_names_are_told_by_name(tmp_path: Path, rules: Path) -> None:
    [(_, started)] = told_at_start(tmp_path, rules)

    assert started["to"] == "team, desk:desk@post.example"


def test_a_dry_run_says_that_nobody_gets_anything(tmp_path: Path, rules: Path) -> None:
    [(_, started)] = told_at_start(tmp_path, rules, dry_run=True)

    assert str(started["to"]).startswith("nobody")


def test_a_start_with_nothing_due_says_when_something_is(tmp_path: Path, rules: Path) -> None:
    told_at_start(tmp_path, rules)

    [(_, started), (name, idle)] = told_at_start(tmp_path, rules, now=NOW - timedelta(hours=1))

    assert started["due"] == 0
    assert (name, idle["until"]) == ("idle", NOW)
