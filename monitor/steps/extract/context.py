"""The network's opinion of what is to be decided, as values beside those of the candidates' shape.

Not here: how the opinion is formed (neural/) and how much it weighs (weights.json).
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from monitor.steps.extract.candidates import Candidate
from monitor.steps.extract.neural import Opinion
from monitor.steps.extract.vocabulary import Level

UNHEARD = -6.0
"""What the network is taken to say of what it was not asked; it is never surer than that."""
HARDLY = 1e-4
"""Keeps what the network rules out finite."""

OVERRULES_LEVEL = 0.7
OVERRULES_EFFECT = 0.4
"""By how much more the network must believe in another level or effect than in the one that was
read, to change it; chosen in folds. It knows which side better than how far."""

Values = dict[str, float]
Scored = Sequence[tuple[float, Candidate]]


def holder_in_context(key: tuple[str, int], bag: Scored, opinion: Opinion) -> Values:
    """`key`: actor and side. `bag`: the candidates for it, best first."""
    actor, side = key
    mine = [odds for (a, _, s), odds in opinion.pairs.items() if (a, s) == key]
    others = [opinion.holders.get((actor, s), UNHEARD) for s in (-1, 0, 1) if s != side]
    return {
        "context": _bounded(opinion.holders.get(key, UNHEARD)),
        "context-other-side": _bounded(max(others)),
        "context-pair": _bounded(max(mine, default=UNHEARD)),
        "context-name": _bounded(opinion.names.get(key, UNHEARD)),
        "context-cue": _best_cue(bag, opinion),
        "context-claim": _bounded(max(_claimed(one, opinion) for _, one in bag)),
    }


def pair_in_context(key: tuple[str, str, int], bag: Scored, opinion: Opinion) -> Values:
    """`key`: actor, topic and side."""
    actor, topic, side = key
    others = [opinion.pairs.get((actor, topic, s), UNHEARD) for s in (-1, 0, 1) if s != side]
    sisters = [
        odds for (a, t, s), odds in opinion.pairs.items() if (a, s) == (actor, side) and t != topic
    ]
    return {
        "context": _bounded(opinion.pairs.get(key, UNHEARD)),
        "context-other-side": _bounded(max(others)),
        "context-sister": _bounded(max(sisters, default=UNHEARD)),
        "context-holder": _bounded(opinion.holders.get((actor, side), UNHEARD)),
        "context-name": _bounded(opinion.names.get((actor, side), UNHEARD)),
        "context-cue": _best_cue(bag, opinion),
    } | _claim(actor, topic, bag, opinion)


def _claim(actor: str, topic: str, bag: Scored, opinion: Opinion) -> Values:
    """What is said where a cue says it best: for this actor and topic, for another topic of the
    actor, for another actor."""
    own, cue = max((_claimed(one, opinion), one.cue.first) for _, one in bag)
    there = opinion.claims.get(cue, {})
    by_sister = (odds for (a, t), odds in there.items() if a == actor and t != topic)
    by_rival = (odds for (a, t), odds in there.items() if a != actor)
    surest = max(_claimed(one, opinion) + _meant(one, opinion) for _, one in bag)
    return {
        "context-claim": _bounded(own),
        "context-claim-sister": _bounded(max(by_sister, default=UNHEARD)),
        "context-claim-rival": _bounded(max(by_rival, default=UNHEARD)),
        "context-claim-cue": max(surest, 2 * UNHEARD),
    }


def stage_in_context(stage: str, opinion: Opinion) -> Values:
    steps = [odds for (_, s), odds in opinion.steps.items() if s == stage]
    reports = [odds for (_, s), odds in opinion.reports.items() if s == stage]
    return {
        "context-report": _bounded(max(reports, default=UNHEARD)),
        "context": _bounded(opinion.stages.get(stage, UNHEARD)),
        "context-step": _bounded(max(steps, default=UNHEARD)),
    }


def step_in_context(key: tuple[str, str], opinion: Opinion) -> Values:
    """`key`: topic and stage."""
    return {
        "context-report": _bounded(opinion.reports.get(key, UNHEARD)),
        "context": _bounded(opinion.steps.get(key, UNHEARD)),
        "context-stage": _bounded(opinion.stages.get(key[1], UNHEARD)),
    }


def level_in_context(
    read: Level, key: tuple[str, str], opinion: Opinion | None, levels: Iterable[Level]
) -> Level:
    """The level that was read for this actor and topic, or a surer one of its side."""
    shares = opinion.levels.get(key) if opinion else None
    if shares is None or not read.side or read.rank >= len(shares):
        return read
    kindred = [one for one in levels if one.side == read.side and one.rank < len(shares)]
    total = sum(shares[one.rank] for one in kindred) + HARDLY
    surest = max(kindred, key=lambda one: shares[one.rank])
    return surest if shares[surest.rank] - shares[read.rank] > OVERRULES_LEVEL * total else read


def effect_in_context(
    read: str, key: tuple[str, str], opinion: Opinion | None, effects: Mapping[str, bool]
) -> str:
    """The effect that was read for this topic and stage, or a surer one. `effects`: all of the
    pack in their order, and whether each may be meant."""
    shares = opinion.effects.get(key) if opinion else None
    if shares is None or list(effects).index(read) >= len(shares):
        return read
    known = dict(zip(effects, shares, strict=False))
    surest = max(known, key=lambda one: known[one])
    surer = known[surest] - known[read] > OVERRULES_EFFECT
    return surest if surer and effects[surest] else read


def _best_cue(bag: Scored, opinion: Opinion) -> float:
    """The best candidate by its shape and by what its cue means in its place."""
    return max(min(value, 0.0) + _meant(one, opinion) for value, one in bag)


def _meant(one: Candidate, opinion: Opinion) -> float:
    """How likely the cue speaks for the candidate's side, as a logarithm."""
    return math.log(opinion.cues.get((one.cue.first, one.level.side), 0.0) + HARDLY)


def _claimed(one: Candidate, opinion: Opinion) -> float:
    return opinion.claims.get(one.cue.first, {}).get((one.actor, one.topic), UNHEARD)


def _bounded(odds: float) -> float:
    return min(max(odds, UNHEARD), -UNHEARD)
