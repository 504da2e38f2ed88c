"""Opens `${NAME}` and `file:PATH` in a target's address, and keeps what they held out of errors."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from monitor.errors import SettingsError

FILE_LIMIT = 64 * 1024
"""Bytes. A secret is a line; a larger file was named by mistake."""
ANSWER_LIMIT = 300
"""Characters of a target's answer that are kept, after redaction."""
TOKEN_LENGTH = 6
"""Characters. Shorter parts of an address (`x`, `v2`, `hook`) are no secret and hide the rest."""
PLAIN_SCHEMES = frozenset(("http", "https", "smtp", "smtps"))
"""Where the host is a host. Elsewhere a token can stand in its place (`tgram://TOKEN/…`)."""

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_USER_PART = re.compile(r"(?<=://)[^/\s]*@")


@dataclass(frozen=True, slots=True)
class Opened:
    """A setting with its secrets in place, and those secrets by themselves."""

    text: str
    secrets: tuple[str, ...]

    def __repr__(self) -> str:
        return "Opened(***)"


def open_setting(written: str, environment: Mapping[str, str]) -> Opened:
    """`${NAME}` from `environment`, `file:PATH` from a file; all else as written.

    A user or password of a URL comes in percent-encoded, so that it may hold `@` or `/`; a value
    that came in is not opened again. SettingsError where nothing stands behind the name.
    """
    if written.startswith("file:"):
        secret = _read(Path(written.removeprefix("file:")))
        return Opened(secret, (secret,))
    names = _NAME.findall(written)
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise SettingsError(f"the variable {missing[0]} is not set; set it, or name a file: path")
    text = _NAME.sub(lambda found: _fitted(environment[found[1]], found), written)
    return Opened(text.strip(), tuple(environment[name] for name in names))


def _fitted(value: str, found: re.Match[str]) -> str:
    before, after = found.string[: found.start()], found.string[found.end() :]
    _, mark, authority = before.partition("://")
    in_user_part = mark and "/" not in authority and "@" in after.partition("/")[0]
    return quote(value, safe="") if in_user_part else value


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_LIMIT + 1)
        text = content.decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the secret file {path} cannot be read: {_cause(error)}") from error
    if len(content) > FILE_LIMIT:
        raise SettingsError(f"the secret file {path} is larger than {FILE_LIMIT} bytes")
    if not text:
        raise SettingsError(f"the secret file {path} is empty")
    return text


def _cause(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "it is not UTF-8"


class Redactor:
    """Takes every known secret, in every spelling it may come back in, out of a text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {form for secret in secrets if secret for form in _spellings(secret)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        hidden = _USER_PART.sub("***@", self._known.sub("***", text))
        line = " ".join(hidden.split())
        return line if len(line) <= ANSWER_LIMIT else line[: ANSWER_LIMIT - 1] + "…"

    def __repr__(self) -> str:
        return "Redactor(***)"


def secrets_of_url(url: str) -> tuple[str, ...]:
    """The parts of an address that may open a door: all of it, user, password, path, query."""
    try:
        parts = urlsplit(url)
        credentials = (parts.username or "", parts.password or "")
    except ValueError:
        return (url,)
    login = "\0" + "\0".join(map(unquote, credentials)) if all(credentials) else ""
    rest = url.partition("://")[2].rpartition("@")[2]
    host, slash, _ = rest.partition("/")
    tail = rest[len(host) :] if slash else ""
    pieces = [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]
    if parts.scheme not in PLAIN_SCHEMES:
        pieces += [host, *host.split(":")]
    tokens = (piece for piece in (*pieces, tail) if len(piece) >= TOKEN_LENGTH)
    return tuple(dict.fromkeys(filter(None, (url, *credentials, login, *tokens))))


def _spellings(secret: str) -> set[str]:
    """As it is, percent-encoded or decoded, and in base64 as SMTP and Basic auth send it."""
    plain = {secret, unquote(secret)}
    encoded = {quote(form, safe="") for form in plain} | {quote(form) for form in plain}
    armoured = {base64.b64encode(form.encode("utf-8", "replace")).decode() for form in plain}
    return {form for form in plain | encoded | armoured if form}
