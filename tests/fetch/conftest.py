"""Real servers on 127.0.0.1 that misbehave byte by byte, and a fetcher that may visit them."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.fetch import HttpFetcher
from monitor.fetch.http import Limits
from monitor.model import Cursor, Poll, Source, SourceKind, Tier

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOURCE = Source(
    "src", "http://127.0.0.1/", SourceKind.FEED, Tier.PRESS, "Invented", None,
    timedelta(minutes=30),
)  # fmt: skip
NEVER_READ = Cursor("src", NOW)
SMALL = Limits(deadline=timedelta(seconds=0.6), wire_bytes=64 * 1024, body_bytes=256 * 1024)

Answer = Callable[[socket.socket, bytes], None]


def fetch(url: str, cursor: Cursor = NEVER_READ, **settings) -> Poll:
    """One fetch by a fetcher of its own."""
    return fetch_all([url], cursor, **settings)[0]


def fetch_all(urls: list[str], cursor: Cursor = NEVER_READ, **settings) -> list[Poll]:
    """Fetches all at once, by one fetcher."""

    async def run() -> list[Poll]:
        wanted = {"allow_private_hosts": ("127.0.0.0/8",), "clock": lambda: NOW, **settings}
        fetcher = HttpFetcher(**wanted)
        try:
            sources = [replace(SOURCE, id=f"src{n}", url=url) for n, url in enumerate(urls)]
            return await asyncio.gather(*(fetcher.fetch(source, cursor) for source in sources))
        finally:
            await fetcher.close()

    return asyncio.run(run())


class RawServer:
    """Answers each connection's first request with whatever `answer` writes to the socket."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.requests: list[bytes] = []
        self.closing = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            request = connection.recv(65_536)
            self.requests.append(request)
            self._answer(connection, request)
            connection.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.closing.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(5)


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], RawServer]]:
    with several() as start:
        yield start


@contextmanager
def several() -> Iterator[Callable[[Answer], RawServer]]:
    servers: list[RawServer] = []

    def start(answer: Answer) -> RawServer:
        servers.append(RawServer(answer))
        return servers[-1]

    try:
        yield start
    finally:
        for server in servers:
            server.close()


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()
