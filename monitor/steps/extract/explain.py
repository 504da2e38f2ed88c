"""Why a text gives these stances and acts, and what it nearly gave: for people who mend the pack.

The same candidates, weights and limits as the decision, spread out. Nothing is decided here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.model import Act, Stance
from monitor.steps.extract.acts import ActCandidate
from monitor.steps.extract.candidates import Candidate
from monitor.steps.extract.decide import (
    Decided,
    DecidedAct,
    Scored,
    ScoredActs,
    Support,
    act_values,
    holder_values,
    pair_values,
)
from monitor.steps.extract.mentions import Marking
from monitor.steps.extract.scene import Whole
from monitor.steps.extract.vocabulary import Vocabulary
from monitor.steps.extract.weights import Linear, Weights, sigmoid

NEARLY = 3
"""What is not said, of stances and of acts each, that is shown: the likeliest first."""
COUNTED = 6
"""Weights that are shown of each question, those that count most."""

_HOLDER_RULE = "H:grammar:"
_TOPIC_RULE = "T:grammar:"


class Unsaid(StrEnum):
    """Why something that a cue speaks for is not said; the first that holds."""

    OTHER_SIDE = "another side of the same pair is surer"
    HOLDER = "it is not sure enough that this actor holds this side at all"
    STAGE = "it is not sure enough that this stage is told at all"
    TOPIC = "another topic is surer"


@dataclass(frozen=True, slots=True)
class Workings:
    """All that one text was decided from, and what was decided."""

    marking: Marking
    whole: Whole
    scored: Scored
    scored_acts: ScoredActs
    backing: Support
    weights: Weights
    pairs: list[Decided]
    steps: list[DecidedAct]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One question of the decision: how likely, from where on that is enough, what counted."""

    question: str
    probability: float
    least: float | None
    """None where the question has no limit of its own."""
    counted: tuple[tuple[str, float], ...]
    """Name and what it adds to the score, the greatest first."""


@dataclass(frozen=True, slots=True)
class Explained:
    label: Stance | Act
    """As it is said; or as it would have been, with the probability that it is right."""
    said: bool
    why_not: Unsaid | None
    holder_rule: str
    """The rule of grammar that found the holder; for an act, how its body was found."""
    topic_rule: str
    weighed: tuple[Weighed, ...]


Tell = Callable[[Decided], Stance]
TellAct = Callable[[DecidedAct], Act]


def explained(
    work: Workings, vocabulary: Vocabulary, weights: Weights, tell: Tell, tell_act: TellAct
) -> tuple[Explained, ...]:
    """Stances, then acts; of each what is said, then what nearly was."""
    return (
        *_stances(work, vocabulary, weights, tell),
        *_acts(work, vocabulary, weights, tell_act),
    )


# --- stances -----------------------------------------------------------------------------------


def _stances(
    work: Workings, vocabulary: Vocabulary, weights: Weights, tell: Tell
) -> Iterator[Explained]:
    holders = holder_values(work.scored, work.marking, work.whole, vocabulary, work.backing)
    pairs = pair_values(work.scored, vocabulary, work.backing)
    limits = weights.limits

    def weigh(one: Candidate) -> tuple[Weighed, ...]:
        holding = holders[one.actor, one.level.side]
        pair = pairs[one.actor, one.topic, one.level.side]
        return (
            _by_names("cue", one.features, weights.candidate),
            _by_values("holder", holding, weights.holder, limits["holder"]),
            _by_values("pair", pair, weights.pair, limits["pair"]),
        )

    said = {(each.candidate.actor, each.candidate.topic) for each in work.pairs}
    sides = {(*pair, each.candidate.level.side) for each in work.pairs for pair in [_pair(each)]}
    for each in work.pairs:
        yield _stance(tell(each), None, each.candidate, weigh(each.candidate))
    best = {
        (one.actor, one.topic, one.level.side): one
        for _, one in reversed(work.scored)
        if (one.actor, one.topic, one.level.side) not in sides
    }
    nearly = [(one, weigh(one)) for one in best.values()]
    nearly.sort(key=lambda near: -_likely(near[1]))
    for one, weighed in nearly[:NEARLY]:
        why = _why_no_stance(one, weighed, said)
        yield _stance(tell(Decided(one, _likely(weighed))), why, one, weighed)


def _pair(decided: Decided) -> tuple[str, str]:
    return decided.candidate.actor, decided.candidate.topic


def _likely(weighed: tuple[Weighed, ...]) -> float:
    """Holder and pair together, or stage and pair."""
    return weighed[1].probability * weighed[2].probability


def _why_no_stance(
    one: Candidate, weighed: tuple[Weighed, ...], said: Iterable[tuple[str, str]]
) -> Unsaid:
    if (one.actor, one.topic) in said:
        return Unsaid.OTHER_SIDE
    return Unsaid.HOLDER if _falls_short(weighed[1]) else Unsaid.TOPIC


def _stance(
    label: Stance, why_not: Unsaid | None, one: Candidate, weighed: tuple[Weighed, ...]
) -> Explained:
    return Explained(
        label=label,
        said=why_not is None,
        why_not=why_not,
        holder_rule=_rule(one.features, _HOLDER_RULE),
        topic_rule=_rule(one.features, _TOPIC_RULE),
        weighed=weighed,
    )


# --- acts --------------------------------------------------------------------------------------


def _acts(
    work: Workings, vocabulary: Vocabulary, weights: Weights, tell: TellAct
) -> Iterator[Explained]:
    stages, pairs = act_values(work.scored_acts, vocabulary, work.backing)
    limits = weights.limits

    def weigh(one: ActCandidate) -> tuple[Weighed, ...]:
        pair = pairs[one.topic, one.stage]
        return (
            _by_names("cue", one.features, weights.act),
            _by_values("stage", stages[one.stage], weights.act_stage, limits["act-stage"]),
            _by_values("pair", pair, weights.act_pair, limits["act-pair"]),
        )

    said = {(each.candidate.topic, each.candidate.stage) for each in work.steps}
    for each in work.steps:
        yield _act(tell(each), None, each.candidate, weigh(each.candidate))
    best = {
        (one.topic, one.stage): one
        for _, one in reversed(work.scored_acts)
        if (one.topic, one.stage) not in said
    }
    nearly = [(one, weigh(one)) for one in best.values()]
    nearly.sort(key=lambda near: -_likely(near[1]))
    for one, weighed in nearly[:NEARLY]:
        why = Unsaid.STAGE if _falls_short(weighed[1]) else Unsaid.TOPIC
        yield _act(tell(DecidedAct(one, _likely(weighed))), why, one, weighed)


def _act(
    label: Act, why_not: Unsaid | None, one: ActCandidate, weighed: tuple[Weighed, ...]
) -> Explained:
    found = next((name for name in one.features if "|found:" in name), "")
    return Explained(
        label=label,
        said=why_not is None,
        why_not=why_not,
        holder_rule=found.partition("|found:")[2],
        topic_rule="elsewhere" if any(n.endswith("|elsewhere") for n in one.features) else "here",
        weighed=weighed,
    )


# --- weights -----------------------------------------------------------------------------------


def _by_names(question: str, names: Iterable[str], model: Linear) -> Weighed:
    found = list(names)
    counts = {
        name: found.count(name) * model.weights.get(name, 0.0) for name in dict.fromkeys(found)
    }
    return _weighed(question, model.of_names(found), None, counts)


def _by_values(question: str, values: Mapping[str, float], model: Linear, least: float) -> Weighed:
    counts = {name: value * model.weights.get(name, 0.0) for name, value in values.items()}
    return _weighed(question, model.of_values(values), least, counts)


def _weighed(
    question: str, score: float, least: float | None, counts: Mapping[str, float]
) -> Weighed:
    most = sorted((one for one in counts.items() if one[1]), key=lambda one: -abs(one[1]))
    counted = tuple((name, round(weight, 3)) for name, weight in most[:COUNTED])
    return Weighed(question, round(sigmoid(score), 4), least, counted)


def _falls_short(weighed: Weighed) -> bool:
    return weighed.least is not None and weighed.probability < weighed.least


def _rule(names: Iterable[str], prefix: str) -> str:
    return next((name.removeprefix(prefix) for name in names if name.startswith(prefix)), "")
