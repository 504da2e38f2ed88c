"""What was read and will not change: the deciding transaction asks the database for the rest alone.

Statements are append-only; an article's sketch is weighed once. Nothing is kept of what a
transaction wrote itself, for it may yet be taken back. Not here: what is asked (intake.py).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection, select

from monitor.model import Sketch, Statement
from monitor.store import rows
from monitor.store.marks import Marks
from monitor.store.rows import Row
from monitor.store.sql import among, ask, chunks
from monitor.store.tables import SKETCH, STATEMENT

T = TypeVar("T")

MOST_STATEMENTS = 20_000
MOST_CONTENTS = 5_000
"""Some 20 and 50 MB. Then they are read anew."""

ALL_BUT_CONTENT = [column for column in SKETCH.c if column.name != "content"]


@dataclass(slots=True)
class Kept:
    """By one store, for its deciding transactions, of which there is one at a time."""

    marks: Marks = field(default_factory=Marks)
    statements: dict[str, Statement] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    """Article -> what its sketch holds."""

    def forget(self) -> None:
        """Rows were taken away."""
        self.marks.forget()
        self.contents.clear()

    def statements_named(self, connection: Connection, ids: Collection[str]) -> list[Statement]:
        _make_room(self.statements, MOST_STATEMENTS)
        for chunk in chunks(set(ids) - self.statements.keys()):
            for row in ask(connection, select(STATEMENT).where(among(STATEMENT.c.id, chunk))):
                self.statements[row["id"]] = rows.statement_of(row)
        return [self.statements[name] for name in ids if name in self.statements]

    def sketches(self, connection: Connection, found: Sequence[Row]) -> list[Sketch]:
        """`found`: rows without their content."""
        _make_room(self.contents, MOST_CONTENTS)
        unread = {row["article_id"] for row in found} - self.contents.keys()
        for chunk in chunks(unread):
            query = select(SKETCH.c.article_id, SKETCH.c.content)
            for row in ask(connection, query.where(among(SKETCH.c.article_id, chunk))):
                self.contents[row["article_id"]] = row["content"]
        return [
            rows.sketch_of({**row, "content": self.contents[row["article_id"]]}) for row in found
        ]


def _make_room(kept: dict[str, T], most: int) -> None:
    if len(kept) > most:
        kept.clear()
