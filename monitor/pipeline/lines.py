"""JSONL lines -> articles, within limits; each line that is no article gives an error in its place.

Only `id, url, title, text, date, arrived, lang` are read. Not here: what is done with them.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from monitor.errors import ArticleError
from monitor.model import Article
from monitor.steps.text import clean

MAX_LINE = 16 * 1024 * 1024
"""Bytes. A longer line is refused unread."""

MAX_TITLE = 2_000
MAX_TEXT = 200_000
"""Characters that are read, some thirty newspaper pages. The rest is left unread; offsets of what
is found still count in the whole."""

MAX_NAME = 200
"""Characters of an id; of an address, identify has its own limit."""

LONE_SURROGATES = re.compile("[\ud800-\udfff]")
LANGUAGE = re.compile(r"[a-z]{2}(?=$|[-_])")

Refusal = dict[str, object]
"""`id` or `line`, and `error`: what is printed for a line that is no article."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line, read. `title` and `text` are clean and cut; `raw` is what offsets count in."""

    id: str
    url: str
    title: str
    text: str
    date: datetime | None
    arrived: datetime | None
    language: str | None
    raw: str
    unread: int
    """Characters cut from the title: by so many, offsets in the text are shifted."""

    def article(self, arrived_at: datetime) -> Article:
        return Article(
            id=self.id,
            url=self.url,
            title=self.title,
            text=self.text,
            arrived_at=arrived_at,
            published_at=self.date,
            language=self.language,
        )

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in `raw` of a span of the article; narrowed where it holds half a character
        (a lone surrogate), which no output can carry."""
        shift = self.unread if start > len(self.title) else 0
        start, end = start + shift, end + shift
        runs = [run.span() for run in re.finditer("[^\ud800-\udfff]+", self.raw[start:end])]
        first, last = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
        return start + first, start + last


def read_lines(lines: Iterable[str | bytes]) -> Iterator[Entry | Refusal]:
    """One for each line, in order; empty lines are no lines."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        named: dict[str, object] = {"line": number}
        try:
            fields = _fields(line)
            name = _name(fields)
            named = {"id": name}
            yield _entry(name, fields)
        except ArticleError as error:
            yield {**named, "error": str(error)}


def _fields(line: str | bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise ArticleError(f"the line is longer than {MAX_LINE // 1024**2} MiB; shorten its text")
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line.removeprefix("\ufeff")
        fields = json.loads(text)
    except UnicodeDecodeError as error:
        raise ArticleError(f"the line is not UTF-8 at byte {error.start + 1}") from error
    except json.JSONDecodeError as error:
        raise ArticleError(f"the line is no JSON: {error.msg} at {_place(error)}") from error
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"the line is no JSON: {error}") from error
    if not isinstance(fields, dict):
        raise ArticleError('the line is no JSON object; {"id": ..., "title": ...} is needed')
    return fields


def _place(error: json.JSONDecodeError) -> str:
    return "its end" if error.pos >= len(error.doc.rstrip()) else f"character {error.pos + 1}"


def _name(fields: dict[str, Any]) -> str:
    name = fields.get("id")
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        raise ArticleError(f"id: a string of 1 to {MAX_NAME} characters is needed")
    if LONE_SURROGATES.search(name) or "\0" in name:
        raise ArticleError("id: holds a character that cannot be stored")
    return name


def _entry(name: str, fields: dict[str, Any]) -> Entry:
    title, text = _text(fields, "title"), _text(fields, "text")
    if not title.strip():
        raise ArticleError("title: is missing; only `id` and `title` must be there")
    return Entry(
        id=name,
        url=_cleaned(_text(fields, "url")),
        title=_cleaned(title[:MAX_TITLE]),
        text=_cleaned(text[:MAX_TEXT]),
        date=_moment(fields, "date"),
        arrived=_moment(fields, "arrived"),
        language=_language(_text(fields, "lang")),
        raw=f"{title}\n{text}",
        unread=max(0, len(title) - MAX_TITLE),
    )


def _text(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ArticleError(f"{key}: a string is needed, not {type(value).__name__}")
    return value


def _cleaned(text: str) -> str:
    """As long as before: a carriage return would otherwise be dropped beside its line feed, and
    every later offset with it."""
    return clean(text.replace("\r", " "))


def _moment(fields: dict[str, Any], key: str) -> datetime | None:
    """A day is its first instant; a time without a zone is UTC."""
    text = _text(fields, key).strip()
    if not text:
        return None
    try:
        if len(text) == len("2022-01-20"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        shown = text[:40].encode("ascii", "backslashreplace").decode()
        raise ArticleError(f"{key}: {shown!r} is no date (2022-01-20, or ISO 8601)") from error


def _language(text: str) -> str | None:
    """Two letters; whatever else stands there, the text itself must tell."""
    found = LANGUAGE.match(text.strip().lower())
    return found.group() if found else None
