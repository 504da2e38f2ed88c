"""A YAML file as plain values, with the line and column of every key and value.

The place that knows the YAML library, and the limits that keep a hostile file harmless.
Not here: the short way to the nodes of a faultless file (quick.py), what the values mean (types.py)
and which files there are (load.py).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.composer import MaxDepthExceededError as TooDeep
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from monitor.errors import Complaint, PackError
from monitor.rulebook.quick import compose_quickly
from monitor.rulebook.words import Path

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 30
MAX_ALIASES = 50
MAX_VALUES = 200_000
"""After aliases are written out: fifty of them, nested, could otherwise make millions."""

Spot = tuple[int, int]
"""Line and column, both counted from 1."""

START: Spot = (1, 1)


@dataclass(frozen=True, slots=True)
class Document:
    """One file that could be read. `file` is its path inside the pack, with `/`."""

    file: str
    value: Any
    root: Node
    content: bytes

    def spot_of_value(self, path: Path) -> Spot:
        """Where the value stands, or the deepest thing above it that the file has."""
        node = _descend(self.root, path)
        key = _key_node(_descend(self.root, path[:-1]), path[-1]) if path else None
        # A value that was left out is found only at the next thing, lines below its key.
        return _spot(key) if key and _left_out(node) else _spot(node)

    def spot_of_key(self, path: Path) -> Spot:
        """Where the last key of the path stands; a list item is its own key."""
        parent = _descend(self.root, path[:-1])
        key = _key_node(parent, path[-1]) if path else None
        return _spot(key) if key is not None else self.spot_of_value(path)

    def complain(
        self, path: Path, problem: str, code: str, *, at_key: bool = False, above: bool = False
    ) -> Complaint:
        """A complaint about the value, about its key, or (`above`) about what lacks it."""
        if at_key:
            line, column = self.spot_of_key(path)
        else:
            line, column = self.spot_of_value(path[:-1] if above else path)
        return Complaint(self.file, line, column, dotted(path), problem, code)


def dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def read_document(path: FilePath, file: str) -> Document:
    """Read one file within the limits. PackError with every complaint about its YAML."""
    return document_of(_bytes(path, file), file)


def document_of(content: bytes, file: str) -> Document:
    """The same of what a file holds or is to hold."""
    text = _text(content, file)
    root = _compose(text, file)
    builder = _Builder(file)
    value = builder.build(root, ())
    if builder.complaints:
        raise PackError(tuple(sorted(builder.complaints)))
    return Document(file, value, root, content)


# --- bytes and text ----------------------------------------------------------------------------


def _bytes(path: FilePath, file: str) -> bytes:
    if not path.exists():
        raise _refused(file, "missing-file", "is missing; create it (docs/rules.md shows how)")
    if not path.is_file():
        raise _refused(file, "unreadable", "is no regular file; a YAML file must stand here")
    try:
        with path.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refused(file, "unreadable", f"cannot be read: {reason}") from error
    if len(content) > MAX_BYTES:
        raise _refused(file, "too-big", "is larger than 1 MiB; split it or shorten its lists")
    return content


def _text(content: bytes, file: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _spot_after(content[: error.start].decode("utf-8", "replace"))
        problem = "is not UTF-8 from here on; save the file as UTF-8 in your editor"
        raise _refused(file, "not-utf8", problem, line, column) from error
    directive = re.search(r"^%.*", text, re.MULTILINE)
    if directive:
        line, column = _spot_after(text[: directive.start()])
        problem = "a line that begins with `%` would change how YAML is read; remove it"
        raise _refused(file, "directive", problem, line, column)
    return text


def _spot_after(text: str) -> Spot:
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def _refused(file: str, code: str, problem: str, line: int = 0, column: int = 0) -> PackError:
    return PackError((Complaint(file, line, column, "", problem, code),))


# --- text to nodes -----------------------------------------------------------------------------


class _TooManyAliases(ComposerError):
    pass


class _CountingComposer(Composer):
    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.aliases = 0
        self.warn_double_anchors = False

    def return_alias(self, a: Node) -> Node:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise _TooManyAliases(None, None, "aliases", a.start_mark)
        return a


def _compose(text: str, file: str) -> Node:
    return compose_quickly(text, max_depth=MAX_DEPTH) or _compose_with_words(text, file)


def _compose_with_words(text: str, file: str) -> Node:
    """Slowly, and with a complaint that a person understands."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _CountingComposer
    yaml.max_depth = MAX_DEPTH
    try:
        root: Node | None = yaml.compose(text)
    except ReaderError as error:
        line, column = _spot_after(text[: error.position])
        problem = "has a control character here; delete it"
        raise _refused(file, "control-character", problem, line, column) from error
    except MarkedYAMLError as error:
        raise _broken(error, text, file) from error
    except (YAMLError, ValueError) as error:
        raise _refused(file, "yaml", f"is not valid YAML: {error}") from error
    if root is None:
        raise _refused(file, "empty-file", "is empty; write its keys (docs/rules.md shows them)")
    return root


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What the library says, and what that means to the person who wrote the file."""

    fragment: str
    code: str
    problem: str
    at_opening: bool = False
    """The fault is where the thing opens, not where the library noticed."""


_TROUBLES = (
    _Trouble(
        "'\\t'", "tab", "a tab stands where spaces are needed; indent with two spaces instead"
    ),
    _Trouble(
        "cannot start any token",
        "needs-quotes",
        'a text cannot begin with this character; put it in quotes, such as "@banks"',
    ),
    _Trouble(
        "undefined alias",
        "alias",
        "a text that begins with `*` means an alias, and there is none of this name; "
        "the star of a word goes to its end (`crypto*`)",
    ),
    _Trouble(
        "expected alphabetic or numeric character",
        "alias",
        "a text cannot begin with `*` or `&`; the star of a word goes to its end (`crypto*`)",
    ),
    _Trouble(
        "mapping values are not allowed",
        "colon",
        'a colon followed by a space splits this text; put the text in quotes ("a: b"), '
        "or indent the line like its neighbours",
    ),
    _Trouble(
        "quoted scalar",
        "open-quote",
        "the quote that opens here is never closed; close it",
        at_opening=True,
    ),
    _Trouble(
        "could not find expected ':'",
        "no-colon",
        "a key without a colon, or a text whose second line is not indented; write `key: value`",
        at_opening=True,
    ),
    _Trouble(
        "expected ',' or",
        "open-bracket",
        "the bracket that opens here is not closed, or a comma is missing in it",
        at_opening=True,
    ),
    _Trouble(
        "expected <block end>",
        "indentation",
        "this line is not indented like the lines above it; line them up with spaces",
    ),
    _Trouble(
        "but found another document",
        "second-document",
        "`---` begins a second document; a file holds one, so remove the line",
    ),
)


def _broken(error: MarkedYAMLError, text: str, file: str) -> PackError:
    line, column = _spot_of(error.problem_mark or error.context_mark)
    if isinstance(error, TooDeep):
        problem = f"is nested deeper than {MAX_DEPTH} levels here; flatten it"
        return _refused(file, "too-deep", problem, line, column)
    if isinstance(error, _TooManyAliases):
        problem = f"uses more than {MAX_ALIASES} aliases (`*name`); write the values out"
        return _refused(file, "too-many-aliases", problem, line, column)
    said = f"{error.context or ''}: {error.problem or ''}"
    for trouble in _TROUBLES:
        if trouble.fragment in said:
            if trouble.at_opening and error.context_mark:
                line, column = _spot_of(error.context_mark)
            return _refused(file, trouble.code, trouble.problem, line, column)
    return _refused(file, "yaml", f"is not valid YAML here: {error.problem}", line, column)


def _spot_of(mark: Any) -> Spot:
    return (mark.line + 1, mark.column + 1) if mark else START


# --- nodes to values ---------------------------------------------------------------------------


def _integer(text: str) -> int:
    return int(text.replace("_", ""), 0 if text.lstrip("+-")[1:2] in ("x", "o", "b") else 10)


def _number(text: str) -> float:
    return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))


def _moment(text: str) -> date | datetime:
    if len(text) == len("2026-01-31"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_TAG = "tag:yaml.org,2002:"
_SCALARS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": _integer,
    "float": _number,
    "bool": lambda text: text.lower() == "true",
    "null": lambda text: None,
    "timestamp": _moment,
    "value": str,
    "merge": str,
}


class _Builder:
    """Turns nodes into values and gathers what is wrong on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.complaints: list[Complaint] = []
        self.values = 0

    def build(self, node: Node, path: Path) -> Any:
        self._count(node, path)
        if isinstance(node, MappingNode):
            return self._mapping(node, path) if self._known(node, ("map",), path) else {}
        if isinstance(node, SequenceNode):
            items = node.value if self._known(node, ("seq",), path) else ()
            return [self.build(item, (*path, index)) for index, item in enumerate(items)]
        return self._scalar(node, path) if isinstance(node, ScalarNode) else None

    def _count(self, node: Node, path: Path) -> None:
        self.values += 1
        if self.values > MAX_VALUES or len(path) > MAX_DEPTH:
            problem = "grows beyond all measure when its aliases are written out; use fewer"
            raise _refused(self.file, "alias-bomb", problem, *_spot(node))

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            name = self._key(key, path)
            if name in lines:
                problem = f"this key stands already on line {lines[name]}; join the two"
                self._complain(key, (*path, name), problem, "duplicate-key")
            elif name is not None:
                lines[name] = _spot(key)[0]
                values[name] = self.build(value, (*path, name))
        return values

    def _key(self, node: Node, path: Path) -> str | None:
        if not isinstance(node, ScalarNode):
            self._complain(node, path, "a key must be one word, not a list or mapping", "key")
            return None
        name: str = node.value
        if _kind(node) == "merge":
            problem = "`<<` is not used in rule files; write the keys out"
            self._complain(node, (*path, name), problem, "merge-key")
            return None
        if _kind(node) != "str":
            problem = f'a key must be a word; put it in quotes: "{name}"'
            self._complain(node, (*path, name), problem, "key")
            return None
        return name

    def _scalar(self, node: ScalarNode, path: Path) -> Any:
        if not self._known(node, tuple(_SCALARS), path):
            return None
        try:
            return _SCALARS[_kind(node)](node.value)
        except ValueError:
            # Looks like a number or a date and is none (2026-02-30): the types say so, by name.
            return node.value

    def _known(self, node: Node, kinds: tuple[str, ...], path: Path) -> bool:
        if _kind(node) in kinds:
            return True
        problem = "tags (`!...`) are not used in rule files; remove it or put the text in quotes"
        self._complain(node, path, problem, "tag")
        return False

    def _complain(self, node: Node, path: Path, problem: str, code: str) -> None:
        line, column = _spot(node)
        self.complaints.append(Complaint(self.file, line, column, dotted(path), problem, code))


def _kind(node: Node) -> str:
    return str(node.tag).removeprefix(_TAG)


def _spot(node: Node) -> Spot:
    return _spot_of(node.start_mark)


def _left_out(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.value and node.style is None


def _descend(node: Node, path: Path) -> Node:
    for part in path:
        below = _child(node, part)
        if below is None:
            return node
        node = below
    return node


def _child(node: Node, part: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        child: Node = node.value[part]
        return child
    return None


def _key_node(node: Node, part: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((key for key, _ in node.value if key.value == part), None)
    return None
