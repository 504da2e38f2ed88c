"""The command tree, and how errors become exit codes: 0 ok, 1 problems, 2 usage, 75 try later."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from monitor.cli.byname import Place, by_name
from monitor.errors import MonitorError

# Summaries of their own: the first sentences of the docstrings would be cut off in the list.
COMMANDS = {
    "run": Place("run", "run", "Run the service."),
    "analyze": Place("articles", "analyze", "Tell what articles say."),
    "replay": Place("articles", "replay", "Tell what articles would have changed."),
    "ledger": Place("ledger", "ledger", "Who holds what, and where each law stands."),
    "timeline": Place("ledger", "timeline", "How the ledger came about."),
    "alerts": Place("ledger", "alerts", "What was sent, and what waits."),
    "doctor": Place("doctor", "doctor", "Is it healthy?"),
    "backup": Place("backup", "backup", "Copy the database."),
    "restore": Place("backup", "restore", "Put a copy back."),
    "send-test": Place("sendtest", "send_test", "What does a target answer?"),
    "outbox": Place("outbox", "commands", "What waits, or is dead."),
    "articles": Place("articles_show", "commands", "How an article was edited."),
    "stories": Place("stories", "commands", "What tells one event."),
    "sources": Place("sources", "commands", "What is polled."),
    "seeds": Place("seeds", "commands", "What is known from the start."),
    "rules": Place("rules", "commands", "The rule pack."),
    "config": Place("settings", "commands", "The settings in force."),
}

commands = typer.Typer(
    name="monitor",
    cls=by_name(COMMANDS),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help as it is written; examples keep their lines
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"monitor {version('monitor')}")
        raise typer.Exit


@commands.callback()
def _monitor(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say which one."),
    ] = False,
) -> None:
    """Tells you when a stance or a regulation changes.

    Settings come from MONITOR_* environment variables (`monitor config show`), the field from the
    rule pack (`monitor rules check`).
    """


def main() -> None:
    """The program. Errors of the house end it with their message and code, never a traceback."""
    try:
        commands()
    except MonitorError as error:
        print(f"monitor: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.filename is not None:
            raise  # a file that a door should have spoken for: a bug, and its place is wanted
        print(f"monitor: the output cannot be written: {error.strerror}", file=sys.stderr)
        sys.exit(1)
