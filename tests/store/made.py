"""Words for the store's tests: one whole intake by number, and arbitrary values of any word."""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import count
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from monitor.model import (
    Act,
    Alert,
    Article,
    ArticleRecord,
    Certainty,
    Change,
    ChangeKind,
    Cursor,
    Decision,
    Delivery,
    DeliveryState,
    Evidence,
    Footprint,
    Intake,
    Message,
    Outcome,
    Quote,
    Reason,
    Severity,
    Sketch,
    Stance,
    Statement,
    Story,
    Tier,
    Verdict,
)
from monitor.store import SqlStore

T = TypeVar("T")

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# --- one whole intake, each word of it there ---------------------------------------------------


def an_article(number: int, *, text: str = "The body says so.") -> ArticleRecord:
    article = Article(
        id=f"article-{number}",
        url=f"https://news.example/{number}",
        title=f"Title {number}",
        text=text,
        arrived_at=NOON + number * MINUTE,
        source_id="gazette",
        newsroom="Gazette",
        keys=(f"guid-{number}", f"https://news.example/{number}"),
    )
    return ArticleRecord(
        article=article,
        version=f"version-{number}",
        verdict=Verdict.NEW,
        copy_of=None,
        story=f"story-{number}",
        reading_json="{}",
    )


def evidence(number: int) -> Evidence:
    return Evidence(
        article_id=f"article-{number}",
        url=f"https://news.example/{number}",
        story=f"story-{number}",
        origin="Gazette",
        tier=Tier.PRESS,
        official=False,
        said_at=NOON + number * MINUTE,
        learnt_at=NOON + number * MINUTE,
    )


def a_stance(number: int, *, actor: str = "bank", topic: str = "trading") -> Statement:
    label = Stance(
        actor=actor,
        topic=topic,
        stance="prohibit",
        confidence=0.9,
        background=False,
        quote=Quote("wants a ban", 3, 14),
        cue="ban",
        holder="subject",
    )
    return Statement(id=f"stance-{number}", label=label, evidence=evidence(number))


def an_act(number: int, *, topic: str = "mining", bill: str | None = None) -> Statement:
    label = Act(
        topic=topic,
        body="lower-house",
        stage="first-reading",
        effect="restrict",
        confidence=0.8,
        quote=Quote("passed a first reading", 0, 22),
        cue="first reading",
        number=bill,
        effective_on=date(2027, 1, 1),
    )
    measure = f"measure-{number}"
    return Statement(id=f"act-{number}", label=label, evidence=evidence(number), measure=measure)


def a_change(number: int, *, actor: str = "bank") -> Change:
    return Change(
        id=f"change-{number}",
        kind=ChangeKind.STANCE,
        actor=actor,
        topic="trading",
        before="regulate",
        after="prohibit",
        reason=Reason.REVERSAL,
        certainty=Certainty.REPORTED,
        background=False,
        quote=Quote("wants a ban", 3, 14),
        statement_id=f"stance-{number}",
        evidence=evidence(number),
    )


def an_alert(number: int) -> Alert:
    return Alert(
        id=f"alert-{number}",
        rule_id="turns",
        rule_title="The bank turns",
        severity=Severity.HIGH,
        change=a_change(number),
        why="reversal of bank on trading",
        channels=("desk", "mail"),
        names={"bank": "The Bank"},
    )


def a_message(number: int, *, alert_ids: tuple[str, ...] | None = None) -> Message:
    return Message(
        id=f"message-{number}",
        alert_ids=(f"alert-{number}",) if alert_ids is None else alert_ids,
        body='{"title":"The bank turns"}',
        digest="0" * 64,
        created_at=NOON + number * MINUTE,
    )


def a_delivery(number: int, *, target: str = "desk") -> Delivery:
    return Delivery(
        id=f"delivery-{number}-{target}",
        message_id=f"message-{number}",
        target=target,
        state=DeliveryState.PENDING,
        attempts=0,
        next_attempt_at=NOON + number * MINUTE,
    )


def a_cursor(*, source_id: str = "gazette", at: datetime = NOON) -> Cursor:
    return Cursor(source_id=source_id, next_check_at=at, etag='"1"')


def an_intake(number: int = 1) -> Intake:
    return Intake(
        cursor=a_cursor(at=NOON + number * MINUTE),
        articles=(an_article(number),),
        statements=(a_stance(number), an_act(number)),
        changes=(a_change(number),),
        decisions=(Decision("turns", f"change-{number}", Outcome.ALERT, "asked for"),),
        alerts=(an_alert(number),),
        messages=(a_message(number),),
        deliveries=(a_delivery(number), a_delivery(number, target="mail")),
        footprints=(Footprint(f"article-{number}", (number, -number), NOON + number * MINUTE),),
        sketches=(a_sketch(number),),
        stories=(Story(f"story-{number}", NOON + number * MINUTE, "nothing alike"),),
        counted=(("en", f"word-{number}", 1),),
    )


def a_sketch(number: int) -> Sketch:
    return Sketch(
        article_id=f"article-{number}",
        story=f"story-{number}",
        told_at=NOON + number * MINUTE,
        undated=False,
        roundup=False,
        seed=False,
        content="{}",
    )


def a_notice(number: int) -> Intake:
    """A message without an alert, to one target: the smallest thing that is delivered."""
    return Intake(
        cursor=None,
        messages=(a_message(number, alert_ids=()),),
        deliveries=(a_delivery(number),),
    )


def written(store: SqlStore, *intakes: Intake) -> None:
    """All of them in one deciding transaction."""
    with store.deciding() as deciding:
        for intake in intakes:
            deciding.write(intake)


# --- arbitrary values of any word --------------------------------------------------------------

# One store serves all examples of a test, so ids are fresh in each. Shrinking is left out: at some
# commits an example it takes minutes, and the values are small anyway.
law = settings(
    max_examples=12,
    deadline=None,
    phases=set(Phase) - {Phase.shrink},
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_fresh = count(1)


def fresh() -> str:
    """An id that no other example of this run bears."""
    return f"fresh-{next(_fresh)}"


KEEPABLE = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
PLAIN: dict[object, st.SearchStrategy[Any]] = {
    str: KEEPABLE,
    int: st.integers(0, 2**31 - 1),
    float: st.floats(0, 1),
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.integers(0, 2**52).map(lambda since: EPOCH + timedelta(microseconds=since)),
    NoneType: st.none(),
}


def arbitrary(kind: type[T]) -> st.SearchStrategy[T]:
    """Any value of a word, every field drawn: a field that is added is drawn from then on."""
    hints = get_type_hints(kind)
    drawn = {part.name: _of(hints[part.name]) for part in fields(kind)}  # type: ignore[arg-type]
    return st.builds(kind, **drawn)


def _of(hint: Any) -> st.SearchStrategy[Any]:
    if hint in PLAIN:
        return PLAIN[hint]
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*map(_of, get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(_of(get_args(hint)[0]), max_size=3).map(tuple)
    if get_origin(hint) is dict:
        return st.dictionaries(*map(_of, get_args(hint)), max_size=3)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    assert is_dataclass(hint)
    return arbitrary(hint)
