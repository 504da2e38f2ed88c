"""Scored candidates -> what the text says: first who holds which side, then on which topics.

A candidate is one cue; what is decided is a pair (actor, topic) and an act (topic, stage), for
which many cues may speak. The features below tell how much does: they are the same for training
and for reading, so that there is one path.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.steps.extract.acts import ActCandidate
from monitor.steps.extract.candidates import Candidate
from monitor.steps.extract.context import (
    holder_in_context,
    pair_in_context,
    stage_in_context,
    step_in_context,
)
from monitor.steps.extract.mentions import Marking
from monitor.steps.extract.neural import Opinion
from monitor.steps.extract.scene import Whole
from monitor.steps.extract.vocabulary import Vocabulary
from monitor.steps.extract.weights import RULES, Linear, Weights, logit, sigmoid

NONE = -8.0
"""The score of what nothing speaks for."""

ENUMERATED = 0.15
"""Probability from which a topic is said because it is enumerated with one that is."""

BORNE = 0.45
"""Share of the best candidate's probability from which a level farther out is well borne out."""

Pair = tuple[str, str, int]
"""Actor, topic, side."""
Holding = tuple[str, int]
"""Actor, side."""
Step = tuple[str, str]
"""Topic, stage."""
Values = dict[str, float]
Scored = list[tuple[float, Candidate]]
ScoredActs = list[tuple[float, ActCandidate]]


@dataclass(frozen=True, slots=True)
class Decided:
    """One pair that is said, by its best candidate."""

    candidate: Candidate
    confidence: float


@dataclass(frozen=True, slots=True)
class DecidedAct:
    candidate: ActCandidate
    confidence: float


def score(candidates: Iterable[Candidate], model: Linear) -> Scored:
    """Best first."""
    scored = [(model.of_names(one.features), one) for one in candidates]
    return sorted(scored, key=lambda pair: -pair[0])


def score_acts(candidates: Iterable[ActCandidate], model: Linear) -> ScoredActs:
    scored = [(model.of_names(one.features), one) for one in candidates]
    return sorted(scored, key=lambda pair: -pair[0])


# --- stances -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Support:
    """What acts say for stances, and stances for acts: who rules on a topic has a position."""

    acts: Mapping[tuple[str, str], float]
    """(actor, topic) -> best score of an act by that body on that topic."""
    bodies: Mapping[str, float]
    """Actor -> best score of an act by that body."""
    stances: Mapping[tuple[str, str], float]
    """(actor, topic) -> best score of a stance."""
    topics: Mapping[str, float]
    """Topic -> best score of a stance by anybody."""
    opinion: Opinion | None = None
    """What the network makes of the text; None where it was not asked."""


def support(scored: Scored, scored_acts: ScoredActs, opinion: Opinion | None = None) -> Support:
    acts: dict[tuple[str, str], float] = {}
    bodies: dict[str, float] = {}
    stances: dict[tuple[str, str], float] = {}
    topics: dict[str, float] = {}
    for value, act in scored_acts:
        if act.body is not None:
            acts.setdefault((act.body, act.topic), value)
            bodies.setdefault(act.body, value)
    for value, one in scored:
        stances.setdefault((one.actor, one.topic), value)
        topics.setdefault(one.topic, value)
    return Support(acts, bodies, stances, topics, opinion)


def decide(
    scored: Scored,
    marking: Marking,
    whole: Whole,
    vocabulary: Vocabulary,
    weights: Weights,
    backing: Support,
) -> list[Decided]:
    """The pairs that are said, best first; one side for each (actor, topic)."""
    limits = weights.limits
    holders = {
        key: sigmoid(weights.holder.of_values(values))
        for key, values in holder_values(scored, marking, whole, vocabulary, backing).items()
    }
    pairs = {
        key: sigmoid(weights.pair.of_values(values))
        for key, values in pair_values(scored, vocabulary, backing).items()
    }
    best = _spokesmen(scored)
    said: dict[tuple[str, str], tuple[float, Pair]] = {}
    for (actor, side), held in holders.items():
        if held < limits["holder"]:
            continue
        mine = {key: p for key, p in pairs.items() if (key[0], key[2]) == (actor, side)}
        topics = _topics_said(mine, best, limits["pair"], limits["pair-share"])
        for key in _narrowest(topics, vocabulary.general):
            old = said.get(key[:2])
            if old is None or old[0] < held * mine[key]:
                said[key[:2]] = (held * mine[key], key)
    found = [
        Decided(
            best[key],
            sigmoid(weights.sure.of_values(sure_values(holders[key[0], key[2]], pairs[key]))),
        )
        for _, key in said.values()
    ]
    return sorted(found, key=lambda one: -one.confidence)


def _spokesmen(scored: Scored) -> dict[Pair, Candidate]:
    """For each pair the best candidate of the level that the evidence is for."""
    bags: dict[Pair, Scored] = defaultdict(list)
    for value, one in scored:
        bags[one.actor, one.topic, one.level.side].append((value, one))
    return {key: _spokesman(bag) for key, bag in bags.items()}


def _spokesman(bag: Scored) -> Candidate:
    """The best candidate; but where a ban is well borne out a warning that scores higher gives way.

    Who is against something warns of it as well, and more often than he asks for the ban. On the
    other side nothing of the kind holds: praise is an argument for rules as often as for more.
    """
    best = bag[0][1]
    if best.level.side >= 0:
        return best
    for value, one in bag:
        farther_out = one.level.rank < best.level.rank
        if farther_out and sigmoid(value) >= BORNE * sigmoid(bag[0][0]):
            return one
    return best


def sure_values(holder: float, pair: float) -> Values:
    return {"holder": logit(holder), "pair": logit(pair)}


def _topics_said(
    mine: Mapping[Pair, float], best: Mapping[Pair, Candidate], least: float, share: float
) -> list[Pair]:
    """The likeliest topic always; others where they are likely by themselves and beside it, or are
    enumerated with it ("a ban on the purchase and the mining of coins")."""
    ordered = sorted(mine, key=lambda key: -mine[key])
    first = ordered[0]
    return [
        key
        for key in ordered
        if key == first
        or mine[key] >= max(least, share * mine[first])
        or (mine[key] >= ENUMERATED and _enumerated(best[key], best[first]))
    ]


def _narrowest(said: list[Pair], general: str) -> list[Pair]:
    """Who speaks of mining speaks of the field as well; only the narrower is said."""
    narrow = [key for key in said if key[1] != general]
    return narrow or said


def _enumerated(one: Candidate, other: Candidate) -> bool:
    """Objects of one cue, side by side."""
    return one.cue is other.cue and one.is_object and other.is_object


def pair_values(scored: Scored, vocabulary: Vocabulary, backing: Support) -> dict[Pair, Values]:
    """How much speaks for each (actor, topic, side), and for its rivals."""
    bags: dict[Pair, list[tuple[float, Candidate]]] = defaultdict(list)
    for value, one in scored:
        bags[one.actor, one.topic, one.level.side].append((value, one))
    best = {key: bag[0][0] for key, bag in bags.items()}
    return {key: _pair(key, bag, best, vocabulary.general, backing) for key, bag in bags.items()}


def _pair(
    key: Pair, bag: Scored, best: Mapping[Pair, float], general: str, backing: Support
) -> Values:
    actor, topic, side = key
    own = bag[0][0]
    siblings = [v for (a, t, s), v in best.items() if a == actor and t != topic and s == side]
    narrow = [v for (a, t, _), v in best.items() if a == actor and t not in (topic, general)]
    whole = [v for (a, t, _), v in best.items() if a == actor and t == general]
    breadth = "general" if topic == general else "narrow"
    values = {
        "best": own,
        "rules": _by_rules(bag),
        "second": bag[1][0] if len(bag) > 1 else NONE,
        "many": math.log(len(bag)),
        "other-side": max(best.get((actor, topic, s), NONE) for s in (-1, 0, 1) if s != side),
        "sibling": max(siblings, default=NONE),
        "below-best": own - max(best.values()),
        "rival-actor": max(
            (v for (a, t, _), v in best.items() if a != actor and t == topic), default=NONE
        ),
        "any-actor": max((v for (a, _, _), v in best.items() if a != actor), default=NONE),
        "act": backing.acts.get((actor, topic), NONE),
        f"{breadth}": 1.0,
        f"{breadth}-beside-narrow": max(narrow, default=NONE),
        f"rank:{min(sum(v > own for v in siblings), 3)}": 1.0,
        f"side:{side}": 1.0,
        "title": float(any(one.sentence.is_title for _, one in bag[:3])),
    }
    if topic != general:
        values["narrow-beside-general"] = max(whole, default=NONE)
    if backing.opinion is not None:
        values |= pair_in_context(key, bag, backing.opinion)
    return values


def _by_rules(bag: Scored) -> float:
    """What the hand-set weights make of the bag: they know no words, so that what was learnt by
    heart is weighed against what grammar says."""
    return max(RULES.candidate.of_names(one.features) for _, one in bag)


def holder_values(
    scored: Scored, marking: Marking, whole: Whole, vocabulary: Vocabulary, backing: Support
) -> dict[Holding, Values]:
    """How much speaks for each (actor, side) on whatever topic."""
    bags: dict[Holding, Scored] = defaultdict(list)
    for value, one in scored:
        bags[one.actor, one.level.side].append((value, one))
    best = {key: bag[0][0] for key, bag in bags.items()}
    strongest: dict[str, float] = defaultdict(lambda: NONE)
    for (actor, _), value in best.items():
        strongest[actor] = max(strongest[actor], value)
    strong = {
        hit.sense.slug
        for marked in marking.sentences
        for hit in marked.of("actor")
        if hit.sense.manner != "weak"
    }
    return {
        key: _holding(key, bag, best, strongest, whole, vocabulary, key[0] in strong)
        | {"act": backing.bodies.get(key[0], NONE)}
        | (holder_in_context(key, bag, backing.opinion) if backing.opinion else {})
        for key, bag in bags.items()
    }


def _holding(
    key: Holding,
    bag: Scored,
    best: Mapping[Holding, float],
    strongest: Mapping[str, float],
    whole: Whole,
    vocabulary: Vocabulary,
    strong: bool,
) -> Values:
    actor, side = key
    sentences = _best_by_sentence(bag)
    other_side = max(best.get((actor, s), NONE) for s in (-1, 0, 1) if s != side)
    named = whole.actors.get(actor, 0)
    return {
        "best": sentences[0],
        "rules": _by_rules(bag),
        "second": sentences[1] if len(sentences) > 1 else NONE,
        "third": sentences[2] if len(sentences) > 2 else NONE,
        "any-sentence": 1 - math.prod(1 - sigmoid(value) for value in sentences),
        "many": math.log(len(bag)),
        "other-side": other_side,
        "other-side-ahead": float(other_side > sentences[0]),
        "rival": max((v for a, v in strongest.items() if a != actor), default=NONE),
        "share": named / max(whole.actors.total(), 1),
        "named": float(min(named, 4)),
        "actors": float(len(whole.actors)),
        "in-title": float(actor in whole.title_actors),
        "title-has-another": float(bool(whole.title_actors) and actor not in whole.title_actors),
        "first": float(actor == whole.first_actor),
        "strong": float(strong),
        f"side:{side}": 1.0,
        f"kind:{vocabulary.actors[actor].kind}": 1.0,
        f"best:{bag[0][1].holder.name}": 1.0,
        f"rank:{min(sum(v > strongest[actor] for v in strongest.values()), 3)}": 1.0,
    }


# --- acts --------------------------------------------------------------------------------------


def decide_acts(
    scored: ScoredActs, vocabulary: Vocabulary, weights: Weights, backing: Support
) -> list[DecidedAct]:
    """The acts that are said, best first."""
    limits = weights.limits
    stages, pairs = act_values(scored, vocabulary, backing)
    standing = {s: sigmoid(weights.act_stage.of_values(v)) for s, v in stages.items()}
    likely = {k: sigmoid(weights.act_pair.of_values(v)) for k, v in pairs.items()}
    best = {(one.topic, one.stage): one for _, one in reversed(scored)}
    found = []
    for stage, stands in standing.items():
        if stands < limits["act-stage"]:
            continue
        mine = sorted((k for k in likely if k[1] == stage), key=lambda key: -likely[key])
        least = max(limits["act-pair"], limits["act-pair-share"] * likely[mine[0]])
        whole = sum(likely[key] for key in mine)
        found += [
            DecidedAct(best[key], sigmoid(weights.act_sure.of_values(values)))
            for key in mine
            for values in [sure_act_values(stands, likely[key], likely[key] / whole)]
            if key == mine[0] or likely[key] >= least
        ]
    return sorted(found, key=lambda one: -one.confidence)


def sure_act_values(stage: float, pair: float, share: float) -> Values:
    """`share`: of the topic among all that the stage may be about. A short text names one topic and
    says little else, so that its pair is less likely than what is said of it."""
    return {"stage": logit(stage), "pair": logit(pair), "share": share}


def act_values(
    scored: ScoredActs, vocabulary: Vocabulary, backing: Support
) -> tuple[dict[str, Values], dict[Step, Values]]:
    """How much speaks for each stage, and for each (topic, stage)."""
    bags: dict[Step, ScoredActs] = defaultdict(list)
    for value, one in scored:
        bags[one.topic, one.stage].append((value, one))
    best = {key: bag[0][0] for key, bag in bags.items()}
    by_stage: dict[str, float] = defaultdict(lambda: NONE)
    by_topic: dict[str, float] = defaultdict(lambda: NONE)
    for (topic, stage), value in best.items():
        by_stage[stage] = max(by_stage[stage], value)
        by_topic[topic] = max(by_topic[topic], value)
    opinion = backing.opinion
    stages = {
        stage: _stage(stage, scored, by_stage, vocabulary)
        | (stage_in_context(stage, opinion) if opinion else {})
        for stage in by_stage
    }
    pairs = {
        key: _step(key, bag, best, by_stage, by_topic, vocabulary.general)
        | {
            "stance": backing.stances.get((bag[0][1].body or "", key[0]), NONE),
            "stance-by-anybody": backing.topics.get(key[0], NONE),
        }
        | (step_in_context(key, opinion) if opinion else {})
        for key, bag in bags.items()
    }
    return stages, pairs


def _stage(
    stage: str, scored: ScoredActs, by_stage: Mapping[str, float], vocabulary: Vocabulary
) -> Values:
    sentences = _best_by_sentence([pair for pair in scored if pair[1].stage == stage])
    rank = vocabulary.stages[stage].rank or 0
    higher = any((vocabulary.stages[s].rank or 0) > rank and v > -1 for s, v in by_stage.items())
    return {
        "best": sentences[0],
        "second": sentences[1] if len(sentences) > 1 else NONE,
        "any-sentence": 1 - math.prod(1 - sigmoid(value) for value in sentences),
        "sentences": float(len(sentences)),
        "rival": max((v for s, v in by_stage.items() if s != stage), default=NONE),
        f"rung:{rank}": 1.0,
        f"rank:{min(sum(v > by_stage[stage] for v in by_stage.values()), 4)}": 1.0,
        "higher": float(higher),
    }


def _step(
    key: Step,
    bag: ScoredActs,
    best: Mapping[Step, float],
    by_stage: Mapping[str, float],
    by_topic: Mapping[str, float],
    general: str,
) -> Values:
    topic, stage = key
    own = bag[0][0]
    return {
        "best": own,
        "stage": by_stage[stage],
        "below-stage": own - by_stage[stage],
        "topic": by_topic[topic],
        "sentences": float(len({one.sentence.sentence.index for _, one in bag})),
        "general" if topic == general else "narrow": 1.0,
        f"rank:{min(sum(v > own for (_, s), v in best.items() if s == stage), 3)}": 1.0,
        f"topic-rank:{min(sum(v > by_topic[topic] for v in by_topic.values()), 4)}": 1.0,
    }


def _best_by_sentence(
    bag: Sequence[tuple[float, Candidate]] | Sequence[tuple[float, ActCandidate]],
) -> list[float]:
    best: dict[int, float] = {}
    for value, one in bag:
        at = one.sentence.sentence.index
        best[at] = max(best.get(at, NONE), value)
    return sorted(best.values(), reverse=True)
