"""Opens the window and serves it on the event loop of the jobs, within limits.

What is answered stands in site.py, what is refused in guard.py.
"""

import asyncio
import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from monitor.app import App
from monitor.config import Settings
from monitor.errors import WindowError
from monitor.web.guard import Guard
from monitor.web.meter import Meter
from monitor.web.site import Site

CONNECTIONS = 64
"""At once, and so many more wait to be accepted; further ones are answered 503."""

CONNECTION_LIFE = 30.0
"""Seconds. Every answer takes less than five: whoever is slower holds a place for nothing."""

IDLE = 5
"""Seconds that a connection may wait for its next request."""

HEADERS_LIMIT = 16 * 1024
"""Bytes of a request's line and headers."""

LAST_ANSWERS = 2
"""Seconds that answers under way have when the service ends."""


class Window:
    """Listens from the start, so that a port that is taken is told before anything is polled;
    answers while `serve` runs."""

    def __init__(self, app: App, meter: Meter) -> None:
        settings = app.settings
        # The database first: which instance holds it says more than which program has the port.
        _ = app.store
        self._listener = _listen(settings)
        self._site = Site(app, meter)
        self.address = f"http://{_shown(settings.host)}:{self._listener.getsockname()[1]}/"
        guard = Guard(
            self._site.routes,
            names=(settings.host, *settings.public_hosts),
            style=self._site.style,
            watch=app.watch,
        )
        self._server = _Server(
            uvicorn.Config(
                guard,
                http=Connection,
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="critical",  # else strangers' broken requests fill the log
                access_log=False,
                proxy_headers=False,
                server_header=False,
                limit_concurrency=CONNECTIONS,
                timeout_keep_alive=IDLE,
                timeout_graceful_shutdown=LAST_ANSWERS,
                h11_max_incomplete_event_size=HEADERS_LIMIT,
            )
        )

    async def serve(self) -> None:
        """Answer until cancelled."""
        serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        try:
            await asyncio.shield(serving)
        finally:
            self._server.should_exit = True
            await serving
            await asyncio.to_thread(self._site.close)

    def close(self) -> None:
        self._listener.close()


@contextmanager
def open_window(app: App, meter: Meter) -> Iterator[Window]:
    """WindowError where the address cannot be listened at, StoreBusy where another instance holds
    the database. `meter`: what has been counted."""
    window = Window(app, meter)
    try:
        yield window
    finally:
        window.close()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the service's own: uvicorn's handlers would take them from it."""
        yield


class Connection(H11Protocol):
    """A connection with an end: uvicorn has no limit for one that sends its request slowly, and
    with as many of those as there are places even probes would be refused."""

    life = CONNECTION_LIFE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._end = self.loop.call_later(self.life, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end.cancel()
        super().connection_lost(exc)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server(
            (settings.host, settings.port), family=family, backlog=CONNECTIONS
        )
    except OSError as error:
        raise WindowError(_why_not(settings, error)) from error


def _why_not(settings: Settings, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"MONITOR_PORT: port {settings.port} of {settings.host} is taken by another "
                "program; name another one, or 0 for any that is free"
            )
        case errno.EACCES:
            return f"MONITOR_PORT: port {settings.port} is not for this user; name one from 1024 on"
    return (
        f"MONITOR_HOST: cannot listen at {settings.host} ({error.strerror}); name an address of "
        "this machine, such as 127.0.0.1"
    )


def _shown(host: str) -> str:
    """As one writes it into a browser on this machine."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{local}]" if ":" in local else local
