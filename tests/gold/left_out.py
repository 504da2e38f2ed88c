"""What reading owes to whom it has met: `python -m tests.gold.left_out FOLDER OUT [ACTOR ...]`.

Each of the largest actors is left out of training in turn, labels and mentions, networks and
weights alike, and its positions are then read in four of five folds, each by a network and weights
that saw nothing of it. Beside it stand networks of the same short course that have met everybody.
OUT keeps what was learnt: what is there is not taught again (make left-out GOLD=; three hours of
two cores). It needs torch.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
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
from monitor.steps.extract.vocabulary import Vocabulary
from monitor.steps.extract.weights import RULES
from tests.gold.corpus import WAITING, Row, fold_of, read_gold, read_own
from tests.gold.evaluate import lines_of
from tests.gold.scoring import Figure, Labels, constant_stances, stance_figure
from tests.gold.train import Lesson, heard, lesson_of, train

if TYPE_CHECKING:
    from tests.gold.teach import Text

RULES_DIR = Path("rules")
EVERYBODY = "everybody"
APART = (frozenset({1, 2}), frozenset({3, 4}))
"""Folds that a network here is not taught, by pairs: each would want networks of its own, and two
alone have too few positions of an actor to tell, and too few articles to learn the weights from."""
LARGEST = 5
ROUNDS = 4
"""Half of a whole course, and the same for all: only their difference is asked."""


def largest(rows: Sequence[Row]) -> list[str]:
    held = Counter(one["actor"] for row in rows for one in row["stances"])
    return [actor for actor, _ in held.most_common(LARGEST)]


def teach_without(
    folder: Path, rows: Sequence[Row], apart: frozenset[int], actors: Sequence[str]
) -> None:
    """A network for each actor, at `place_of`."""
    # Only teaching needs torch: reading with what was taught must do without it.
    from tests.gold import teach as school

    room = school.Classroom()
    texts = room.texts([row for row in rows if fold_of(row) not in apart])
    for actor in actors:
        untold = [leave_out(text, actor) for text in texts]
        learnt = school.teach(untold, room, school.Course(ROUNDS, 1e-3))
        school.write(learnt, place_of(folder, actor, apart))


def place_of(folder: Path, actor: str, apart: frozenset[int]) -> Path:
    return folder / f"{actor}-{''.join(map(str, sorted(apart)))}.npz"


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
    asked = [row for row in rows if _is_asked(row)]
    extractor = Extractor(pack)
    read = [(row, lesson_of(row, extractor, None)) for row in rows if row["relevant"]]
    with_all = positions(asked, read, pack, folder, EVERYBODY)
    by_rules = _told(asked, PackReader(pack, RULES))
    say(f"{len(asked)} articles of folds that were left out; stances, lenient, of one actor\n")
    for actor in actors:
        without = positions(asked, read, pack, folder, actor)
        constant = constant_stances([_of(actor, row) for row in asked])
        systems = (with_all, without, by_rules, constant)
        met, unmet, rules, same = (_figure(asked, told, actor) for told in systems)
        say(f"{actor:24} met {met}   never met {unmet}   {100 * (unmet.f1 - met.f1):+.1f}")
        say(f"  systems that learn nothing: rules alone {rules.f1:.3f}, one label {same.f1:.3f}")


def _is_asked(row: Row) -> bool:
    """An article of others in a fold that is left out."""
    return "retold" not in row and any(fold_of(row) in apart for apart in APART)


def positions(
    asked: Sequence[Row],
    read: Iterable[tuple[Row, Lesson]],
    pack: Pack,
    folder: Path,
    actor: str,
) -> Labels:
    """What networks make of the articles of each fold that they were not taught, the weights being
    learnt from what they make of the other folds. Those of other networks would not fit: one that
    never met an actor is less sure of it, and they would ask too much."""
    vocabulary = Vocabulary(pack)
    networks = {fold: _network(place_of(folder, actor, apart)) for apart in APART for fold in apart}
    lessons = [
        lesson_without(heard(row, lesson, networks.get(lesson.fold), vocabulary), actor)
        for row, lesson in read
    ]
    told: dict[str, list[dict[str, str]]] = {}
    for fold, network in networks.items():
        seen = [one for one in lessons if one.fold != fold]
        fit = [one for one in seen if one.retold and one.opinion is not None]
        reader = PackReader(pack, train(seen, vocabulary, asked=fit), network)
        told |= _told([row for row in asked if fold_of(row) == fold], reader)
    return told


def _told(rows: Sequence[Row], reader: PackReader) -> Labels:
    return {one["id"]: one["stances"] for one in analyze_lines(lines_of(rows), reader)}


def _network(path: Path) -> Network:
    with np.load(path, allow_pickle=False) as learnt:
        arrays = base(), dict(learnt)
    return Network(lambda: arrays)


def _figure(rows: Sequence[Row], told: Labels, actor: str) -> Figure:
    return stance_figure(
        [_of(actor, row) for row in rows],
        {key: [one for one in ones if one["actor"] == actor] for key, ones in told.items()},
        how="lenient",
    )


def _of(actor: str, row: Row) -> Row:
    return {**row, "stances": [one for one in row["stances"] if one["actor"] == actor]}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    if len(arguments) < 2:
        say("python -m tests.gold.left_out FOLDER OUT [ACTOR ...]: FOLDER holds gold.jsonl")
        return 2
    outside, folder = read_gold(Path(arguments[0])), Path(arguments[1])
    folder.mkdir(parents=True, exist_ok=True)
    rows = [*read_own(), *read_own(WAITING), *outside]
    actors = list(arguments[2:]) or largest(outside)
    for apart in APART:
        wanted = [a for a in (EVERYBODY, *actors) if not place_of(folder, a, apart).is_file()]
        if wanted:
            teach_without(folder, rows, apart, wanted)
    report(folder, rows, load_pack(RULES_DIR), actors)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
