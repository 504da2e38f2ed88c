"""`monitor ledger`, `timeline`, `alerts`: what stands, how it came, what was sent."""

from typing import Annotated

import typer

from monitor.cli import show
from monitor.cli.looking import opened_books, read_moment
from monitor.model import Alert, Change, Delivery, Measure, Position

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="As it was known by then (a date: its end, UTC)."),
]


def ledger(
    as_of: AsOf = None,
    measures: Annotated[
        bool, typer.Option("--measures", help="The measures instead of the positions.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Print what stands: who holds which stance, or where each measure is.

    \b
    Examples:
      monitor ledger
      monitor ledger --as-of 2024-07-31
      monitor ledger --measures --json
    """
    moment = read_moment(as_of)
    with opened_books() as books:
        if measures:
            _print_measures(books.measures(moment), json)
        else:
            _print_positions(books.ledger(moment), json)


def timeline(
    actor: Annotated[str | None, typer.Option("--actor", help="Only this actor or body.")] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="Only this topic.")] = None,
    as_of: AsOf = None,
    json: AsJson = False,
) -> None:
    """Print how it came: every change of the ledger, oldest first, with its reason.

    \b
    Examples:
      monitor timeline
      monitor timeline --actor central-bank --topic mining
    """
    moment = read_moment(as_of)
    with opened_books() as books:
        changes = books.timeline(actor=actor, topic=topic, as_of=moment)
    if json:
        show.as_json([change_json(change) for change in changes])
        return
    show.as_table(
        ["said", "who", "topic", "from", "to", "reason", "certainty", "quote"],
        (
            [
                show.day(change.evidence.said_at),
                change.actor,
                change.topic,
                change.before or "-",
                change.after,
                change.reason,
                change.certainty,
                change.quote.text,
            ]
            for change in changes
        ),
        empty="No change of the ledger fits."
        if actor or topic or as_of
        else "Nothing has changed yet.",
    )


def alerts(
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    json: AsJson = False,
) -> None:
    """Print what was sent and what waits, newest first, with the state of each delivery.

    \b
    Examples:
      monitor alerts
      monitor alerts --limit 5 --json
    """
    with opened_books() as books:
        found = books.alerts(limit=limit)
    if json:
        show.as_json([_alert_json(alert, deliveries) for alert, deliveries in found])
        return
    show.as_table(
        ["said", "rule", "who", "topic", "from", "to", "news", "deliveries"],
        (
            [
                show.day(alert.change.evidence.said_at),
                alert.rule_id,
                alert.change.actor,
                alert.change.topic,
                alert.change.before or "-",
                alert.change.after,
                _news(alert.change),
                ", ".join(f"{each.target} {each.state}" for each in deliveries) or "-",
            ]
            for alert, deliveries in found
        ),
        empty="No alert yet.",
    )


def _print_positions(positions: list[Position], json: bool) -> None:
    if json:
        show.as_json([_position_json(position) for position in positions])
        return
    show.as_table(
        ["actor", "topic", "stance", "certainty", "since", "last said", "quote"],
        (
            [
                position.actor,
                position.topic,
                position.stance + (" (disputed)" if position.disputed else ""),
                position.certainty,
                show.day(position.since),
                show.day(position.last_said),
                position.quote.text,
            ]
            for position in positions
        ),
        empty="The ledger is empty: no position has been read yet.",
    )


def _print_measures(measures: list[Measure], json: bool) -> None:
    if json:
        show.as_json([_measure_json(measure) for measure in measures])
        return
    show.as_table(
        [
            "measure",
            "topic",
            "body",
            "stage",
            "effect",
            "certainty",
            "since",
            "in force from",
            "comments until",
            "quote",
        ],
        (
            [
                measure.number or measure.id,
                measure.topic,
                measure.body,
                measure.stage,
                measure.effect,
                measure.certainty,
                show.day(measure.since),
                show.iso(measure.effective_on) or "-",
                show.iso(measure.comments_until) or "-",
                measure.quote.text,
            ]
            for measure in measures
        ),
        empty="The ledger is empty: no measure has been read yet.",
    )


def _position_json(position: Position) -> dict[str, object]:
    return {
        "actor": position.actor,
        "topic": position.topic,
        "stance": position.stance,
        "certainty": position.certainty,
        "since": position.since.isoformat(),
        "last_said": position.last_said.isoformat(),
        "quote": position.quote.text,
        "sources": list(position.sources),
    }


def _measure_json(measure: Measure) -> dict[str, object]:
    return {
        "measure": measure.id,
        "topic": measure.topic,
        "body": measure.body,
        "stage": measure.stage,
        "effect": measure.effect,
        "since": measure.since.isoformat(),
        "certainty": measure.certainty,
        "quote": measure.quote.text,
        "sources": list(measure.sources),
        "effective_on": show.iso(measure.effective_on),
        "comments_until": show.iso(measure.comments_until),
    }


def change_json(change: Change) -> dict[str, object]:
    """The names of `replay`, with when and where it was said."""
    return {
        "kind": change.kind,
        "body" if change.kind == "stage" else "actor": change.actor,
        "topic": change.topic,
        "measure": change.measure,
        "from": change.before,
        "to": change.after,
        "reason": change.reason,
        "certainty": change.certainty,
        "background": change.background,
        "quote": change.quote.text,
        "said_at": change.evidence.said_at.isoformat(),
        "url": change.evidence.url,
        "effective_on": show.iso(change.effective_on),
        "comments_until": show.iso(change.comments_until),
        "before_since": show.iso(change.before_since),
        "known_since": show.iso(change.known_since),
        "known_by": change.known_by,
    }


def _news(change: Change) -> str:
    return f"known since {show.day(change.known_since)}" if change.known_since else "new"


def _alert_json(alert: Alert, deliveries: list[Delivery]) -> dict[str, object]:
    return {
        "id": alert.id,
        "rule": alert.rule_id,
        "severity": alert.severity,
        "why": alert.why,
        "title": alert.title,
        "change": change_json(alert.change),
        "deliveries": [
            {
                "id": delivery.id,
                "target": delivery.target,
                "state": delivery.state,
                "attempts": delivery.attempts,
                "last_error": delivery.last_error,
            }
            for delivery in deliveries
        ],
    }
