"""`monitor backup`, `restore`: copies of the database, and the way back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.app import App
from monitor.cli import show
from monitor.cli.opening import opened
from monitor.clock import utcnow
from monitor.errors import MonitorError
from monitor.model import Delivery, DeliveryState, Message

OLD = timedelta(hours=1)
"""What waited longer than this in a copy has most likely been sent since it was made."""
SHOWN = 20


def backup(
    file: Annotated[
        Path | None,
        typer.Argument(help="Where to; without it: the data folder, under today's date."),
    ] = None,
) -> None:
    """Copy the database, also while the service runs; the copy is checked before it gets its name.

    A file that is there already is never overwritten. Postgres is copied by pg_dump.

    \b
    Examples:
      monitor backup
      monitor backup /mnt/backup/monitor-2026-05-01.db
    """
    with opened() as app:
        path = file or app.settings.data_dir / _name(app, utcnow())
        app.back_up(path)
    print(f"{path}: {show.size(path.stat().st_size)}, checked")


def restore(
    file: Annotated[Path, typer.Argument(help="A copy that `monitor backup` has written.")],
) -> None:
    """Put a copy in the place of the database; the service must stand still (else exit code 75).

    The copy is checked first, and the database that it replaces is kept beside it. Articles that
    came after the copy was made are read again at the next polls; messages that waited in the copy
    are sent again, the older ones are listed.

    \b
    Examples:
      monitor restore var/monitor-2026-05-01-1200.db
    """
    now = utcnow()
    with opened() as app:
        kept = app.restore(file, now)
        print(f"{file} is the database now.")
        if kept:
            print(f"The one before is kept as {kept}.")
        _print_old(app, now)


def _name(app: App, now: datetime) -> str:
    ending = "dump" if app.settings.database_url.startswith("postgres") else "db"
    return f"monitor-{now:%Y-%m-%d-%H%M%S}.{ending}"


def _print_old(app: App, now: datetime) -> None:
    try:
        waiting = app.store.outbox({DeliveryState.PENDING, DeliveryState.LEASED})
    except MonitorError as error:  # an older release's copy: `monitor run` brings it up to date
        print(show.plain(f"What waits in it is not known: {error}"))
        return
    old = [(delivery, message) for delivery, message in waiting if now - message.created_at > OLD]
    if old:
        print(
            f"{show.counted(len(old), 'delivery')} older than an hour waited in the copy. They "
            "may have been sent since it was made; the next `monitor run` sends them again:"
        )
        _print_deliveries(old[:SHOWN])


def _print_deliveries(old: Sequence[tuple[Delivery, Message]]) -> None:
    show.as_table(
        ["made (UTC)", "target", "delivery"],
        (
            [show.minute(message.created_at), delivery.target, delivery.id]
            for delivery, message in old
        ),
        empty="",
    )
