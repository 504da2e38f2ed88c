"""`monitor run`: the service with its window, and its single pass."""

from typing import Annotated

import typer

from monitor import jobs, web
from monitor.app import App
from monitor.cli.opening import opened
from monitor.clock import utcnow
from monitor.web.meter import Meter


def run(
    once: Annotated[
        bool, typer.Option("--once", help="Poll what is due, deliver what is due, exit.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Print what would be sent; nothing is sent or settled."),
    ] = False,
) -> None:
    """Run the service: poll the sources, keep the ledger, send the alerts, serve the status page.

    The page, the probes /healthz and /readyz, and /metrics stand at MONITOR_HOST and MONITOR_PORT
    (http://127.0.0.1:8787/); exit code 1 where that port is taken. --once serves nothing.

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
    meter = Meter()
    with opened(exclusive=True, dry_run=dry_run, counted_by=meter) as app:
        if once:
            app.start(utcnow())
            jobs.run_once(app)
        else:
            _serve(app, meter)


def _serve(app: App, meter: Meter) -> None:
    with web.open_window(app, meter) as window:
        app.start(utcnow())
        app.watch.event("serving", address=window.address)
        jobs.serve(app, window=window.serve)
