"""`monitor outbox`: what waits for its target or is dead, what it says, and another try."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer

from monitor.cli import show
from monitor.cli.looking import opened_books
from monitor.clock import utcnow
from monitor.errors import UsageError
from monitor.model import Attempt, Delivery, DeliveryState, Message

UNSENT = (DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DEAD)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]

commands = typer.Typer(rich_markup_mode=None)


@commands.callback(invoke_without_command=True)
def outbox(
    context: typer.Context,
    dead: Annotated[bool, typer.Option("--dead", help="Only what was given up.")] = False,
    json: AsJson = False,
) -> None:
    """Print what is on its way: by target, oldest first, with the last error and the next attempt.

    A delivery is pending (it waits), leased (it is being sent) or dead (given up; `monitor outbox
    retry` revives it). What was sent is in `monitor alerts`.

    \b
    Examples:
      monitor outbox
      monitor outbox --dead --json
    """
    if context.invoked_subcommand:
        return
    now = utcnow()
    with opened_books() as books:
        found = books.outbox([DeliveryState.DEAD] if dead else UNSENT)
    ordered = sorted(found, key=lambda each: (each[0].target, each[1].created_at, each[0].id))
    if json:
        show.as_json([_delivery_json(delivery, message) for delivery, message in ordered])
        return
    show.as_table(
        ["target", "state", "age", "attempts", "next attempt (UTC)", "delivery", "last error"],
        (
            [
                delivery.target,
                delivery.state,
                age(now - message.created_at),
                str(delivery.attempts),
                _next_attempt(delivery),
                delivery.id,
                delivery.last_error or "-",
            ]
            for delivery, message in ordered
        ),
        empty="Nothing was given up." if dead else "Nothing waits: everything was sent.",
    )


@commands.command("show", short_help="One message, and the log of its delivery.")
def show_delivery(
    id_begins: Annotated[
        str, typer.Argument(metavar="ID", help="Of a delivery; its beginning is enough.")
    ],
    json: AsJson = False,
) -> None:
    """Print a message as a person would see it, and the log of its delivery.

    \b
    Examples:
      monitor outbox show d4be7c0
      monitor outbox show d4be7c0 --json
    """
    with opened_books() as books:
        delivery, message = books.delivery(id_begins)
        log = books.store.attempts(delivery.id)
        shown = books.shown(message)
    if json:
        show.as_json(
            _delivery_json(delivery, message)
            | {
                "subject": shown.subject,
                "text": shown.text,
                "attempts": [_attempt_json(each) for each in log],
            }
        )
        return
    for line in (shown.subject, "", *shown.text.splitlines()):
        print(show.plain(line))
    print(f"\nTo {show.plain(delivery.target)}: {delivery.state}")
    _print_log(log)


@commands.command("retry", short_help="Make dead deliveries due again.")
def retry(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Of dead deliveries; beginnings are enough."),
    ] = None,
    all_dead: Annotated[bool, typer.Option("--all-dead", help="Every one that is dead.")] = False,
) -> None:
    """Make dead deliveries due again: the running service sends them within seconds.

    Exit code 1 where one of those named was not dead.

    \b
    Examples:
      monitor outbox retry d4be7c0
      monitor outbox retry --all-dead
    """
    if bool(ids) == all_dead:
        raise UsageError("name deliveries of `monitor outbox --dead`, or give --all-dead")
    with opened_books() as books:
        if all_dead:
            wanted = [delivery.id for delivery, _ in books.outbox([DeliveryState.DEAD])]
        else:
            wanted = [books.delivery(each)[0].id for each in ids or ()]
        revived = books.store.revive(wanted, utcnow())
    print(f"{show.counted(revived, 'delivery')} of {len(wanted)} made due again")
    if revived < len(wanted):
        raise typer.Exit(1)


def age(since: timedelta) -> str:
    """In the largest unit that tells enough: `40 s`, `12 min`, `5 h`, `3 d`."""
    seconds = max(0, int(since.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _print_log(log: Sequence[Attempt]) -> None:
    show.as_table(
        ["attempt", "began (UTC)", "ended (UTC)", "outcome", "error"],
        (
            [
                str(each.number),
                _second(each.opened_at),
                _second(each.closed_at) if each.closed_at else "-",
                _outcome(each),
                each.error or "-",
            ]
            for each in log
        ),
        empty="Not tried yet.",
    )


def _outcome(attempt: Attempt) -> str:
    if attempt.outcome is None:
        return "under way, or cut off"
    if attempt.outcome is DeliveryState.PENDING:
        return "failed; it may have arrived" if attempt.ambiguous else "failed"
    return attempt.outcome


def _next_attempt(delivery: Delivery) -> str:
    if delivery.state is DeliveryState.DEAD:
        return "none"
    return _second(delivery.next_attempt_at)


def _second(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _delivery_json(delivery: Delivery, message: Message) -> dict[str, object]:
    waits = delivery.state is not DeliveryState.DEAD
    return {
        "id": delivery.id,
        "message": message.id,
        "alerts": list(message.alert_ids),
        "target": delivery.target,
        "state": delivery.state,
        "created_at": show.iso(message.created_at),
        "attempts": delivery.attempts,
        "next_attempt_at": show.iso(delivery.next_attempt_at) if waits else None,
        "last_error": delivery.last_error,
    }


def _attempt_json(attempt: Attempt) -> dict[str, object]:
    return {
        "number": attempt.number,
        "opened_at": show.iso(attempt.opened_at),
        "closed_at": show.iso(attempt.closed_at),
        "outcome": attempt.outcome,
        "error": attempt.error,
        "ambiguous": attempt.ambiguous,
    }
