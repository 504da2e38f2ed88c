"""What the joiner says at the start: where alerts go, what is due."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import ReleaseAs, build
from monitor.config import read_settings
from monitor.errors import UsageError
from monitor.model import NotModified
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


def test_a_restart_does_not_ask_a_source_before_its_time(tmp_path: Path, rules: Path) -> None:
    # given a source that was asked, and is due again in an hour at the earliest
    (tmp_path / "seeds").mkdir()
    places = {
        "MONITOR_RULES_DIR": str(rules),
        "MONITOR_SEEDS_DIR": str(tmp_path / "seeds"),
        "MONITOR_DATA_DIR": str(tmp_path / "var"),
    }

    def asked_by_a_start(now: datetime) -> list[str]:
        app = build(read_settings(places | SECRETS), watch=Heard(), write=print)
        try:
            app.start(now)
            due = app.due(now)
            for source, cursor in due:
                app.take(source, cursor, NotModified(source.id, now), now)
            return [source.id for source, _ in due]
        finally:
            app.close()

    first = asked_by_a_start(NOW)

    # when the service is started every ten minutes
    starts = [asked_by_a_start(NOW + timedelta(minutes=minutes)) for minutes in (5, 10)]

    assert first
    assert starts == [[], []]


def test_what_nobody_brought_cannot_be_let_go(tmp_path: Path, rules: Path) -> None:
    (tmp_path / "seeds").mkdir()
    places = {"MONITOR_RULES_DIR": str(rules), "MONITOR_DATA_DIR": str(tmp_path / "var")}
    app = build(read_settings(places | SECRETS), watch=Heard(), write=print)
    try:
        with pytest.raises(UsageError, match="no source of the pack"):
            app.release("nobody", ReleaseAs.NEWS, NOW)
    finally:
        app.close()
