"""Brings a database to the schema of this release, in one transaction, or refuses it.

Until the first tagged release there is one revision, rewritten in place; afterwards forward only.
"""

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from monitor.errors import StoreError, StoreNewer
from monitor.store.engine import reading, shown, take_deciding_lock, translated, writing

SCRIPTS = Path(__file__).parent / "migrations"


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
    with translated():
        revision = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(_config())
    if revision is None:
        return Standing.EMPTY
    if revision == scripts.get_current_head():
        return Standing.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return Standing.OLDER if revision in known else Standing.NEWER


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    with translated():
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(f"the database could not be brought up to date: {error}") from error


def _config() -> Config:
    # Built here, not read from alembic.ini: the scripts must be found wherever we are installed.
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


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
