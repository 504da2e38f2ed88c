"""What makes two articles one event: learnt, and measured; copies and seeds are measured beside.

Each article is read and judged by weights that have not seen its event. Measured as the articles
are dated, and on a dense stream where an event begins every 16 hours: dates alone tell the stories
of the first apart, and fail on the second. Not here: writing weights (train_stories.py).
"""

import itertools
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from monitor.model import Article, Sketch
from monitor.pipeline.desk import Desk, Reader, lay_out
from monitor.pipeline.rehearsal import replay_lines
from monitor.pipeline.seeds import seed_articles
from monitor.rulebook.types import Pack
from monitor.steps.identify import ALL, Common, traits_of
from monitor.steps.identify.likeness import likenesses
from monitor.steps.identify.stories import (
    BY_HAND,
    WINDOW,
    JoinWeights,
    Judge,
    Placing,
    merging,
    place,
)
from monitor.steps.render import compose
from monitor.store import open_store
from tests.gold.corpus import FOLDS, Row, fold_of

SEEDS_DIR = Path("seeds")

STRENGTH = 0.5
"""Inverse of the L2 penalty."""
DENSE = 5.0
"""Weight of the dense stream against the other: a mixed story hides a change, a part of one only
repeats it, and it is the dense stream that mixes them."""
JOIN, MERGE, FOLLOW = 0.75, 0.9, 0.3
"""Probabilities; chosen in folds by event, as STRENGTH and DENSE."""
BIG_EVENT = 3
"""A pair of an event of n articles weighs 3 / sqrt(n): else one event of thirty rules the fit."""
EVERY = timedelta(hours=16)
DENSE_BEGINS = date(2024, 1, 1)
LONGEST_LAG = 10

COMMON_AT, COMMON_SHARE = 3, 0.1
"""Articles, and share of those of its space, in which a word stands that is kept as common."""

SEED_EVENT = "2022-01-26-putin-mining-consensus"
"""The event that the seed of January 2022 was written about, as labelled texts name it."""

ALWAYS = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))

Groups = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stream:
    """Articles in the order told, with their sketches, and which are whose copies."""

    name: str
    rows: Mapping[str, Row]
    sketches: tuple[Sketch, ...]
    originals: Mapping[str, str]

    @property
    def told(self) -> list[str]:
        """Relevant articles of an event: what is measured."""
        return [name for name, row in self.rows.items() if row["relevant"] and row.get("event")]


# --- streams -----------------------------------------------------------------------------------


def streams_of(
    rows: Sequence[Row], pack: Pack, reader: Reader, common: Common | None = None
) -> list[Stream]:
    """`reader` must be blind to the event of what it reads: of weights learnt on readings that
    knew it, a third of what they join on a dense stream is joined wrongly."""
    desk = lay_out(pack, reader, compose=compose, targets={})
    if common is not None:
        desk = replace(desk, join=replace(desk.join, common=common))
    return [_stream("as dated", rows, desk), _stream("dense", list(densely(rows)), desk)]


def densely(rows: Sequence[Row]) -> Iterator[Row]:
    """Every text and every lag within an event is kept; events begin close to one another."""
    begins: dict[str, str] = {}
    for row in rows:
        if row.get("event") and (day := row.get("date") or row.get("arrived")):
            begins[row["event"]] = min(begins.get(row["event"], day), day)
    order = sorted(begins, key=lambda event: (begins[event], event))
    for turn, row in enumerate(rows):
        event = row.get("event")
        day = row.get("date") or row.get("arrived")
        if event in begins:
            lag = (date.fromisoformat(day) - date.fromisoformat(begins[event])).days if day else 0
            at = EVERY * order.index(event) + timedelta(days=max(0, min(lag, LONGEST_LAG)))
        else:
            at = EVERY * (turn * len(order) // len(rows))
        stamp = (DENSE_BEGINS + timedelta(days=at.days)).isoformat()
        yield {**row, "date": stamp if row.get("date") else None, "arrived": stamp}


def _stream(name: str, rows: Sequence[Row], desk: Desk) -> Stream:
    store = open_store("sqlite://", exclusive=False)
    try:
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        replay = [line for line in replay_lines(lines, store=store, desk=desk) if "id" in line]
        with store.deciding() as deciding:
            found = {one.article_id: one for one in deciding.sketches(*ALWAYS)}
    finally:
        store.close()
    return Stream(
        name=name,
        rows={row["id"]: row for row in rows},
        sketches=tuple(found[line["id"]] for line in replay if line["id"] in found),
        originals={line["id"]: line["copy_of"] for line in replay if line["copy_of"]},
    )


def common_in(rows: Iterable[Row], reader: Reader) -> dict[str, dict[str, float]]:
    """Space -> word -> share of the relevant articles that it stands in; of the commonest words."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        article = Article(row["id"], "", row["title"], row["text"], ALWAYS[0], language=row["lang"])
        for space, words in traits_of(article, reader.read(article), {}).spaces().items():
            counts[space].update((*words, ALL))
    return {
        space: {
            word: round(count / words[ALL], 2)
            for word, count in sorted(words.items())
            if word != ALL and count >= max(COMMON_AT, words[ALL] * COMMON_SHARE)
        }
        for space, words in sorted(counts.items())
    }


# --- fitting -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    values: Mapping[str, float]
    same: bool
    folds: frozenset[int]
    weight: float


def pairs_of(stream: Stream) -> list[Pair]:
    """Of articles of which one at least tells a known event, within the window."""
    sizes = Counter(stream.rows[one.article_id].get("event") for one in stream.sketches)
    found = []
    for number, one in enumerate(stream.sketches):
        others = [other for other in stream.sketches[number + 1 :] if _paired(stream, one, other)]
        alike = likenesses(one, others) if others else {}
        for at, other in enumerate(others):
            a, b = stream.rows[one.article_id], stream.rows[other.article_id]
            same = a.get("event") == b.get("event")
            weight = BIG_EVENT / math.sqrt(sizes[a["event"]]) if same else 1.0
            values = {name: float(numbers[at]) for name, numbers in alike.items()}
            found.append(Pair(values, same, frozenset((fold_of(a), fold_of(b))), weight))
    return found


def _paired(stream: Stream, one: Sketch, other: Sketch) -> bool:
    of_an_event = any(stream.rows[each.article_id].get("event") for each in (one, other))
    return of_an_event and abs(one.told_at - other.told_at) <= WINDOW


def fit(streams: Sequence[Sequence[Pair]], but: int | None = None, digest: str = "") -> JoinWeights:
    """From every pair that the fold `but` has no part in."""
    seen = [[pair for pair in pairs if but not in pair.folds] for pairs in streams]
    shares = [share / max(1, len(pairs)) for share, pairs in zip((1.0, DENSE), seen, strict=True)]
    pairs = [pair for part in seen for pair in part]
    scale = len(pairs) / sum(share * len(part) for share, part in zip(shares, seen, strict=True))
    weight = [
        pair.weight * share * scale / 4
        for share, part in zip(shares, seen, strict=True)
        for pair in part
    ]
    names = list(pairs[0].values)
    values = np.array([[pair.values[name] for name in names] for pair in pairs])
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    model.fit(scaler.transform(values), [pair.same for pair in pairs], sample_weight=weight)
    of = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - (of * scaler.mean_).sum())
    rounded = {name: round(float(one), 4) for name, one in zip(names, of, strict=True)}
    return JoinWeights(round(bias, 4), rounded, JOIN, MERGE, FOLLOW, digest)


def in_folds(pairs: Sequence[Sequence[Pair]]) -> dict[int, JoinWeights]:
    """Fold -> weights that have not seen its events."""
    return {fold: fit(pairs, fold) for fold in range(FOLDS)}


# --- placing -----------------------------------------------------------------------------------


def placed(stream: Stream, weights: JoinWeights, judge: Judge) -> dict[str, str]:
    """Article -> story, each article judged when it comes, as the service does."""
    shelf: dict[str, Sketch] = {}
    for new in stream.sketches:
        near = [one for one in shelf.values() if abs(one.told_at - new.told_at) <= WINDOW]
        new = replace(new, story=f"story of {new.article_id}")
        found = place(new, near, weights, judge)
        if found.why is Placing.ALIKE and found.story:
            new = replace(new, story=found.story)
        shelf[new.article_id] = new
        for story, into in merging(new.story, found.rivals, [*near, new], weights, judge):
            for name, one in shelf.items():
                shelf[name] = replace(one, story=into) if one.story == story else one
    stories = {name: one.story for name, one in shelf.items()}
    return {
        name: stories.get(stream.originals.get(name, name), f"alone {name}") for name in stream.rows
    }


def blind_judge(stream: Stream, models: Mapping[int, JoinWeights]) -> Judge:
    """Each new article by the model that has not seen its event."""
    known: dict[tuple[str, str], float] = {}

    def judge(one: Sketch, others: Sequence[Sketch]) -> list[float]:
        keys = [(one.article_id, other.article_id) for other in others]
        new = [other for key, other in zip(keys, others, strict=True) if key not in known]
        told = models[fold_of(stream.rows[one.article_id])].probabilities(one, new)
        known.update(
            {(one.article_id, other.article_id): p for other, p in zip(new, told, strict=True)}
        )
        return [known[key] for key in keys]

    return judge


# --- measuring ---------------------------------------------------------------------------------


def b_cubed(wanted: Groups, have: Groups, names: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1, the mean over articles of how well its own group is met."""
    precision = recall = 0.0
    want, had = _members(wanted, names), _members(have, names)
    for name in names:
        mine, theirs = want[wanted[name]], had[have[name]]
        precision += len(mine & theirs) / len(theirs) / len(names)
        recall += len(mine & theirs) / len(mine) / len(names)
    return precision, recall, 2 * precision * recall / (precision + recall)


def pair_rates(
    wanted: Groups, have: Groups, names: Iterable[str], language: Groups | None = None
) -> tuple[float, float]:
    """Precision and recall of the pairs that share a group; of two languages where it is given."""
    hits = said = true = 0
    for one, other in itertools.combinations(names, 2):
        if language is None or language[one] != language[other]:
            same, together = wanted[one] == wanted[other], have[one] == have[other]
            hits, said, true = hits + (same and together), said + together, true + same
    return hits / said if said else 0.0, hits / true if true else 0.0


def by_date(stream: Stream, days: int) -> dict[str, str]:
    """The system that reads nothing: one story for as long as no gap is longer than `days`."""
    ordered = sorted(stream.told, key=lambda name: _day(stream.rows[name]))
    groups: dict[str, str] = {}
    last, story = date.min, ""
    for name in ordered:
        day = _day(stream.rows[name])
        story = story if (day - last).days <= days else name
        groups[name], last = story, day
    return groups


def report(stream: Stream, have: Groups, name: str) -> dict[str, float]:
    names = stream.told
    events = {one: stream.rows[one]["event"] for one in names}
    language = {one: stream.rows[one]["lang"] for one in names}
    cubed = b_cubed(events, have, names)
    pairs = pair_rates(events, have, names)
    abroad = pair_rates(events, have, names, language)
    shown = [_slashed(cubed, 3), _slashed(pairs, 2), _slashed(abroad, 2)]
    say(f"  {stream.name:9} {name:22} B-cubed {shown[0]}  pairs {shown[1]}  abroad {shown[2]}")
    return {
        "B-cubed": cubed[2],
        "pairs, precision": pairs[0],
        "pairs, recall": pairs[1],
        "pairs abroad, precision": abroad[0],
        "pairs abroad, recall": abroad[1],
    }


def story_report(rows: Sequence[Row], pack: Pack, reader: Reader) -> dict[str, float]:
    """Stories and copies in folds by event, beside systems that do not do the work."""
    say("\nstories (precision/recall/F1 by article; precision/recall of pairs; of those abroad)")
    streams = streams_of(rows, pack, reader)
    models = in_folds([pairs_of(stream) for stream in streams])
    reached: dict[str, float] = {}
    for stream in streams:
        trivial_reports(stream)
        blind = report(stream, placed(stream, models[0], blind_judge(stream, models)), "in folds")
        reached |= {f"stories {stream.name}, {name}": value for name, value in blind.items()}
    return reached | copies_report(streams[0]) | seed_report(rows, pack, reader, models)


def trivial_reports(stream: Stream) -> None:
    for days in (0, 1):
        report(stream, by_date(stream, days), f"dates, gap of {days} days")
    report(stream, placed(stream, BY_HAND, BY_HAND.probabilities), "weights set by hand")


# --- copies and seeds --------------------------------------------------------------------------


def copies_report(stream: Stream) -> dict[str, float]:
    """Pairs of copies of one text, whichever of them came first."""
    wanted = {name: row.get("copy_of_group") or name for name, row in stream.rows.items()}
    have = {name: stream.originals.get(name, name) for name in stream.rows}
    precision, recall = pair_rates(wanted, have, list(stream.rows))
    say(f"  copies {precision:.3f}/{recall:.3f} (precision/recall of pairs)")
    return {"copies, precision": precision, "copies, recall": recall}


def seed_report(
    rows: Sequence[Row], pack: Pack, reader: Reader, models: Mapping[int, JoinWeights]
) -> dict[str, float]:
    """How many articles of the seed's event are known by it, or are in the one story of that event,
    and how many others are. Nothing where no article of that event is among the labelled."""
    of_event = {row["id"] for row in rows if row.get("event") == SEED_EVENT}
    if not of_event:
        return {}
    blind = models[fold_of({"event": SEED_EVENT})]
    recognised = recognised_by_seed(rows, of_event, pack, reader, blind)
    right, wrong = len(recognised & of_event), len(recognised - of_event)
    say(f"  the seed's event: {right} of {len(of_event)} known or of its story, and {wrong} others")
    share = right / max(1, right + wrong)
    return {"seed's event, precision": share, "seed's event, recall": right / len(of_event)}


def recognised_by_seed(
    rows: Sequence[Row], of_event: set[str], pack: Pack, reader: Reader, weights: JoinWeights
) -> set[str]:
    seeds = seed_articles(SEEDS_DIR)
    store = open_store("sqlite://", exclusive=False)
    try:
        desk = lay_out(pack, reader, compose=compose, targets={})
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        desk = replace(desk, join=replace(weights, common=desk.join.common))
        replay = list(replay_lines(lines, store=store, desk=desk, seeds=seeds))
    finally:
        store.close()
    stories = stories_at_last(replay)
    known = {line["id"]: line["copy_of"] for line in replay if line.get("status") == "known"}
    told = Counter(stories[name] for name in of_event).most_common(1)[0][0]
    by_seed = Counter(known[name] for name in of_event if known.get(name)).most_common(1)
    seed = by_seed[0][0] if by_seed else None
    return {name for name in stories if stories[name] == told or (seed and known.get(name) == seed)}


def stories_at_last(replay: Sequence[Row]) -> dict[str, str]:
    """Article -> the story that it is in when all is told, merges followed."""
    into = {line["merged"]: line["into"] for line in replay if "merged" in line}
    found = {}
    for line in replay:
        if "id" in line:
            story = line["story"]
            while story in into:
                story = into[story]
            found[line["id"]] = story
    return found


def _slashed(values: Iterable[float], places: int) -> str:
    return "/".join(f"{value:.{places}f}" for value in values)


def _members(groups: Groups, names: Iterable[str]) -> dict[str, set[str]]:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        members[groups[name]].add(name)
    return members


def _day(row: Row) -> date:
    return date.fromisoformat((row.get("date") or row.get("arrived") or "1970-01-01")[:10])


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
