"""What reading owes to whom it has met: `python -m tests.gold.left_out FOLDER OUT [ACTOR ...]`.

Each of the largest actors is left out of training in turn, labels and mentions, network and weights
alike, and its positions are then read in two folds of events that nobody saw. Beside it stands a
network of the same short course that has met everybody. OUT keeps what was learnt: what is there is
not taught again (make left-out GOLD=; an hour and a quarter of two cores). It needs torch.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from monitor.pipeline.reading import PackReader
from monitor.pipeline.rehearsal import analyze_lines
from monitor.rulebook.load import load_pack
from monitor.rulebook.types import Pack
from monitor.steps.extract import Extractor, Network
from monitor.steps.extract.neural.network import base
from tests.gold.corpus import Row, fold_of, read_gold, read_own
from tests.gold.evaluate import lines_of
from tests.gold.scoring import Figure, Labels, stance_figure
from tests.gold.train import Lesson, lesson_of, lessons_of, train

if TYPE_CHECKING:
    from tests.gold.teach import Text

RULES_DIR = Path("rules")
EVERYBODY = "everybody"
APART = frozenset({1, 2})
"""Folds that no network here is taught: one alone has too few positions of an actor to tell."""
LARGEST = 5
ROUNDS = 4
"""Half of a whole course, and the same for all: only their difference is asked."""


def largest(rows: Sequence[Row]) -> list[str]:
    held = Counter(one["actor"] for row in rows for one in row["stances"])
    return [actor for actor, _ in held.most_common(LARGEST)]


def teach_without(folder: Path, rows: Sequence[Row], actors: Sequence[str]) -> None:
    """A network for each actor, at OUT/ACTOR.npz."""
    # Only teaching needs torch: reading with what was taught must do without it.
    from tests.gold import teach as school

    room = school.Classroom()
    texts = room.texts([row for row in rows if fold_of(row) not in APART])
    for actor in actors:
        untold = [leave_out(text, actor) for text in texts]
        learnt = school.teach(untold, room, school.Course(ROUNDS, 1e-3))
        school.write(learnt, folder / f"{actor}.npz")


def leave_out(text: "Text", actor: str) -> "Text":
    """The text as it stands, without being told anything of the actor in it. What a cue of that
    actor alone says is neither told nor denied: denied, it would teach that nobody speaks so."""
    sheet = text.sheet
    kept = [at for at, (slug, _) in enumerate(sheet.names) if slug != actor]
    others = {slug: places for slug, places in sheet.actors.items() if slug != actor}
    return replace(
        text,
        sheet=replace(sheet, names=[sheet.names[at] for at in kept], actors=others),
        names=[text.names[at] for at in kept],
        stances={key: rank for key, rank in text.stances.items() if key[0] != actor},
        cues=[
            (places, level, frozenset(one for one in told if one[0] != actor))
            for places, level, told in text.cues
            if not told or any(one[0] != actor for one in told)
        ],
    )


def lesson_without(lesson: Lesson, actor: str) -> Lesson:
    return replace(
        lesson,
        candidates=tuple(one for one in lesson.candidates if one.actor != actor),
        pairs=frozenset(one for one in lesson.pairs if one[0] != actor),
        levels=frozenset(one for one in lesson.levels if one[0] != actor),
    )


def report(folder: Path, rows: Sequence[Row], pack: Pack, actors: Sequence[str]) -> None:
    seen = lessons_of([row for row in rows if fold_of(row) not in APART], pack)
    apart = [row for row in rows if fold_of(row) in APART]
    asked = [row for row in apart if "retold" not in row]
    with_all = positions(apart, pack, folder, EVERYBODY, seen)
    say(f"{len(asked)} articles of folds that were left out; stances, lenient, of one actor\n")
    for actor in actors:
        without = positions(apart, pack, folder, actor, seen)
        met, unmet = (_figure(asked, told, actor) for told in (with_all, without))
        say(f"{actor:24} met {met}   never met {unmet}   {100 * (unmet.f1 - met.f1):+.1f}")


def positions(
    rows: Sequence[Row], pack: Pack, folder: Path, actor: str, seen: Sequence[Lesson]
) -> Labels:
    """What a network makes of the articles of others in each fold that it was not taught, its
    weights being learnt from what it makes of the other one. Those of another network would not
    fit: one that never met an actor is less sure of it, and they would ask too much."""
    network, extractor = _network(folder / f"{actor}.npz"), Extractor(pack)
    own = [lesson_of(row, extractor, network) for row in rows if row["relevant"]]
    told: dict[str, list[dict[str, str]]] = {}
    for fold in sorted(APART):
        asked = [lesson_without(one, actor) for one in own if one.fold != fold]
        lessons = [*(lesson_without(one, actor) for one in seen), *asked]
        fit = [one for one in asked if one.retold]
        reader = PackReader(pack, train(lessons, extractor.vocabulary, asked=fit), network)
        outside = [row for row in rows if fold_of(row) == fold and "retold" not in row]
        told |= {one["id"]: one["stances"] for one in analyze_lines(lines_of(outside), reader)}
    return told


def _network(path: Path) -> Network:
    with np.load(path, allow_pickle=False) as learnt:
        arrays = base(), dict(learnt)
    return Network(lambda: arrays)


def _figure(rows: Sequence[Row], told: Labels, actor: str) -> Figure:
    of_actor = [
        {**row, "stances": [one for one in row["stances"] if one["actor"] == actor]} for row in rows
    ]
    return stance_figure(
        of_actor,
        {key: [one for one in ones if one["actor"] == actor] for key, ones in told.items()},
        how="lenient",
    )


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    if len(arguments) < 2:
        say("python -m tests.gold.left_out FOLDER OUT [ACTOR ...]: FOLDER holds gold.jsonl")
        return 2
    outside, folder = read_gold(Path(arguments[0])), Path(arguments[1])
    folder.mkdir(parents=True, exist_ok=True)
    rows = [*read_own(), *outside]
    actors = list(arguments[2:]) or largest(outside)
    missing = [one for one in (EVERYBODY, *actors) if not (folder / f"{one}.npz").is_file()]
    if missing:
        teach_without(folder, rows, missing)
    report(folder, rows, load_pack(RULES_DIR), actors)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
