"""Runs the scripts of migrations/ on a connection, inside its transaction.

Not here: whether a database needs them (migrate.py).
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from monitor.errors import StoreError
from monitor.store.engine import translated

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    with translated():
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(f"the database could not be brought up to date: {error}") from error


def revisions() -> tuple[str, ...]:
    """Of the scripts that are there, oldest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(script.revision for script in scripts)[::-1]


def _config() -> Config:
    # Built here, not read from alembic.ini: the scripts must be found wherever we are installed.
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
