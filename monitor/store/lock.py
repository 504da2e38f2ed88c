"""One running service per database. Not the lock that orders two deciders (engine.py)."""

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine, text

from monitor.errors import StoreBusy, StoreError
from monitor.store.engine import INSTANCE, LOCK_SPACE, lock_number, shown, translated

Release = Callable[[], None]


def hold(engine: Engine) -> Release:
    """Take the lock, without waiting. StoreBusy where another instance has it; a kill frees it."""
    if engine.dialect.name == "postgresql":
        return _hold_session(engine)
    if engine.url.database in (None, "", ":memory:"):
        return lambda: None
    return _hold_file(engine, Path(engine.url.database))


def _hold_file(engine: Engine, database: Path) -> Release:
    # Resolved, so that two names of one file are one lock; released from whichever thread closes;
    # no soft lock, for a kill would leave it behind and the next start would be refused.
    path = database.resolve()
    lock = FileLock(path.with_name(path.name + ".lock"), thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise _refusal(engine) from error
    except (OSError, NotImplementedError) as error:
        raise StoreError(f"{lock.lock_file} cannot be locked: {error}") from error
    return lock.release


def _hold_session(engine: Engine) -> Release:
    with translated():
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        taken = connection.scalar(
            text(f"SELECT pg_try_advisory_lock({LOCK_SPACE}, {lock_number(INSTANCE)})")
        )
    if not taken:
        connection.close()
        raise _refusal(engine)

    def release() -> None:
        # Not returned to the pool: there the session would live on, and with it the lock.
        connection.invalidate()
        connection.close()

    return release


def _refusal(engine: Engine) -> StoreBusy:
    return StoreBusy(
        f"another instance of monitor holds {shown(engine)}; "
        "stop it first, or give this one a database of its own"
    )
