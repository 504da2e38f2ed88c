"""Articles in, one write out: identify > read > ledger > alert > compose > write.

Not here: fetching and parsing (what brings the articles), the ledger's steps (entering.py), and
sending (delivery.py).
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from monitor.model import Article, ArticleRecord, Cursor, Footing, Intake, Reading, Verdict
from monitor.pipeline.arrivals import (
    NOTHING_BESIDE,
    Arrival,
    Beside,
    Taken,
    Way,
    is_archive,
    oldest_first,
)
from monitor.pipeline.desk import Desk
from monitor.pipeline.entering import alert, announce, enter
from monitor.pipeline.flood import Gate, Stream, flood_notice
from monitor.pipeline.novelty import known_by_seed
from monitor.pipeline.pages import page_due, page_mark
from monitor.pipeline.shelf import Shelved
from monitor.pipeline.slate import Slate, glance, read_back
from monitor.ports import Deciding, Store
from monitor.steps.identify import (
    NOTHING_NEW,
    Identity,
    Sight,
    for_ever,
    story_of,
    unspoken,
    verdict_of,
)

__all__ = ["Arrival", "Beside", "Taken", "Way", "oldest_first", "take", "take_poll"]


def take_poll(
    articles: Iterable[Article],
    *,
    store: Store,
    desk: Desk,
    now: datetime,
    cursor: Cursor | None,
    first_sight: bool,
    gate: Gate | None = None,
    beside: Beside = NOTHING_BESIDE,
) -> list[Taken]:
    """One polled source, oldest item first. `cursor` and what stands `beside` are written in the
    same transaction.

    `first_sight`: no poll of this source has brought an item before (promise 4). `gate`: what is
    too much at once for a source that was read before.
    """
    ordered = oldest_first(articles, now)
    fresh_ledger = first_sight and not _is_founded(store)
    arrivals = [
        Arrival(article, baseline=first_sight and (fresh_ledger or is_archive(article, now)))
        for article in ordered
    ]
    return take(
        arrivals,
        store=store,
        desk=desk,
        cursor=cursor,
        gate=None if first_sight else gate,
        beside=beside,
    )


def take(
    arrivals: Sequence[Arrival],
    *,
    store: Store,
    desk: Desk,
    cursor: Cursor | None = None,
    gate: Gate | None = None,
    beside: Beside = NOTHING_BESIDE,
) -> list[Taken]:
    """Decide these arrivals in the order given and write them at once, or not at all.

    Reading is done before the transaction opens; whatever decides is read again inside it.
    """
    readings = _read(arrivals, store, desk)
    with store.deciding() as deciding:
        slate = read_back(deciding, arrivals, readings, desk)
        stream = gate.judge(slate, arrivals) if gate else Stream.ORDINARY
        taken = [_take_one(arrival, readings, slate, desk, stream) for arrival in arrivals]
        if gate and stream is Stream.FLOOD:
            beside = _with_flood_notice(beside, gate, taken, deciding)
        deciding.write(_gather(taken, cursor, beside, desk, slate.ledger.made))
    return taken


def _is_founded(store: Store) -> bool:
    with store.deciding() as deciding:
        return deciding.is_founded()


def _read(arrivals: Sequence[Arrival], store: Store, desk: Desk) -> dict[Article, Reading]:
    """What each article says that is not known word for word already."""
    if not arrivals:
        return {}
    with store.deciding() as deciding:
        slate = glance(deciding, arrivals)
    unread = [it.article for it in arrivals if slate.identify(it).sight not in NOTHING_NEW]
    return {article: desk.reader.read(article) for article in unread}


def _take_one(
    arrival: Arrival,
    readings: dict[Article, Reading],
    slate: Slate,
    desk: Desk,
    stream: Stream,
) -> Taken:
    identity = slate.identify(arrival)
    if identity.sight in NOTHING_NEW:
        article_id = identity.article.id
        story = slate.shelf.now(slate.stories.get(article_id, ""))
        return Taken(identity, Verdict.KNOWN, story)
    reading = readings[arrival.article]
    if stream.holds(identity) or slate.is_held(identity, arrival):
        return _held(arrival, identity, reading, slate)
    identity = slate.likened(identity)
    identity, shelved = _shelved(arrival, identity, reading, slate, desk)
    if arrival.seed:
        identity = for_ever(identity)
    taken = _filed(arrival, identity, reading, slate, shelved=shelved)
    if taken.record and identity.sight is not Sight.REPRINT:
        taken.footprint = slate.lookalikes.mark(taken.record)
    enter(arrival, taken, reading, slate, desk)
    taken.findings = known_by_seed(taken, slate.lookalikes)
    alert(taken, slate, desk)
    taken.text_due = page_due(arrival, taken)
    return taken


# --- identify ----------------------------------------------------------------------------------


def _shelved(
    arrival: Arrival, identity: Identity, reading: Reading, slate: Slate, desk: Desk
) -> tuple[Identity, Shelved | None]:
    """The story of what is ours and was never told. A copy is in its original's story, an edited
    article stays in its own: to look again would move it because of what was told since."""
    if identity.sight is not Sight.FIRST or not reading.relevant:
        return identity, None
    shelved = slate.shelf.put(
        identity.article,
        reading,
        name=story_of(identity),
        seed=arrival.seed,
        sides=desk.sides,
        weights=desk.join,
    )
    if shelved.seed:
        identity = replace(identity, sight=Sight.RETOLD, original=shelved.seed)
    return identity, shelved


def _filed(
    arrival: Arrival,
    identity: Identity,
    reading: Reading,
    slate: Slate,
    *,
    held: bool = False,
    shelved: Shelved | None = None,
) -> Taken:
    article = identity.article
    if shelved:
        story = shelved.story
    else:
        told = slate.stories.get(identity.original or article.id) or story_of(identity)
        story = slate.shelf.now(told)
    taken = Taken(
        identity,
        verdict_of(identity.sight, relevant=reading.relevant),
        story,
        relevant=reading.relevant,
        released=article.id in slate.held and not held,
        shelved=shelved,
    )
    marks = (page_mark(identity.version),) if arrival.way is Way.PAGE else ()
    taken.record = ArticleRecord(
        article=replace(article, keys=(*article.keys, *marks)),
        version=identity.version,
        verdict=taken.verdict,
        copy_of=identity.original,
        story=story,
        reading_json=canonical_json(asdict(reading)),
        seed=arrival.seed,
        baseline=arrival.baseline,
        held=held,
    )
    slate.keep(taken.record)
    return taken


def _held(arrival: Arrival, identity: Identity, reading: Reading, slate: Slate) -> Taken:
    """Known from now on, and nothing of it is told."""
    return _filed(arrival, unspoken(identity), reading, slate, held=True)


def canonical_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


# --- write -------------------------------------------------------------------------------------


def _with_flood_notice(
    beside: Beside, gate: Gate, taken: Sequence[Taken], deciding: Deciding
) -> Beside:
    """One for as long as held items stand: a feed that goes on is not told again."""
    if deciding.held(gate.source.id):
        return beside
    return replace(beside, notices=(*beside.notices, flood_notice(gate, taken)))


def _counted(shelved: Iterable[Shelved]) -> tuple[tuple[str, str, int], ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for space, word, count in (each for one in shelved for each in one.counted):
        counts[space, word] += count
    return tuple((space, word, count) for (space, word), count in counts.items())


def _gather(
    taken: Sequence[Taken],
    cursor: Cursor | None,
    beside: Beside,
    desk: Desk,
    footings: Sequence[Footing],
) -> Intake:
    told = [announce(notice, desk) for notice in beside.notices]
    messages = [message for one in taken for message in one.messages]
    deliveries = [delivery for one in taken for delivery in one.deliveries]
    shelved = [one.shelved for one in taken if one.shelved]
    return Intake(
        cursor=cursor,
        articles=tuple(one.record for one in taken if one.record),
        statements=tuple(row for one in taken for row in one.statements),
        changes=tuple(change for one in taken for change in one.changes),
        decisions=tuple(decision for one in taken for decision in one.decisions),
        alerts=tuple(alert for one in taken for alert in one.alerts),
        messages=(*messages, *(message for message, _ in told)),
        deliveries=(*deliveries, *(delivery for _, sent in told for delivery in sent)),
        released=tuple(one.identity.article.id for one in taken if one.released),
        sketches=tuple(one.sketch for one in shelved),
        stories=tuple(one.opened for one in shelved if one.opened),
        merges=tuple(merge for one in shelved for merge in one.merges),
        counted=_counted(shelved),
        footings=tuple(footings),
        footprints=tuple(one.footprint for one in taken if one.footprint),
        texts_due=(*beside.texts_due, *(one.text_due for one in taken if one.text_due)),
        texts_done=beside.texts_done,
        remembered=beside.remembered,
    )
