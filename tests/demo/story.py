"""The story of the demo as types: papers, days, articles, and the alerts that it promises.

Not here: who plays it (play.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

STORY = Path(__file__).with_name("story.yaml")
LAST_NEWS = timedelta(hours=1)
"""How long before the end of its day an article is out: the last one is no news from the future."""


class Told(NamedTuple):
    """A change that an alert tells of, as the story writes it."""

    who: str
    topic: str
    before: str | None
    after: str


@dataclass(frozen=True)
class Paper:
    id: str
    title: str
    tier: str
    language: str
    actor: str | None = None


@dataclass(frozen=True)
class Piece:
    """One version of an article. `number` names its address: an edit has that of its original."""

    number: int
    edit: bool
    paper: Paper
    title: str
    text: str
    published_at: datetime


@dataclass(frozen=True)
class Step:
    day: str
    date: datetime
    pieces: tuple[Piece, ...]
    alerts: tuple[Told, ...]


@dataclass(frozen=True)
class Story:
    papers: tuple[Paper, ...]
    steps: tuple[Step, ...]

    @property
    def pieces(self) -> Iterator[Piece]:
        return (piece for step in self.steps for piece in step.pieces)


def read_story(now: datetime, path: Path = STORY) -> Story:
    """The story with its last day at `now`."""
    written = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    papers = {entry["id"]: Paper(**entry) for entry in written["papers"]}
    numbers: dict[tuple[str, str], int] = {}
    steps = []
    for days_ago, entry in zip(range(len(written["steps"]))[::-1], written["steps"], strict=True):
        date = now - timedelta(days=days_ago)
        pieces = tuple(_piece(one, papers, numbers, date) for one in entry["articles"])
        alerts = tuple(Told(*alert) for alert in entry.get("alerts", ()))
        steps.append(Step(entry["day"], date, pieces, alerts))
    return Story(tuple(papers.values()), tuple(steps))


def _piece(
    entry: dict[str, Any],
    papers: dict[str, Paper],
    numbers: dict[tuple[str, str], int],
    date: datetime,
) -> Piece:
    original = (entry["paper"], entry.get("edits", entry["title"]))
    edit = "edits" in entry
    if edit and original not in numbers:
        raise ValueError(f"{original[0]} never published {original[1]!r}")
    number = numbers.setdefault(original, len(numbers) + 1)
    published_at = date - LAST_NEWS + timedelta(minutes=number)
    paper = papers[entry["paper"]]
    return Piece(number, edit, paper, entry["title"], entry["text"].strip(), published_at)


def feed_of(paper: Paper, pieces: Iterable[Piece], base: str) -> bytes:
    """RSS 2.0, the newest on top. A later version of an article stands in place of the first."""
    current = {piece.number: piece for piece in pieces if piece.paper is paper}
    items = "".join(_item(piece, base) for piece in reversed(current.values()))
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{escape(paper.title)}</title>{items}</channel></rss>"
    ).encode()


def page_of(number: int, pieces: Iterable[Piece]) -> bytes:
    """The page of an article, as it reads now."""
    piece = [piece for piece in pieces if piece.number == number][-1]
    title, text = escape(piece.title), escape(piece.text)
    return (
        f"<!doctype html><html lang={piece.paper.language}><head><title>{title}</title></head>"
        f"<body><main><article><h1>{title}</h1><p>{text}</p></article></main></body></html>"
    ).encode()


def _item(piece: Piece, base: str) -> str:
    return (
        f"<item><guid>{piece.number}</guid><link>{base}/{piece.paper.id}/{piece.number}</link>"
        f"<title>{escape(piece.title)}</title><content:encoded>{escape(piece.text)}"
        f"</content:encoded><pubDate>{format_datetime(piece.published_at)}</pubDate></item>"
    )
