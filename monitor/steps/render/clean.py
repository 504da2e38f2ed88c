"""Makes words of others safe to show: one line, no controls, no tricks of direction, a limit.

Escaping for HTML or Slack is not here: each layout escapes for itself, after this.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

URL_LIMIT = 2000  # what browsers and Slack's link field take without cutting

# Cc controls, Cf direction and zero-width marks, Cs lone surrogates, Zl and Zp line ends. Without
# this U+202E shows "exe.gnp" as "png.exe", and CR LF in a title would be a mail header of its own.
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
_BREAKS = frozenset("\t\n\v\f\r\x85\u2028\u2029")


def clean(text: str, limit: int) -> str:
    """One line of at most `limit` characters; what was cut shows as an ellipsis."""
    head = text[: limit * 4]  # a title of a megabyte is not walked to its end
    kept = "".join(map(_seen, head))
    line = " ".join(kept.split())
    if len(line) <= limit and len(head) == len(text):
        return line
    return line[: limit - 1].rstrip() + "…"


def _seen(char: str) -> str:
    if char in _BREAKS:
        return " "
    return "" if unicodedata.category(char) in _UNSEEN else char


_UNSAFE_IN_URL = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]")


def clean_url(url: str) -> str:
    """An http or https address without user part, in ASCII; empty where it is none."""
    try:
        parts = urlsplit(url.strip()[: URL_LIMIT + 1])
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    place = _ascii_host(host)
    if not place:
        return ""
    netloc = f"{place}:{port}" if port else place
    whole = urlunsplit((parts.scheme, netloc, parts.path, parts.query, parts.fragment))
    safe = _UNSAFE_IN_URL.sub(lambda found: quote(found[0], errors="replace"), whole)
    return safe if len(safe) <= URL_LIMIT else ""


def host_of(url: str) -> str:
    """Host of a cleaned address as shown to people: punycode stays, so that a look-alike letter
    cannot pass for another."""
    return urlsplit(url).netloc.removeprefix("www.") if url else ""


def _ascii_host(host: str) -> str:
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    if ":" in ascii_host:
        return f"[{ascii_host}]" if re.fullmatch(r"[0-9a-f:.]+", ascii_host) else ""
    return ascii_host if re.fullmatch(r"[a-z0-9_.-]+", ascii_host) else ""
