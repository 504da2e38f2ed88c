"""Stands before every route: who may ask, what may be asked, and what an answer must say.

Not here: how long a connection may last and how many there may be (window.py).
"""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.config import is_address
from monitor.ports import Watch

METHODS = ("GET", "HEAD")


class Guard:
    """An ASGI application around another. Whatever breaks inside becomes a plain 500 here."""

    def __init__(self, inner: ASGIApp, *, names: Collection[str], style: str, watch: Watch) -> None:
        """`names`: under which it may be asked, besides localhost and addresses. `style`: source
        expression of the one style sheet that pages bear."""
        self._inner = inner
        self._names = frozenset((*names, "localhost"))
        self._watch = watch
        self._headers = {
            "content-security-policy": f"default-src 'none'; style-src {style}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "no-referrer",
            "cross-origin-resource-policy": "same-origin",
            "cache-control": "no-store",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        try:
            refused = self._refusal(scope["method"], Headers(scope=scope))
            await (refused or self._inner)(scope, receive, send_guarded)
        except Exception as error:  # a bug: told once, and the other requests go on
            self._watch.event("window-trouble", error=f"{type(error).__name__}: {error}")
            if not begun:
                await _plain(500, "this could not be answered")(scope, receive, send_guarded)

    def _refusal(self, method: str, headers: Headers) -> Response | None:
        if not self._is_ours(host_in(headers.get("host", ""))):
            return _plain(421, "not a name of this service; MONITOR_PUBLIC_HOSTS adds one")
        if method not in METHODS:
            return _plain(405, "only GET and HEAD", allow=", ".join(METHODS))
        if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            # No route takes a body; whoever sends one all the same is not read to its end.
            return _plain(413, "no body is taken here", connection="close")
        return None

    def _is_ours(self, host: str) -> bool:
        # A page of another site can make a browser ask us under a name that it controls (DNS
        # rebinding), but never under an address: addresses need no list, and probes come by them.
        return host in self._names or is_address(host)


def host_in(header: str) -> str:
    """The host of a Host header (RFC 9110, 7.2), without port, brackets and final dot."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0].removesuffix(".").lower()


def _plain(status: int, text: str, **headers: str) -> Response:
    return PlainTextResponse(f"{text}\n", status, headers)
