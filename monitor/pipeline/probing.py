"""Asks addresses for a person who wants to know what answers: nothing is decided, nothing kept.

Not here: when the service asks (polling.py), and what is said about a probe (cli).
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from monitor.errors import SandboxError
from monitor.model import Cursor, Fetched, FetchFailed, Source
from monitor.ports import Fetcher, Sandbox
from monitor.steps.identify import canonical
from monitor.steps.parse import read_survey
from monitor.steps.parse.form import FeedLink, Form, Survey

__all__ = ["FeedLink", "Form", "Probe", "Prober", "Survey"]

AT_ONCE = 50
"""Addresses under way; one at a time for each host, which the fetcher sees to."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What one address answered. Exactly one of `failed` and `survey` is given."""

    source: Source
    url: str
    """Where it came from after redirects."""
    moved_to: str | None = None
    """Where permanent redirects lead: what the pack should name instead."""
    failed: str = ""
    survey: Survey | None = None

    @property
    def well(self) -> bool:
        """It answered, and with items."""
        return self.survey is not None and self.survey.items > 0


class Prober:
    """Many addresses at once; bodies are read one at a time, in the sandbox."""

    def __init__(self, fetcher: Fetcher, sandbox: Sandbox, *, languages: frozenset[str]) -> None:
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._languages = languages
        self._places = asyncio.Semaphore(AT_ONCE)
        self._reading = asyncio.Lock()

    async def probe_all(
        self, sources: Iterable[Source], now: datetime, tell: Callable[[Probe], None]
    ) -> list[Probe]:
        """Each source once, in the order given; `tell` hears of each as it is done."""

        async def one(source: Source) -> Probe:
            async with self._places:
                probe = await self.probe(source, now)
            tell(probe)
            return probe

        return list(await asyncio.gather(*map(one, sources)))

    async def probe(self, source: Source, now: datetime) -> Probe:
        # Without validators: an unchanged feed is to be shown as well.
        poll = await self._fetcher.fetch(source, Cursor(source.id, now))
        if isinstance(poll, FetchFailed):
            return Probe(source, source.url, failed=f"{poll.reason}: {poll.detail}")
        if not isinstance(poll, Fetched):
            return Probe(source, source.url, failed="bad-http: 304 without having been asked for")
        probe = Probe(source, poll.url, poll.moved_to)
        try:
            return replace(probe, survey=await self._survey(source, poll, now))
        except SandboxError as error:
            return replace(probe, failed=f"parser-killed: {error}")

    async def _survey(self, source: Source, fetched: Fetched, now: datetime) -> Survey:
        look = partial(read_survey, canonical=canonical, now=now, languages=self._languages)
        async with self._reading:
            return await asyncio.to_thread(self._sandbox.call, look, source, fetched)
