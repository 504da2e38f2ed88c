"""`monitor outbox` on a real database: what waits, what died, and another try."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner

from monitor.cli.main import commands
from monitor.cli.outbox import age
from monitor.clock import utcnow
from monitor.errors import UsageError
from monitor.model import Delivery, DeliveryState, Intake, Message
from monitor.steps.render import compose
from monitor.store import SqlStore, open_store
from tests.deployment import Deployment, deploy
from tests.rulebook.packs import copy_of_minimal
from tests.steps.render.builders import alert

LEASE = timedelta(minutes=5)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    monkeypatch.setenv("MONITOR_RULES_DIR", str(copy_of_minimal(tmp_path)))
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path))
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}", exclusive=False)
    yield store
    store.close()


def put(store: SqlStore, *targets: str, name: str = "al1", age: timedelta) -> Message:
    made = utcnow() - age
    message = replace(compose((alert(name),), created_at=made), alert_ids=())
    deliveries = tuple(
        Delivery(f"d-{name}-{each}", message.id, each, DeliveryState.PENDING, 0, made)
        for each in targets
    )
    with store.deciding() as deciding:
        deciding.write(Intake(cursor=None, messages=(message,), deliveries=deliveries))
    return message


def fail(store: SqlStore, state: DeliveryState, error: str, *, ambiguous: bool = False) -> None:
    """The delivery that is longest due is tried and refused."""
    now = utcnow()
    [claimed] = store.claim(now, lease_for=LEASE, limit=1)
    store.settle(
        claimed.delivery,
        state=state,
        now=now,
        next_attempt_at=now + timedelta(hours=1),
        error=error,
        ambiguous=ambiguous,
    )


def answer(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(commands, ["outbox", *arguments])
    assert done.exit_code == code, done.output
    return done.stdout


def read(*arguments: str) -> Any:
    return json.loads(answer(*arguments, "--json"))


@pytest.mark.usefixtures("store")
def test_an_empty_outbox_says_that_everything_was_sent() -> None:
    assert read() == []
    assert answer() == "Nothing waits: everything was sent.\n"
    assert answer("--dead") == "Nothing was given up.\n"


def test_what_waits_and_what_died_is_told_by_target_with_its_error(store: SqlStore) -> None:
    put(store, "team", name="old", age=timedelta(days=3))
    put(store, "desk", name="new", age=timedelta(hours=5))
    fail(store, DeliveryState.DEAD, "the target answered 404 no_service")

    desk, team = read()

    assert (desk["target"], desk["state"], desk["attempts"]) == ("desk", "pending", 0)
    assert (team["target"], team["state"], team["attempts"]) == ("team", "dead", 1)
    assert team["last_error"] == "the target answered 404 no_service"
    assert team["next_attempt_at"] is None
    assert read("--dead") == [team]
    shown = answer()
    assert re.search(r"desk\s+pending\s+5 h\s+0", shown)
    assert re.search(r"team\s+dead\s+3 d\s+1\s+none\s+d-old-team\s+the target answered", shown)


def test_what_was_sent_is_not_in_the_outbox(store: SqlStore) -> None:
    put(store, "team", age=timedelta(0))
    [claimed] = store.claim(utcnow(), lease_for=LEASE, limit=1)

    [leased] = read()
    store.settle(claimed.delivery, state=DeliveryState.SENT, now=utcnow())

    assert leased["state"] == "leased"
    assert read() == []


def test_a_message_is_shown_as_people_see_it_with_each_attempt(store: SqlStore) -> None:
    message = put(store, "team", age=timedelta(days=1))
    fail(store, DeliveryState.PENDING, "the link died", ambiguous=True)

    shown = answer("show", "d-al1")

    assert "Harbour Board on mooring: restrict -> regulate (reversal)" in shown
    assert "> The board now wants to license mooring." in shown
    assert "To team: pending" in shown
    assert re.search(r"1\s+.*failed; it may have arrived\s+the link died", shown)
    asked_by_message = read("show", message.id)
    [attempt] = asked_by_message["attempts"]
    assert (attempt["error"], attempt["ambiguous"]) == ("the link died", True)
    assert asked_by_message["text"] in shown


def test_a_damaged_message_still_shows_its_log(store: SqlStore) -> None:
    made = utcnow()
    message = replace(compose((alert(),), created_at=made), alert_ids=(), body="{")
    delivery = Delivery("d1", message.id, "team", DeliveryState.PENDING, 0, made)
    with store.deciding() as deciding:
        deciding.write(Intake(cursor=None, messages=(message,), deliveries=(delivery,)))

    assert "cannot be shown" in answer("show", "d1")


def test_an_id_that_means_none_or_several_is_refused(store: SqlStore) -> None:
    put(store, "team", "desk", age=timedelta(0))

    with pytest.raises(UsageError, match="means several; .* d-al1-desk to desk"):
        commands(["outbox", "show", "d-al1"], standalone_mode=False)
    with pytest.raises(UsageError, match="no delivery and no message begins with '%'"):
        commands(["outbox", "show", "%"], standalone_mode=False)


def test_a_dead_delivery_is_made_due_again_and_a_living_one_is_left_alone(store: SqlStore) -> None:
    put(store, "team", "desk", age=timedelta(days=1))
    fail(store, DeliveryState.DEAD, "gone")
    fail(store, DeliveryState.PENDING, "busy")

    assert answer("retry", "d-al1-d") == "1 delivery of 1 made due again\n"
    assert answer("retry", "d-al1-t", code=1) == "0 deliveries of 1 made due again\n"

    [due] = store.claim(utcnow(), lease_for=LEASE, limit=9)
    assert due.delivery.target == "desk"


def test_all_that_is_dead_can_be_revived_at_once(store: SqlStore) -> None:
    for name in ("one", "two", "three"):
        put(store, "team", name=name, age=timedelta(days=1))
        fail(store, DeliveryState.DEAD, "gone")

    assert answer("retry", "--all-dead") == "3 deliveries of 3 made due again\n"
    assert [each["state"] for each in read()] == ["pending"] * 3
    assert answer("retry", "--all-dead") == "0 deliveries of 0 made due again\n"


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("arguments", [["retry"], ["retry", "d1", "--all-dead"]])
def test_a_retry_says_of_what(arguments: list[str]) -> None:
    with pytest.raises(UsageError, match="or give --all-dead"):
        commands(["outbox", *arguments], standalone_mode=False)


@pytest.mark.parametrize(
    ("since", "told"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=9), "9 d"),
    ],
)
def test_an_age_is_told_in_the_unit_that_tells_enough(since: timedelta, told: str) -> None:
    assert age(since) == told


# --- when nobody takes a message ---------------------------------------------------------------


@pytest.fixture
def deployment(tmp_path: Path, httpserver: HTTPServer) -> Deployment:
    """One Slack channel, one that is retired, and a change about to come."""
    deployment = deploy(tmp_path, httpserver, "smtp://127.0.0.1:1")
    rules = Path(deployment.environment["MONITOR_RULES_DIR"])
    (rules / "channels.yaml").write_text(
        "channels:\n"
        '  - {id: team, kind: slack, url: "${TEAM_WEBHOOK}"}\n'
        "  - {id: old, kind: console, status: retired}\n"
    )
    deployment.is_about_to_see_a_reversal()
    return deployment


def run_once(deployment: Deployment) -> str:
    done = CliRunner().invoke(commands, ["run", "--once"], env=deployment.environment)
    assert done.exit_code == 0, done.output
    return done.output


def kept(deployment: Deployment) -> list[str]:
    return (deployment.folder / "var" / "alerts.jsonl").read_text("utf-8").splitlines()


def test_an_alert_that_every_target_refused_is_in_the_data_folder_once(
    deployment: Deployment,
) -> None:
    deployment.webhook.status = 404

    told = run_once(deployment)
    run_once(deployment)

    [line] = kept(deployment)
    [dead] = deployment.read("outbox")
    assert json.loads(line)["message"] == dead["message"]
    assert (dead["target"], dead["state"]) == ("team", "dead")
    assert '"target": "last-resort"' in told


def test_an_alert_whose_rule_names_no_living_channel_is_in_the_data_folder_too(
    deployment: Deployment,
) -> None:
    alerts = Path(deployment.environment["MONITOR_RULES_DIR"]) / "alerts" / "turns.yaml"
    alerts.write_text(
        alerts.read_text().replace("    owner: desk\n", "    owner: desk\n    channels: [old]\n")
    )

    run_once(deployment)

    assert deployment.webhook.posts == []
    assert len(kept(deployment)) == 1
    [alert] = deployment.read("alerts")
    [delivery] = alert["deliveries"]
    assert (delivery["target"], delivery["state"]) == ("last-resort", "sent")


def test_a_retired_channel_beside_a_living_one_gets_nothing(deployment: Deployment) -> None:
    run_once(deployment)

    assert len(deployment.webhook.posts) == 1
    assert not (deployment.folder / "var" / "alerts.jsonl").exists()
