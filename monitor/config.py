"""Settings, from MONITOR_* environment variables: the only reader of the environment.

What people tune about the field (sources, words, rules, channels) is not here but in the pack.
"""

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from monitor.errors import SettingsError

PREFIX = "MONITOR_"
CHECKOUT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
PORT = 8787
KEEP_DAYS = 365
SECRET_FILE_LIMIT = 64 * 1024
"""Bytes. A secret is a line; a larger file was named by mistake."""
HOST_NAME = re.compile(r"(?i)(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_-]+)*\.?")


@dataclass(frozen=True, slots=True)
class Settings:
    data_dir: Path
    """Where the database and alerts.jsonl lie; made when it is missing."""
    rules_dir: Path
    seeds_dir: Path
    database_url: str = field(repr=False)
    """May hold a password: what is printed or logged is hide_password() of it."""
    allow_private_hosts: tuple[str, ...]
    """Hosts, `host:port` pairs or networks of one's own that may be read although their addresses
    are private; all others are refused."""
    keep_days: int
    """How long the texts of articles that nothing in the ledger stands on are kept."""
    host: str
    """The address at which probes, metrics and the status page are served."""
    port: int
    """0: any that is free; the service tells which."""
    public_hosts: tuple[str, ...]
    """Names under which browsers may ask; localhost, addresses and `host` are never refused."""
    metrics_token: str = field(repr=False)
    """What a scraper must bring; empty: metrics are served on a loopback address only."""
    secrets: Mapping[str, str] = field(repr=False)
    """What `${NAME}` in channels.yaml may name: the environment as it was at start."""


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that these variables ask for (default: the process's own).

    SettingsError for a MONITOR_ variable that nobody reads, or a value without meaning.
    """
    given = dict(os.environ if environ is None else environ)
    _refuse_unknown(given)
    data_dir = Path(_value(given, "DATA_DIR") or "var")
    return Settings(
        data_dir=data_dir,
        rules_dir=Path(_value(given, "RULES_DIR") or CHECKOUT / "rules"),
        seeds_dir=Path(_value(given, "SEEDS_DIR") or CHECKOUT / "seeds"),
        database_url=_secret(given, "DATABASE_URL") or _database_in(data_dir),
        allow_private_hosts=_hosts(given, "ALLOW_PRIVATE_HOSTS"),
        keep_days=_number(given, "KEEP_DAYS", KEEP_DAYS, least=1, most=36_500, unit="days"),
        host=_host(given, "HOST"),
        port=_number(given, "PORT", PORT, least=0, most=65_535, unit="0 for any free port"),
        public_hosts=_names(given, "PUBLIC_HOSTS"),
        metrics_token=_secret(given, "METRICS_TOKEN"),
        secrets=given,
    )


def show(settings: Settings) -> dict[str, str]:
    """Each setting by the name of its variable, secrets hidden."""
    return {
        "MONITOR_ALLOW_PRIVATE_HOSTS": " ".join(settings.allow_private_hosts),
        "MONITOR_DATABASE_URL": hide_password(settings.database_url),
        "MONITOR_DATA_DIR": str(settings.data_dir),
        "MONITOR_HOST": settings.host,
        "MONITOR_KEEP_DAYS": str(settings.keep_days),
        "MONITOR_METRICS_TOKEN": "***" if settings.metrics_token else "",
        "MONITOR_PORT": str(settings.port),
        "MONITOR_PUBLIC_HOSTS": " ".join(settings.public_hosts),
        "MONITOR_RULES_DIR": str(settings.rules_dir),
        "MONITOR_SEEDS_DIR": str(settings.seeds_dir),
    }


def hide_password(url: str) -> str:
    """The URL without its password, whether it stands before the host or in the query."""
    url = re.sub(r"(?i)([?&](?:ssl)?password=)[^&#]*", r"\1***", url)
    # Up to the last @: a password may hold an unescaped @ or / of its own, and hiding too much
    # costs nothing.
    return re.sub(r"(?<=://)([^:@/]*):.*@", r"\1:***@", url, flags=re.DOTALL)


VARIABLES: Mapping[str, bool] = {
    "ALLOW_PRIVATE_HOSTS": False,
    "DATABASE_URL": True,
    "DATA_DIR": False,
    "HOST": False,
    "KEEP_DAYS": False,
    "METRICS_TOKEN": True,
    "PORT": False,
    "PUBLIC_HOSTS": False,
    "RULES_DIR": False,
    "SEEDS_DIR": False,
}
"""Every variable, and whether it is a secret that may come as NAME_FILE."""

KNOWN = sorted(
    PREFIX + name + ending
    for name, secret in VARIABLES.items()
    for ending in (("", "_FILE") if secret else ("",))
)


def _refuse_unknown(given: Mapping[str, str]) -> None:
    # A misspelt variable would otherwise leave a default in force without a word.
    for name in sorted(given):
        if name.startswith(PREFIX) and name not in KNOWN:
            # Without the prefix, which makes all of them alike.
            known = [each.removeprefix(PREFIX) for each in KNOWN]
            near = difflib.get_close_matches(name.removeprefix(PREFIX), known, n=1)
            hint = f"did you mean {PREFIX}{near[0]}?" if near else f"known are {', '.join(KNOWN)}"
            raise SettingsError(f"{name}: no such setting; {hint}")


def _value(given: Mapping[str, str], name: str) -> str:
    return given.get(PREFIX + name, "").strip()


def _secret(given: Mapping[str, str], name: str) -> str:
    direct, file = _value(given, name), _value(given, f"{name}_FILE")
    if direct and file:
        raise SettingsError(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set; keep one")
    if not file:
        return direct
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(SECRET_FILE_LIMIT + 1)
        if len(content) > SECRET_FILE_LIMIT:
            raise SettingsError(f"{PREFIX}{name}_FILE: {file} is too large to be a secret")
        return content.decode().strip()
    except OSError as error:
        raise SettingsError(f"{PREFIX}{name}_FILE: cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{PREFIX}{name}_FILE: {file} is not UTF-8") from error


def _hosts(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    hosts = tuple(_value(given, name).replace(",", " ").split())
    for host in hosts:
        if host.lower() in ("true", "yes", "on", "1", "false", "no", "off", "0"):
            raise SettingsError(
                f"{PREFIX}{name}: {host!r} is no host; name each one, such as "
                "feeds.example:8080 or 192.168.7.0/24"
            )
    return hosts


def _number(
    given: Mapping[str, str], name: str, default: int, *, least: int, most: int, unit: str
) -> int:
    text = _value(given, name) or str(default)
    if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise SettingsError(
            f"{PREFIX}{name}: {text!r} is no number from {least} to {most} ({unit}); "
            f"without it {default} holds"
        )
    return int(text)


def _host(given: Mapping[str, str], name: str) -> str:
    host = _value(given, name) or HOST
    address = host.removeprefix("[").removesuffix("]")
    if is_address(address):
        return address
    if not HOST_NAME.fullmatch(host):
        raise SettingsError(
            f"{PREFIX}{name}: {host!r} is neither an address nor a name; write {HOST} for this "
            f"machine alone, 0.0.0.0 for every network it is in; the port goes into {PREFIX}PORT"
        )
    return host.lower()


def _names(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    hosts = tuple(_value(given, name).lower().replace(",", " ").split())
    for host in hosts:
        if not HOST_NAME.fullmatch(host):
            raise SettingsError(
                f"{PREFIX}{name}: {host!r} is no name of a host; write what stands in the browser "
                "between :// and the port or path, such as monitor.example"
            )
    return hosts


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only this machine can come to this host."""
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)


def _database_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'monitor.db'}"
