"""`monitor config`: the settings in force."""

from typing import Annotated

import typer

from monitor.cli import show
from monitor.config import read_settings
from monitor.config import show as shown

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The settings in force.")


@commands.callback()
def _config() -> None:
    """The settings in force."""


@commands.command("show")
def show_settings(
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Print each setting with its value, secrets hidden.

    \b
    Examples:
      monitor config show
      MONITOR_DATA_DIR=elsewhere monitor config show --json
    """
    values = shown(read_settings())
    if json:
        show.as_json(values)
    else:
        show.as_table(["setting", "value"], values.items(), empty="")
