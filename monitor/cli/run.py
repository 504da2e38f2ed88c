"""`monitor run`: the service, and its single pass."""

from typing import Annotated

import typer

from monitor import jobs
from monitor.cli.opening import opened
from monitor.clock import utcnow


def run(
    once: Annotated[
        bool, typer.Option("--once", help="Poll what is due, deliver what is due, exit.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Print what would be sent; nothing is sent or settled."),
    ] = False,
) -> None:
    """Run the service: poll the sources, keep the ledger, send the alerts.

    Ends on SIGTERM or Ctrl-C within 25 seconds; a second one ends it at once. With --once the exit
    code is 0 also where sources or targets fail (they are tried again when they are due), 75 where
    another instance holds the database, 1 where the rule pack is refused. With --dry-run what is
    read is kept as always and the messages stay in the outbox.

    \b
    Examples:
      monitor run
      monitor run --once
      monitor run --once --dry-run
    """
    with opened(exclusive=True, dry_run=dry_run) as app:
        app.start(utcnow())
        if once:
            jobs.run_once(app)
        else:
            jobs.serve(app)
