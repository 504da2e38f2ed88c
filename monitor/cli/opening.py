"""Opens the app for a command, and closes it whatever happens."""

from collections.abc import Iterator
from contextlib import contextmanager

from monitor.app import App, build
from monitor.cli.show import print_now
from monitor.cli.watch import Both, watch_for
from monitor.config import read_settings
from monitor.ports import Watch


@contextmanager
def opened(
    *, exclusive: bool = False, dry_run: bool = False, counted_by: Watch | None = None
) -> Iterator[App]:
    """The app of the settings in force. `exclusive`: StoreBusy where another instance runs.
    `counted_by` is told what people are told."""
    with watch_for() as teller:
        watch = Both(teller, counted_by) if counted_by else teller
        app = build(
            read_settings(), watch=watch, write=print_now, exclusive=exclusive, dry_run=dry_run
        )
        try:
            yield app
        finally:
            app.close()
