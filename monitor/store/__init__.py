"""Cellar: the only SQL. `open_store` is the door; rows never leave it, foreign errors neither."""

from contextlib import ExitStack

from monitor.store.engine import open_engine
from monitor.store.lock import hold
from monitor.store.migrate import bring_up
from monitor.store.store import SqlStore

__all__ = ["SqlStore", "open_store"]


def open_store(url: str, *, exclusive: bool) -> SqlStore:
    """Open the database, and build it where it is empty.

    `exclusive` is for the one running service: it holds the instance lock until `close` and may
    bring an older database up to date. StoreBusy where another instance runs, StoreNewer where a
    newer release wrote the database.
    """
    engine = open_engine(url)
    with ExitStack() as on_failure:
        on_failure.callback(engine.dispose)
        release = hold(engine) if exclusive else lambda: None
        on_failure.callback(release)
        bring_up(engine, may_upgrade=exclusive)
        on_failure.pop_all()
    return SqlStore(engine, release)
