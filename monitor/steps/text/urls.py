"""One spelling for each address, so that an article met by two ways is one article.

Not here: whether an address may be opened (fetch guards that). `canonical` never raises.
In this room, because the parsers' child process is given `canonical`: with the room that tells
copies it would load numpy, and be ready a third later.
"""

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

MAX_URL = 2000
"""Characters; longer ones are not addresses of articles (the same limit as in sources.yaml)."""

TRACKING = re.compile(
    r"(?:utm_.*|at_.*|ns_.*|mc_(?:cid|eid)|fbclid|gclid|dclid|yclid|ysclid|msclkid|igshid|twclid"
    r"|_openstat|cmpid|ocid|ito|smid|ref_src|amp|outputtype)",
    re.IGNORECASE,
)
"""Parameters that say where a reader came from, never which article it is."""

SPELLINGS = 5
"""w3lib needs a second look at rare hosts (an empty label, escapes in escapes); an address that
is not settled by then is none."""

ASKED_AGAIN = 1_000
"""Addresses that are kept as they were spelt: an item's is asked for six times on its way, and
every poll brings the same items again."""

DEFAULT_PORTS = (None, 80, 443)
AMP_HOST = re.compile(r"^(?:(?:m|amp|mobile)\.)+(?=[^.]+\.)")
AMP_PATH = re.compile(r"(?:/+amp(?:\.html)?)+/*$")


def canonical(url: str) -> str:
    """The address without what does not tell articles apart; "" where it is no web address.

    http and https are one address: nearly every site serves the same page on both, and feeds mix
    them. `www.` stays, for some sites serve something else without it.
    """
    return "" if len(url) > MAX_URL else _settled(url)


def newsroom_of(url: str) -> str:
    """Who published: the host without `www.`; "" where the address names none."""
    host = urlsplit(canonical(url)).hostname or ""
    return host.removeprefix("www.")


@lru_cache(maxsize=ASKED_AGAIN)
def _settled(url: str) -> str:
    for _ in range(SPELLINGS):
        spelt = _spell(url)
        if spelt == url:
            return spelt
        url = spelt
    return ""


def _spell(url: str) -> str:
    if "\\" in url:
        return ""  # browsers and libraries disagree on which host such an address names
    try:
        parts = urlsplit(canonicalize_url(url.strip()))
        host = _host(parts)
    except ValueError:
        return ""  # "http://[::1", a port above 65535
    if parts.scheme not in ("http", "https") or not host:
        return ""
    return urlunsplit(("https", host, _path(parts.path), _query(parts.query), ""))


def _host(parts: SplitResult) -> str:
    host = AMP_HOST.sub("", (parts.hostname or "").strip("."))
    host = f"[{host}]" if ":" in host else host
    default = parts.port in DEFAULT_PORTS
    return host if default else f"{host}:{parts.port}"


def _path(path: str) -> str:
    return AMP_PATH.sub("", path).rstrip("/") or "/"


def _query(query: str) -> str:
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not TRACKING.fullmatch(name)
    ]
    return urlencode(sorted(kept))
