"""There is one way in: nothing but the door asks the network, and no parser does it in passing."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2] / "monitor"
WAYS_OUT = re.compile(
    r"^(aiohttp|httpx|requests|urllib3|urllib\.request|http\.client|ftplib|smtplib|socketserver"
    r"|xmlrpc|telnetlib|websockets|pycurl|socket|ssl)(\.|$)"
)
DOORS = ("fetch/", "notify/", "web/window.py")
"""In, out, and the one that only listens."""
GUARDED = "fetch/http.py"


@cache
def sources() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8")))
        for path in sorted(ROOT.rglob("*.py"))
    )


def imported(tree: ast.Module) -> Iterator[str]:
    """Full names of modules, and of what is taken from them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_nothing_but_a_door_knows_the_network():
    past = [
        (name, module)
        for name, tree in sources()
        if not name.startswith(DOORS)
        for module in imported(tree)
        if WAYS_OUT.match(module)
    ]

    assert past == []


def test_what_comes_in_comes_through_one_session_with_the_guard_in_it():
    sessions, connectors, streams = [], [], []
    for name, tree in sources():
        for function, call in calls(tree):
            if name.startswith("notify/"):
                continue  # speaks to the operator's targets, not to what strangers name
            if function.endswith("ClientSession"):
                sessions.append(name)
            if function.endswith("TCPConnector"):
                given = {word.arg: ast.unparse(word.value) for word in call.keywords}
                connectors.append((name, given.get("socket_factory")))
            if function.endswith(("open_connection", "create_connection", "urlopen")):
                streams.append((name, function))

    assert sessions == [GUARDED]
    assert connectors == [(GUARDED, "self._guard.make_socket")]
    assert streams == []


def test_a_feed_is_handed_to_its_parser_as_a_stream():
    """`feedparser.parse("http://...")` asks the network, and `parse("/a/path")` opens the file."""
    handed = [
        (name, ast.unparse(call.args[0]).split("(")[0])
        for name, tree in sources()
        for function, call in calls(tree)
        if function == "feedparser.parse"
    ]

    assert handed == [("steps/parse/feed.py", "io.BytesIO")]


def test_of_the_reader_of_pages_only_the_part_without_a_network_is_used():
    """It brings a downloader of its own."""
    used = {module for _, tree in sources() for module in imported(tree) if "trafilatura" in module}

    assert used == {"trafilatura.extract"}
