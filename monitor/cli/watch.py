"""Tells what happens while it happens: sentences on a terminal, JSON events elsewhere. To stderr,
so that stdout stays free for alerts and for what commands print.
"""

import sys
from collections.abc import Mapping

import structlog
from rich.console import Console
from rich.text import Text

from monitor.cli.show import is_person, plain
from monitor.clock import utcnow
from monitor.ports import Watch


def watch_for() -> Watch:
    """Sentences for a person who watches, events for a program that collects."""
    return Sentences() if is_person() else Events()


class Events:
    """One JSON object a line."""

    def __init__(self) -> None:
        self._log = structlog.wrap_logger(
            structlog.PrintLogger(sys.stderr),
            processors=[
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )

    def event(self, name: str, **fields: object) -> None:
        self._log.info(name, **fields)


class Sentences:
    """One line an event, in words where there are words for it."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)

    def event(self, name: str, **fields: object) -> None:
        line = Text.assemble((f"{utcnow():%H:%M:%S}  ", "dim"))
        line.append(plain(_sentence(name, fields)), style=STYLES.get(name, ""))
        self._console.print(line)


SENTENCES: Mapping[str, str] = {
    "started": "watching {sources} sources for {targets} targets",
    "polled": "{source}: {fresh} of {articles} articles new, {changes} changes, {alerts} alerts",
    "unchanged": "{source}: nothing new",
    "failed": "{source}: {error} (failure {failures} in a row, again {again:%H:%M})",
    "changed": "{who} on {topic}: {before} -> {after} ({reason}): {quote}",
    "sent": "sent to {target}",
    "not-sent": "{target} did not take it, tried again later: {reason}",
    "held-back": "{target}: {reason}",
    "dead": "given up for {target}: {reason}",
    "lease-lost": "another instance took over a delivery to {target}",
    "poll-trouble": "{source} could not be taken in, tried again in a minute: {error}",
    "tick-trouble": "tried again in a few seconds: {error}",
    "not-ended-in-time": "did not end within {seconds:g} s; what was cut off is sent again later",
}
STYLES: Mapping[str, str] = {
    "changed": "bold",
    "failed": "yellow",
    "not-sent": "yellow",
    "dead": "bold red",
    "poll-trouble": "red",
    "tick-trouble": "red",
    "unchanged": "dim",
}


def _sentence(name: str, fields: Mapping[str, object]) -> str:
    if name not in SENTENCES:
        return " ".join([name, *(f"{key}={value}" for key, value in fields.items())])
    known = {key: "nothing known" if value is None else value for key, value in fields.items()}
    return SENTENCES[name].format_map(known)
