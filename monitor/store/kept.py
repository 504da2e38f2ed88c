"""What was read and will not change: the deciding transaction asks the database for the rest alone.

Statements are append-only; an article's sketch is weighed once. Nothing is kept of what a
transaction wrote itself, for it may yet be taken back. Not here: what is asked (intake.py).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection, select

from monitor.model import Change, Sketch, Statement
from monitor.store import rows
from monitor.store.marks import Marks
from monitor.store.sql import among, ask, chunks
from monitor.store.tables import CHANGE, SKETCH, STATEMENT

T = TypeVar("T")

MOST_STATEMENTS = 20_000
MOST_CHANGES = 20_000
MOST_SKETCHES = 5_000
"""Some 20, 20 and 50 MB. Then they are read anew."""


@dataclass(slots=True)
class Kept:
    """By one store, for its deciding transactions, of which there is one at a time."""

    marks: Marks = field(default_factory=Marks)
    statements: dict[str, Statement] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    sketches: dict[str, Sketch] = field(default_factory=dict)
    """By article, as first read. In which story it is, and why, is asked each time."""

    def forget(self) -> None:
        """Rows were taken away."""
        self.marks.forget()
        self.sketches.clear()

    def statements_named(self, connection: Connection, ids: Collection[str]) -> list[Statement]:
        _make_room(self.statements, MOST_STATEMENTS)
        for chunk in chunks(set(ids) - self.statements.keys()):
            for row in ask(connection, select(STATEMENT).where(among(STATEMENT.c.id, chunk))):
                self.statements[row["id"]] = rows.statement_of(row)
        return [self.statements[name] for name in ids if name in self.statements]

    def changes_named(self, connection: Connection, ids: Collection[str]) -> list[Change]:
        _make_room(self.changes, MOST_CHANGES)
        for chunk in chunks(set(ids) - self.changes.keys()):
            for row in ask(connection, select(CHANGE).where(among(CHANGE.c.id, chunk))):
                self.changes[row["id"]] = rows.change_of(row)
        return [self.changes[name] for name in ids]

    def sketches_of(self, connection: Connection, articles: Sequence[str]) -> list[Sketch]:
        """Of articles that have one, in their order."""
        _make_room(self.sketches, MOST_SKETCHES)
        for chunk in chunks(set(articles) - self.sketches.keys()):
            for row in ask(connection, select(SKETCH).where(among(SKETCH.c.article_id, chunk))):
                self.sketches[row["article_id"]] = rows.sketch_of(row)
        return [self.sketches[article] for article in articles]


def _make_room(kept: dict[str, T], most: int) -> None:
    if len(kept) > most:
        kept.clear()
