"""A file that is a list of entries (sources.yaml, the manifest of seeds), edited as text: new
entries and dates are put in where they belong, all else stays.

A round trip through a YAML library would keep the comments and still redo quotes, folds and
indents. Here only the places that change are cut out, and the result is read again before anybody
gets it: an edit that means anything else than what was asked for is refused.
Not here: putting the file on the disk.
"""

import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from shutil import copytree
from typing import Any
from unicodedata import normalize

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.errors import Complaint, PackError
from monitor.rulebook.document import Document, document_of, read_document
from monitor.rulebook.load import check_pack
from monitor.rulebook.shape import shape
from monitor.rulebook.types import SourceEntry, SourcesFile

UNBROKEN = 100_000
"""Columns: a long address stays on its line."""
LONGEST_ID = 60
"""Characters, as in types.Slug."""

Values = Mapping[str, Any]
"""One entry as it is written: only keys that are given."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A file that holds entries as a list under one key."""

    file: str
    key: str
    kind: type[BaseModel]


SOURCES = Listing("sources.yaml", "sources", SourcesFile)


@dataclass(frozen=True, slots=True)
class Edit:
    path: FilePath
    before: bytes
    """What the file held when the edit was made: where it holds anything else now, the edit is
    out of date."""
    after: bytes
    added: str = ""
    """What was put in, as it stands there."""


def with_verified(folder: FilePath, days: Mapping[str, date]) -> Edit:
    """The day on which each source last answered, by id. PackError where it cannot be put in."""
    document = _opened(folder, SOURCES)
    text = _text(document)
    pieces = [
        _verified(entry, text, days[name])
        for entry in _entries(document)
        if (name := _id_of(entry)) in days
    ]
    expected = _copied(document.value)
    for values in expected["sources"]:
        if values["id"] in days:
            values["verified"] = days[values["id"]]
    return _edit(folder, document, _replaced(text, pieces), expected)


def with_entries(folder: FilePath, entries: Sequence[Values], listing: Listing = SOURCES) -> Edit:
    """The entries at the end of the list. PackError where one is no entry or cannot be put in."""
    document = _opened(folder, listing)
    text = _text(document)
    listed = _listed(document, listing)
    written = _written(entries, _column(listed), _newline(text))
    expected = _copied(document.value)
    expected[listing.key] = [*(expected.get(listing.key) or []), *map(dict, entries)]
    after = _replaced(text, [_appended(listed, text, entries, written)])
    return _edit(folder, document, after, expected, added=written)


def refuse_if_bad(folder: FilePath, edit: Edit) -> None:
    """PackError where the pack would be refused with the edit in it. Nothing in the folder is
    touched: a running service may be looking at it."""
    with tempfile.TemporaryDirectory(prefix="monitor-pack-") as made:
        trial = copytree(folder, FilePath(made) / "pack", ignore=_not_of_the_pack)
        (trial / SOURCES.file).write_bytes(edit.after)
        errors = check_pack(trial).errors
    if errors:
        raise PackError(errors)


def complaints_of(values: Values) -> list[str]:
    """What is wrong with one entry by itself, in words; empty where nothing is."""
    try:
        SourceEntry.model_validate(values)
    except ValidationError as error:
        return [f"{each['loc'][0]}: {each['msg']}" for each in error.errors(include_url=False)]
    return []


def free_id(wish: str, taken: Iterable[str]) -> str:
    """A slug made of the words, `-2` and so on behind it where it is taken; `source` where the
    words hold no Latin letter."""
    used = set(taken)
    latin = normalize("NFKD", wish).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", latin)[: LONGEST_ID - 5].strip("-") or "source"
    number = 1
    while (name := slug if number == 1 else f"{slug}-{number}") in used:
        number += 1
    return name


# --- the document ------------------------------------------------------------------------------


def _opened(folder: FilePath, listing: Listing) -> Document:
    document = read_document(folder / listing.file, listing.file)
    shape(document, listing.kind)  # an edit of something else would only add to the confusion
    return document


def _text(document: Document) -> str:
    return document.content.decode("utf-8-sig")


def _listed(document: Document, listing: Listing) -> SequenceNode:
    listed = _child(document.root, listing.key)
    if not isinstance(listed, SequenceNode):
        problem = f"has no list `{listing.key}`; write `{listing.key}: []` into it"
        raise _refusal(document.file, problem)
    return listed


def _entries(document: Document) -> list[MappingNode]:
    return [entry for entry in _listed(document, SOURCES).value if isinstance(entry, MappingNode)]


def _child(entry: Node, name: str) -> Node | None:
    pairs = entry.value if isinstance(entry, MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _id_of(entry: MappingNode) -> str:
    node = _child(entry, "id")
    return str(node.value) if isinstance(node, ScalarNode) else ""


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


# --- pieces: (from, to, what stands there instead) ---------------------------------------------

_Piece = tuple[int, int, str]


def _verified(entry: MappingNode, text: str, day: date) -> _Piece:
    node = _child(entry, "verified")
    if isinstance(node, ScalarNode) and node.value:
        return node.start_mark.index, _end(node, text), day.isoformat()
    if node is not None:  # `verified:` and nothing behind it
        key = next(key for key, value in entry.value if value is node)
        colon = text.index(":", _end(key, text))
        return colon, colon + 1, f": {day.isoformat()}"
    if entry.flow_style:
        behind = _end(entry.value[-1][1], text)
        return behind, behind, f", verified: {day.isoformat()}"
    behind = _end(entry, text)
    indent = " " * entry.value[0][0].start_mark.column
    return behind, behind, f"{_newline(text)}{indent}verified: {day.isoformat()}"


def _appended(listed: SequenceNode, text: str, entries: Sequence[Values], written: str) -> _Piece:
    if not listed.value:  # `sources: []`
        behind_colon = len(text[: listed.start_mark.index].rstrip(" "))
        return behind_colon, _end(listed, text), _newline(text) + written.rstrip("\r\n")
    behind = _end(listed, text)
    if listed.flow_style:
        inner = _end(listed.value[-1], text)
        return inner, inner, "".join(f", {_flow(values)}" for values in entries)
    line_end = text.find("\n", behind)  # behind a comment on the last line
    place = len(text) if line_end < 0 else line_end + 1
    return place, place, (_newline(text) if line_end < 0 else "") + written


def _end(node: Node, text: str) -> int:
    """Where the node's own text ends: a block's end mark stands at the next token, behind the
    comments and blank lines that follow."""
    if isinstance(node, ScalarNode):
        written = text[node.start_mark.index : node.end_mark.index]
        return int(node.start_mark.index) + len(written.rstrip())
    if getattr(node, "flow_style", False) or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(node, MappingNode) else last, text)


def _replaced(text: str, pieces: Iterable[_Piece]) -> str:
    for start, end, put in sorted(pieces, reverse=True):
        text = text[:start] + put + text[end:]
    return text


# --- how entries are written -------------------------------------------------------------------


def _written(entries: Sequence[Values], column: int, newline: str) -> str:
    """As block items with the dash in this column."""
    lines = [line for values in entries for line in _block(values, column)]
    return "".join(f"{line}{newline}" for line in lines)


def _block(values: Values, column: int) -> list[str]:
    yaml = YAML()
    yaml.width = UNBROKEN
    out = io.StringIO()
    yaml.dump(_copied(dict(values)), out)
    lines = out.getvalue().splitlines()
    return [" " * column + ("  " if number else "- ") + line for number, line in enumerate(lines)]


def _flow(values: Values) -> str:
    yaml = YAML()
    yaml.width = UNBROKEN
    yaml.default_flow_style = True
    out = io.StringIO()
    yaml.dump(_copied(dict(values)), out)
    return out.getvalue().strip()


def _column(listed: SequenceNode) -> int:
    block = listed.value and not listed.flow_style
    return int(listed.start_mark.column) if block else 2


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


# --- the result --------------------------------------------------------------------------------


def _edit(
    folder: FilePath, document: Document, after: str, expected: Any, *, added: str = ""
) -> Edit:
    """Read again: what stands there now is what was asked for, or nobody gets it."""
    mark = b"\xef\xbb\xbf" if document.content.startswith(b"\xef\xbb\xbf") else b""
    content = mark + after.encode()
    if document_of(content, document.file).value != expected:
        raise _refusal(document.file, "could not be edited in its place; edit it by hand")
    return Edit(folder / document.file, document.content, content, added)


def _refusal(file: str, problem: str) -> PackError:
    return PackError((Complaint(file, 0, 0, "", problem, "not-editable"),))


def _not_of_the_pack(folder: str, names: list[str]) -> list[str]:
    wanted = (".yaml", ".yml", ".json")
    return [
        name
        for name in names
        if name.startswith(".") or not (name.endswith(wanted) or (FilePath(folder) / name).is_dir())
    ]
