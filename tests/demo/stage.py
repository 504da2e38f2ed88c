"""Where the demo is played: papers that grow, the real service, a mailbox and a webhook.

Not here: the story (story.py) and what people see of it (play.py).
"""

import email
import email.policy
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.demo.story import Paper, Piece, Step, Story, Told, feed_of, page_of
from tests.notify.servers import Postbox

RULES = Path(__file__).parents[2] / "rules"
PATIENCE = 40.0
"""Seconds that any one thing may take; on an idle machine all of it takes half of this."""
MESSAGE = re.compile(r"\bm[0-9a-f]{24}\b")
CHANNELS = """\
channels:
  - {id: team, kind: slack, url: "${TEAM_WEBHOOK}"}
  - {id: desk, kind: mail, to: [desk@post.example], from: monitor@post.example,
     server: "${DESK_SERVER}"}
"""


class Broken(Exception):
    """The service did not do what the demo waits for."""


# --- the service ---------------------------------------------------------------------------------


@dataclass
class Service:
    """`monitor run` under way in a folder of its own."""

    process: subprocess.Popen[str]
    database: Path
    events: list[dict[str, Any]] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)
    """What it says on stderr besides events: warnings, tracebacks."""

    def listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if line.startswith("{"):
                self.events.append(json.loads(line))
            else:
                self.noise.append(line.rstrip())

    def wait(self, until: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not until():
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = "\n".join([*map(str, self.events[-5:]), *self.noise[-20:]])
                raise Broken(f"waited in vain for {what}; the service said last:\n{said}")
            time.sleep(0.02)

    def has_started(self) -> bool:
        return any(event["event"] == "started" for event in list(self.events))

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return database.execute(sql, values).fetchall()


@contextmanager
def running(folder: Path, environment: dict[str, str]) -> Iterator[Service]:
    with subprocess.Popen(
        [sys.executable, "-m", "monitor", "run"],
        env=environment,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        service = Service(process, Path(environment["MONITOR_DATA_DIR"]) / "monitor.db")
        listening = threading.Thread(target=service.listen)
        listening.start()
        try:
            yield service
        finally:
            process.terminate()
            listening.join(PATIENCE)


def write_pack(folder: Path, papers: Iterable[Paper], base: str) -> Path:
    """The shipped pack with the story's papers. A second between two polls is for a feed on this
    machine only; `rules check` calls it impolite, and says so here as well."""
    rules = Path(shutil.copytree(RULES, folder / "rules"))
    entries = [json.dumps(entry_of(paper, base), ensure_ascii=False) for paper in papers]
    (rules / "sources.yaml").write_text("sources:\n" + "".join(f"  - {it}\n" for it in entries))
    (rules / "channels.yaml").write_text(CHANNELS)
    return rules


def entry_of(paper: Paper, base: str) -> dict[str, str]:
    entry = {
        "id": paper.id,
        "title": paper.title,
        "url": f"{base}/{paper.id}.rss",
        "tier": paper.tier,
        "newsroom": paper.title,
        "language": paper.language,
        "interval": "1s",
    }
    return entry | ({"actor": paper.actor} if paper.actor else {})


def environment_of(folder: Path, rules: Path, base: str, mail_server: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(RULES.parent),
        "MONITOR_DATA_DIR": str(folder / "var"),
        "MONITOR_RULES_DIR": str(rules),
        "MONITOR_SEEDS_DIR": str(RULES.parent / "seeds"),
        "MONITOR_ALLOW_PRIVATE_HOSTS": "127.0.0.1",
        "MONITOR_PORT": "0",
        "TEAM_WEBHOOK": f"{base}/hook",
        "DESK_SERVER": mail_server,
    }


# --- the play ------------------------------------------------------------------------------------


@dataclass
class Press:
    """What the service finds on the network: papers that grow, their pages, and a webhook."""

    story: Story
    out: list[Piece] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    base: str = ""

    def publish(self, step: Step) -> None:
        # At once: a feed that is asked for meanwhile shows all of the step or nothing of it.
        self.out = [*self.out, *step.pieces]

    def address(self, piece: Piece) -> str:
        return f"{self.base}/{piece.paper.id}/{piece.number}"

    def answer(self, request: Request) -> Response:
        name, _, number = request.path.strip("/").partition("/")
        if request.method == "POST":
            self.posts.append(request.get_json())
            return Response("ok")
        for paper in self.story.papers:
            if name == f"{paper.id}.rss":
                return whole(request, feed_of(paper, self.out, self.base), "application/rss+xml")
            if name == paper.id:
                return whole(request, page_of(int(number), self.out), "text/html")
        return Response(status=404)


def whole(request: Request, body: bytes, kind: str) -> Response:
    response = Response(body, content_type=f"{kind}; charset=utf-8")
    response.add_etag()
    return response.make_conditional(request)


@contextmanager
def printing(press: Press) -> Iterator[None]:
    with HTTPServer(threaded=True) as server:
        press.base = server.url_for("").rstrip("/")
        server.expect_request(re.compile("/.*")).respond_with_handler(press.answer)
        yield


@dataclass
class Stage:
    """Where the story is played: the papers, the two targets, the service."""

    press: Press
    postbox: Postbox
    service: Service

    def wait_until_read(self, step: Step) -> None:
        for piece in step.pieces:
            self.service.wait(
                lambda one=piece: bool(self.service.ask(FILED, *self._key(one))),
                f"{piece.paper.title} to be read",
            )

    def messages_of(self, step: Step) -> list[str]:
        """Ids of the messages that this step's articles caused."""
        return [
            message
            for piece in step.pieces
            for (message,) in self.service.ask(MESSAGES_OF, *self._key(piece))
        ]

    def wait_until_sent(self, messages: Iterable[str]) -> None:
        for message in messages:
            self.service.wait(
                lambda m=message: m in self.mails() and m in self.posts(), f"message {message}"
            )

    def wait_until_settled(self) -> None:
        """The service has written down what its targets took."""
        self.service.wait(
            lambda: not self.service.ask("SELECT 1 FROM delivery WHERE state != 'sent'"),
            "every delivery to be settled",
        )

    def mails(self) -> dict[str, EmailMessage]:
        return {message_in(str(mail["Message-ID"])): mail for mail in self.read_mails()}

    def read_mails(self) -> list[EmailMessage]:
        return [parsed(bytes(mail.content or b"")) for mail in list(self.postbox.mails)]

    def posts(self) -> dict[str, dict[str, Any]]:
        return {message_in(json.dumps(post)): post for post in list(self.press.posts)}

    def changes_of(self, piece: Piece) -> list["Change"]:
        return [Change(*row) for row in self.service.ask(CHANGES_OF, *self._key(piece))]

    def filed(self, piece: Piece) -> tuple[str, str, str | None]:
        """Verdict, why it is ours or not, and the title of what it copies."""
        [(verdict, reading, original)] = self.service.ask(FILED, *self._key(piece))
        return verdict, json.loads(reading)["because"], original

    def _key(self, piece: Piece) -> tuple[str, str]:
        return self.press.address(piece), piece.text


@dataclass(frozen=True)
class Change:
    kind: str
    who: str
    topic: str
    before: str | None
    after: str
    reason: str
    alerted: int

    @property
    def told(self) -> Told:
        return Told(self.who, self.topic, self.before, self.after)

    def __str__(self) -> str:
        what = "a law or rule on " if self.kind == "stage" else ""
        before = self.before or "nothing known"
        move = self.after if self.before == self.after else f"{before} -> {self.after}"
        return f"{self.who}, {what}{self.topic}: {move} ({self.reason})"


VERSION = "v.url = ? AND v.text = ?"
OF_THE_VERSION = f"""
FROM article_version v
JOIN change c ON c.article_id = v.article_id AND c.learnt_at = v.arrived_at
WHERE {VERSION}"""
CHANGES_OF = f"""
SELECT c.kind, c.actor, c.topic, c.before, c.after, c.reason,
       (SELECT count(*) FROM alert a WHERE a.change_id = c.id) {OF_THE_VERSION}
ORDER BY c.kind DESC, c.actor, c.topic"""
MESSAGES_OF = f"""
SELECT DISTINCT message_id FROM alert_message
JOIN alert a ON a.id = alert_id WHERE a.change_id IN (SELECT c.id {OF_THE_VERSION})"""
FILED = f"""
SELECT v.verdict, v.reading_json,
       (SELECT o.newsroom FROM article_version o WHERE o.article_id = v.copy_of LIMIT 1)
FROM article_version v WHERE {VERSION}"""


def papers_of(step: Step) -> list[Paper]:
    return list({piece.paper.id: piece.paper for piece in step.pieces}.values())


def parsed(content: bytes) -> EmailMessage:
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def message_in(text: str) -> str:
    found = MESSAGE.search(text)
    return found.group() if found else text
