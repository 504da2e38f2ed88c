"""Learn what makes two articles one event, and measure it: `python -m tests.gold.stories [FOLDER]`.

From the texts of FOLDER, else from the project's own but their test part. Each article is judged by
weights that have not seen its event. Measured as the articles are dated, and
on a dense stream where an event begins every 16 hours: dates alone tell the stories of the first
apart, and fail on the second. Writes rules/story_weights.json.
"""

import itertools
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from monitor.model import Sketch
from monitor.pipeline.desk import lay_out
from monitor.pipeline.reading import build_reader
from monitor.pipeline.rehearsal import replay_lines
from monitor.rulebook.load import load_pack
from monitor.rulebook.types import Pack
from monitor.rulebook.weights import STORY_FILE
from monitor.steps.identify.stories import (
    BY_HAND,
    WINDOW,
    JoinWeights,
    Placing,
    likeness,
    merging,
    place,
)
from monitor.steps.render import compose
from monitor.store import open_store
from tests.gold.corpus import FOLDS, Row, digest_of, fold_of, in_test_part, read_gold, read_own

RULES_DIR = Path("rules")

STRENGTH = 0.3
"""Inverse of the L2 penalty."""
DENSE = 5.0
"""Weight of the dense stream against the other: a mixed story hides a change, a part of one only
repeats it, and it is the dense stream that mixes them."""
JOIN, MERGE, FOLLOW = 0.75, 0.75, 0.3
"""Probabilities; chosen in folds by event, as STRENGTH and DENSE."""
BIG_EVENT = 3
"""A pair of an event of n articles weighs 3 / sqrt(n): else one event of thirty rules the fit."""
EVERY = timedelta(hours=16)
DENSE_BEGINS = date(2024, 1, 1)
LONGEST_LAG = 10

ALWAYS = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))

Judge = Callable[[Sketch, Sketch], float]
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


def streams_of(rows: Sequence[Row], pack: Pack) -> list[Stream]:
    return [_stream("as dated", rows, pack), _stream("dense", list(densely(rows)), pack)]


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


def _stream(name: str, rows: Sequence[Row], pack: Pack) -> Stream:
    store = open_store("sqlite://", exclusive=False)
    try:
        desk = lay_out(pack, build_reader(pack), compose=compose, targets={})
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
    for one, other in itertools.combinations(stream.sketches, 2):
        a, b = stream.rows[one.article_id], stream.rows[other.article_id]
        if abs(one.told_at - other.told_at) > WINDOW or not (a.get("event") or b.get("event")):
            continue
        same = a.get("event") == b.get("event")
        weight = BIG_EVENT / math.sqrt(sizes[a["event"]]) if same else 1.0
        found.append(Pair(likeness(one, other), same, frozenset((fold_of(a), fold_of(b))), weight))
    return found


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

    def judge(one: Sketch, other: Sketch) -> float:
        key = (one.article_id, other.article_id)
        if key not in known:
            known[key] = models[fold_of(stream.rows[one.article_id])].probability(one, other)
        return known[key]

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


def report(stream: Stream, have: Groups, name: str) -> None:
    names = stream.told
    events = {one: stream.rows[one]["event"] for one in names}
    language = {one: stream.rows[one]["lang"] for one in names}
    cubed = "/".join(f"{value:.3f}" for value in b_cubed(events, have, names))
    pairs = "/".join(f"{value:.2f}" for value in pair_rates(events, have, names))
    abroad = "/".join(f"{value:.2f}" for value in pair_rates(events, have, names, language))
    say(f"{stream.name:9} {name:22} B-cubed {cubed}  pairs {pairs}  across languages {abroad}")


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


def main(arguments: Sequence[str]) -> int:
    pack = load_pack(RULES_DIR)
    own = [row for row in read_own() if not in_test_part(row)]
    rows = read_gold(Path(arguments[0])) if arguments else own
    streams = streams_of(rows, pack)
    pairs = [pairs_of(stream) for stream in streams]
    models = {fold: fit(pairs, fold) for fold in range(FOLDS)}
    for stream in streams:
        for days in (0, 1):
            report(stream, by_date(stream, days), f"dates, gap of {days} days")
        report(stream, placed(stream, BY_HAND, BY_HAND.probability), "weights set by hand")
        report(stream, placed(stream, models[0], blind_judge(stream, models)), "in folds by event")
    weights = fit(pairs, digest=digest_of(rows))
    out = RULES_DIR / STORY_FILE
    out.write_text(json.dumps(weights.to_json(), indent=1) + "\n", "utf-8")
    say(f"{out}: learnt from {len(rows)} articles, {sum(map(len, pairs)):,} pairs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
