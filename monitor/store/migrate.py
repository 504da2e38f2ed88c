"""Brings a database to the schema of this release, in one transaction, or refuses it.

Until the first tagged release there is one revision, rewritten in place; afterwards forward only.
"""

from enum import StrEnum

from sqlalchemy import Connection, Engine, inspect, text

from monitor.errors import StoreError, StoreNewer
from monitor.store.engine import reading, shown, take_deciding_lock, translated, writing

REVISIONS = ("0001",)
"""The scripts of migrations/versions, oldest first. Named here, because nearly every start finds
the newest and needs no more: Alembic itself takes a tenth of a second to import."""


class Standing(StrEnum):
    """How a database stands to the revisions that this release knows."""

    CURRENT = "current"
    EMPTY = "empty"
    OLDER = "older"
    NEWER = "newer"


def bring_up(engine: Engine, *, may_upgrade: bool) -> None:
    """Build an empty database; upgrade an older one where `may_upgrade`; refuse a newer one."""
    with reading(engine) as connection:
        if standing_of_connection(connection) is Standing.CURRENT:
            return
    with writing(engine) as connection:
        take_deciding_lock(connection)
        # Asked again: another process may have built it while we waited for the lock.
        match standing_of_connection(connection):
            case Standing.NEWER:
                raise StoreNewer(_newer(engine))
            case Standing.OLDER if not may_upgrade:
                raise StoreError(_older(engine))
            case Standing.EMPTY | Standing.OLDER:
                _upgrade(connection)


def standing_of_connection(connection: Connection) -> Standing:
    match _revision_of(connection):
        case None:
            return Standing.EMPTY
        case revision if revision == REVISIONS[-1]:
            return Standing.CURRENT
        case revision:
            return Standing.OLDER if revision in REVISIONS else Standing.NEWER


def _revision_of(connection: Connection) -> str | None:
    with translated():
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def _upgrade(connection: Connection) -> None:
    from monitor.store.upgrade import upgrade  # with Alembic: see REVISIONS

    upgrade(connection)


def _newer(engine: Engine) -> str:
    return (
        f"{shown(engine)} was written by a newer release of monitor; nothing was changed. "
        "Install that release again, or restore a copy made before it"
    )


def _older(engine: Engine) -> str:
    return (
        f"{shown(engine)} was written by an older release of monitor; "
        "start `monitor run` once, it brings the database up to date"
    )
