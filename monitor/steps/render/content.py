"""Alerts -> the message that is kept, and back: everything a reader needs, as canonical JSON.

The body outlives the pack that made it, so it holds display names and words, not only slugs.
How it looks is not here: slack.py, email.py and plain.py lay it out on the way out.
"""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from monitor.errors import RenderError
from monitor.model import Alert, ChangeKind, Message, Reason
from monitor.steps.render.body import instant, seal, short_hash, unseal
from monitor.steps.render.clean import clean, clean_url

FORMAT = 1
"""Edition of the body. A reader of a later edition refuses what it does not know."""

NAME_LIMIT = 120
TITLE_LIMIT = 300
QUOTE_LIMIT = 400  # the longest quote that an extraction gives
WHY_LIMIT = 400

REASONS: dict[ChangeKind, dict[Reason, str]] = {
    ChangeKind.STANCE: {
        Reason.FIRST: "First known position on this topic",
        Reason.REVERSAL: "Changed sides",
        Reason.SHIFT: "Moved to another level on the same side",
        Reason.CONFLICT: "Two opposite statements within 48 hours; neither is confirmed yet",
        Reason.CORRECTION: "An earlier statement was withdrawn, so the position was counted again",
        Reason.CONFIRMED: "Now confirmed by an official or a second independent source",
        Reason.BASELINE: "Known before the watch began",
    },
    ChangeKind.STAGE: {
        Reason.FIRST: "A measure that was not known before",
        Reason.ADVANCED: "The measure moved forward",
        Reason.SET_BACK: "The measure was stopped, postponed or sent back",
        Reason.OUT_OF_ORDER: "Told against the usual order of stages; treat with care",
        Reason.CORRECTION: "An earlier report was withdrawn, so the stage was counted again",
        Reason.CONFIRMED: "Now confirmed by an official or a second independent source",
        Reason.BASELINE: "Known before the watch began",
    },
}


@dataclass(frozen=True, slots=True)
class Named:
    """A slug with the name the pack gave it when the message was made."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Card:
    """One alert for a reader. All text is one line, cleaned and cut; instants are ISO 8601 UTC."""

    alert: str
    rule: str
    rule_title: str
    severity: str
    why: str
    kind: str
    actor: Named
    topic: Named
    before: Named | None
    after: Named
    reason: str
    reason_words: str
    certainty: str
    background: bool
    quote: str
    title: str
    url: str
    newsroom: str
    origin: str
    tier: str
    said_at: str
    undated: bool
    learnt_at: str
    measure: Named | None
    effect: Named | None
    effective_on: str | None
    comments_until: str | None
    novelty: str
    """`new`, or `known`: the ledger or a seed knew it before."""
    before_since: str | None
    """Instants: since when `before` stood, and since when it was known."""
    known_since: str | None
    known_by: str | None
    """The seed that tells of it; None where the ledger knew."""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A message's body, read back."""

    message: str
    created_at: str
    cards: tuple[Card, ...]


def compose(alerts: tuple[Alert, ...], *, created_at: datetime) -> Message:
    """One message of one or more alerts. Its id depends on the alerts' ids alone, so that a rerun
    makes the same message and the outbox takes it once.
    """
    if not alerts:
        raise ValueError("a message needs at least one alert")
    alert_ids = tuple(alert.id for alert in alerts)
    message_id = "m" + short_hash(*sorted(set(alert_ids)))
    bulletin = Bulletin(message_id, instant(created_at), tuple(map(_card, alerts)))
    return seal(message_id, alert_ids, asdict(bulletin), edition=FORMAT, created_at=created_at)


def read_back(message: Message) -> Bulletin:
    """The body as values. RenderError where it is not what `compose` wrote."""
    body: Any = unseal(message)
    try:
        if body["format"] != FORMAT:
            raise RenderError(f"message {message.id}: format {body['format']} is not known here")
        cards = tuple(map(_card_back, body["cards"]))
        return Bulletin(body["message"], body["created_at"], cards)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RenderError(f"message {message.id}: the body cannot be read: {error!r}") from error


def _card(alert: Alert) -> Card:
    change, evidence = alert.change, alert.change.evidence

    def named(slug: str) -> Named:
        return Named(slug, clean(alert.names.get(slug) or slug, NAME_LIMIT))

    def named_if(slug: str | None) -> Named | None:
        return None if slug is None else named(slug)

    return Card(
        alert=alert.id,
        rule=alert.rule_id,
        rule_title=clean(alert.rule_title, NAME_LIMIT),
        severity=alert.severity,
        why=clean(alert.why, WHY_LIMIT),
        kind=change.kind,
        actor=named(change.actor),
        topic=named(change.topic),
        before=named_if(change.before),
        after=named(change.after),
        reason=change.reason,
        reason_words=REASONS[change.kind].get(change.reason, change.reason),
        certainty=change.certainty,
        background=change.background,
        quote=clean(change.quote.text, QUOTE_LIMIT),
        title=clean(alert.title, TITLE_LIMIT),
        url=clean_url(evidence.url),
        newsroom=clean(alert.newsroom, NAME_LIMIT),
        origin=clean(evidence.origin, NAME_LIMIT),
        tier=evidence.tier,
        said_at=instant(evidence.said_at),
        undated=evidence.undated,
        learnt_at=instant(evidence.learnt_at),
        measure=named_if(change.measure),
        effect=named_if(change.effect),
        effective_on=_day(change.effective_on),
        comments_until=_day(change.comments_until),
        novelty="known" if change.known_since else "new",
        before_since=_instant(change.before_since),
        known_since=_instant(change.known_since),
        known_by=change.known_by and clean(change.known_by, NAME_LIMIT),
    )


_NAMED = ("actor", "topic", "before", "after", "measure", "effect")


def _card_back(values: dict[str, object]) -> Card:
    names = {field: _named_back(values[field]) for field in _NAMED}
    known = {field.name: values[field.name] for field in fields(Card)}
    return Card(**{**known, **names})  # type: ignore[arg-type]  # the hash vouches for the types


def _named_back(value: object) -> Named | None:
    return Named(**value) if isinstance(value, dict) else None


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
