"""A town for one service: feeds that grow by an item a poll, a webhook, a postbox, a pack.

Each harbour board held a position by its seed, and its item in a feed turns it; a second item says
the same again. So what must arrive is known beforehand: one message for each board at each target.
Nothing depends on the order in which feeds are read.
"""

import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.deployment import ALERTS, CHANNELS
from tests.notify.servers import Postbox, smtp_server
from tests.rulebook.packs import copy_of_minimal

FEEDS = 4
FIRST = "Alder Brack Corv Dunn Elsk Far Grim Hest Ilver Jarn Kel Lom Mar Nor Orv Quar".split()
SECOND = "by ness ik moor vaag holm sund oy vera dal fjord vik holt lund mark haven".split()
NAMES = [first + second for second in SECOND for first in FIRST]
MESSAGE = re.compile(r"\bm[0-9a-f]{24}\b")
WINDOW = 40
"""Items a feed shows: the newest, as feeds do."""
TARGETS = ("team", "desk", "screen")

SOURCE = (
    "  - {{id: {id}, title: {id}, url: '{base}/{id}.rss', tier: press, newsroom: {id},"
    " language: en, interval: 1s}}\n"
)
ACTOR = "  - id: {id}\n    title: {board}\n    words:\n      en: [{board}]\n"
SEED = (
    "  - {{id: seed-{id}, file: {id}.txt, title: {board} allows quotas for minke whales in Norway,"
    " date: 2026-03-01, language: en, publisher: Old Post}}\n"
)


@dataclass
class Feed:
    """Shows the first so many of its items, the newest on top."""

    items: list[str]
    shown: int = 0
    served: dict[str, int] = field(default_factory=dict)
    """sha256 of each body that was served, and how many items were out then."""

    def body(self) -> bytes:
        out = "".join(reversed(self.items[: self.shown][-WINDOW:]))
        body = f"<rss version='2.0'><channel><title>F</title>{out}</channel></rss>".encode()
        self.served[hashlib.sha256(body).hexdigest()] = self.shown
        return body


@dataclass
class Arrivals:
    """What a receiver holds: when each message came, by its id."""

    came: list[tuple[float, str]] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.came.append((time.monotonic(), (MESSAGE.findall(text) or [text])[-1]))

    @property
    def ids(self) -> list[str]:
        return [message for _, message in self.came]


Hook = Callable[[str], None]
"""Told `fetch` before a feed is answered, and a target's name when it has read a whole message but
not answered yet: the two instants at which a killer waits."""


@dataclass
class Town:
    folder: Path
    boards: list[str]
    feeds: dict[str, Feed]
    environment: dict[str, str]
    team: Arrivals = field(default_factory=Arrivals)
    desk: Arrivals = field(default_factory=Arrivals)
    hook: Hook = lambda instant: None

    @property
    def kept(self) -> Path:
        return self.folder / "var" / "alerts.jsonl"

    def received(self, target: str) -> list[str]:
        """Ids of the messages that a target holds, repeats included."""
        if target == "screen":
            lines = self.kept.read_text().splitlines() if self.kept.exists() else []
            return [json.loads(line)["message"] for line in lines]
        return {"team": self.team, "desk": self.desk}[target].ids

    def shares(self) -> Iterator[float]:
        """Steps small enough that no item leaves its feed unread, from what is out to all."""
        longest = max(len(feed.items) for feed in self.feeds.values())
        out = min(feed.shown / len(feed.items) for feed in self.feeds.values() if feed.items)
        steps = -(-longest // (WINDOW // 2))
        yield from (share for n in range(1, steps + 1) if (share := n / steps) > out)

    def show(self, share: float) -> None:
        """So much of all there will ever be is out."""
        for feed in self.feeds.values():
            feed.shown = round(len(feed.items) * share)


class Clerk(Postbox):
    """Takes each mail, and tells that it has before it answers."""

    town: Town

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.town.desk.note((envelope.content or b"").decode())
        self.town.hook("desk")
        return "250 taken"


@contextmanager
def town(folder: Path, *, boards: int, database: str | None = None) -> Iterator[Town]:
    """A town whose feeds show nothing yet; `database`: another than SQLite in the folder."""
    folder.mkdir(parents=True)
    clerk, names = Clerk(), NAMES[:boards]
    feeds = {f"feed{number}": Feed(items_of(number, names)) for number in range(FEEDS)}
    with smtp_server(clerk) as mail_server:
        built = Town(folder, names, feeds, {})
        clerk.town = built
        with _web(built) as base:
            built.environment = environment(folder, base, mail_server, database)
            write_pack(folder / "pack", base, names)
            write_seeds(folder / "seeds", names)
            yield built


def environment(folder: Path, base: str, mail_server: str, database: str | None) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONWARNINGS": "error",
        "MONITOR_DATA_DIR": str(folder / "var"),
        "MONITOR_RULES_DIR": str(folder / "pack"),
        "MONITOR_SEEDS_DIR": str(folder / "seeds"),
        "MONITOR_ALLOW_PRIVATE_HOSTS": "127.0.0.1",
        "MONITOR_PORT": "0",
        "TEAM_WEBHOOK": f"{base}/hook",
        "DESK_SERVER": mail_server,
    } | ({"MONITOR_DATABASE_URL": database} if database else {})


def write_pack(pack: Path, base: str, names: list[str]) -> None:
    copy_of_minimal(pack.parent)
    sources = "".join(SOURCE.format(id=f"feed{number}", base=base) for number in range(FEEDS))
    (pack / "sources.yaml").write_text(f"sources:\n{sources}")
    (pack / "channels.yaml").write_text(CHANNELS)
    with (pack / "actors.yaml").open("a") as actors:
        actors.writelines(ACTOR.format(id=name.lower(), board=board(name)) for name in names)
    for path in [*(pack / "alerts").iterdir(), *(pack / "tests").iterdir()]:
        path.unlink()
    (pack / "alerts" / "turns.yaml").write_text(ALERTS)


def write_seeds(seeds: Path, names: list[str]) -> None:
    seeds.mkdir(exist_ok=True)
    for name in names:
        (seeds / f"{name.lower()}.txt").write_text(f"{board(name)} permits quotas, it said.")
    entries = "".join(SEED.format(id=name.lower(), board=board(name)) for name in names)
    (seeds / "manifest.yaml").write_text(f"seeds:\n{entries}")


def board(name: str) -> str:
    return f"{name} Harbour Board"


def items_of(number: int, names: list[str]) -> list[str]:
    """Each board of this feed turns; the next item says the same again."""
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=12)
    items = []
    for place, name in enumerate(names[number::FEEDS]):
        for turn, verb in enumerate(("bans", "bans once more")):
            moment = begin + timedelta(minutes=4 * place + 2 * turn)
            # Whole texts: for a summary the service would go and ask for the page.
            rest = " The harbour is open on working days from eight to four." * 12
            link = f"https://feed{number}.example/{name.lower()}-{turn}"
            items.append(
                f"<item><guid>{link}</guid><link>{link}</link>"
                f"<title>{board(name)} {verb} quotas for minke whales in Norway</title>"
                f"<description>{board(name)} prohibits quotas for every vessel, it said."
                f"{' It had said so before.' * turn}{rest}</description>"
                f"<pubDate>{format_datetime(moment)}</pubDate></item>"
            )
    return items


@contextmanager
def _web(built: Town) -> Iterator[str]:
    """Feeds and webhook. A caller that died meanwhile is no error."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            feed = built.feeds.get(self.path.strip("/").removesuffix(".rss"))
            if feed is None:
                self._answer(404, b"")
                return
            body = feed.body()
            built.hook("fetch")
            self._answer(200, body)

        def do_POST(self) -> None:
            built.team.note(self.rfile.read(int(self.headers["Content-Length"])).decode())
            built.hook("team")
            self._answer(200, b"ok")

        def _answer(self, status: int, body: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda request, address: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
