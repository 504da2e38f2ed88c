"""The few sentences of SQL that every file of this room needs, alike on both databases."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Executable,
    String,
    Table,
    bindparam,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from monitor.store.engine import translated
from monitor.store.rows import Row, Values, refuse_unkeepable

T = TypeVar("T")

ASKED_AT_ONCE = 1000
"""Values in one IN list; SQLite allows 32,766 parameters, Postgres 65,535."""


def add(connection: Connection, table: Table, values: Sequence[Values]) -> None:
    """Bulk insert. A row whose natural key stands already is left as it is."""
    if not values:
        return
    refuse_unkeepable(table.name, values)
    with translated():
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), values)


def put(connection: Connection, table: Table, values: Values) -> None:
    """Insert, or overwrite the row with the same primary key."""
    refuse_unkeepable(table.name, [values])
    insert = _insert(connection, table).values(values)
    with translated():
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=list(table.primary_key),
                set_={name: insert.excluded[name] for name in values},
            )
        )


def raise_by(connection: Connection, table: Table, values: Sequence[Values], name: str) -> None:
    """Bulk insert. Where a row's key stands already, what its column `name` counts is added."""
    if not values:
        return
    refuse_unkeepable(table.name, values)
    insert = _insert(connection, table)
    with translated():
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=list(table.primary_key),
                set_={name: table.c[name] + insert.excluded[name]},
            ),
            values,
        )


def ask(connection: Connection, query: Executable, **values: object) -> Sequence[Row]:
    """`values`: of the query's parameters that have a name.

    Plain dicts, for thousands of statements are read for one article, name by name."""
    with translated():
        found = connection.execute(query, values)
        names = tuple(found.keys())
        return [dict(zip(names, row, strict=True)) for row in found.all()]


class _Texts(TypeDecorator[Collection[str]]):
    """Many texts in one parameter: an array, and JSON where a database has none."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(String()))
        return dialect.type_descriptor(String())

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        # No row holds a NUL. SQLite reads a text of its JSON up to there, and would find what
        # begins alike.
        texts = [text for text in value or () if "\x00" not in text]
        if dialect.name == "postgresql":
            return texts
        return json.dumps(texts, ensure_ascii=False)


class _Among(FunctionElement[bool]):
    """No Boolean: SQLAlchemy would write `= 1` behind it, and SQLite use no index."""

    inherit_cache = True


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, texts = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = ANY ({texts})"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, texts = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"


def among(column: ColumnElement[str], texts: Collection[str] | str) -> ColumnElement[bool]:
    """`column IN texts`, as one parameter: taken one by one they cost more than their answer.
    `texts` may be the name under which `ask` is told them."""
    if isinstance(texts, str):
        return _Among(column, bindparam(texts, type_=_Texts()))
    return _Among(column, bindparam(None, texts, type_=_Texts()))


def chunks(values: Collection[T], size: int = ASKED_AT_ONCE) -> Iterator[list[T]]:
    ordered = list(values)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def _insert(connection: Connection, table: Table) -> Any:
    # `on_conflict_*` has the same name and meaning in both dialects, but no common type.
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
