"""Statements in a line: what was said when, by whom, found where."""

from datetime import UTC, datetime, timedelta
from itertools import count

from monitor.model import Act, Evidence, Quote, Stance, Statement, Tier
from monitor.steps.ledger import Ladder

SIDES = {"prohibit": -1, "restrict": -1, "neutral": 0, "regulate": 1, "promote": 1}

LADDER = Ladder(
    ranks={"proposed": 1, "introduced": 2, "read": 3, "passed": 4, "signed": 5, "in-force": 6},
    carries_on=frozenset({"amended"}),
    ends=frozenset({"rejected", "repealed"}),
    acts_at={"read": frozenset({"parliament"}), "passed": frozenset({"parliament"})},
    effect_sides={"prohibits": -1, "restricts": -1, "permits": 1, "taxes": 1},
    unnamed="somebody",
)

START = datetime(2022, 1, 20, tzinfo=UTC)
QUOTE = Quote("a plain sentence", 0, 16)
_turns = count()


def evidence(
    hours: float = 0,
    *,
    learnt: float | None = None,
    article: str | None = None,
    origin: str = "wire",
    official: bool = False,
    undated: bool = False,
    baseline: bool = False,
) -> Evidence:
    """Said `hours` after the start; learnt at once, or `learnt` hours after the start."""
    article = article or f"article-{next(_turns)}"
    return Evidence(
        article_id=article,
        url=f"https://{origin or 'nobody'}.example/{article}",
        story="story",
        origin=origin,
        tier=Tier.PRESS,
        official=official,
        said_at=START + timedelta(hours=hours),
        learnt_at=START + timedelta(hours=hours if learnt is None else learnt),
        undated=undated,
        baseline=baseline,
    )


def said(
    level: str,
    where: Evidence | None = None,
    *,
    background: bool = False,
    turn: bool = False,
    speaker: str | None = None,
) -> Statement:
    stance = Stance(
        actor="bank",
        topic="mining",
        stance=level,
        confidence=0.9,
        background=background,
        quote=QUOTE,
        cue=level,
        holder="subject",
        turn=turn,
        speaker=speaker,
    )
    return Statement(id=f"statement-{next(_turns):06}", label=stance, evidence=where or evidence())


def acted(
    stage: str,
    where: Evidence | None = None,
    *,
    measure: str | None = None,
    topic: str = "mining",
    body: str = "ministry",
    effect: str = "permits",
    number: str | None = None,
) -> Statement:
    act = Act(
        topic=topic,
        body=body,
        stage=stage,
        effect=effect,
        confidence=0.9,
        quote=QUOTE,
        cue=stage,
        number=number,
    )
    return Statement(
        id=f"act-{next(_turns):06}", label=act, evidence=where or evidence(), measure=measure
    )


def taking_back(statement: Statement, hours: float) -> Statement:
    """A retraction of the statement, learnt so many hours after the start."""
    return Statement(
        id=f"retraction-{next(_turns):06}",
        label=statement.label,
        evidence=evidence(hours),
        measure=statement.measure,
        retracts=statement.id,
    )
