"""Learn weights from labelled articles: `python -m tests.gold.train [FOLDER]` (make train GOLD=).

The project's own texts, and those of FOLDER where one is given.

Logistic regressions on the shape of candidates. Scores that a later model learns from are always
made by an earlier one that has not seen the article's event; without that, the later model would
trust the earlier one as far as memory goes, which is no help on a new event.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from monitor.rulebook.load import load_pack
from monitor.rulebook.types import Pack
from monitor.rulebook.weights import FILE
from monitor.steps.extract import Extractor, Network, Weights
from monitor.steps.extract.acts import ActCandidate, act_candidates
from monitor.steps.extract.candidates import Candidate, candidates
from monitor.steps.extract.decide import (
    act_values,
    decide,
    decide_acts,
    holder_values,
    pair_values,
    score,
    score_acts,
    support,
    sure_act_values,
    sure_values,
)
from monitor.steps.extract.mentions import Marking
from monitor.steps.extract.neural import Opinion
from monitor.steps.extract.scene import Whole, whole_of
from monitor.steps.extract.vocabulary import Vocabulary
from monitor.steps.extract.weights import RULES, Linear, sigmoid
from tests.gold.blind_networks import fold_networks
from tests.gold.corpus import (
    Row,
    digest_of,
    fold_of,
    is_retold,
    read_gold,
    read_own,
    said_on,
)

RULES_DIR = Path("rules")

STRENGTH = {"candidate": 0.1, "act": 0.2, "second": 0.05}
"""Inverse of the L2 penalty; chosen in folds by event."""
LIMITS: Mapping[str, float] = {
    "holder": 0.32, "pair": 0.25, "pair-share": 0.5,
    "act-stage": 0.3, "act-pair": 0.25, "act-pair-share": 0.5,
}  # fmt: skip
"""As those of the rules (steps.extract.weights); chosen in folds by event."""
MET_AT_LEAST = 3
"""Candidates that a feature stands at before it is given a weight."""
SPREAD = 0.7
"""How fast a positive candidate loses weight against the best one of its label (in logits)."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One article, marked and with its candidates, and what people say it says."""

    fold: int
    marking: Marking
    whole: Whole
    candidates: tuple[Candidate, ...]
    acts: tuple[ActCandidate, ...]
    pairs: frozenset[tuple[str, str, int]]
    levels: frozenset[tuple[str, str, str]]
    steps: frozenset[tuple[str, str]]
    own: bool
    """One of the project's texts."""
    retold: bool
    """As the press tells it; the others were written to be clear."""
    opinion: Opinion | None
    """Of a network that has not seen the article's event."""

    @property
    def holdings(self) -> frozenset[tuple[str, int]]:
        return frozenset((actor, side) for actor, _, side in self.pairs)

    @property
    def stages(self) -> frozenset[str]:
        return frozenset(stage for _, stage in self.steps)


def lessons_of(rows: Sequence[Row], pack: Pack) -> list[Lesson]:
    """Relevant articles only: an irrelevant one never comes to be read."""
    extractor, blind = Extractor(pack), fold_networks()
    return [lesson_of(row, extractor, blind[fold_of(row)]) for row in rows if row["relevant"]]


def lesson_of(row: Row, extractor: Extractor, network: Network | None) -> Lesson:
    """`network`: one that has not seen the article's event; None asks for nobody's opinion."""
    vocabulary = extractor.vocabulary
    marking = extractor.mark(row["title"], row["text"], language=row["lang"], said=said_on(row))
    whole = whole_of(marking, vocabulary)
    sides = {slug: level.side for slug, level in vocabulary.levels.items()}
    lesson = Lesson(
        fold=fold_of(row),
        marking=marking,
        whole=whole,
        candidates=tuple(candidates(marking, vocabulary, whole)),
        acts=tuple(act_candidates(marking, vocabulary, whole)),
        pairs=frozenset((s["actor"], s["topic"], sides[s["stance"]]) for s in row["stances"]),
        levels=frozenset((s["actor"], s["topic"], s["stance"]) for s in row["stances"]),
        steps=frozenset((r["topic"], r["stage"]) for r in row["regulation"]),
        own="retold" in row,
        retold=is_retold(row),
        opinion=None,
    )
    return heard(row, lesson, network, vocabulary)


def heard(row: Row, lesson: Lesson, network: Network | None, vocabulary: Vocabulary) -> Lesson:
    """With the network's opinion of the article; without one where there is no network."""
    if network is None:
        return lesson
    opinion = network.read(lesson.marking, len(row["title"]), vocabulary, row["lang"])
    return replace(lesson, opinion=opinion)


# --- fitting -----------------------------------------------------------------------------------


def fit_names(
    names: list[Sequence[str]],
    right: list[bool],
    strength: float,
    weight: list[float] | None = None,
) -> Linear:
    """A model over present features; they need no scaling, being 0 or 1."""
    common = _met_often(names)
    vectors = DictVectorizer()
    matrix = vectors.fit_transform(
        [{one: 1.0 for one in shape if one in common} for shape in names]
    )
    # liblinear takes a tenth of the time of the others here, and wants narrow indices.
    matrix.indices, matrix.indptr = (a.astype(np.int32) for a in (matrix.indices, matrix.indptr))
    # It would hold the bias back like any weight; scaled up, the bias is as good as free.
    model = LogisticRegression(C=strength, solver="liblinear", intercept_scaling=10)
    model.fit(matrix, np.array(right), sample_weight=weight)
    return _linear(vectors.get_feature_names_out(), model.coef_[0], model.intercept_[0])


def _met_often(names: Iterable[Sequence[str]]) -> frozenset[str]:
    """A feature that was met once or twice is learnt by heart, if at all."""
    met = Counter(one for shape in names for one in dict.fromkeys(shape))
    return frozenset(one for one, times in met.items() if times >= MET_AT_LEAST)


def fit_values(values: list[dict[str, float]], right: list[bool], strength: float) -> Linear:
    """A model over numbers; the scaling is folded into the weights."""
    vectors = DictVectorizer()
    scaler = StandardScaler(with_mean=False)
    matrix = scaler.fit_transform(vectors.fit_transform(values))
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit(matrix, np.array(right))
    scale = np.where(scaler.scale_ > 0, scaler.scale_, 1.0)
    return _linear(vectors.get_feature_names_out(), model.coef_[0] / scale, model.intercept_[0])


def _linear(names: Sequence[str], weights: Sequence[float], bias: float) -> Linear:
    return Linear(float(bias), {str(n): float(w) for n, w in zip(names, weights, strict=True)})


def fit_candidates(shapes: list[tuple[Sequence[str], bool, Hashable]], strength: float) -> Linear:
    """A label is carried by some of its candidates only: fit, see which, and fit again."""
    names = [shape for shape, _, _ in shapes]
    right = [is_right for _, is_right, _ in shapes]
    first = fit_names(names, right, strength)
    scores = [first.of_names(shape) for shape in names]
    best: dict[Hashable, float] = defaultdict(lambda: -1e9)
    for value, (_, is_right, label) in zip(scores, shapes, strict=True):
        if is_right:
            best[label] = max(best[label], value)
    weight = [
        float(np.exp(SPREAD * min(0.0, value - best[label]))) if is_right else 1.0
        for value, (_, is_right, label) in zip(scores, shapes, strict=True)
    ]
    return fit_names(names, right, strength, weight)


# --- the seven models --------------------------------------------------------------------------


def train(
    lessons: Sequence[Lesson],
    vocabulary: Vocabulary,
    trained_on: str = "",
    asked: Sequence[Lesson] = (),
) -> Weights:
    """Every model of Weights from these lessons; the second models from those `asked` among them,
    or from all that are fit for it.

    The second models, a few dozen numbers, are learnt from articles as the press tells them: texts
    that were written to be clear would make them too sure. How sure a stance is comes from articles
    of others where there are any: our own are denser, and would make it too modest.
    """
    asked = asked or [lesson for lesson in lessons if lesson.retold] or lessons
    blind = list(_blind(lessons, asked))
    first = replace(RULES, candidate=fit_stances(lessons), act=fit_acts(lessons), limits=LIMITS)
    alone = [(replace(lesson, opinion=None), *models) for lesson, *models in blind]
    weights = second_models(first, blind, vocabulary)
    without = second_models(first, alone, vocabulary)
    return replace(weights, alone=without, trained_on=trained_on)


Blind = list[tuple[Lesson, Linear, Linear]]
"""Lessons, each with first models of stances and of acts that have not seen its event."""


def _blind(
    lessons: Sequence[Lesson], asked: Sequence[Lesson]
) -> Iterator[tuple[Lesson, Linear, Linear]]:
    for fold in sorted({lesson.fold for lesson in asked}):
        seen = [lesson for lesson in lessons if lesson.fold != fold]
        stance_model, act_model = fit_stances(seen), fit_acts(seen)
        for lesson in (one for one in asked if one.fold == fold):
            yield lesson, stance_model, act_model


def second_models(first: Weights, blind: Blind, vocabulary: Vocabulary) -> Weights:
    pairs: list[tuple[dict[str, float], bool]] = []
    holders: list[tuple[dict[str, float], bool]] = []
    stages: list[tuple[dict[str, float], bool]] = []
    steps: list[tuple[dict[str, float], bool]] = []
    for lesson, stance_model, act_model in blind:
        scored = score(lesson.candidates, stance_model)
        scored_acts = score_acts(lesson.acts, act_model)
        backing = support(scored, scored_acts, lesson.opinion)
        for key, values in pair_values(scored, vocabulary, backing).items():
            pairs.append((values, key in lesson.pairs))
        found = holder_values(scored, lesson.marking, lesson.whole, vocabulary, backing)
        for holding, values in found.items():
            holders.append((values, holding in lesson.holdings))
        by_stage, by_step = act_values(scored_acts, vocabulary, backing)
        stages += [(values, stage in lesson.stages) for stage, values in by_stage.items()]
        steps += [(values, step in lesson.steps) for step, values in by_step.items()]
    second = STRENGTH["second"]
    weights = replace(
        first,
        pair=fit_values(*_columns(pairs), second),
        holder=fit_values(*_columns(holders), second),
        act_pair=fit_values(*_columns(steps), second),
        act_stage=fit_values(*_columns(stages), second),
    )
    outside = [one for one in blind if not one[0].own] or blind
    sure = _with_confidence(weights, outside, vocabulary)
    return _with_confidence_of_acts(sure, blind, vocabulary)


def fit_stances(lessons: Sequence[Lesson]) -> Linear:
    shapes = [
        (one.features, label in lesson.pairs, (number, label))
        for number, lesson in enumerate(lessons)
        for one in lesson.candidates
        for label in [(one.actor, one.topic, one.level.side)]
    ]
    return fit_candidates(shapes, STRENGTH["candidate"])


def fit_acts(lessons: Sequence[Lesson]) -> Linear:
    shapes = [
        (one.features, label in lesson.steps, (number, label))
        for number, lesson in enumerate(lessons)
        for one in lesson.acts
        for label in [(one.topic, one.stage)]
    ]
    return fit_candidates(shapes, STRENGTH["act"])


def _columns(
    rows: list[tuple[dict[str, float], bool]],
) -> tuple[list[dict[str, float]], list[bool]]:
    return [values for values, _ in rows], [right for _, right in rows]


def _with_confidence(weights: Weights, blind: Blind, vocabulary: Vocabulary) -> Weights:
    """How sure a decided pair may be, learnt from pairs decided by models blind to their event."""
    values, right = [], []
    for lesson, stance_model, act_model in blind:
        scored = score(lesson.candidates, stance_model)
        backing = support(scored, score_acts(lesson.acts, act_model), lesson.opinion)
        holders = holder_values(scored, lesson.marking, lesson.whole, vocabulary, backing)
        pairs = pair_values(scored, vocabulary, backing)
        for one in decide(scored, lesson.marking, lesson.whole, vocabulary, weights, backing):
            key = (one.candidate.actor, one.candidate.topic, one.candidate.level.side)
            held = sigmoid(weights.holder.of_values(holders[key[0], key[2]]))
            values.append(sure_values(held, sigmoid(weights.pair.of_values(pairs[key]))))
            right.append(_near(key, lesson, vocabulary.general))
    return replace(weights, sure=fit_values(values, right, 1.0))


def _with_confidence_of_acts(weights: Weights, blind: Blind, vocabulary: Vocabulary) -> Weights:
    """How sure a decided act may be, likewise."""
    values, right = [], []
    for lesson, stance_model, act_model in blind:
        scored_acts = score_acts(lesson.acts, act_model)
        backing = support(score(lesson.candidates, stance_model), scored_acts, lesson.opinion)
        stages, pairs = act_values(scored_acts, vocabulary, backing)
        likely = {key: sigmoid(weights.act_pair.of_values(one)) for key, one in pairs.items()}
        for one in decide_acts(scored_acts, vocabulary, weights, backing):
            key = (one.candidate.topic, one.candidate.stage)
            stands = sigmoid(weights.act_stage.of_values(stages[key[1]]))
            whole = sum(p for (_, stage), p in likely.items() if stage == key[1])
            values.append(sure_act_values(stands, likely[key], likely[key] / whole))
            right.append(_is_told(key, lesson, vocabulary.general))
    return replace(weights, act_sure=fit_values(values, right, 1.0))


def _is_told(key: tuple[str, str], lesson: Lesson, general: str) -> bool:
    """The stage, and the topic itself or the general one."""
    topic, stage = key
    return any(s == stage and (t == topic or general in (t, topic)) for t, s in lesson.steps)


def _near(key: tuple[str, str, int], lesson: Lesson, general: str) -> bool:
    """Right actor and side, and the topic itself or the general one."""
    actor, topic, side = key
    return any(
        (a, s) == (actor, side) and (t == topic or general in (t, topic))
        for a, t, s in lesson.pairs
    )


def main(arguments: Sequence[str]) -> int:
    pack = load_pack(RULES_DIR)
    others = read_gold(Path(arguments[0])) if arguments else []
    rows = [*read_own(), *others]
    weights = train(lessons_of(rows, pack), Vocabulary(pack), digest_of(rows))
    out = RULES_DIR / FILE
    out.write_text(json.dumps(weights.to_json(), ensure_ascii=False, indent=0) + "\n", "utf-8")
    sys.stdout.write(f"{out}: {out.stat().st_size:,} bytes, learnt from {len(rows)} articles\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
