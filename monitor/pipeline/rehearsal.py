"""The same steps without the wire: `analyze` reads lines one by one, `replay` lives through them.

Laws, each a test: ids and further keys change nothing; a line of `analyze` does not depend on the
others; the replay of the first k lines is the first k lines of the replay.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Protocol

from monitor.model import Act, Article, Change, ChangeKind, Reading, Stance
from monitor.pipeline.desk import Desk, Reader
from monitor.pipeline.intake import Arrival, Taken, take
from monitor.pipeline.lines import Entry, Refusal, read_lines
from monitor.ports import Store
from monitor.steps.identify import newsroom_of

BATCH = 64
"""Articles in one transaction of a replay. Where a batch ends does not show in what comes out."""

PRESENT = datetime(9999, 1, 1, tzinfo=UTC)
"""What `analyze` reads an article without any date as of: who holds an office holds it then. Not
the clock, or the same line would be read otherwise on another day."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""The clock of a replay before its first date."""

Line = dict[str, Any]


# --- analyze -----------------------------------------------------------------------------------


class Linguist(Reader, Protocol):
    """A reader that also tells the language of what it would not read."""

    def language_of(self, article: Article) -> str: ...


def analyze_lines(lines: Iterable[str | bytes], reader: Linguist) -> Iterator[Line]:
    """What each article says, one out for each line in, in the same order."""
    for entry in read_lines(lines):
        yield _analyzed(entry, reader) if isinstance(entry, Entry) else entry


def _analyzed(entry: Entry, reader: Linguist) -> Line:
    article = entry.article(entry.arrived or entry.date or PRESENT)
    reading = reader.read(article)
    return {
        "id": entry.id,
        "relevant": reading.relevant,
        "language": reading.language or reader.language_of(article),
        "topics": list(reading.topics),
        "actors": list(reading.actors),
        **_labels(entry, reading),
    }


def _labels(entry: Entry, reading: Reading) -> Line:
    return {
        "stances": [_stance_line(entry, stance) for stance in reading.stances],
        "regulation": [_act_line(entry, act) for act in reading.acts],
    }


def _stance_line(entry: Entry, stance: Stance) -> Line:
    return {
        "actor": stance.actor,
        "topic": stance.topic,
        "stance": stance.stance,
        "confidence": stance.confidence,
        "background": stance.background,
        **_quoted(entry, stance),
    }


def _act_line(entry: Entry, act: Act) -> Line:
    return {
        "topic": act.topic,
        "body": act.body,
        "stage": act.stage,
        "effect": act.effect,
        **_dates(act),
        "confidence": act.confidence,
        **_quoted(entry, act),
    }


def _quoted(entry: Entry, label: Stance | Act) -> Line:
    start, end = entry.span(label.quote.start, label.quote.end)
    return {"quote": entry.raw[start:end], "start": start, "end": end}


def _dates(told: Act | Change) -> Line:
    days = {"effective_on": told.effective_on, "comments_until": told.comments_until}
    return {key: None if day is None else day.isoformat() for key, day in days.items()}


# --- replay ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Met:
    """A line, a refusal or a seed at the instant it is met."""

    clock: datetime
    entry: Entry | Refusal | None = None
    seed: Article | None = None


def replay_lines(
    lines: Iterable[str | bytes],
    *,
    store: Store,
    desk: Desk,
    seeds: Sequence[Article] = (),
    batch: int = BATCH,
) -> Iterator[Line]:
    """Through the whole intake, in the order of their clocks, on a store made for this replay.

    One out for each line in. A seed enters, unseen, on its own date.
    """
    for met, taken in play_lines(lines, store=store, desk=desk, seeds=seeds, batch=batch):
        yield from _told(met, taken)


def play_lines(
    lines: Iterable[str | bytes],
    *,
    store: Store,
    desk: Desk,
    seeds: Sequence[Article] = (),
    batch: int = BATCH,
) -> Iterator[tuple[Met, Taken | None]]:
    """Each line and seed in the order of their clocks, and what became of it; None: a refusal."""
    stream = iter(_with_seeds(_in_order(read_lines(lines)), seeds))
    learnt = 0
    while part := list(islice(stream, batch)):
        arrivals = [_arrival(met, learnt + turn, desk) for turn, met in enumerate(part)]
        learnt += len(part)
        taken = iter(take([one for one in arrivals if one], store=store, desk=desk))
        for met, arrival in zip(part, arrivals, strict=True):
            yield met, next(taken) if arrival else None


def _in_order(entries: Iterable[Entry | Refusal]) -> list[Met]:
    """By `date`, else `arrived`, else the clock of the line before; ties in input order."""
    clock, met = BEGINNING, []
    for entry in entries:
        if isinstance(entry, Entry):
            clock = entry.date or entry.arrived or clock
        met.append(Met(clock, entry))
    return sorted(met, key=lambda one: one.clock)


def _with_seeds(lines: Iterable[Met], seeds: Sequence[Article]) -> Iterator[Met]:
    waiting = sorted(seeds, key=lambda seed: seed.said_at)
    for line in lines:
        while waiting and waiting[0].said_at <= line.clock:
            seed = waiting.pop(0)
            yield Met(seed.said_at, seed=seed)
        yield line


def _arrival(met: Met, turn: int, desk: Desk) -> Arrival | None:
    """Each is learnt a microsecond after the one before it: what was met first folds first, and
    no id has to break a tie."""
    learnt_at = met.clock + timedelta(microseconds=turn)
    if met.seed:
        return Arrival(replace(met.seed, arrived_at=learnt_at), baseline=True, seed=True)
    if not isinstance(met.entry, Entry):
        return None
    return Arrival(_in_the_words_of(met.entry.article(learnt_at), desk))


def _in_the_words_of(article: Article, desk: Desk) -> Article:
    """A line names no source: the host of its address tells the newsroom, and whose voice it is."""
    host = newsroom_of(article.url)
    voice = desk.voices.get(host)
    if voice is None:
        return replace(article, newsroom=host)
    return replace(article, newsroom=voice.newsroom, tier=voice.tier, voice=voice.actor)


def _told(met: Met, taken: Taken | None) -> Iterator[Line]:
    if isinstance(met.entry, Entry) and taken:
        yield _replayed(met.entry, taken)
    elif met.entry is not None and not isinstance(met.entry, Entry):
        yield met.entry
    if taken and taken.shelved:
        yield from ({"merged": each.story, "into": each.into} for each in taken.shelved.merges)


def _replayed(entry: Entry, taken: Taken) -> Line:
    return {
        "id": entry.id,
        "status": taken.verdict.value,
        "copy_of": taken.identity.original,
        "story": taken.story,
        "changes": [_change_line(change, taken) for change in taken.changes],
    }


def _change_line(change: Change, taken: Taken) -> Line:
    holder = "actor" if change.kind is ChangeKind.STANCE else "body"
    return {
        "kind": change.kind.value,
        holder: change.actor,
        "topic": change.topic,
        "measure": change.measure,
        "from": change.before,
        "to": change.after,
        "reason": change.reason.value,
        "certainty": change.certainty.value,
        "background": change.background,
        "quote": change.quote.text,
        "alert": taken.alerted(change),
        **_dates(change),
    }
