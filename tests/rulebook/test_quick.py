"""The short way to a file's nodes leads to the same as the long one, or is not taken."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.errors import PackError
from monitor.rulebook.document import MAX_DEPTH, document_of
from monitor.rulebook.document import _compose_with_words as compose_slowly
from monitor.rulebook.quick import compose_quickly
from tests.rulebook.packs import MINIMAL

SHIPPED = Path(__file__).resolve().parents[2] / "rules"
FILES = sorted(SHIPPED.rglob("*.yaml")) + sorted(MINIMAL.rglob("*.yaml"))
PIECES = [
    *" :-,[]{}#&*!'\"%@`?=~<\n",
    *("  ", "\n\n", "\n  ", ": ", " #", "- ", '""', "<<", "---\n", "a:b", "[a, b]", "{a: b}"),
    *("no", "0o17", "012", "1_000", ".5", "22:00", "2026-01-01", "null", "é", "\x7f", "\\/"),
]


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_of_a_pack_takes_the_short_way_to_the_same_nodes(file: Path) -> None:
    text = file.read_text("utf-8")

    quick = compose_quickly(text, max_depth=MAX_DEPTH)

    assert quick is not None
    assert told(quick) == told(compose_slowly(text, file.name))


@settings(deadline=None, max_examples=100)
@given(
    text=st.sampled_from([path.read_text("utf-8")[:1500] for path in FILES]),
    edits=st.lists(st.tuples(st.integers(0, 1500), st.sampled_from(PIECES)), max_size=3),
)
def test_what_is_edited_gives_the_same_nodes_or_takes_the_long_way(
    text: str, edits: list[tuple[int, str]]
) -> None:
    for place, piece in edits:
        text = text[:place] + piece + text[place:]

    quick = compose_quickly(text, max_depth=MAX_DEPTH)

    if quick is not None:
        assert told(quick) == told(compose_slowly(text, "edited.yaml"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing but this\n",
        "a: &x b\n",
        "a: !tag b\n",
        "a: b\n---\nc: d\n",
        "a:\nb: c\n",
        "a: [b\n",
        "- a list\n",
    ],
)
def test_the_unusual_and_the_faulty_take_the_long_way(text: str) -> None:
    assert compose_quickly(text, max_depth=MAX_DEPTH) is None


@pytest.mark.parametrize("text", ["a: " + "[" * 200_000, "{a: " * 100_000])
def test_a_file_that_is_nested_without_end_ends_neither_way_the_program(text: str) -> None:
    assert compose_quickly(text, max_depth=MAX_DEPTH) is None

    with pytest.raises(PackError, match="nested deeper"):
        document_of(text.encode(), "deep.yaml")


def told(node: Node) -> Any:
    """What the house takes from a node: kind, tag, value, style, and where it begins and ends."""
    if isinstance(node, MappingNode):
        value: Any = [(told(key), told(below)) for key, below in node.value]
    elif isinstance(node, SequenceNode):
        value = [told(below) for below in node.value]
    else:
        value = node.value
    style = node.style or None if isinstance(node, ScalarNode) else bool(node.flow_style)
    start = node.start_mark
    return (
        node.id,
        node.tag,
        value,
        style,
        (start.line, start.column, start.index),
        node.end_mark.index,
    )
