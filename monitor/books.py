"""The books: what stands in pack and database, for whoever only looks. The app is built on them.

Not here: what needs the network, a reader of texts, a channel or a job (monitor.app). Those take
a second to import, and `monitor ledger` asks none of them.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path

from monitor.config import Settings
from monitor.errors import RenderError, SettingsError, UsageError
from monitor.model import (
    Alert,
    Change,
    ChannelKind,
    Delivery,
    DeliveryState,
    Measure,
    Message,
    Position,
    Rendered,
)
from monitor.pipeline.standing import measures_of, positions_of
from monitor.pipeline.yardsticks import bars_of, ladder_of, names_of
from monitor.ports import Store
from monitor.rulebook.load import load_pack
from monitor.rulebook.shape import did_you_mean
from monitor.rulebook.types import Pack
from monitor.steps.render import render, render_bare
from monitor.store import open_store

OUTBOX = 10_000
"""Deliveries that one command shows or revives."""


class Books:
    """Nothing is opened yet: errors come where a part is first needed."""

    def __init__(self, settings: Settings, *, exclusive: bool = False) -> None:
        """`exclusive`: StoreBusy where another instance holds the database."""
        self.settings = settings
        self._exclusive = exclusive

    @cached_property
    def pack(self) -> Pack:
        return load_pack(self.settings.rules_dir)

    @cached_property
    def store(self) -> Store:
        make_folder(self.settings.data_dir)
        return open_store(self.settings.database_url, exclusive=self._exclusive)

    def close(self) -> None:
        """Of what was made."""
        if "store" in self.__dict__:
            self.store.close()

    def ledger(self, as_of: datetime | None = None) -> list[Position]:
        sides = {level.id: level.side for level in self.pack.stances.levels}
        bars = bars_of(self.pack.stances)
        return positions_of(self.store.statements_all(as_of), sides, bars)

    def measures(self, as_of: datetime | None = None) -> list[Measure]:
        return measures_of(self.store.statements_all(as_of), ladder_of(self.pack))

    def timeline(
        self, *, actor: str | None = None, topic: str | None = None, as_of: datetime | None = None
    ) -> list[Change]:
        """UsageError where nothing is told of a name that the pack does not know either."""
        changes = self.store.changes(actor=actor, topic=topic, as_of=as_of)
        if not changes:
            refuse_unknown("actor", actor, (entry.id for entry in self.pack.actors.actors))
            refuse_unknown("topic", topic, (entry.id for entry in self.pack.topics.topics))
        return changes

    def names(self) -> dict[str, str]:
        """Display name of every slug of the pack."""
        return names_of(self.pack)

    def alerts(self, *, limit: int) -> list[tuple[Alert, list[Delivery]]]:
        return self.store.alerts(limit=limit)

    def outbox(self, states: Collection[DeliveryState]) -> list[tuple[Delivery, Message]]:
        return self.store.outbox(states, limit=OUTBOX)

    def delivery(self, id_begins: str) -> tuple[Delivery, Message]:
        """The one whose id, or whose message's id, begins so. UsageError where there are none or
        several."""
        return only_one(id_begins, self.store.deliveries(id_begins))

    def shown(self, message: Message) -> Rendered:
        """As the console shows it; where it is damaged, what its targets got instead."""
        try:
            return render(message, ChannelKind.CONSOLE)
        except RenderError:
            return render_bare(message)


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"MONITOR_DATA_DIR: cannot make {folder}: {error.strerror}") from error


def only_one(id_begins: str, found: Sequence[tuple[Delivery, Message]]) -> tuple[Delivery, Message]:
    if not found:
        raise UsageError(f"no delivery and no message begins with {id_begins!r}: `monitor outbox`")
    if len(found) > 1:
        names = ", ".join(f"{delivery.id} to {delivery.target}" for delivery, _ in found)
        raise UsageError(f"{id_begins!r} means several; give more of one of them: {names}")
    return found[0]


def refuse_unknown(what: str, name: str | None, known: Iterable[str]) -> None:
    names = sorted(known)
    if name is not None and name not in names:
        near = did_you_mean(name, names) or f"; known: {', '.join(names)}"
        raise UsageError(f"{name!r} is no {what} of the pack{near}")
