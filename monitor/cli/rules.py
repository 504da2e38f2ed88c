"""`monitor rules`: the pack that users edit."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.app import CheckReport, check_rules
from monitor.cli import explained, show
from monitor.cli.articles import lines_of
from monitor.cli.opening import opened
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


@commands.command("explain", short_help="Why an article did, or did not, alert.")
def explain(
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="FILE|ID",
            help="JSONL, one article a line (-: stdin); or an article's id (its beginning) or "
            "address.",
        ),
    ],
    no_seeds: Annotated[
        bool, typer.Option("--no-seeds", help="For a file: start with an empty corpus.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON, one article a line.")] = False,
) -> None:
    """Tell why articles give the stances and acts that they give, and what alerts.

    For each: whether it is ours; each stance and act with quote, cue, holder and how it was found,
    the probabilities with the weights that counted most; the three likeliest that were not said,
    with why not; what it made of the ledger, and what each alert rule made of that.

    Articles of a file are played, in order of date, on a database that is thrown away: each meets a
    ledger that knows the seeds and the lines before it. An article of the database is read again by
    the pack in force, and its changes are shown as they were decided.

    Names of weights begin with what they are about: H the holder, T the topic, W the cue's words, N
    the words next to them, C what stands around, R how the cue is read, L its level; of acts A the
    stage, U the topic. The others count for an actor or a topic in the text as a whole.

    \b
    Examples:
      monitor rules explain article.jsonl
      monitor rules explain 7f31a9
      monitor rules explain https://news.example/story/7 --json
    """
    if wanted != "-" and not Path(wanted).is_file():
        with opened() as app:
            explained.print_one(app.explain_stored(wanted), json=json)
        return
    with lines_of(Path(wanted)) as lines, opened() as app:
        sound = [
            explained.print_one(each, json=json) for each in app.explain(lines, seeds=not no_seeds)
        ]
    if not all(sound):
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
