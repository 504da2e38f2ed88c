"""A file that a person hands over -> the articles in it: JSON, JSONL, Markdown or plain text.

Only what it says; what is missing stays None.
Not here: what a seed must have (pipeline/seeding.py).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from monitor.errors import PackError, SeedError
from monitor.rulebook.document import document_of

LARGEST = 20 * 1024 * 1024
"""Bytes of a file that are read."""
MOST = 1000
"""Articles of one file."""

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t#]*\r?$\n*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Handed:
    """One article, as the file has it."""

    where: str
    """File and line, for complaints."""
    title: str | None = None
    text: str | None = None
    day: str | None = None
    """As it is written."""
    language: str | None = None
    publisher: str | None = None
    url: str | None = None
    id: str | None = None


def articles_in(content: bytes, name: str) -> list[Handed]:
    """The ending of the name tells the form. SeedError where the file is none of its form."""
    ending = PurePath(name).suffix.lower()
    if ending not in _READERS:
        raise SeedError(f"{name}: write the article as .json, .jsonl, .md or .txt")
    if len(content) > LARGEST:
        raise SeedError(f"{name} is larger than 20 MiB; hand it over in parts")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SeedError(f"{name}:{line}: is not UTF-8 from here on; save it as UTF-8") from error
    found = list(_READERS[ending](text, name))
    if not found:
        raise SeedError(f"{name} holds no article")
    if len(found) > MOST:
        raise SeedError(f"{name} holds more than {MOST} articles; hand it over in parts")
    return found


def _json(text: str, name: str) -> Iterator[Handed]:
    value = _parsed(text, name, first_line=1)
    for number, each in enumerate(value if isinstance(value, list) else [value], 1):
        yield _of_values(each, f"{name}: article {number}" if isinstance(value, list) else name)


def _jsonl(text: str, name: str) -> Iterator[Handed]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _of_values(_parsed(line, name, first_line=number), f"{name}:{number}")


def _markdown(text: str, name: str) -> Iterator[Handed]:
    front = _FRONT_MATTER.match(text)
    values = _front_matter(front[1], name) if front else {}
    body = text[front.end() :] if front else text
    heading = _HEADING.match(body)
    if heading and values.get("title") in (None, heading[1]):
        values = {**values, "title": heading[1]}
        body = body[heading.end() :]
    yield _of_values({**values, "text": body.strip()}, name)


def _plain(text: str, name: str) -> Iterator[Handed]:
    yield Handed(name, text=text.strip())


_READERS = {".json": _json, ".jsonl": _jsonl, ".md": _markdown, ".markdown": _markdown,
            ".txt": _plain}  # fmt: skip


def _parsed(text: str, name: str, *, first_line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{name}:{first_line + error.lineno - 1}:{error.colno}"
        raise SeedError(f"{where}: is no JSON: {error.msg}") from error
    except RecursionError as error:
        raise SeedError(f"{name}:{first_line}: is nested too deep for an article") from error


def _front_matter(text: str, name: str) -> dict[str, Any]:
    try:
        value = document_of(f"\n{text}".encode(), name).value  # the line of the `---`
    except PackError as refused:
        raise SeedError(str(refused)) from refused
    if not isinstance(value, dict):
        raise SeedError(f"{name}: write `key: value` between the two lines `---`")
    return value


def _of_values(values: Any, where: str) -> Handed:
    if not isinstance(values, dict):
        raise SeedError(f'{where}: write an object: {{"title": ..., "text": ..., "date": ...}}')
    return Handed(
        where,
        title=_word(values, "title"),
        text=_word(values, "text"),
        day=_word(values, "date"),
        language=_word(values, "language") or _word(values, "lang"),
        publisher=_word(values, "publisher"),
        url=_word(values, "url"),
        id=_word(values, "id"),
    )


def _word(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return None if value is None else str(value).strip() or None
