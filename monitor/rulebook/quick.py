"""The nodes of a YAML file by libyaml, some ten times as fast as by the library of document.py.

Only for files in which nothing is unusual: what is, and every fault, is left to document.py, which
has words for it. The same nodes, tags and places come of both, and tests compare them.
"""

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.tag import Tag
from yaml import YAMLError
from yaml.cyaml import CParser
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

UNUSUAL = re.compile(r"(?:^|[\s,:?\[{-])[&*!]|[\t\x85\u2028\u2029\ufeff]")
"""An anchor, an alias, a tag (or what looks like one); and characters in which YAML 1.1, which
libyaml reads, and 1.2 are not of one mind."""

MAP, SEQ, STR = (Tag(suffix=f"tag:yaml.org,2002:{kind}") for kind in ("map", "seq", "str"))


class _Unfit(Exception):
    """This file is not for us."""


def compose_quickly(text: str, *, max_depth: int) -> Node | None:
    """The root; None for a file that is no mapping, or unusual, faulty or nested deeper."""
    if UNUSUAL.search(text):
        return None
    try:
        return _Composer(text, max_depth).document()
    except (YAMLError, UnicodeError, _Unfit):
        return None


class _Composer:
    def __init__(self, text: str, max_depth: int) -> None:
        self._next = CParser(text).get_event
        self._resolver = YAML(typ="safe", pure=True).resolver
        self._depth_left = max_depth - 1  # the library of document.py counts what lies within

    def document(self) -> Node:
        self._next()  # the stream starts
        self._next()  # the document starts, or the stream ends
        root = self._node(self._next())
        self._next()  # the document ends
        if not isinstance(self._next(), StreamEndEvent) or not isinstance(root, MappingNode):
            raise _Unfit
        return root

    def _node(self, event: Any) -> Node:
        if isinstance(event, ScalarEvent):
            if not event.value and event.implicit[0]:
                raise _Unfit  # left out: libyaml sees it in another place
            return ScalarNode(
                self._tag(event), event.value, event.start_mark, event.end_mark, style=event.style
            )
        if not self._depth_left:
            raise _Unfit
        self._depth_left -= 1
        node = self._mapping(event) if isinstance(event, MappingStartEvent) else self._list(event)
        self._depth_left += 1
        return node

    def _tag(self, event: Any) -> Any:
        plain = event.implicit[0]
        return self._resolver.resolve(ScalarNode, event.value, (True, False)) if plain else STR

    def _mapping(self, start: Any) -> Node:
        pairs = []
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._node(event)
            pairs.append((key, self._node(self._next())))
        return MappingNode(
            MAP, pairs, start.start_mark, event.end_mark, flow_style=start.flow_style
        )

    def _list(self, start: Any) -> Node:
        if not isinstance(start, SequenceStartEvent):
            raise _Unfit
        items = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            items.append(self._node(event))
        return SequenceNode(
            SEQ, items, start.start_mark, event.end_mark, flow_style=start.flow_style
        )
