"""The shipped pack on loopback: a server of feeds with ETags, the service as a process of its own.

Not here: what is asked of it (real_input.py).
"""

import hashlib
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

RULES = Path(__file__).parent.parent / "rules"
INTERVAL = 1.1
"""Seconds between two passes at least: what sources of `interval: 1s` need to be due again."""
LONGEST_PASS = 600

CHANNELS = """\
channels:
  - {id: team, kind: slack, url: "${TEAM_WEBHOOK}"}
  - {id: desk, kind: mail, to: [desk@post.example], from: monitor@post.example,
     server: "${DESK_SERVER}"}
  - {id: screen, kind: console}
"""


# --- what it reads ----------------------------------------------------------------------------


@dataclass
class Shelf:
    """Bodies by path, with ETags; and what a webhook was posted."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    posts: list[dict[str, Any]] = field(default_factory=list)
    forgets_etags: bool = False
    """As servers do that answer each request in full."""

    def answer(self, path: str, known: str | None) -> tuple[int, str, bytes]:
        """Status, ETag and body."""
        body = self.bodies.get(path)
        if body is None:
            return 404, "", b""
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if known == etag and not self.forgets_etags:
            return 304, etag, b""
        return 200, etag, body


@contextmanager
def serving(shelf: Shelf) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, etag, body = shelf.answer(self.path, self.headers.get("If-None-Match"))
            shelf.statuses[status] += 1
            self.send_response(status)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            shelf.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# --- the service -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pass:
    """One `monitor run --once`."""

    code: int
    events: list[dict[str, Any]]
    noise: list[str]
    """Lines on stderr that are no events."""
    printed: str
    cpu: float
    seconds: float

    def named(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == name]

    def total(self, what: str) -> int:
        return sum(event[what] for event in self.named("polled"))

    @property
    def tracebacks(self) -> int:
        return sum("Traceback" in line for line in [*self.noise, *map(str, self.events)])


@dataclass
class Service:
    """A deployment with a database of its own."""

    folder: Path
    base: str
    mail_server: str
    seeds: Path
    last_end: float = 0.0
    passes: list[Pass] = field(default_factory=list)

    def watch(self, paths: Iterable[str]) -> None:
        """The pack as shipped, but for its sources and channels."""
        rules = self.folder / "rules"
        shutil.rmtree(rules, ignore_errors=True)
        shutil.copytree(RULES, rules)
        entries = [json.dumps(entry_of(path, self.base)) for path in paths]
        listed = "".join(f"  - {entry}\n" for entry in entries)
        (rules / "sources.yaml").write_text(f"sources:\n{listed}" if listed else "sources: []\n")
        (rules / "channels.yaml").write_text(CHANNELS)

    def run(self) -> Pass:
        time.sleep(max(0.0, self.last_end + INTERVAL - time.monotonic()))
        self._makes_due()
        before, started = cpu_of_children(), time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "run", "--once"],
            env=self._environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=LONGEST_PASS,
            check=False,
        )
        self.last_end = time.monotonic()
        lines = done.stderr.splitlines()
        self.passes.append(
            Pass(
                done.returncode,
                [json.loads(line) for line in lines if line.startswith("{")],
                [line for line in lines if not line.startswith("{")],
                done.stdout,
                cpu_of_children() - before,
                self.last_end - started,
            )
        )
        return self.passes[-1]

    def _makes_due(self) -> None:
        """What feeds and servers wish (`ttl`, Cache-Control) would make a second pass wait for
        hours."""
        path = self.folder / "var" / "monitor.db"
        if path.exists():
            with closing(sqlite3.connect(path)) as database, database:
                database.execute("UPDATE source SET next_check_at = '2000-01-01 00:00:00.000000'")

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        path = self.folder / "var" / "monitor.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(sql, values).fetchall()

    def count(self, table: str, where: str = "1") -> int:
        return int(self.ask(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])

    def alert_lines(self) -> list[dict[str, Any]]:
        path = self.folder / "var" / "alerts.jsonl"
        return [json.loads(it) for it in path.read_text().splitlines()] if path.exists() else []

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(RULES.parent),
            "PYTHONWARNINGS": "default",
            "MONITOR_DATA_DIR": str(self.folder / "var"),
            "MONITOR_RULES_DIR": str(self.folder / "rules"),
            "MONITOR_SEEDS_DIR": str(self.seeds),
            "MONITOR_ALLOW_PRIVATE_HOSTS": "127.0.0.1",
            "TEAM_WEBHOOK": f"{self.base}/hook",
            "DESK_SERVER": self.mail_server,
        }


def entry_of(path: str, base: str) -> dict[str, str]:
    """A capture is a press feed of its own newsroom; a language's feed brings many newsrooms."""
    kind, name = path.strip("/").split("/")
    gathered = {"tier": "search", "language": name} if kind == "language" else {"tier": "press"}
    return {
        "id": f"{kind}-{name}",
        "title": f"{kind} {name}",
        "url": base + path,
        "newsroom": name,
        "interval": "1s",
        **gathered,
    }


def cpu_of_children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
