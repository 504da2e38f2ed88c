"""Does more text pay? `python -m tests.gold.curve FOLDER` reads FOLDER's articles blind to their
events, with weights learnt from FOLDER alone, then with growing parts of the project's own texts.

Own texts come in whole events, always in the same order. Only the reading is measured, from marked
articles on: the gate is left out, so that the figures lie a little above those of `make evaluate`.
"""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from monitor.rulebook.load import load_pack
from monitor.steps.extract.decide import decide, decide_acts, score, score_acts, support
from monitor.steps.extract.vocabulary import Vocabulary
from monitor.steps.extract.weights import Weights
from tests.gold.corpus import FOLDS, Row, read_gold, read_own
from tests.gold.scoring import Figure, near_act, near_stance, never_near, pair_up
from tests.gold.train import RULES_DIR, Lesson, lessons_of, train

PARTS = (0.0, 0.25, 0.5, 1.0)
"""Shares of the project's own texts."""

Pair = tuple[str, str, int]
Step = tuple[str, str]


def first_part(rows: Sequence[Row], share: float) -> list[Row]:
    return [row for row in rows if _turn(row) < share]


def _turn(row: Row) -> float:
    """From 0 to 1, the same for texts of one event, and no kin of their fold."""
    name = f"turn {row['event'] or row['id']}"
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32


def read_blind(
    asked: Sequence[Lesson], learnt: Sequence[Lesson], vocabulary: Vocabulary
) -> tuple[Figure, Figure, Figure]:
    """Stances with the topic compared leniently, strictly, and acts leniently."""
    lenient = strict = acts = Figure(0, 0, 0)
    for fold in range(FOLDS):
        weights = train([one for one in learnt if one.fold != fold], vocabulary)
        for lesson in (one for one in asked if one.fold == fold):
            pairs, steps = said(lesson, weights, vocabulary)
            lenient += pair_up(lesson.pairs, pairs, near_stance)
            strict += pair_up(lesson.pairs, pairs, never_near)
            acts += pair_up(lesson.steps, steps, near_act)
    return lenient, strict, acts


def said(lesson: Lesson, weights: Weights, vocabulary: Vocabulary) -> tuple[list[Pair], list[Step]]:
    scored = score(lesson.candidates, weights.candidate)
    scored_acts = score_acts(lesson.acts, weights.act)
    backing = support(scored, scored_acts, lesson.opinion)
    stances = decide(scored, lesson.marking, lesson.whole, vocabulary, weights, backing)
    acts = decide_acts(scored_acts, vocabulary, weights, backing)
    return (
        [(one.candidate.actor, one.candidate.topic, one.candidate.level.side) for one in stances],
        [(one.candidate.topic, one.candidate.stage) for one in acts],
    )


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        sys.stderr.write("python -m tests.gold.curve FOLDER: FOLDER holds gold.jsonl\n")
        return 2
    pack = load_pack(RULES_DIR)
    vocabulary = Vocabulary(pack)
    asked = lessons_of(read_gold(Path(arguments[0])), pack)
    own = read_own()
    sys.stdout.write("own texts   stances lenient, strict   acts\n")
    for share in PARTS:
        part = first_part(own, share)
        learnt = [*asked, *lessons_of(part, pack)]
        lenient, strict, acts = read_blind(asked, learnt, vocabulary)
        sys.stdout.write(
            f"{len(part):9}   {lenient.f1:.3f}            {strict.f1:.3f}    {acts.f1:.3f}\n"
        )
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
