"""Which host a target stands on, for a person who asks whether it can be reached at all."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from monitor.errors import SettingsError
from monitor.model import ChannelKind
from monitor.notify.channels import Target
from monitor.notify.secrets import PLAIN_SCHEMES, open_setting


def host_of(entry: Target, environment: Mapping[str, str]) -> str | None:
    """Host name of the webhook or the mail server; None where there is none to look up, as with
    most of Apprise's schemes. SettingsError where the address cannot be opened."""
    if entry.kind is ChannelKind.CONSOLE:
        return None
    address = entry.server if entry.kind is ChannelKind.MAIL else entry.url
    try:
        parts = urlsplit(open_setting(address, environment).text)
        return parts.hostname if parts.scheme in PLAIN_SCHEMES else None
    except ValueError as error:
        raise SettingsError("its address cannot be read; write scheme://host/…") from error
