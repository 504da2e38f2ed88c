"""A whole monitor on loopback: a pack, a feed that grows, targets that take notes, real processes.

The pack is the minimal one of another field, with sources and channels of its own.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pytest_httpserver import HTTPServer
from typer.testing import CliRunner
from werkzeug import Request, Response

from monitor.cli.main import commands
from tests.rulebook.packs import copy_of_minimal

ALLOWS = "The fisheries ministry allows quotas for minke whales in Norway"
SO_IT_SAID = "The fisheries ministry permits quotas, it said."
BANS = "The fisheries ministry bans quotas for minke whales in Norway"
SO_IT_SAYS = "The fisheries ministry prohibits quotas for every vessel, it said."
"""A position and its reversal; each said twice, for a single mention can be a slip."""

SOURCES = """\
sources:
  - {{id: harbour, title: Harbour Post, url: "{base}/harbour.rss", tier: press,
      newsroom: Harbour Post, language: en, interval: 1s}}
  - {{id: broken, title: Broken Post, url: "{base}/broken.rss", tier: press,
      newsroom: Broken Post, language: en, interval: 1s}}
"""

CHANNELS = """\
channels:
  - {id: team, kind: slack, url: "${TEAM_WEBHOOK}"}
  - {id: desk, kind: mail, to: [desk@post.example], from: monitor@post.example,
     server: "${DESK_SERVER}"}
  - {id: screen, kind: console}
"""

ALERTS = """\
alerts:
  - id: turns
    title: Somebody changes sides on quotas
    why: Crews decide in spring whether to sail
    owner: desk
    status: active
    when: [stance-reversal]
    topics: [quotas]
    examples:
      match: [{title: The fisheries ministry bans quotas, date: 2026-03-02}]
      ignore: [{title: The fisheries ministry allows quotas, date: 2026-03-02}]
"""


@dataclass
class Feed:
    """An RSS feed that grows at the top, as feeds do."""

    items: list[str] = field(default_factory=list)
    asked: int = 0
    base: str = "https://harbour-post.example"
    """Where its articles live."""

    def publish(self, title: str, text: str, *, age: timedelta) -> None:
        number = len(self.items) + 1
        moment = format_datetime(datetime.now(UTC) - age)
        self.items.insert(
            0,
            f"<item><guid>g{number}</guid><link>{self.base}/story/{number}</link>"
            f"<title>{escape(title)}</title><description>{escape(text)}</description>"
            f"<pubDate>{moment}</pubDate></item>",
        )

    def answer(self, request: Request) -> Response:
        self.asked += 1
        body = f"<rss version='2.0'><channel><title>H</title>{''.join(self.items)}</channel></rss>"
        return Response(body, content_type="application/rss+xml")


@dataclass
class Webhook:
    """What Slack would be: takes notes, and can refuse or make its caller wait."""

    status: int = 200
    posts: list[dict[str, Any]] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.go_on.set()

    def answer(self, request: Request) -> Response:
        self.posts.append(request.get_json())
        self.came.set()
        self.go_on.wait(20)
        return Response("ok" if self.status == 200 else "no", self.status)


@dataclass
class Deployment:
    folder: Path
    feed: Feed
    webhook: Webhook
    environment: dict[str, str]

    def run(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """`monitor ARGUMENTS` to its end; fails with what it printed unless it ends with `code`."""
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *arguments],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def read(self, *arguments: str) -> Any:
        """What a reading command answers; in this process, where nothing has to be started."""
        done = CliRunner().invoke(commands, [*arguments, "--json"], env=self.environment)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def is_about_to_see_a_reversal(self) -> None:
        """The seeds hold the old position, the feed the new one."""
        write_seed(Path(self.environment["MONITOR_SEEDS_DIR"]))
        self.feed.publish(BANS, SO_IT_SAYS, age=timedelta(minutes=1))

    @contextmanager
    def running(self) -> Iterator["Service"]:
        """`monitor run` under way; killed at the end if it still is."""
        process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "run"],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield Service(process)
        finally:
            process.kill()
            process.communicate()

    def half_a_minute_passes(self) -> None:
        """What waits for its next check or attempt is due: the clock is moved in the database, not
        slept. Without it a fast machine starts the next run before a source is due.
        """
        past = (datetime.now(UTC) - timedelta(seconds=1)).replace(tzinfo=None).isoformat(" ")
        with sqlite3.connect(self.folder / "var" / "monitor.db") as database:
            database.execute("UPDATE source SET next_check_at = ?", [past])
            database.execute("UPDATE delivery SET next_attempt_at = ?", [past])
        database.close()


@dataclass
class Service:
    process: subprocess.Popen[str]

    def event(self, name: str) -> dict[str, Any]:
        """The next event of this name; the test's own timeout is the deadline."""
        assert self.process.stderr is not None
        seen = []
        for line in self.process.stderr:
            seen.append(line)
            if line.startswith("{") and json.loads(line)["event"] == name:
                return dict(json.loads(line))
        raise AssertionError(f"ended before {name}: {''.join(seen)}")

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def ended(self, *, within: float) -> int:
        return self.process.wait(within)


def write_seed(folder: Path) -> None:
    """A corpus of one article, which holds the old position."""
    (folder / "old.txt").write_text(SO_IT_SAID)
    (folder / "manifest.yaml").write_text(
        f"seeds:\n  - {{id: old, file: old.txt, title: {ALLOWS}, date: 2026-03-01,"
        " language: en, publisher: Harbour Post}\n"
    )


def deploy(folder: Path, server: HTTPServer, mail_server: str) -> Deployment:
    base = server.url_for("").rstrip("/")
    feed, webhook = Feed(base=base), Webhook()
    server.expect_request("/harbour.rss").respond_with_handler(feed.answer)
    server.expect_request("/broken.rss").respond_with_data("no", status=500)
    server.expect_request("/hook").respond_with_handler(webhook.answer)
    server.expect_request("/robots.txt").respond_with_data("", status=404)
    rules = copy_of_minimal(folder)
    (rules / "sources.yaml").write_text(SOURCES.format(base=base))
    (rules / "channels.yaml").write_text(CHANNELS)
    for kind in ("alerts", "tests"):
        for path in (rules / kind).iterdir():
            path.unlink()
    (rules / "alerts" / "turns.yaml").write_text(ALERTS)
    seeds = folder / "seeds"
    seeds.mkdir()
    (seeds / "manifest.yaml").write_text("seeds: []\n")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONWARNINGS": "error",
        "MONITOR_DATA_DIR": str(folder / "var"),
        "MONITOR_RULES_DIR": str(rules),
        "MONITOR_SEEDS_DIR": str(seeds),
        "MONITOR_ALLOW_PRIVATE_HOSTS": "127.0.0.1 localhost",
        "MONITOR_PORT": "0",
        "TEAM_WEBHOOK": f"{base}/hook",
        "DESK_SERVER": mail_server,
    }
    return Deployment(folder, feed, webhook, environment)
