"""`monitor send-test`: what the targets of a channel really answer."""

from typing import Annotated

import typer

from monitor.app import App
from monitor.cli import show
from monitor.cli.opening import opened
from monitor.clock import utcnow


def send_test(
    channel: Annotated[
        str | None,
        typer.Argument(
            metavar="[CHANNEL]", help="Its id in channels.yaml; without one they are listed."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Send a message marked as a test to each target of a channel, and print what it answered.

    No alert is made and nothing waits in the outbox. Exit code 1 where a target did not take it.

    \b
    Examples:
      monitor send-test
      monitor send-test desk
      monitor send-test desk --json
    """
    with opened() as app:
        if channel is None:
            _list_channels(app, json)
            return
        tried = app.try_out(channel, utcnow())
    if json:
        show.as_json(
            [
                {
                    "target": each.target,
                    "kind": each.kind,
                    "took_it": each.took_it,
                    "answer": each.answer,
                }
                for each in tried
            ]
        )
    else:
        show.as_table(
            ["target", "took it", "answer"],
            ([each.target, "yes" if each.took_it else "no", each.answer] for each in tried),
            empty=f"The channel {channel} has no target.",
        )
    if not tried or not all(each.took_it for each in tried):
        raise typer.Exit(1)


def _list_channels(app: App, json: bool) -> None:
    entries = app.channel_entries()
    if json:
        show.as_json(
            [{"id": entry.id, "kind": entry.kind, "title": entry.title} for entry in entries]
        )
        return
    show.as_table(
        ["channel", "kind", "title"],
        ([entry.id, entry.kind, entry.title or "-"] for entry in entries),
        empty="The pack names no channel.",
    )
