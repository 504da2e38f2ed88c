"""Whether a host lets us read a page of it, and how often: its robots.txt (RFC 9309).

Not here: how the file is asked for (http.py hands that in). Feeds are made for programs and are
asked for without it.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from protego import Protego
from yarl import URL

from monitor.errors import FetchError
from monitor.fetch.polite import DAY, HOUR
from monitor.fetch.reasons import FetchReason

AGENT = "monitor"
"""The product token by which a robots.txt can mean us."""
MAX_ROBOTS = 512 * 1024
"""Bytes; RFC 9309, 2.5 wants 500 KiB at least. A larger file counts as unreadable."""
LONGEST_DELAY = timedelta(seconds=60)
ORIGINS = 1000
"""Whose rules are remembered; the one asked for longest ago is forgotten first."""
NAMES_US = ("user-agent", "useragent", "user agent")
"""As protego reads the field."""

AskRobots = Callable[[URL], Awaitable[str]]
"""The text of a robots.txt; FetchError where there is none (`http-404`) or it cannot be had."""


@dataclass(slots=True)
class _Origin:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Protego | None = None
    """None: they could not be read, so that nothing is allowed (RFC 9309, 2.3.1.4)."""
    trouble: FetchError | None = None
    """Why not."""
    good_until: float = 0.0
    """time.monotonic()"""


class RobotsBook:
    """What each origin allows, remembered for a day; trouble is remembered for an hour."""

    def __init__(self, ask: AskRobots) -> None:
        self._ask = ask
        self._origins: OrderedDict[URL, _Origin] = OrderedDict()

    async def permit(self, url: URL) -> timedelta:
        """The pause that the host wants between two pages. FetchError(robots): do not read it.

        With `retry_after` where the rules could not be read: then it may be allowed later.
        """
        entry = await self._entry(url.origin())
        if entry.rules is None:
            raise unreadable(url.origin(), entry)
        if not entry.rules.can_fetch(str(url.with_fragment(None)), AGENT):
            raise FetchError(FetchReason.ROBOTS, f"{url.host} asks programs not to read {url.path}")
        seconds = entry.rules.crawl_delay(AGENT) or 0.0
        return timedelta(seconds=min(seconds, LONGEST_DELAY.total_seconds()))

    async def _entry(self, origin: URL) -> _Origin:
        entry = self._origins.setdefault(origin, _Origin())
        self._origins.move_to_end(origin)
        if len(self._origins) > ORIGINS:
            self._origins.popitem(last=False)
        async with entry.turn:  # twenty articles of one host ask for one robots.txt
            if entry.good_until <= time.monotonic():
                await self._read(entry, origin)
        return entry

    async def _read(self, entry: _Origin, origin: URL) -> None:
        try:
            text = await self._ask(origin / "robots.txt")
        except FetchError as error:
            if error.reason == FetchReason.HOST_HELD:
                raise  # the host was not even asked: that says nothing of its rules
            # "4xx": the host has no rules (2.3.1.3). Everything else may be an accident.
            without_rules = str(error.reason).startswith("http-4")
            entry.rules = Protego.parse("") if without_rules else None
            entry.trouble = error
        else:
            # off the loop: the largest file costs a third of a second
            entry.rules = await asyncio.to_thread(read_rules, text)
        good_for = HOUR if entry.rules is None else DAY
        entry.good_until = time.monotonic() + good_for.total_seconds()


def unreadable(origin: URL, entry: _Origin) -> FetchError:
    if entry.trouble and entry.trouble.reason == FetchReason.BLOCKED_ADDRESS:
        return FetchError(FetchReason.BLOCKED_ADDRESS, entry.trouble.detail)  # as would the page be
    left = timedelta(seconds=max(entry.good_until - time.monotonic(), 1.0))
    why = f"{origin}/robots.txt cannot be read: {entry.trouble}"
    return FetchError(FetchReason.ROBOTS, why, retry_after=left)


def read_rules(text: str) -> Protego:
    return Protego.parse("\n".join(map(with_one_stranger, text.splitlines())))


def with_one_stranger(line: str) -> str:
    """Every robot that is not us under one name.

    protego keeps each rule once for each robot that it is for: ten thousand names above twenty
    thousand rules, in a file of 400 kB, are minutes and gigabytes.
    """
    field_name = next((name for name in NAMES_US if line.lstrip().lower().startswith(name)), None)
    if field_name is None:
        return line
    value = line.lstrip()[len(field_name) :].partition("#")[0].strip(" \t:")
    token = value.partition("/")[0].strip().lower()
    ours = value == "*" or token.rstrip("*") == AGENT
    return f"User-agent: {value if value == '*' else AGENT}" if ours else "User-agent: another"
