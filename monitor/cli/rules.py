"""`monitor rules`: the pack that users edit."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.app import CheckReport, check_rules
from monitor.cli import show
from monitor.config import read_settings
from monitor.errors import Complaint

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The rule pack.")


@commands.callback()
def _rules() -> None:
    """The rule pack."""


@commands.command("check")
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A pack's folder; without it, the one in force.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Check the pack; print what is wrong or doubtful, with file, line and remedy.

    Exit code 1 where anything is wrong: such a pack would be refused. Warnings do not count.

    \b
    Examples:
      monitor rules check
      monitor rules check my-rules --json
    """
    report = check_rules(folder or read_settings().rules_dir)
    if json:
        show.as_json(
            {
                "errors": [_complaint_json(complaint) for complaint in report.errors],
                "warnings": [_complaint_json(complaint) for complaint in report.warnings],
                "counts": report.counts,
            }
        )
    else:
        _print(report)
    if report.errors:
        raise typer.Exit(1)


def _print(report: CheckReport) -> None:
    for complaint in report.errors:
        print(show.plain(f"error: {complaint}"))
    for complaint in report.warnings:
        print(show.plain(f"warning: {complaint}"))
    if report.errors:
        print(f"{show.counted(len(report.errors), 'error')}: the pack would be refused.")
    else:
        held = ", ".join(f"{number} {what}" for what, number in report.counts.items())
        print(f"The pack is sound: {held}.")


def _complaint_json(complaint: Complaint) -> dict[str, object]:
    return {
        "file": complaint.file,
        "line": complaint.line,
        "column": complaint.column,
        "key": complaint.key,
        "problem": complaint.problem,
        "code": complaint.code,
    }
