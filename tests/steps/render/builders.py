"""Alerts for tests: invented actors, hosts and words."""

from dataclasses import replace
from datetime import UTC, datetime

from monitor.model import (
    Alert,
    Certainty,
    Change,
    ChangeKind,
    Evidence,
    Notice,
    NoticeKind,
    Quote,
    Reason,
    Severity,
    Tier,
)

SAID = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LEARNT = datetime(2026, 3, 2, 9, 41, tzinfo=UTC)
MADE = datetime(2026, 3, 2, 9, 42, tzinfo=UTC)

NAMES = {
    "harbour-board": "Harbour Board",
    "mooring": "mooring",
    "restrict": "allow less",
    "regulate": "allow under rules",
    "first-reading": "first reading",
    "second-reading": "second reading",
    "bill-12": "Bill No. 12",
    "permits": "permits",
}

EVIDENCE = Evidence(
    article_id="a1",
    url="https://www.harbour.example/news/1?lang=en",
    story="s1",
    origin="Wire One",
    tier=Tier.OFFICIAL,
    official=True,
    said_at=SAID,
    learnt_at=LEARNT,
)

REVERSAL = Change(
    id="c1",
    kind=ChangeKind.STANCE,
    actor="harbour-board",
    topic="mooring",
    before="restrict",
    after="regulate",
    reason=Reason.REVERSAL,
    certainty=Certainty.REPORTED,
    background=False,
    quote=Quote("The board now wants to license mooring.", 0, 39),
    statement_id="st1",
    evidence=EVIDENCE,
)

ALERT = Alert(
    id="al1",
    rule_id="reversals",
    rule_title="A body changes sides",
    severity=Severity.HIGH,
    change=REVERSAL,
    why="The board decides who may moor.",
    channels=("desk",),
    title="Board drops its objection",
    newsroom="Harbour Board",
    names=NAMES,
)

NOTICE = Notice(
    kind=NoticeKind.BROKEN,
    subject="harbour-news",
    title="Harbour News has not been readable since 02:10 UTC",
    lines=(
        "12 polls in a row failed; the last one with: http-503 Service Unavailable.",
        "Last read on 2026-03-01 at 21:40 UTC; it is asked again at 10:10 UTC.",
        "If it moved, put its new address into sources.yaml; `monitor sources check` tries it.",
    ),
    at=MADE,
)


def alert(alert_id: str = "al1", *, title: str | None = None, **change: object) -> Alert:
    """ALERT with another id, title, or other fields of its change."""
    changed = replace(REVERSAL, **change)  # type: ignore[arg-type]
    new_title = ALERT.title if title is None else title
    return replace(ALERT, id=alert_id, title=new_title, change=changed)


def alert_at(url: str) -> Alert:
    return alert(evidence=replace(EVIDENCE, url=url))


def alert_quoting(text: str) -> Alert:
    return alert(title=text, quote=Quote(text, 0, len(text)))
