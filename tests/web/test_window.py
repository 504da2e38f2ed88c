"""The window of the real service, over real HTTP: probes, metrics, page, limits, its end."""

import asyncio
import json
import socket
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import uvicorn
from pytest_httpserver import HTTPServer
from starlette.responses import PlainTextResponse
from uvicorn.server import ServerState

from monitor.app import App, build
from monitor.config import read_settings
from monitor.errors import StoreBusy, WindowError
from monitor.web import open_window
from monitor.web.meter import Meter
from monitor.web.site import Site
from monitor.web.window import Connection
from tests.deployment import BANS, SO_IT_SAYS, Deployment, Service, deploy, write_seed
from tests.rulebook.packs import MINIMAL, change
from tests.web.asking import Answer as Response
from tests.web.asking import ask as ask_directly
from tests.web.asking import asking
from tests.web.test_guard import Notes

HOSTILE = "Broken <img src=x onerror=alert(1)> Post"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def lines(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.body.splitlines()]


def ask(address: str, path: str, *, method: str = "GET", **headers: str) -> Answer:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, fields, response.read().decode())
    finally:
        connection.close()


def eventually(address: str, path: str, *words: str) -> Answer:
    """The answer that holds these words, within twenty seconds."""
    end = time.monotonic() + 20
    while True:
        answer = ask(address, path)
        if all(word in answer.body for word in words):
            return answer
        assert time.monotonic() < end, answer.body


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Deployment, Service, str]]:
    """One service for all that only read from it: a reversal was told, one source is broken."""
    with HTTPServer(threaded=True) as server:
        deployment = deploy(tmp_path_factory.mktemp("window"), server, "smtp://127.0.0.1:9")
        write_seed(Path(deployment.environment["MONITOR_SEEDS_DIR"]))
        deployment.feed.publish(BANS, SO_IT_SAYS, age=timedelta(minutes=1))
        rules = Path(deployment.environment["MONITOR_RULES_DIR"])
        change(rules, "sources.yaml", "title: Broken Post", f"title: {HOSTILE}")
        deployment.environment["MONITOR_PUBLIC_HOSTS"] = "watch.example"
        with deployment.running() as service:
            address = service.event("serving")["address"]
            service.event("changed")
            yield deployment, service, address


@pytest.fixture(scope="module")
def address(running: tuple[Deployment, Service, str]) -> str:
    return running[2]


def test_a_service_at_work_is_alive_and_ready(address: str) -> None:
    ready = eventually(address, "/readyz", "of 2 sources are well")

    assert (ask(address, "/healthz").status, ask(address, "/healthz").body) == (200, "ok\n")
    assert ready.status == 200
    assert {line["check"]: line["status"] for line in ready.lines[1:]}.items() >= {
        "database": "ready",
        "jobs": "ready",
        "pack": "ready",
    }.items()


def test_the_page_shows_the_reversal_as_text_under_the_strictest_policy(address: str) -> None:
    page = eventually(address, "/", "reversal", "team: sent")

    assert page.status == 200
    assert BANS in page.body
    assert "Broken &lt;img src=x onerror=alert(1)&gt; Post" in page.body
    assert "<img" not in page.body
    assert '<span class="before">allow</span>' in page.body
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha")
    assert page.headers["content-type"] == "text/html; charset=utf-8"


def test_the_metrics_count_what_was_polled_told_and_sent(address: str) -> None:
    metrics = eventually(address, "/metrics", 'deliveries_total{result="sent",target="team"} 1.0')

    assert metrics.headers["content-type"].startswith("text/plain")
    for line in (
        'feed_fetch_total{result="new"} 1.0',
        "items_new_total 1.0",
        'changes_total{reason="reversal"} 1.0',
        'alerts_total{rule="turns"} 1.0',
        "database_up 1.0",
    ):
        assert line in metrics.body
    assert "@" not in metrics.body
    assert "127.0.0.1" not in metrics.body


def test_a_head_is_a_get_without_its_body(address: str) -> None:
    for path in ("/", "/healthz", "/readyz", "/metrics", "/none"):
        asked, headed = ask(address, path), ask(address, path, method="HEAD")

        assert (headed.status, headed.body) == (asked.status, "")
        assert headed.headers["content-type"] == asked.headers["content-type"]


@pytest.mark.parametrize("path", ["/<script>", "/..%2f..%2fetc/passwd", "//", "/docs", "/x?<b>"])
def test_what_is_not_there_is_told_in_plain_words_that_repeat_nothing(
    address: str, path: str
) -> None:
    answer = ask(address, path)

    assert (answer.status, answer.body) == (404, "Not Found\n")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_other_names_other_methods_and_bodies_are_refused(address: str) -> None:
    assert ask(address, "/", Host="evil.example").status == 421
    assert ask(address, "/", Host="watch.example").status == 200
    assert ask(address, "/", method="POST").status == 405
    assert ask(address, "/", **{"Content-Length": str(2**40)}).status == 413


def test_headers_without_end_are_cut_off(address: str) -> None:
    host, port = urlsplit(address).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000)
        answer = wire.recv(100)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert ask(address, "/healthz").status == 200


def test_more_connections_than_there_are_places_are_refused_and_then_it_answers_again(
    address: str,
) -> None:
    host, port = urlsplit(address).netloc.split(":")
    idle = [socket.create_connection((host, int(port)), timeout=10) for _ in range(70)]
    full = ask(address, "/healthz")
    for wire in idle:
        wire.close()

    assert full.status == 503
    assert eventually(address, "/healthz", "ok").status == 200


class Brief(Connection):
    life = 0.2


def test_a_connection_that_dawdles_is_cut_off() -> None:
    async def dawdle() -> bytes:
        loop = asyncio.get_running_loop()
        config = uvicorn.Config(PlainTextResponse("late"), http=Brief, ws="none", log_config=None)
        server = await loop.create_server(
            lambda: Brief(config, ServerState(), {}, loop), "127.0.0.1", 0
        )
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"GET / HTTP/1.1\r\nHost: loc")
            try:
                return await asyncio.wait_for(reader.read(), 10)
            except ConnectionResetError:
                return b""
            finally:
                writer.close()

    assert asyncio.run(dawdle()) == b""


# --- opening -----------------------------------------------------------------------------------


def an_app(folder: Path, **settings: str) -> App:
    given = {f"MONITOR_{name.upper()}": value for name, value in settings.items()}
    environment = {
        "MONITOR_DATA_DIR": str(folder),
        "MONITOR_RULES_DIR": str(MINIMAL),
        "MONITOR_PORT": "0",
        **given,
    }
    return build(read_settings(environment), watch=Notes(), write=print, exclusive=True)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"port": "TAKEN"}, "MONITOR_PORT: port [0-9]+ of 127.0.0.1 is taken.*another one"),
        ({"host": "192.0.2.1"}, "MONITOR_HOST: cannot listen at 192.0.2.1.*127.0.0.1"),
        ({"host": "no-such-host.invalid"}, "MONITOR_HOST: cannot listen at no-such-host"),
    ],
)
def test_an_address_that_cannot_be_had_is_told_with_its_setting(
    tmp_path: Path, settings: dict[str, str], says: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        app = an_app(
            tmp_path,
            **{name: port if value == "TAKEN" else value for name, value in settings.items()},
        )
        with pytest.raises(WindowError, match=says) as refused, open_window(app, Meter()):
            pass
    app.close()

    assert refused.value.exit_code == 1


def test_an_instance_that_holds_the_database_is_told_rather_than_its_port(tmp_path: Path) -> None:
    first = an_app(tmp_path)

    with open_window(first, Meter()) as window:
        second = an_app(tmp_path, port=str(urlsplit(window.address).port))
        with pytest.raises(StoreBusy), open_window(second, Meter()):
            pass
    first.close()


# --- the database hangs; who may scrape --------------------------------------------------------


def test_a_database_that_hangs_is_not_ready_within_seconds(
    tmp_path: Path, postgres_url: str
) -> None:
    app = an_app(tmp_path, database_url=postgres_url)
    app.ticked["poll"] = time.monotonic()
    site = Site(app, Meter())

    async def ready_or_not() -> tuple[Response, Response, float]:
        ready = await asking(site.routes, "/readyz")
        with psycopg.connect(postgres_url) as other:
            other.execute("LOCK TABLE delivery, source IN ACCESS EXCLUSIVE MODE")
            began = time.monotonic()
            while (red := await asking(site.routes, "/readyz")).status == 200:
                began = time.monotonic()  # what was seen before is shown for a second
            return ready, red, time.monotonic() - began

    ready, red, took = asyncio.run(ready_or_not())
    site.close()
    app.close()

    assert ready.status == 200
    assert (red.status, "no answer within 2 s" in red.body) == (503, True)
    assert took < 4


@pytest.mark.parametrize(
    ("settings", "authorization", "status"),
    [
        ({}, "", 200),
        ({"host": "::1"}, "", 200),
        # Whoever reaches another address has to bring a token; without one there is nothing.
        ({"host": "0.0.0.0"}, "", 403),
        ({"host": "0.0.0.0"}, "Bearer ", 403),
        ({"host": "0.0.0.0", "metrics_token": "canary"}, "", 401),
        ({"host": "0.0.0.0", "metrics_token": "canary"}, "Bearer canar", 401),
        ({"host": "0.0.0.0", "metrics_token": "canary"}, "Bearer кanary", 401),
        ({"host": "0.0.0.0", "metrics_token": "canary"}, "Bearer canary", 200),
        ({"metrics_token": "canary"}, "", 401),
    ],
)
def test_metrics_are_for_this_machine_or_for_those_who_bring_the_token(
    tmp_path: Path, settings: dict[str, str], authorization: str, status: int
) -> None:
    app = an_app(tmp_path, **settings)
    site = Site(app, Meter())

    answer = ask_directly(site.routes, "/metrics", headers={"authorization": authorization})
    site.close()
    app.close()

    assert answer.status == status
    assert "canary" not in answer.body
    assert ("database_up" in answer.body) == (status == 200)


# --- the end -----------------------------------------------------------------------------------


def test_the_service_ends_in_order_although_connections_are_open(tmp_path: Path) -> None:
    with HTTPServer(threaded=True) as gone:  # no network from the start
        deployment = deploy(tmp_path, gone, "smtp://127.0.0.1:9")

    with deployment.running() as service:
        address = service.event("serving")["address"]
        ready = eventually(address, "/readyz", '"jobs", "status": "ready"', "no source has")
        with sqlite3.connect(tmp_path / "var" / "monitor.db") as database:
            database.execute("DROP TABLE delivery")
        database.close()
        red = eventually(address, "/readyz", "does not answer")
        alive = ask(address, "/healthz")
        page = ask(address, "/")
        host, port = urlsplit(address).netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=10):
            service.signal()
            code = service.ended(within=15)

    assert (ready.status, ready.lines[0]["status"]) == (200, "degraded")
    assert (red.status, red.lines[0]["status"]) == (503, "not-ready")
    assert alive.status == 200
    assert (page.status, "could not be read just now" in page.body) == (200, True)
    assert code == 0
