"""Targets as the pack names them -> channels that can send, one for each recipient.

Apprise and Slack's library take a seventh of a second to import. They are imported where an entry
of the pack asks for them: still at start, for every address is read there, and not at all for a
pack of mail and console.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from monitor.errors import SettingsError
from monitor.model import ChannelKind
from monitor.notify.console import ConsoleChannel
from monitor.notify.mail import MailChannel, read_address, read_server
from monitor.notify.secrets import Opened, Redactor, open_setting, secrets_of_url
from monitor.ports import Channel


@dataclass(frozen=True, slots=True)
class Target:
    """An entry of the pack. Addresses may hold `${NAME}` or be `file:PATH`."""

    name: str
    kind: ChannelKind
    url: str = ""
    """slack: the webhook; apprise: its address."""
    recipients: tuple[str, ...] = ()
    """mail: one channel each, named `<name>:<address>`."""
    sender: str = ""
    server: str = ""


def build_channels(
    entries: Iterable[Target],
    *,
    environment: Mapping[str, str],
    data_dir: Path,
    write: Callable[[str], None],
) -> dict[str, Channel]:
    """Channels by the name of their target. SettingsError with every entry that cannot work."""
    channels: dict[str, Channel] = {}
    complaints: list[str] = []
    for entry in entries:
        try:
            for channel in _channels_of(entry, environment, data_dir, write):
                channels[channel.name] = channel
        except SettingsError as error:
            complaints.append(f"channel {entry.name}: {error}")
    if complaints:
        raise SettingsError("\n".join(complaints))
    return channels


def _channels_of(
    entry: Target,
    environment: Mapping[str, str],
    data_dir: Path,
    write: Callable[[str], None],
) -> Iterator[Channel]:
    match entry.kind:
        case ChannelKind.SLACK:
            yield _slack(entry, open_setting(entry.url, environment))
        case ChannelKind.MAIL:
            yield from _mail(entry, open_setting(entry.server, environment))
        case ChannelKind.APPRISE:
            yield from _apprise(entry, open_setting(entry.url, environment))
        case ChannelKind.CONSOLE:
            yield ConsoleChannel(entry.name, data_dir=data_dir, write=write)


def _slack(entry: Target, url: Opened) -> Channel:
    from monitor.notify.slack import SlackChannel

    parts = urlsplit(url.text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError("`url` must be the webhook's address, https://…")
    return SlackChannel(entry.name, url.text, _redactor(url))


def _mail(entry: Target, server: Opened) -> Iterator[Channel]:
    if not entry.recipients:
        raise SettingsError("`to` names nobody; give at least one mail address")
    for written in entry.recipients:
        recipient = read_address(written)
        yield MailChannel(
            f"{entry.name}:{recipient.addr_spec}",
            server=read_server(server.text),
            sender=read_address(entry.sender),
            recipient=recipient,
            redact=_redactor(server),
        )


def _apprise(entry: Target, url: Opened) -> Iterator[Channel]:
    from monitor.notify.apprise import AppriseChannel, read_services, recipient_of

    services = read_services(url.text)
    for service in services:
        name = entry.name if len(services) == 1 else f"{entry.name}:{_mark(recipient_of(service))}"
        yield AppriseChannel(name, service, _redactor(url))


def _mark(recipient: str) -> str:
    """Stands for a recipient in names and logs: some (ntfy's topics) are as good as passwords."""
    return hashlib.sha256(recipient.encode()).hexdigest()[:8]


def _redactor(address: Opened) -> Redactor:
    return Redactor((*address.secrets, *secrets_of_url(address.text)))
