"""Which addresses and URLs may be visited. The only place that decides it.

Addresses are judged where a socket is made, after DNS, so that redirects, odd spellings of
127.0.0.1 and a name that answers differently the second time all meet the same question.
"""

import errno
import ipaddress
import re
import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from yarl import URL

from monitor.errors import FetchError
from monitor.fetch.reasons import FetchReason

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, Any]
"""What getaddrinfo answers: family, kind, protocol, canonical name, socket address."""

MAX_URL = 2000
"""Characters. Longer ones are data in disguise; servers refuse them from about 8,000 on."""

# Written out rather than asked of `ipaddress.is_global`, which calls 224.0.0.1, 64:ff9b::7f00:1,
# 2002:7f00:1:: and fec0::1 global on Python 3.11 and answers differently on later ones.
# Source: IANA IPv4 and IPv6 Special-Purpose Address Registries.
CLOSED_V4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; some clouds keep their metadata there
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
OPEN_V6 = ipaddress.IPv6Network("2000::/3")
"""All that is assigned as global unicast (RFC 4291); loopback, link-local, site-local, unique
local, multicast and IPv4-compatible addresses lie outside."""
CLOSED_V6 = tuple(
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries any IPv4 address, also a private one
        "3fff::/20",
    )
)
AUTHORITY_END = re.compile(r"[/?#]")
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class AddressVerdict(StrEnum):
    GLOBAL = "global"
    ALLOWED = "allowed"
    """Private, and the operator named it."""
    NOT_GLOBAL = "not-global"


class AddressBlocked(OSError):
    """Raised into the connector, which knows no other way to be told no."""

    def __init__(self, address: str) -> None:
        super().__init__(errno.EACCES, f"{address} is not a public address")


@dataclass(slots=True)
class Visit:
    """One hop of one fetch: where it was meant to go, and what was refused on the way."""

    host: str
    port: int
    refused: list[str] = field(default_factory=list)


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


@contextmanager
def visiting(url: URL) -> Iterator[Visit]:
    """Name the hop, so that a socket made inside it is judged by its host name too."""
    visit = Visit((url.host or "").casefold(), url.port or 0)
    token = _visit.set(visit)
    try:
        yield visit
    finally:
        _visit.reset(token)


class Guard:
    """Judges addresses; `allow_private_hosts` opens single hosts, `host:port` pairs or networks.

    An entry that is an address or a CIDR opens that address whatever name led to it; a name opens
    whatever it resolves to, for it alone.
    """

    def __init__(self, allow_private_hosts: Collection[str] = ()) -> None:
        self._names: set[tuple[str, int | None]] = set()
        self._networks: list[tuple[IPNetwork, int | None]] = []
        for entry in allow_private_hosts:
            self._open(entry.strip())

    def _open(self, entry: str) -> None:
        host, port = split_port(entry)
        try:
            self._networks.append((ipaddress.ip_network(host, strict=False), port))
        except ValueError:
            self._names.add((host.casefold(), port))

    def judge(self, address: str, port: int, host: str = "") -> AddressVerdict:
        """What to make of a resolved address (`host`: the name that led to it)."""
        parsed = unwrap(ipaddress.ip_address(address))
        if is_public(parsed):
            return AddressVerdict.GLOBAL
        if self._names & {(host, None), (host, port)}:
            return AddressVerdict.ALLOWED
        if any(parsed in network and only in (None, port) for network, only in self._networks):
            return AddressVerdict.ALLOWED
        return AddressVerdict.NOT_GLOBAL

    def make_socket(self, address_info: AddressInfo) -> socket.socket:
        """For aiohttp's `TCPConnector(socket_factory=...)`. AddressBlocked where it may not go."""
        family, kind, protocol, _, where = address_info
        visit = _visit.get()
        host = visit.host if visit else ""
        if self.judge(where[0], where[1], host) is AddressVerdict.NOT_GLOBAL:
            if visit:
                visit.refused.append(where[0])
            raise AddressBlocked(where[0])
        return socket.socket(family, kind, protocol)


def is_public(address: IPAddress) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in block for block in CLOSED_V4)
    return address in OPEN_V6 and not any(address in block for block in CLOSED_V6)


def unwrap(address: IPAddress) -> IPAddress:
    """The IPv4 address inside a mapped or NAT64 one: that is where the packets end.

    NAT64 is unwrapped and not refused, because on IPv6-only networks every IPv4 site has such an
    address (RFC 6052).
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def split_port(entry: str) -> tuple[str, int | None]:
    """`host`, `host:port`, `[v6]:port`, a bare IPv6 address or a CIDR -> host and port."""
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        return host, int(rest[1:]) if rest.startswith(":") and rest[1:].isdigit() else None
    host, colon, port = entry.rpartition(":")
    if colon and port.isdigit() and ":" not in host:
        return host, int(port)
    return entry, None


def check_url(text: str) -> URL:
    """The URL as aiohttp will read it. FetchError(bad-url) where two readers could differ.

    Backslashes, control characters and userinfo are how one parser is told of a public host and
    the other of a private one (`http://169.254.169.254:80\\@public/`).
    """
    if len(text) > MAX_URL:
        raise bad_url(f"longer than {MAX_URL} characters")
    if "\\" in text or any(character <= " " or "\x7f" <= character <= "\xa0" for character in text):
        raise bad_url("holds a backslash, a space or a control character")
    try:
        url = URL(text)
        host, port = url.host, url.port
    except ValueError as error:
        raise bad_url(str(error)) from error
    if url.scheme not in ("http", "https"):
        raise bad_url(f"only http and https are fetched, not {url.scheme or 'a bare path'}")
    if not host or not port:
        raise bad_url("names no host")
    if "@" in AUTHORITY_END.split(text.partition("//")[2], maxsplit=1)[0]:
        raise bad_url("holds a user name or password")
    return url


def bad_url(why: str) -> FetchError:
    return FetchError(FetchReason.BAD_URL, f"the URL {why}" if why[0].islower() else why)
