"""Tells what happens while it happens: sentences on a terminal, JSON events elsewhere. To stderr,
so that stdout stays free for alerts and for what commands print.
"""

import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from threading import Lock, Timer
from typing import Protocol

import structlog
from rich.console import Console
from rich.text import Text

from monitor.cli.show import is_person, plain
from monitor.clock import utcnow
from monitor.ports import Watch

TOGETHER = 2.0
"""Seconds in which failures of one kind become one sentence: without a network every source fails
at once."""

NAMED = 3
"""Sources that such a sentence names; `monitor sources list` has them all."""


class Teller(Watch, AbstractContextManager["Teller"], Protocol):
    """A Watch that has told everything when its block ends."""


def watch_for() -> Teller:
    """Sentences for a person who watches, events for a program that collects."""
    return Sentences() if is_person() else Events()


class Both(Watch):
    """Tells two."""

    def __init__(self, one: Watch, other: Watch) -> None:
        self._each = (one, other)

    def event(self, name: str, **fields: object) -> None:
        for watch in self._each:
            watch.event(name, **fields)


class Events(Teller):
    """One JSON object a line."""

    def __init__(self) -> None:
        self._log = structlog.wrap_logger(
            structlog.PrintLogger(sys.stderr),
            processors=[
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
                structlog.processors.JSONRenderer(ensure_ascii=False, default=_plain),
            ],
        )

    def event(self, name: str, **fields: object) -> None:
        self._log.info(name, **fields)

    def __exit__(self, *_: object) -> None:
        return None


class Sentences(Teller):
    """One line an event, in words where there are words for it. Failures of one kind that come
    together are one line."""

    def __init__(self, together: float = TOGETHER) -> None:
        self._together = together
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._lock = Lock()
        self._failed: dict[str, list[Mapping[str, object]]] = {}
        self._timer: Timer | None = None

    def event(self, name: str, **fields: object) -> None:
        with self._lock:
            if name == "failed":
                self._gather(fields)
                return
            if name == "no-network":
                self._forget_failures(fields["explains"])
            self._say(name, fields)

    def __exit__(self, *_: object) -> None:
        self._tell_failures()

    def _gather(self, failure: Mapping[str, object]) -> None:
        kind = str(failure["error"]).partition(":")[0]
        self._failed.setdefault(kind, []).append(failure)
        if self._timer is None:
            self._timer = Timer(self._together, self._tell_failures)
            self._timer.daemon = True
            self._timer.start()

    def _forget_failures(self, explained: object) -> None:
        """They came before it was plain that the network is away, and are told with it."""
        kinds = explained if isinstance(explained, Collection) else ()
        self._failed = {kind: each for kind, each in self._failed.items() if kind not in kinds}

    def _tell_failures(self) -> None:
        with self._lock:
            gathered, self._failed = self._failed, {}
            if self._timer:
                self._timer.cancel()
                self._timer = None
            for kind, failures in gathered.items():
                if len(failures) == 1:
                    self._say("failed", failures[0])
                else:
                    self._say("failed-together", _together(kind, failures))

    def _say(self, name: str, fields: Mapping[str, object]) -> None:
        line = Text.assemble((f"{utcnow():%H:%M:%S} UTC  ", "dim"))
        line.append(plain(_sentence(name, fields)), style=STYLES.get(name, ""))
        self._console.print(line)


SENTENCES: Mapping[str, str] = {
    "started": "watching {sources} sources, {due} of them due now; alerts go to {to}",
    "idle": "no source is due before {until:%H:%M} UTC",
    "serving": "status page at {address}",
    "stopping": "ending within {seconds:g} s; a second signal ends it at once",
    "polled": "{source}: {fresh} of {articles} articles new, {changes} changes, {alerts} alerts",
    "unchanged": "{source}: nothing new",
    "failed": "{source}: {error} (failure {failures} in a row, again {again:%H:%M} UTC)",
    "failed-together": "{count} sources failed with {kind}: {named}; {first}: {error} "
    "(first again {again:%H:%M} UTC; `monitor sources list` tells of each)",
    "broken": "{source} is told of as broken: {because}",
    "frozen": "{source} is told of as frozen: {because}",
    "empty": "{source} is told of as empty: {because}",
    "recovered": "{source} is well again",
    "no-network": "no network: {failed} of {asked} sources failed together, the last with {error}; "
    "polling goes on",
    "network-back": "the network is back",
    "flood": "{source}: {held} new items at once are held, {relevant} of them relevant; "
    "`monitor sources release {source}` lets them go",
    "page-read": "{source}: the page of {article} was read, {added} statements added, "
    "{alerts} alerts",
    "page-failed": "{source}: the page of {article} did not come, asked again {again:%H:%M} UTC: "
    "{error}",
    "page-given-up": "{source}: the page of {article} is not asked for any more: {error}",
    "changed": "{who} on {topic}: {before} -> {after} ({reason}): {quote}",
    "sent-perhaps": "{target} may have taken it although it failed: {reason}",
    "sent": "sent to {target}",
    "not-sent": "{target} did not take it, tried again later: {reason}",
    "held-back": "{target}: {reason}",
    "dead": "given up for {target}: {reason}",
    "lease-lost": "another instance took over a delivery to {target}",
    "poll-trouble": "{source} could not be taken in, tried again in a minute: {error}",
    "tick-trouble": "tried again in a few seconds: {error}",
    "window-trouble": "the status page or a probe could not be answered: {error}",
    "not-ended-in-time": "did not end within {seconds:g} s; what was cut off is sent again later",
}
STYLES: Mapping[str, str] = {
    "changed": "bold",
    "failed": "yellow",
    "failed-together": "yellow",
    "broken": "yellow",
    "frozen": "yellow",
    "empty": "yellow",
    "no-network": "bold yellow",
    "flood": "bold yellow",
    "page-read": "dim",
    "page-failed": "dim",
    "page-given-up": "dim",
    "sent-perhaps": "yellow",
    "not-sent": "yellow",
    "dead": "bold red",
    "poll-trouble": "red",
    "tick-trouble": "red",
    "window-trouble": "red",
    "unchanged": "dim",
    "idle": "dim",
}


def _sentence(name: str, fields: Mapping[str, object]) -> str:
    if name not in SENTENCES:
        return " ".join([name, *(f"{key}={value}" for key, value in fields.items())])
    known = {key: "nothing known" if value is None else value for key, value in fields.items()}
    return SENTENCES[name].format_map(known)


def _together(kind: str, failures: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    names = [str(failure["source"]) for failure in failures]
    rest = len(names) - NAMED
    return {
        "count": len(names),
        "kind": kind,
        "named": ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else ""),
        "first": names[0],
        "error": str(failures[0]["error"]).removeprefix(f"{kind}: "),
        "again": min(at for each in failures if isinstance(at := each["again"], datetime)),
    }


def _plain(value: object) -> str:
    """A field that JSON has no form for."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
