"""`monitor doctor`: is it healthy? Looks at every part, changes nothing, sends nothing.

Each line is a finding with its remedy; what is only suspicious never fails the command.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

import typer

from monitor.app import App, CheckReport, DatabaseHealth, Standing, check_rules
from monitor.cli import show
from monitor.cli.opening import opened
from monitor.cli.sources import is_troubled
from monitor.clock import utcnow
from monitor.model import Alert, Condition, Cursor, Delivery, DeliveryState, Source, Waiting

BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock before this is wrong: nothing of monitor is older."""
END = datetime(2100, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)
"""By so much the database may be ahead of the clock; more, and the clock was set back."""
LATE = timedelta(hours=1)
"""A delivery that waits longer than its retries of the first hour is worth a word."""
LITTLE_SPACE = 200 * 2**20
LARGE_LOG = 256 * 2**20
"""Bytes of a write-ahead log that somebody's long reading keeps from ending."""
RECENT = 1000
"""Alerts that are looked at for one that reached nobody."""
UNDER_WAY = frozenset({DeliveryState.PENDING, DeliveryState.LEASED})
MANY = 5
"""Names in one sentence."""


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    about: str
    says: str
    remedy: str = ""


Findings = Iterator[Finding]


def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Look up no names.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say whether monitor is healthy: pack, database, clock, sources, outbox, channels, names.

    Works beside a running service; nothing is sent and nothing is changed. Exit code 1 where there
    is a problem; warnings do not count.

    \b
    Examples:
      monitor doctor
      monitor doctor --offline
      monitor doctor --json
    """
    now = utcnow()
    with opened() as app:
        found = list(examine(app, now, offline=offline))
    if json:
        show.as_json([_finding_json(finding) for finding in found])
    else:
        _print(found)
    if any(finding.level is Level.PROBLEM for finding in found):
        raise typer.Exit(1)


def examine(app: App, now: datetime, *, offline: bool) -> Findings:
    """Every finding, in the order in which a person would mend things."""
    yield from _settings(app)
    report = check_rules(app.settings.rules_dir)
    sound = not report.errors
    yield from _pack(report)
    if sound:
        yield from _weights(app)
    health = app.examine_database()
    yield from _database(health)
    readable = health.exists and not health.trouble and health.standing is Standing.CURRENT
    cursors = app.store.cursors() if readable else {}
    yield from _clock(now, cursors)
    if sound and readable:
        yield from _sources(app.sources(), app.store.held_counts())
    if readable:
        yield from _outbox(app.store.waiting(), now)
        yield from _lost(app.store.alerts(limit=RECENT))
    if sound:
        targets = app.examine_targets()
        yield from _channels(targets)
        if not offline:
            hosts = [host for host, _ in targets.values() if host]
            yield from _names(app, hosts)


def _settings(app: App) -> Findings:
    settings = app.settings
    yield _ok("settings", f"rules in {settings.rules_dir}, data in {settings.data_dir}")
    if not settings.seeds_dir.is_dir():
        yield Finding(
            Level.PROBLEM,
            "settings",
            f"the seeds folder {settings.seeds_dir} is not there",
            "set MONITOR_SEEDS_DIR to the folder that holds manifest.yaml",
        )


def _pack(report: CheckReport) -> Findings:
    remedy = "`monitor rules check` shows each line"
    if report.errors:
        count = show.counted(len(report.errors), "error")
        says = f"the pack would be refused: {count}, first {report.errors[0]}"
        yield Finding(Level.PROBLEM, "pack", says, remedy)
        return
    yield _ok("pack", ", ".join(f"{number} {what}" for what, number in report.counts.items()))
    if report.warnings:
        says = f"{show.counted(len(report.warnings), 'doubt')}, first {report.warnings[0]}"
        yield Finding(Level.WARNING, "pack", says, remedy)


def _weights(app: App) -> Findings:
    if app.pack.weights is None:
        yield Finding(
            Level.WARNING,
            "pack",
            "there is no weights.json: the rules alone decide, and misread more",
            "put the file back that came with the pack",
        )


# --- database ----------------------------------------------------------------------------------


def _database(health: DatabaseHealth) -> Findings:
    about = "database"
    if not health.exists:
        says = f"{health.address} is not there yet"
        yield Finding(Level.WARNING, about, says, "`monitor run` makes it")
    elif health.trouble:
        remedy = "start it, or restore a copy: `monitor restore FILE`"
        yield Finding(Level.PROBLEM, about, f"{health.address}: {health.trouble}", remedy)
    else:
        yield from _schema(health)
        yield from _damage(health)
        sizes = show.size(health.bytes)
        yield _ok(about, f"{health.address}, {sizes}")
        running = "an instance is running" if health.running else "no instance is running"
        yield _ok("service", running)
    yield from _space(health)


def _schema(health: DatabaseHealth) -> Findings:
    match health.standing:
        case Standing.OLDER | Standing.EMPTY:
            says = f"{health.address} has not the schema of this release"
            yield Finding(Level.PROBLEM, "database", says, "start `monitor run` once")
        case Standing.NEWER:
            says = f"{health.address} was written by a newer release"
            yield Finding(Level.PROBLEM, "database", says, "install that release again")
        case Standing.CURRENT:
            return


def _damage(health: DatabaseHealth) -> Findings:
    if health.faults:
        says = f"{health.address} is damaged: {health.faults[0]}"
        yield Finding(
            Level.PROBLEM, "database", says, "stop the service and `monitor restore FILE`"
        )


def _space(health: DatabaseHealth) -> Findings:
    if health.free_bytes is not None and health.free_bytes < LITTLE_SPACE:
        says = f"only {show.size(health.free_bytes)} are free on its disk"
        yield Finding(Level.PROBLEM, "disk", says, "make room: a full disk stops every write")
    elif health.free_bytes is not None:
        yield _ok("disk", f"{show.size(health.free_bytes)} free")
    if health.log_bytes and health.log_bytes > LARGE_LOG:
        says = f"the write-ahead log has grown to {show.size(health.log_bytes)}"
        yield Finding(
            Level.WARNING, "disk", says, "close whatever keeps the database open for reading"
        )


# --- clock, sources, outbox --------------------------------------------------------------------


def _clock(now: datetime, cursors: Mapping[str, Cursor]) -> Findings:
    seen = [cursor.last_success_at for cursor in cursors.values() if cursor.last_success_at]
    latest = max(seen, default=now)
    remedy = "set the clock (`timedatectl` shows whether it is synchronised)"
    if not BUILT <= now < END:
        says = f"it is {now:%Y-%m-%d} by this machine's clock"
        yield Finding(Level.PROBLEM, "clock", says, remedy)
    elif latest - now > AHEAD:
        says = f"it is {show.minute(now)} UTC, and the database has seen {show.minute(latest)}"
        yield Finding(Level.PROBLEM, "clock", says, remedy)
    else:
        yield _ok("clock", f"{show.minute(now)} UTC")


def _sources(found: Sequence[tuple[Source, Cursor | None]], held: Mapping[str, int]) -> Findings:
    conditions = Counter(_condition(cursor) for _, cursor in found)
    counts = ", ".join(f"{number} {condition}" for condition, number in conditions.most_common())
    ill = [source.id for source, cursor in found if is_troubled(cursor)]
    remedy = "`monitor sources list --broken` tells of each, `monitor sources check ID` asks it now"
    if not found:
        says = "the pack names none"
        yield Finding(Level.PROBLEM, "sources", says, "`monitor sources add URL`")
    elif len(ill) == len(found):
        yield Finding(Level.PROBLEM, "sources", f"{counts}: not one is well", remedy)
    elif ill:
        yield Finding(Level.WARNING, "sources", f"{counts}: {_some(ill)}", remedy)
    else:
        yield _ok("sources", counts)
    if held:
        says = f"{show.counted(sum(held.values()), 'article')} held of {_some(sorted(held))}"
        yield Finding(Level.WARNING, "sources", says, "`monitor sources held` shows them")


def _condition(cursor: Cursor | None) -> str:
    if cursor and cursor.condition is Condition.NEW and cursor.failures:
        return "never answered"
    return cursor.condition if cursor else Condition.NEW


def _outbox(waiting: Sequence[Waiting], now: datetime) -> Findings:
    dead = {each.target: each.count for each in waiting if each.state is DeliveryState.DEAD}
    late = [each for each in waiting if each.state in UNDER_WAY]
    oldest = min((each.oldest for each in late), default=now)
    count = sum(each.count for each in late)
    if dead:
        says = f"{show.counted(sum(dead.values()), 'delivery')} dead: {_counts(dead)}"
        remedy = "`monitor outbox` says why and makes them due again"
        yield Finding(Level.WARNING, "outbox", says, remedy)
    if now - oldest > LATE:
        says = f"the oldest of {count} waits since {show.minute(oldest)} UTC"
        yield Finding(Level.WARNING, "outbox", says, "is the service running? `monitor outbox`")
    if not dead and now - oldest <= LATE:
        yield _ok("outbox", f"{count} waiting, none dead")


def _lost(alerts: Sequence[tuple[Alert, list[Delivery]]]) -> Findings:
    """What nobody was told of, and nobody will be unless somebody acts."""
    lost = [
        alert
        for alert, deliveries in alerts
        if deliveries and all(each.state is DeliveryState.DEAD for each in deliveries)
    ]
    if lost:
        says = f"{show.counted(len(lost), 'alert')} reached nobody: every target of it is dead"
        remedy = "mend the channel, `monitor send-test` it, then `monitor outbox`"
        yield Finding(Level.PROBLEM, "outbox", says, remedy)


# --- channels and names ------------------------------------------------------------------------


def _channels(targets: Mapping[str, tuple[str | None, str]]) -> Findings:
    for name, (_, trouble) in targets.items():
        if trouble:
            remedy = "channels.yaml or the variable it names"
            yield Finding(Level.PROBLEM, f"channel {name}", trouble, f"mend {remedy}")
    well = [name for name, (_, trouble) in targets.items() if not trouble]
    if well:
        yield _ok("channels", f"{', '.join(well)}; `monitor send-test CHANNEL` sends a message")


def _names(app: App, hosts: Sequence[str]) -> Findings:
    """Two sources stand for all: whether names are looked up at all is one question, whether each
    source answers another."""
    polled = [urlsplit(source.url).hostname or "" for source, _ in app.sources()]
    sample = list(dict.fromkeys(polled))[:MANY]
    troubles = asyncio.run(app.look_up([*sample, *hosts]))
    lost = [host for host in hosts if troubles[host]]
    if sample and all(troubles[host] for host in sample):
        says = f"no name has an address ({sample[0]}: {troubles[sample[0]]})"
        yield Finding(
            Level.PROBLEM, "names", says, "is there a network? `--offline` leaves this out"
        )
    elif sample:
        yield _ok("names", f"{sum(not troubles[host] for host in sample)} of {len(sample)} found")
    for host in dict.fromkeys(lost):
        says = f"{host}, where messages go, has no address: {troubles[host]}"
        yield Finding(Level.PROBLEM, "names", says, "mend the channel's address or the network")


# --- how it is shown ---------------------------------------------------------------------------


def _ok(about: str, says: str) -> Finding:
    return Finding(Level.OK, about, says)


def _some(names: Sequence[str]) -> str:
    rest = len(names) - MANY
    return ", ".join(names[:MANY]) + (f" and {rest} more" if rest > 0 else "")


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(numbers.items()))


def _print(found: Sequence[Finding]) -> None:
    for finding in found:
        line = f"{finding.level:8} {finding.about}: {finding.says}"
        print(show.plain(line))
        if finding.remedy:
            print(show.plain(f"{'':8} -> {finding.remedy}"))
    counts = Counter(finding.level for finding in found)
    problems, warnings = counts[Level.PROBLEM], counts[Level.WARNING]
    print(f"{show.counted(problems, 'problem')}, {show.counted(warnings, 'warning')}.")


def _finding_json(finding: Finding) -> dict[str, str]:
    return {
        "level": finding.level,
        "about": finding.about,
        "says": finding.says,
        "remedy": finding.remedy,
    }
