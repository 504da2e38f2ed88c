"""What the doctor finds: each line true, with its remedy; exit code 1 for problems alone."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.doctor import Level, examine
from monitor.cli.main import commands
from monitor.model import Condition, Cursor, DeliveryState
from tests.cli.polled import NOW, lay_out, opened, poll_a_reversal
from tests.rulebook.packs import change

NO_NAME = f"{'a' * 64}.example"
"""No name server is asked for it: a label has 63 letters at most."""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return lay_out(tmp_path, monkeypatch)


def found(level: Level, now: datetime = NOW, *, offline: bool = True) -> list[str]:
    """`about: says -> remedy` of each finding of this level."""
    app = opened()
    try:
        findings = list(examine(app, now, offline=offline))
    finally:
        app.close()
    return [f"{it.about}: {it.says} -> {it.remedy}" for it in findings if it.level is level]


def remember(*cursors: Cursor) -> None:
    app = opened()
    for cursor in cursors:
        app.store.put_cursor(cursor)
    app.close()


@pytest.mark.usefixtures("rules")
def test_a_fresh_machine_has_no_problem_and_nothing_is_made_by_looking(tmp_path: Path) -> None:
    done = CliRunner().invoke(commands, ["doctor", "--offline"])

    assert done.exit_code == 0, done.output
    assert "is not there yet" in done.stdout
    assert "-> `monitor run` makes it" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("0 problems, ")
    assert not (tmp_path / "var").exists()


@pytest.mark.usefixtures("rules")
def test_a_running_service_is_seen() -> None:
    service = opened(exclusive=True)
    service.start(NOW)
    try:
        running = found(Level.OK)
    finally:
        service.close()

    assert "service: an instance is running -> " in running
    assert "service: no instance is running -> " in found(Level.OK)
    assert found(Level.PROBLEM) == []


def test_a_refused_pack_is_a_problem_with_its_first_line(rules: Path) -> None:
    change(rules, "alerts/turns.yaml", "channels: [team]", "channels: [teams]")

    [problem] = found(Level.PROBLEM)

    assert problem.startswith("pack: the pack would be refused: 1 error, first alerts/turns.yaml:")
    assert "monitor rules check" in problem


def test_a_secret_that_is_not_set_is_a_problem_of_its_channel(rules: Path) -> None:
    (rules / "channels.yaml").write_text(
        'channels:\n  - {id: team, kind: slack, url: "${NOT_THERE}"}\n  - {id: ok, kind: console}\n'
    )

    [problem] = found(Level.PROBLEM)

    assert problem.startswith("channel team: ")
    assert "NOT_THERE" in problem
    assert any(line.startswith("channels: ok; ") for line in found(Level.OK))


def test_a_host_of_messages_that_has_no_address_is_a_problem_unless_offline(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", f"https://{NO_NAME}/services/canary")
    change(rules, "sources.yaml", "https://harbour-post.example/", "http://127.0.0.1/")
    (rules / "channels.yaml").write_text('channels:\n  - {id: team, kind: slack, url: "${HOOK}"}\n')

    [problem] = found(Level.PROBLEM, offline=False)

    assert f"{NO_NAME}, where messages go, has no address" in problem
    assert "services" not in problem
    assert found(Level.PROBLEM) == []


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("now", "says"),
    [
        (datetime(1970, 1, 2, tzinfo=UTC), "it is 1970-01-02 by this machine's clock"),
        (NOW - timedelta(hours=2), "the database has seen 2026-03-09 12:00"),
    ],
)
def test_a_clock_that_is_wrong_is_a_problem(now: datetime, says: str) -> None:
    remember(Cursor("fisheries-news", NOW, last_success_at=NOW))

    [problem] = found(Level.PROBLEM, now)

    assert says in problem
    assert found(Level.PROBLEM) == []


@pytest.mark.usefixtures("rules")
def test_a_source_in_trouble_is_a_warning_and_all_of_them_a_problem() -> None:
    app = opened()
    app.store.register(["fisheries-news", "harbour-post"], NOW)
    app.close()

    remember(Cursor("harbour-post", NOW, failures=2))
    never = found(Level.WARNING)
    remember(Cursor("harbour-post", NOW, condition=Condition.FROZEN))
    one = (found(Level.WARNING), found(Level.PROBLEM))
    remember(Cursor("fisheries-news", NOW, condition=Condition.BROKEN))
    both = found(Level.PROBLEM)

    assert any("1 never answered" in line for line in never)
    assert any("1 frozen" in line and "harbour-post" in line for line in one[0])
    assert one[1] == []
    assert any("not one is well" in line for line in both)


@pytest.mark.usefixtures("rules")
def test_what_waits_long_is_a_warning_and_an_alert_that_reached_nobody_a_problem() -> None:
    poll_a_reversal()

    at_once = found(Level.WARNING)
    later = found(Level.WARNING, NOW + timedelta(hours=3))
    app = opened()
    [outgoing] = app.store.claim(NOW, lease_for=timedelta(minutes=1), limit=1)
    app.store.settle(outgoing.delivery, state=DeliveryState.DEAD, now=NOW, error="gone")
    app.close()
    lost = found(Level.PROBLEM)

    assert not any(line.startswith("outbox") for line in at_once)
    assert any("the oldest of 1 waits since 2026-03-09 12:00" in line for line in later)
    assert any("1 alert reached nobody" in line for line in lost)
    assert any("1 delivery dead: team 1" in line for line in found(Level.WARNING))


@pytest.mark.usefixtures("rules")
def test_a_damaged_database_is_a_problem_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "monitor.db").write_bytes(b"\xff" * 8192)

    done = CliRunner().invoke(commands, ["doctor", "--offline", "--json"])

    problems = [each for each in json.loads(done.stdout) if each["level"] == "problem"]
    assert done.exit_code == 1
    assert [each["about"] for each in problems] == ["database"]
    assert "monitor restore FILE" in problems[0]["remedy"]
