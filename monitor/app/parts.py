"""The parts of the house, each made when it is first asked for and joined to the others: `analyze`
needs no database and `ledger` no network. What they are asked stands in app.py.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from threading import Event

from monitor import fetch
from monitor.app.entries import active, source_of, target_of, targets_of, with_a_channel
from monitor.books import Books
from monitor.config import Settings
from monitor.fetch import next_check_at
from monitor.fetch.polite import after_move, jitter_of
from monitor.model import ChannelKind, Cursor, Poll, Source
from monitor.notify import Target, build_channels
from monitor.pipeline.delivery import RESORT, Holds
from monitor.pipeline.desk import Desk, lay_out
from monitor.pipeline.network import Network
from monitor.pipeline.paging import PageDesk
from monitor.pipeline.polling import PollDesk
from monitor.pipeline.reading import PackReader, build_reader
from monitor.ports import Channel, Fetcher, Sandbox, Watch
from monitor.rulebook.load import load_pack
from monitor.rulebook.types import Pack
from monitor.sandbox import ChildSandbox
from monitor.steps.render import compose

CONNECTIONS = 50
"""Requests under way at once."""


class Parts(Books):
    """Private names are for App alone."""

    def __init__(
        self,
        settings: Settings,
        *,
        watch: Watch,
        write: Callable[[str], None],
        exclusive: bool,
        dry_run: bool,
    ) -> None:
        super().__init__(settings, exclusive=exclusive)
        self.watch = watch
        self.stopping = Event()
        """Set when the service is asked to end: long work stops at the next chance."""
        self.ticked: dict[str, float] = {}
        """When each job last looked at what is due, by time.monotonic()."""
        self._write = write
        self._dry_run = dry_run
        self._shown: set[str] = set()
        self._holds: Holds = {}

    @cached_property
    def pack(self) -> Pack:
        return with_a_channel(load_pack(self.settings.rules_dir))

    @cached_property
    def fetcher(self) -> Fetcher:
        return fetch.HttpFetcher(
            allow_private_hosts=self.settings.allow_private_hosts, connections=CONNECTIONS
        )

    @cached_property
    def sandbox(self) -> Sandbox:
        return ChildSandbox()

    @cached_property
    def channels(self) -> dict[str, Channel]:
        return self._build_channels(map(target_of, active(self.pack.channels.channels)))

    def _build_channels(self, entries: Iterable[Target]) -> dict[str, Channel]:
        return build_channels(
            entries,
            environment=self.settings.secrets,
            data_dir=self.settings.data_dir,
            write=self._write,
        )

    @cached_property
    def _resort(self) -> Channel:
        """Takes what no target took; it is no channel of the pack, so nothing else goes there."""
        return build_channels(
            [Target(RESORT, ChannelKind.CONSOLE)],
            environment={},
            data_dir=self.settings.data_dir,
            write=self._write,
        )[RESORT]

    @cached_property
    def reader(self) -> PackReader:
        return build_reader(self.pack)

    @cached_property
    def desk(self) -> Desk:
        """For the deciding thread alone."""
        return lay_out(
            self.pack,
            self.reader,
            compose=compose,
            # What a rule sends to a retired channel, or to one without targets, would otherwise
            # go nowhere in silence.
            targets={
                entry.id: targets_of(entry.id, self.channels) or [RESORT]
                for entry in self.pack.channels.channels
            },
        )

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {entry.id: source_of(entry) for entry in active(self.pack.sources.sources)}

    @cached_property
    def _polls(self) -> PollDesk:
        return PollDesk(
            store=self.store,
            desk=self.desk,
            sandbox=self.sandbox,
            next_check=next_check,
            watch=self.watch,
            after_move=self._after_move,
            network=Network.recalled(self.store),
        )

    @cached_property
    def _pages(self) -> PageDesk:
        return PageDesk(self.store, self.desk, self.sandbox, self.watch)

    def _after_move(self, source: Source, cursor: Cursor, poll: Poll) -> Cursor:
        others = {each.url for each in self._sources.values() if each.id != source.id}
        return after_move(source, cursor, poll, others)

    def close(self) -> None:
        """Of what was made; the fetcher is closed on the loop that used it."""
        if "sandbox" in self.__dict__:
            self.sandbox.close()
        super().close()


def next_check(source: Source, poll: Poll, cursor: Cursor, *, now: datetime) -> datetime:
    return next_check_at(source, poll, cursor, now=now, jitter=jitter_of(source.id, now))
