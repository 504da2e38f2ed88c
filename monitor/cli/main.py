"""The command tree, and how errors become exit codes: 0 ok, 1 problems, 2 usage, 75 try later."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from monitor.cli import articles, ledger, rules, run, settings, sources
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


commands.command("run")(run.run)
commands.command("analyze")(articles.analyze)
commands.command("replay")(articles.replay)
commands.command("ledger")(ledger.ledger)
commands.command("timeline")(ledger.timeline)
commands.command("alerts")(ledger.alerts)
commands.add_typer(sources.commands, name="sources")
commands.add_typer(rules.commands, name="rules")
commands.add_typer(settings.commands, name="config")


def main() -> None:
    """The program. Errors of the house end it with their message and code, never a traceback."""
    try:
        commands()
    except MonitorError as error:
        print(f"monitor: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
