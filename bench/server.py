"""Serves generated feeds on loopback, each on an address of its own, from a process of its own.

Answers stand ready in memory, so that the server never is what a bench measures. Orders come by
standard input, one JSON object a line; each is answered by one on standard output.
"""

import argparse
import asyncio
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bench.generated import FeedMaker

MODIFIED = "Mon, 12 Jan 2026 12:00:00 GMT"
"""The same for every answer: what changed is told by the ETag."""


def host_of(number: int) -> str:
    """127.0.0.0/8 is all ours; a host each, for clients are polite to a host."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


@dataclass(slots=True)
class Shelf:
    """What each host answers now, and how often it did."""

    answers: Mapping[str, "Answer"]
    told: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Answer:
    etag: str
    whole: bytes
    unchanged: bytes


def answer(body: bytes) -> Answer:
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    validators = f"ETag: {etag}\r\nLast-Modified: {MODIFIED}\r\n"
    head = (
        f"HTTP/1.1 200 OK\r\n{validators}Content-Type: application/xml; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    unchanged = f"HTTP/1.1 304 Not Modified\r\n{validators}\r\n"
    return Answer(etag, head.encode() + body, unchanged.encode())


class Conversation(asyncio.Protocol):
    """One connection. Requests have no bodies; what is asked for follows from the host alone."""

    def __init__(self, host: str, shelf: Shelf) -> None:
        self._host, self._shelf, self._read = host, shelf, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            request, _, self._read = self._read.partition(b"\r\n\r\n")
            self._answer(request.decode("latin-1"))

    def _answer(self, request: str) -> None:
        ready = self._shelf.answers[self._host]
        known = any(
            line.lower().startswith("if-none-match:") and ready.etag in line
            for line in request.split("\r\n")
        )
        self._shelf.told[304 if known else 200] += 1
        self._transport.write(ready.unchanged if known else ready.whole)


async def serve(maker: FeedMaker, feeds: int) -> None:
    hosts = [host_of(number) for number in range(feeds)]
    first = {host: answer(maker.feed(n)) for n, host in enumerate(hosts)}
    grown = {host: answer(maker.feed(n, grown=True)) for n, host in enumerate(hosts)}
    shelf = Shelf(first)
    loop = asyncio.get_running_loop()
    port = 0
    for host in hosts:  # the first takes a free port, the others the same one on their addresses
        greet = partial(Conversation, host, shelf)
        server = await loop.create_server(greet, host, port, backlog=16)
        port = server.sockets[0].getsockname()[1]
    sizes = sorted(len(one.whole) for one in first.values())
    say(
        urls=[f"http://{host}:{port}/feed.xml" for host in hosts],
        items=sum(maker.items_in(number) for number in range(feeds)),
        median_bytes=sizes[len(sizes) // 2],
    )
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        shelf.answers = grown if json.loads(line)["show"] == "grown" else first
        say(whole=shelf.told[200], unchanged=shelf.told[304])
        shelf.told.clear()


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--feeds", type=int, required=True)
    asked.add_argument("--on-topic", type=float, required=True)
    asked.add_argument("--newest", type=datetime.fromisoformat, required=True)
    given = asked.parse_args()
    maker = FeedMaker(on_topic=given.on_topic, newest=given.newest)
    asyncio.run(serve(maker, given.feeds))


if __name__ == "__main__":
    main()
