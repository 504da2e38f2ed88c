"""The command tree, and how errors become exit codes: 0 ok, 1 problems, 2 usage, 75 try later."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from monitor.cli import (
    articles,
    articles_show,
    backup,
    doctor,
    ledger,
    outbox,
    rules,
    run,
    seeds,
    sendtest,
    settings,
    sources,
    stories,
)
from monitor.errors import MonitorError

commands = typer.Typer(
    name="monitor",
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


# Summaries of their own: the first sentences of the docstrings would be cut off in the list.
commands.command("run", short_help="Run the service.")(run.run)
commands.command("analyze", short_help="Tell what articles say.")(articles.analyze)
commands.command("replay", short_help="Tell what articles would have changed.")(articles.replay)
commands.command("ledger", short_help="Who holds what, and where each law stands.")(ledger.ledger)
commands.command("timeline", short_help="How the ledger came about.")(ledger.timeline)
commands.command("alerts", short_help="What was sent, and what waits.")(ledger.alerts)
commands.command("doctor", short_help="Is it healthy?")(doctor.doctor)
commands.command("backup", short_help="Copy the database.")(backup.backup)
commands.command("restore", short_help="Put a copy back.")(backup.restore)
commands.command("send-test", short_help="What does a target answer?")(sendtest.send_test)
commands.add_typer(outbox.commands, name="outbox", short_help="What waits, or is dead.")
commands.add_typer(articles_show.commands, name="articles", short_help="How an article was edited.")
commands.add_typer(stories.commands, name="stories", short_help="What tells one event.")
commands.add_typer(sources.commands, name="sources")
commands.add_typer(seeds.commands, name="seeds", short_help="What is known from the start.")
commands.add_typer(rules.commands, name="rules")
commands.add_typer(settings.commands, name="config")


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
