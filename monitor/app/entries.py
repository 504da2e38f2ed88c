"""Entries of the pack -> the words of the house. Values only; no part of the house is made here."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol, TypeVar

from monitor.model import ChannelKind, Selectors, Source
from monitor.notify import Target
from monitor.rulebook.types import ChannelEntry, ChannelsFile, Pack, SourceEntry

UNTIL_LEARNT = timedelta(minutes=30)
"""Between two polls of a source whose pace is not known yet."""


class _Retirable(Protocol):
    @property
    def status(self) -> str: ...


Entry = TypeVar("Entry", bound=_Retirable)


def active(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.status == "active"]


def with_a_channel(pack: Pack) -> Pack:
    """Where the pack names no channel, alerts go to the console and to alerts.jsonl."""
    if any(active(pack.channels.channels)):
        return pack
    console = ChannelEntry(id="console", kind="console")
    with_console = (*pack.channels.channels, console)
    return pack.model_copy(update={"channels": ChannelsFile(channels=with_console)})


def source_of(entry: SourceEntry) -> Source:
    page = entry.page
    return Source(
        id=entry.id,
        url=entry.url,
        kind=entry.kind,
        tier=entry.tier,
        newsroom=entry.newsroom,
        language=entry.language,
        interval=entry.interval or UNTIL_LEARNT,
        learns=entry.interval is None,
        title=entry.title,
        actor=entry.actor,
        selectors=Selectors(**page.model_dump()) if page else None,
        route=entry.route,
        verified=entry.verified,
    )


def target_of(entry: ChannelEntry) -> Target:
    return Target(
        name=entry.id,
        kind=ChannelKind(entry.kind),
        url=entry.url,
        recipients=entry.to,
        sender=entry.sender,
        server=entry.server,
    )


def targets_of(channel: str, names: Iterable[str]) -> list[str]:
    """A channel of several recipients (`desk`) stands for each of them (`desk:ann@example.org`)."""
    return [name for name in names if name == channel or name.startswith(f"{channel}:")]
