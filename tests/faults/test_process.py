"""What a process can suffer besides its end: it is stopped for a while, or runs out of files."""

import json
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.errors import StoreError
from monitor.model import ChannelKind, Delivery, DeliveryState, Intake, Rendered
from monitor.notify import Target, build_channels
from monitor.pipeline.delivery import Fate, deliver_due
from monitor.steps.render import compose
from monitor.store import SqlStore, open_store
from tests.faults.lives import Mother
from tests.faults.town import town
from tests.steps.render.builders import MADE, alert
from tests.store.made import written

DUE = MADE + timedelta(hours=1)
LEASE = timedelta(minutes=5)
DEADLINE = 20


@pytest.fixture
def webhooks() -> Iterator[HTTPServer]:
    with HTTPServer(threaded=True) as running:
        yield running


def a_message_for(target: str, number: int = 1) -> Intake:
    message = replace(compose((alert(f"al{number}"),), created_at=MADE), alert_ids=())
    pending = DeliveryState.PENDING
    delivery = Delivery(f"{message.id}-{target}", message.id, target, pending, 0, MADE)
    return Intake(cursor=None, messages=(message,), deliveries=(delivery,))


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


# --- F04 ---------------------------------------------------------------------------------------


def deliver_as_a_worker(url: str, webhook: str, told: Connection) -> None:
    """One round of a process of its own; tells what became of each delivery."""
    store = open_store(url, exclusive=False)
    target = Target("team", ChannelKind.SLACK, url=webhook)
    channels = build_channels([target], environment={}, data_dir=Path(), write=print)
    report = deliver_due(store, channels, now=DUE, lease=LEASE)
    told.send([settled.fate.value for settled in report.settled])
    store.close()


def test_a_process_that_slept_past_its_lease_sends_no_third_time_and_settles_nothing(
    tmp_path: Path, webhooks: HTTPServer
) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    store = open_store(url, exclusive=False)
    written(store, a_message_for("team"))
    posts: list[object] = []
    stopped, woken = threading.Event(), threading.Event()

    def take(request: Request) -> Response:
        posts.append(request.get_json())
        if len(posts) == 1:
            os.kill(sleeper.pid or 0, signal.SIGSTOP)
            stopped.set()
            woken.wait(DEADLINE)
        return Response("ok")

    webhooks.expect_request("/hook").respond_with_handler(take)
    webhook = webhooks.url_for("/hook")
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    sleeper = get_context("spawn").Process(target=deliver_as_a_worker, args=(url, webhook, theirs))
    target = Target("team", ChannelKind.SLACK, url=webhook)
    channels = build_channels([target], environment={}, data_dir=tmp_path, write=print)
    sleeper.start()
    try:
        assert stopped.wait(DEADLINE)

        second = deliver_due(store, channels, now=DUE + LEASE, lease=LEASE)
        os.kill(sleeper.pid or 0, signal.SIGCONT)
        woken.set()

        assert ours.poll(DEADLINE)
        assert ours.recv() == [Fate.LOST.value]
    finally:
        sleeper.kill()
        sleeper.join()
    assert [settled.fate for settled in second.settled] == [Fate.SENT]
    assert len(posts) == 2
    [(delivery, _)] = store.outbox(list(DeliveryState))
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 2)
    assert deliver_due(store, channels, now=DUE + 3 * LEASE).settled == ()
    store.close()


# --- a database that refuses while messages are sent -------------------------------------------


class Refusing(SqlStore):
    """A store whose disk is full by the time something is to be settled."""

    def settle(self, delivery: Delivery, **_: Any) -> bool:
        raise StoreError("the disk is full")


class Noting:
    """A target that takes everything."""

    name, kind = "team", ChannelKind.CONSOLE

    def __init__(self) -> None:
        self.took: list[str] = []

    def send(self, rendered: Rendered, *, delivery_id: str, deadline: timedelta) -> str:
        self.took.append(delivery_id)
        return "ok"


def test_where_nothing_can_be_settled_a_round_sends_one_message_and_not_the_whole_queue(
    tmp_path: Path,
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}", exclusive=False)
    written(store, *(a_message_for("team", number) for number in range(8)))
    refusing = Refusing(store._engine, lambda: None)
    channel = Noting()

    with pytest.raises(StoreError, match="disk"):
        deliver_due(refusing, {"team": channel}, now=DUE)

    assert len(channel.took) == 1
    store.close()


# --- F08 ---------------------------------------------------------------------------------------


def test_without_free_file_descriptors_it_says_so_and_goes_on_when_there_are_some(
    tmp_path: Path, lives: Mother
) -> None:
    with town(tmp_path / "town", boards=2) as place:
        log = place.folder / "log"

        def told(name: str) -> list[dict[str, Any]]:
            lines = log.read_text().splitlines() if log.exists() else []
            events = (json.loads(line) for line in lines if line.startswith("{"))
            return [event for event in events if event["event"] == name]

        life = lives.begin(place.environment, log)
        try:
            until(lambda: len(told("polled")) >= 4, "every feed is known")
            usual = resource.prlimit(life.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(life.pid, resource.RLIMIT_NOFILE, (3, usual[1]))
            until(lambda: bool(told("failed") or told("tick-trouble")), "the trouble is told")
            trouble = str([told("failed"), told("tick-trouble")])
            place.show(1.0)
            resource.prlimit(life.pid, resource.RLIMIT_NOFILE, usual)
            until(lambda: len(set(place.received("team"))) == 2, log.read_text()[-2000:])
        finally:
            life.kill()
            life.wait()

    assert "open files" in trouble or "Errno 24" in trouble or "cannot be opened" in trouble
