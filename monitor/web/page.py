"""The status page: what stands, in the words of the pack, as text that no browser obeys.

Titles, quotes, errors and addresses come from strangers. Here they are cut and cleaned; that they
are escaped is the template's part, and that nothing runs all the same the guard's (guard.py).
"""

import base64
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.model import (
    Alert,
    Change,
    ChangeKind,
    Condition,
    Cursor,
    Delivery,
    DeliveryState,
    Measure,
    Position,
    Quote,
    Reason,
    Source,
    Waiting,
)
from monitor.web.health import Check, sentence, worst
from monitor.web.lookout import Glance, Standing
from monitor.web.meter import channel_of

TEMPLATES = Path(__file__).parent / "templates"

POSITIONS = 25
MEASURES = 15
CHANGES = 20
AILING = 40
WELL = 100
"""Rows that are shown; the page stays below 60 kB, and commands show the rest."""

LONGEST = 160
"""Characters of a stranger's text."""

ORDER = (Condition.BROKEN, Condition.FROZEN, Condition.EMPTY, Condition.NEW, Condition.WELL)
"""Of sources: what ails first."""


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str
    """Empty where the address is none that may be followed: then the text stands alone."""


@dataclass(frozen=True, slots=True)
class Row:
    """A position or a measure."""

    who: str
    topic: str
    name: str
    """Of a measure; empty for a position."""
    before: str
    after: str
    certainty: str
    disputed: bool
    since: str
    quote: str
    source: Link
    others: int
    """Further sources that say so."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A change, and what was told of it."""

    row: Row
    reason: str
    told: list[str]
    """`team: sent`, or why nobody was told."""


@dataclass(frozen=True, slots=True)
class Health:
    """A source."""

    name: str
    site: str
    condition: str
    since: str
    newest: str
    answered: str
    error: str
    next: str
    held: int


@dataclass(frozen=True, slots=True)
class Box:
    """The outbox of one channel."""

    channel: str
    counts: list[tuple[str, int]]
    oldest: str


class Page:
    """`names`: display name of each slug of the pack."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        room = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = room.get_template("status.html")
        self._sheet = (TEMPLATES / "status.css").read_text("utf-8")
        digest = hashlib.sha256(self._sheet.encode()).digest()
        self.style = f"'sha256-{base64.b64encode(digest).decode()}'"
        """What a Content-Security-Policy calls the one style sheet of the page."""

    def render(self, seen: Glance | None, known: Standing | None, found: Sequence[Check]) -> str:
        """The page as HTML. Without `seen` or `known` it says what it cannot show."""
        sources = _sources(seen) if seen else []
        well = [each for each in sources if each.condition == Condition.WELL]
        ailing = [each for each in sources if each.condition != Condition.WELL]
        return self._template.render(
            sheet=self._sheet,
            grade=worst(list(found)),
            sentence=sentence(list(found)),
            at=_minute(seen.at) if seen else "",
            known=known is not None,
            turns=self._turns(known) if known else [],
            positions=self._positions(known) if known else [],
            positions_left=max(0, len(known.positions) - POSITIONS) if known else 0,
            measures=self._measures(known) if known else [],
            measures_left=max(0, len(known.measures) - MEASURES) if known else 0,
            ailing=ailing[:AILING],
            ailing_left=max(0, len(ailing) - AILING),
            well=well[:WELL],
            conditions=_conditions(seen) if seen else "",
            boxes=_boxes(seen.waiting, seen.at) if seen else [],
        )

    # --- what is known

    def _positions(self, known: Standing) -> list[Row]:
        before = _befores(known.changes)
        newest = sorted(known.positions, key=lambda each: each.since, reverse=True)
        return [
            self._position(each, before.get((each.actor, each.topic)))
            for each in newest[:POSITIONS]
        ]

    def _position(self, position: Position, before: str | None) -> Row:
        return Row(
            who=self._name(position.actor),
            topic=_word(position.topic),
            name="",
            before=_word(before) if before and before != position.stance else "",
            after=_word(position.stance),
            certainty=position.certainty,
            disputed=position.disputed,
            since=_day(position.since),
            quote=_quoted(position.quote),
            source=_evidence(position.sources, position.origins),
            others=max(0, len(position.sources) - 1),
        )

    def _measures(self, known: Standing) -> list[Row]:
        before = _befores(known.changes)
        newest = sorted(known.measures, key=lambda each: each.since, reverse=True)
        return [self._measure(each, before.get((each.id, ""))) for each in newest[:MEASURES]]

    def _measure(self, measure: Measure, before: str | None) -> Row:
        number = f", No. {plain(measure.number)}" if measure.number else ""
        day = f", in force from {measure.effective_on}" if measure.effective_on else ""
        return Row(
            who=self._name(measure.body),
            topic=_word(measure.topic),
            name=f"{self._name(measure.effect)}{number}{day}",
            before=_word(before) if before and before != measure.stage else "",
            after=_word(measure.stage),
            certainty=measure.certainty,
            disputed=False,
            since=_day(measure.since),
            quote=_quoted(measure.quote),
            source=_evidence(measure.sources, measure.origins),
            others=max(0, len(measure.sources) - 1),
        )

    def _turns(self, known: Standing) -> list[Turn]:
        """The last changes, newest learnt first; what was known from the start is no news."""
        news = [change for change in known.changes if change.reason is not Reason.BASELINE]
        news.sort(key=lambda change: (change.evidence.learnt_at, change.id), reverse=True)
        told = _told(known.told)
        return [self._turn(change, told.get(change.id, [])) for change in news[:CHANGES]]

    def _turn(self, change: Change, told: list[str]) -> Turn:
        row = Row(
            who=self._name(change.actor),
            topic=_word(change.topic),
            name=self._name(change.effect) if change.effect else "",
            before=_word(change.before) if change.before and change.before != change.after else "",
            after=_word(change.after),
            certainty=change.certainty,
            disputed=False,
            since=_day(change.evidence.said_at),
            quote=_quoted(change.quote),
            source=_link(change.evidence.url),
            others=0,
        )
        return Turn(row, _word(change.reason), told or ["no alert"])

    def _name(self, slug: str) -> str:
        return self._names.get(slug) or _word(slug)


def _befores(changes: Iterable[Change]) -> dict[tuple[str, str], str]:
    """What stood before the present position of an actor on a topic, or stage of a measure."""
    found: dict[tuple[str, str], str] = {}
    for change in changes:
        if change.before and change.before != change.after:
            stance = change.kind is ChangeKind.STANCE
            key = (change.actor, change.topic) if stance else (change.measure or "", "")
            found[key] = change.before
    return found


def _told(latest: Iterable[tuple[Alert, list[Delivery]]]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for alert, deliveries in latest:
        counts = Counter((channel_of(each.target), each.state) for each in deliveries)
        found[alert.change.id] += [
            f"{channel}: {state}{f' ({count})' if count > 1 else ''}"
            for (channel, state), count in counts.items()
        ]
    return found


# --- how the service does ----------------------------------------------------------------------


def _sources(seen: Glance) -> list[Health]:
    found = [(source, cursor or Cursor(source.id, seen.at)) for source, cursor in seen.sources]
    found.sort(key=lambda each: ORDER.index(each[1].condition))
    return [
        _health(source, cursor, seen.held.get(source.id, 0), seen.at) for source, cursor in found
    ]


def _health(source: Source, cursor: Cursor, held: int, now: datetime) -> Health:
    return Health(
        name=plain(source.title or source.id),
        site=host_of(source.url),
        condition=cursor.condition,
        since=_day(cursor.condition_since) if cursor.condition_since else "",
        newest=_day(cursor.newest_item_at) if cursor.newest_item_at else "",
        answered=_distance(cursor.last_success_at, now),
        error=redacted(cursor.last_error or ""),
        next=_distance(cursor.next_check_at, now),
        held=held,
    )


def _conditions(seen: Glance) -> str:
    counts = Counter(cursor.condition if cursor else Condition.NEW for _, cursor in seen.sources)
    return ", ".join(f"{counts[each]} {each}" for each in ORDER if counts[each])


def _boxes(waiting: Iterable[Waiting], now: datetime) -> list[Box]:
    by_channel: defaultdict[str, list[Waiting]] = defaultdict(list)
    for each in waiting:
        by_channel[channel_of(each.target)].append(each)
    return [_box(channel, each, now) for channel, each in sorted(by_channel.items())]


def _box(channel: str, waiting: Sequence[Waiting], now: datetime) -> Box:
    counts: Counter[DeliveryState] = Counter()
    for each in waiting:
        counts[each.state] += each.count
    pending = [each.oldest for each in waiting if each.state is DeliveryState.PENDING]
    return Box(
        channel=plain(channel),
        counts=[(state, counts[state]) for state in DeliveryState if counts[state]],
        oldest=_distance(min(pending, default=None), now),
    )


# --- strangers' text ---------------------------------------------------------------------------


def plain(text: str, limit: int = LONGEST) -> str:
    """One line without controls or marks that turn the direction of what follows."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * limit]).split())
    if len(line) <= limit:
        return line
    words, _, part = line[:limit].rpartition(" ")
    return f"{words if len(words) > limit // 2 else part[: limit - 1]}…"


def redacted(text: str) -> str:
    """Without what stands in an address before its host or after its path: keys stand there."""
    text = re.sub(r"(?<=://)[^/@\s]*@", "", text)
    return plain(re.sub(r"(://[^\s?#]*)[?#]\S*", r"\1?…", text))


def host_of(url: str) -> str:
    try:
        return plain(urlsplit(url).hostname or "")
    except ValueError:  # such as http://[
        return ""


def _link(url: str) -> Link:
    """Only what leads to a web page is a link; `javascript:` and its like are text."""
    host = host_of(url)
    followed = re.match(r"(?i)https?://[^\s\\@]+\Z", url) and host and len(url) <= 2000
    return Link(host or plain(url, 80), url if followed else "")


def _evidence(sources: Sequence[str], origins: Sequence[str]) -> Link:
    """A seed has no address; then whose text it is stands alone."""
    if any(sources):
        return _link(next(filter(None, sources)))
    return Link(plain(origins[0]) if origins else "from the seeds", "")


def _quoted(quote: Quote) -> str:
    return plain(quote.text)


def _word(slug: str) -> str:
    return plain(slug.replace("-", " "))


# --- times -------------------------------------------------------------------------------------


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _distance(moment: datetime | None, now: datetime) -> str:
    """`4 min ago`, `in 2 h`; empty for None."""
    if moment is None:
        return ""
    apart = abs(moment - now)
    size, unit = next(((apart // size, unit) for size, unit in UNITS if apart >= size), (0, ""))
    if not unit:
        return "now"
    return f"in {size} {unit}" if moment > now else f"{size} {unit} ago"


UNITS = (
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
    (timedelta(seconds=1), "s"),
)
