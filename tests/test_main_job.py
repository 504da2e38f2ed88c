"""The main job end to end on loopback: real feeds, real targets, real processes."""

import json
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from monitor.app import ReleaseAs, build
from monitor.clock import utcnow
from monitor.config import read_settings
from tests.deployment import BANS, SO_IT_SAYS, Deployment, deploy
from tests.notify.servers import Postbox, smtp_server


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(threaded=True) as running:
        yield running


@pytest.fixture
def deployment(tmp_path: Path, server: HTTPServer, postbox: Postbox) -> Iterator[Deployment]:
    with smtp_server(postbox) as address:
        yield deploy(tmp_path, server, address)


class Quiet:
    def event(self, name: str, **fields: object) -> None: ...


def events(stderr: str, name: str) -> list[dict[str, object]]:
    read = (json.loads(line) for line in stderr.splitlines() if line.startswith("{"))
    return [event for event in read if event["event"] == name]


def test_a_change_reaches_every_target_once_and_each_item_is_read_once(
    deployment: Deployment, postbox: Postbox
) -> None:
    deployment.is_about_to_see_a_reversal()

    first = deployment.run("run", "--once")
    deployment.half_a_minute_passes()
    second = deployment.run("run", "--once")

    [post] = deployment.webhook.posts
    [mail] = postbox.mails
    for told in (json.dumps(post), bytes(mail.content or b"").decode(), first.stdout):
        assert "allow" in told
        assert "end it" in told
        assert BANS in told
    assert [event["fresh"] for event in events(first.stderr, "polled")] == [1]
    assert events(second.stderr, "polled") == []
    assert deployment.feed.asked == 2
    assert second.stdout == ""
    assert len((deployment.folder / "var" / "alerts.jsonl").read_text().splitlines()) == 1
    [position] = deployment.read("ledger")
    assert (position["actor"], position["topic"]) == ("fisheries-ministry", "quotas")
    assert position["stance"] == "forbid"


def test_a_failing_source_and_a_failing_target_are_counted_and_tried_again(
    deployment: Deployment, postbox: Postbox
) -> None:
    deployment.is_about_to_see_a_reversal()
    deployment.webhook.status = 500

    deployment.run("run", "--once")

    health = {source["id"]: source for source in deployment.read("sources", "list")}
    assert health["broken"]["failures"] == 1
    assert "500" in health["broken"]["last_error"]
    assert health["harbour"]["failures"] == 0
    [alert] = deployment.read("alerts")
    states = {each["target"]: (each["state"], each["attempts"]) for each in alert["deliveries"]}
    assert states == {
        "team": ("pending", 1),
        "desk:desk@post.example": ("sent", 1),
        "screen": ("sent", 1),
    }

    deployment.webhook.status = 200
    deployment.half_a_minute_passes()
    deployment.run("run", "--once")

    [alert] = deployment.read("alerts")
    assert {each["state"] for each in alert["deliveries"]} == {"sent"}
    assert len(deployment.webhook.posts) == 2
    assert len(postbox.mails) == 1
    health = {source["id"]: source for source in deployment.read("sources", "list")}
    assert health["broken"]["failures"] == 2


def test_a_dry_run_prints_what_would_be_sent_and_leaves_it_to_the_next_run(
    deployment: Deployment, postbox: Postbox
) -> None:
    deployment.is_about_to_see_a_reversal()

    dry = deployment.run("run", "--once", "--dry-run")

    assert "would send to team" in dry.stdout
    assert BANS in dry.stdout
    assert (deployment.webhook.posts, postbox.mails) == ([], [])

    [alert] = deployment.read("alerts")
    assert {(each["state"], each["attempts"]) for each in alert["deliveries"]} == {("pending", 0)}


def test_the_service_stays_up_without_a_network_and_keeps_a_second_one_out(
    deployment: Deployment, server: HTTPServer
) -> None:
    server.stop()

    with deployment.running() as service:
        failures = [service.event("failed")["failures"] for _ in range(3)]
        held = deployment.run("run", "--once", code=75)
        service.signal()
        code = service.ended(within=25)

    assert failures == [1, 1, 2]
    assert code == 0
    assert "another instance" in held.stderr


def test_the_service_finishes_what_is_being_sent_before_it_ends(deployment: Deployment) -> None:
    deployment.is_about_to_see_a_reversal()
    deployment.webhook.go_on.clear()

    with deployment.running() as service:
        assert deployment.webhook.came.wait(40)
        service.signal()
        deployment.webhook.go_on.set()
        code = service.ended(within=25)

    assert code == 0
    [alert] = deployment.read("alerts")
    assert {each["state"] for each in alert["deliveries"]} == {"sent"}
    assert len(deployment.webhook.posts) == 1


def test_a_second_signal_ends_the_service_at_once(deployment: Deployment) -> None:
    deployment.is_about_to_see_a_reversal()
    deployment.webhook.go_on.clear()

    with deployment.running() as service:
        assert deployment.webhook.came.wait(40)
        service.signal(signal.SIGINT)
        service.signal(signal.SIGTERM)
        code = service.ended(within=5)
    deployment.webhook.go_on.set()

    assert code in (128 + signal.SIGTERM, 128 + signal.SIGINT)


def titles(deployment: Deployment) -> list[str]:
    return [str(post["text"]) for post in deployment.webhook.posts]


def test_an_archive_that_is_published_again_is_held_told_once_and_let_go(
    deployment: Deployment,
) -> None:
    # given a feed that was read, and the old position in the ledger
    deployment.is_about_to_see_a_reversal()
    deployment.feed.items.clear()
    deployment.feed.publish("Herring is dear", "At the harbour.", age=timedelta(hours=2))
    deployment.run("run", "--once")
    deployment.half_a_minute_passes()

    # when it brings hundreds of items at once, a reversal among them
    for number in range(300):
        text = SO_IT_SAYS if number == 200 else "At the harbour."
        title = BANS if number == 200 else f"Cod is dear, {number}"
        deployment.feed.publish(title, text, age=timedelta(minutes=5))
    second = deployment.run("run", "--once")
    deployment.half_a_minute_passes()
    deployment.run("run", "--once")

    # then one notice tells of it and no alert
    [flood] = events(second.stderr, "flood")
    assert (flood["held"], flood["relevant"]) == (300, 1)
    [told] = titles(deployment)
    assert "300 new items at once are held" in told

    # and when a person lets them go while the service runs, the alert goes out
    with deployment.running() as service:
        service.event("started")
        app = build(read_settings(deployment.environment), watch=Quiet(), write=print)
        released = app.release("harbour", ReleaseAs.NEWS, utcnow())
        app.close()
        assert service.event("sent")["target"]
        assert deployment.webhook.came.wait(20)
    assert (released.articles, released.alerts) == (300, 1)


def test_the_page_of_a_summary_is_read_and_tells_what_the_summary_left_out(
    deployment: Deployment, server: HTTPServer
) -> None:
    deployment.is_about_to_see_a_reversal()
    deployment.feed.items.clear()
    deployment.feed.publish(
        "What the fisheries ministry said on quotas for minke whales in Norway",
        "The ministry spoke on quotas for minke whales.",
        age=timedelta(minutes=1),
    )
    running = "The hall was full, and the talk went on for hours. " * 6
    server.expect_request("/story/1").respond_with_data(
        f"<html><body><article><p>{running}</p><p>{BANS}. {SO_IT_SAYS}</p><p>{running}</p>"
        "</article></body></html>",
        content_type="text/html",
    )

    done = deployment.run("run", "--once")

    [read] = events(done.stderr, "page-read")
    assert read["alerts"] == 1
    [told] = deployment.webhook.posts
    assert BANS in json.dumps(told)
