"""Asks a server for a source or a page: within a deadline and byte caps, five redirects far.

Not here: when to ask (polite.py), where one may go (guard.py), what the bytes mean (steps/parse).
Redirects are followed by hand, so that each hop is checked, waits for its host and is counted.
"""

import asyncio
import errno
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from monitor.clock import utcnow
from monitor.errors import FetchError
from monitor.fetch.body import read_body, too_large
from monitor.fetch.guard import Guard, Visit, check_url, visiting
from monitor.fetch.headers import content_type, fresh_for, retry_after, word_of
from monitor.fetch.names import NameService
from monitor.fetch.polite import address_of, may_ask_conditionally
from monitor.fetch.reasons import FetchReason, of_status
from monitor.fetch.robots import MAX_ROBOTS, RobotsBook
from monitor.fetch.turns import HostTurns
from monitor.model import Cursor, Fetched, FetchFailed, NotModified, Poll, Source, TextDue

USER_AGENT = "monitor/0.1 (feed reader; reads each source on a schedule and asks conditionally)"
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9"
PAGES = frozenset({"text/html", "application/xhtml+xml", ""})
"""Content types of pages; a server that says nothing is given the benefit of the doubt."""
MAX_REDIRECTS = 5
MAX_DETAIL = 400
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
ASKS_FOR_PAUSE = frozenset({429, 503})
UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost."""

    deadline: timedelta = timedelta(seconds=30)
    """From first byte sent to last byte read, redirects included; waiting for one's turn is not."""
    wire_bytes: int = 5 * 2**20
    body_bytes: int = 10 * 2**20
    """After decoding. Parsing 5 MB takes feedparser 2.5 s; its child process is given 5 s."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """What is asked for, and what may come back."""

    address: str
    headers: Mapping[str, str]
    limits: Limits
    types: frozenset[str] = frozenset()
    """Content types whose body is read; empty: any."""
    permit: Callable[[URL], Awaitable[timedelta]] | None = None
    """Asked before each hop, in nobody's turn: the pause this host wants between two pages.
    FetchError where it does not want to be read at all."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """One hop's answer, with the body where it is one we want."""

    url: URL
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    moved_to: str | None = None
    """Of the last hop: its address, if only permanent redirects led there."""


class HttpFetcher:
    """`ports.Fetcher` over one aiohttp session, opened on the first fetch."""

    def __init__(
        self,
        *,
        allow_private_hosts: Collection[str] = (),
        limits: Limits | None = None,
        user_agent: str = USER_AGENT,
        connections: int = 64,
        resolver: AbstractResolver | None = None,
        clock: Callable[[], datetime] = utcnow,
    ) -> None:
        self._guard = Guard(allow_private_hosts)
        self._limits = limits or Limits()
        self._headers = {"User-Agent": user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip"}
        self._turns = HostTurns(connections)
        self._robots = RobotsBook(self._ask_robots)
        self._resolver = resolver or NameService()
        self._clock = clock
        self._opened: aiohttp.ClientSession | None = None

    async def fetch(self, source: Source, cursor: Cursor) -> Poll:
        validators = self._validators(cursor)
        errand = _Errand(address_of(source, cursor), self._headers | validators, self._limits)
        try:
            answer = await self._follow(errand)
            return self._read_poll(source, answer, asked_conditionally=bool(validators))
        except FetchError as error:
            return self._failed(source.id, error)

    async def fetch_page(self, due: TextDue) -> Fetched | FetchFailed:
        """The page of one article. Beside what may fail a feed: `robots` (with `retry_after` where
        robots.txt itself could not be read), `not-a-page`, and `host-held` until the host's
        Crawl-delay is over, which is no failure of the page."""
        headers = self._headers | {"Accept": ACCEPT_PAGE}
        errand = _Errand(due.url, headers, self._limits, types=PAGES, permit=self._robots.permit)
        try:
            answer = await self._follow(errand)
            return self._read_body(due.source_id, answer)
        except FetchError as error:
            return self._failed(due.source_id, error)

    async def _ask_robots(self, url: URL) -> str:
        few = replace(self._limits, wire_bytes=MAX_ROBOTS, body_bytes=MAX_ROBOTS)
        headers = self._headers | {"Accept": "text/plain, */*;q=0.5"}
        answer = await self._follow(_Errand(str(url), headers, few))
        if not 200 <= answer.status < 300:
            raise self._refusal(answer, self._clock())
        return answer.body.decode("utf-8", "replace")

    def _failed(self, source_id: str, error: FetchError) -> FetchFailed:
        return FetchFailed(
            source_id,
            str(error.reason),
            printable(error.detail),
            self._clock(),
            error.retry_after,
        )

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()
        await self._resolver.close()

    # --- asking

    def _validators(self, cursor: Cursor) -> dict[str, str]:
        if not may_ask_conditionally(cursor, self._clock()):
            return {}
        asked = {"If-None-Match": cursor.etag, "If-Modified-Since": cursor.last_modified}
        return {name: value for name, value in asked.items() if value}

    async def _follow(self, errand: _Errand) -> _Answer:
        url, left = check_url(errand.address), errand.limits.deadline.total_seconds()
        moved = True
        for hop in range(MAX_REDIRECTS + 1):
            pause = await errand.permit(url) if errand.permit else None
            # a redirect within one host is the same page: it waits for no second pause
            answer, spent = await self._hop(url, errand, left, pause if hop == 0 else None)
            if answer.status not in REDIRECTS:
                return replace(answer, moved_to=str(url) if moved and hop else None)
            left -= spent
            moved = moved and answer.status in PERMANENT
            url = redirect_target(answer)
        raise FetchError(FetchReason.TOO_MANY_REDIRECTS, f"more than {MAX_REDIRECTS}")

    async def _hop(
        self, url: URL, errand: _Errand, left: float, pause: timedelta | None
    ) -> tuple[_Answer, float]:
        """One request in the host's turn, and the seconds it took."""
        host = url.host or ""
        async with self._turns.turn(host):
            self._refuse_held(host, for_page=pause is not None)
            if pause:
                self._turns.hold_pages(host, pause)
            started = time.monotonic()
            with visiting(url) as visit:
                answer = await self._ask(url, errand, left, visit)
            return answer, time.monotonic() - started

    def _refuse_held(self, host: str, *, for_page: bool) -> None:
        pause = self._turns.pause_left(host, for_page=for_page)
        if pause is not None:
            raise FetchError(FetchReason.HOST_HELD, f"{host} asked for a pause", retry_after=pause)

    async def _ask(self, url: URL, errand: _Errand, left: float, visit: Visit) -> _Answer:
        try:
            # ClientTimeout counts from chunk to chunk in places; a server that sends a byte a
            # second would be read for ever.
            async with (
                asyncio.timeout(max(left, 0)),
                self._session().get(url, headers=errand.headers, allow_redirects=False) as response,
            ):
                return await self._take(url, errand, response)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise translated(error, visit) from error

    async def _take(self, url: URL, errand: _Errand, response: aiohttp.ClientResponse) -> _Answer:
        if not 200 <= response.status < 300:
            return _Answer(url, response.status, response.headers)
        kind = content_type(response.headers)
        if errand.types and kind not in errand.types:
            raise FetchError(FetchReason.NOT_A_PAGE, f"{url} is {kind[:60]}, no HTML page")
        if (response.content_length or 0) > errand.limits.wire_bytes:
            raise too_large(errand.limits.wire_bytes)
        body = await read_body(
            response.content.iter_any(),
            ",".join(response.headers.getall("Content-Encoding", [])),
            wire_cap=errand.limits.wire_bytes,
            body_cap=errand.limits.body_bytes,
        )
        return _Answer(url, response.status, response.headers, body)

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            connector = aiohttp.TCPConnector(
                socket_factory=self._guard.make_socket,
                resolver=self._resolver,
                limit=0,  # HostTurns counts, outside the deadline
            )
            self._opened = aiohttp.ClientSession(
                connector=connector,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                trust_env=False,  # a proxy from the environment would pass by the guard
            )
        return self._opened

    # --- reading the answer

    def _read_poll(self, source: Source, answer: _Answer, *, asked_conditionally: bool) -> Poll:
        if answer.status == 304 and asked_conditionally:
            fresh = fresh_for(answer.headers)
            return NotModified(source.id, self._clock(), fresh, answer.moved_to)
        return self._read_body(source.id, answer)

    def _read_body(self, source_id: str, answer: _Answer) -> Fetched:
        now, headers = self._clock(), answer.headers
        if not 200 <= answer.status < 300:
            raise self._refusal(answer, now)
        if not answer.body.strip():
            raise FetchError(FetchReason.EMPTY_BODY, f"status {answer.status} without a body")
        return Fetched(
            source_id=source_id,
            url=str(answer.url),
            body=answer.body,
            content_type=word_of(headers, "Content-Type") or "",
            etag=word_of(headers, "ETag"),
            last_modified=word_of(headers, "Last-Modified"),
            fetched_at=now,
            fresh_for=fresh_for(headers),
            moved_to=answer.moved_to,
        )

    def _refusal(self, answer: _Answer, now: datetime) -> FetchError:
        pause = retry_after(answer.headers, now)
        if pause is not None and answer.status in ASKS_FOR_PAUSE:
            self._turns.hold(answer.url.host or "", pause)
        if answer.headers.get("cf-mitigated", "").lower() == "challenge":
            return FetchError(
                FetchReason.CHALLENGE,
                f"Cloudflare asks for a browser (status {answer.status})",
                retry_after=pause,
            )
        return FetchError(
            of_status(answer.status), f"{answer.url} answered {answer.status}", retry_after=pause
        )


def printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:MAX_DETAIL])


def redirect_target(answer: _Answer) -> URL:
    """Where the answer points, checked like a URL of our own."""
    location = answer.headers.get("Location", "").strip()
    if not location:
        raise FetchError(FetchReason.BAD_REDIRECT, f"status {answer.status} without Location")
    try:
        return check_url(str(answer.url.join(URL(location))) if "\\" not in location else location)
    except ValueError as error:
        raise FetchError(FetchReason.BAD_REDIRECT, str(error)[:200]) from error
    except FetchError as error:
        raise FetchError(FetchReason.BAD_REDIRECT, f"redirect refused: {error.detail}") from error


def translated(error: Exception, visit: Visit) -> FetchError:
    """Every way of aiohttp to fail, as a word of the house. Order matters: narrow before wide."""
    return FetchError(_reason(error, visit), _detail(error, visit))


def _reason(error: Exception, visit: Visit) -> FetchReason:
    if visit.refused:
        return FetchReason.BLOCKED_ADDRESS
    match error:
        case TimeoutError():
            return FetchReason.TIMEOUT
        case aiohttp.InvalidURL():
            return FetchReason.BAD_URL
        case aiohttp.ClientConnectorDNSError():
            return FetchReason.DNS
        case aiohttp.ClientSSLError() | aiohttp.ServerFingerprintMismatch():
            return FetchReason.TLS
        case aiohttp.ClientConnectorError() as failed:
            return _connect_reason(failed.os_error)
        case aiohttp.ClientPayloadError():
            return FetchReason.TRUNCATED
        case aiohttp.ClientResponseError() | ValueError():
            return FetchReason.BAD_HTTP
        case _:
            return FetchReason.DISCONNECTED


def _connect_reason(error: OSError) -> FetchReason:
    if error.errno in UNREACHABLE:
        return FetchReason.UNREACHABLE
    return FetchReason.REFUSED


def _detail(error: Exception, visit: Visit) -> str:
    if visit.refused:
        return (
            f"{visit.host} leads to {', '.join(visit.refused[:3])}, which is not public; "
            "name it in MONITOR_ALLOW_PRIVATE_HOSTS if it is your own"
        )
    # aiohttp repeats the host and adds `ssl:default`, on plain http too; the cause is inside
    cause = error.os_error.strerror if isinstance(error, aiohttp.ClientConnectorError) else None
    return f"{visit.host}:{visit.port}: {cause or str(error)[:300] or type(error).__name__}"
