"""What the network makes of a marked text: numbers for holders, pairs, levels, stages, effects.

All are log-odds, above nought where it leans to yes; `levels` and `effects` are probabilities. They
are known only for what is marked in the text; whoever asks for more is told nothing.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from io import BytesIO
from itertools import product

import numpy as np
from numpy.typing import NDArray

from monitor.steps.extract.mentions import Marking
from monitor.steps.extract.neural.encoder import Arrays, Encoder, Floats, gelu
from monitor.steps.extract.neural.pieces import Pieces
from monitor.steps.extract.neural.sheet import (
    FIRST,
    UNKNOWN,
    Mentions,
    Places,
    Sheet,
    nearest,
    sheet_of,
)
from monitor.steps.extract.vocabulary import Vocabulary

SIDES = (-1, 0, 1)
FLOOR = 1e-4
CUES_AT_ONCE = 64
"""Each is judged with every actor and topic: a text made of cues would take half a gigabyte."""
TAUGHT = frozenset({"en", "ru", "de", "fr", "es", "it", "pt"})
"""Languages of the texts that taught the network; of any other it must not be asked."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """Keys are slugs of the pack, sides, and for cues their first word in the text."""

    relevant: float = 0.0
    """Whether the text is of the field at all."""
    holders: dict[tuple[str, int], float] = field(default_factory=dict)
    names: dict[tuple[str, int], float] = field(default_factory=dict)
    """As `holders`, by the mention of the actor that speaks for it most."""
    pairs: dict[tuple[str, str, int], float] = field(default_factory=dict)
    levels: dict[tuple[str, str], tuple[float, ...]] = field(default_factory=dict)
    cues: dict[tuple[int, int], float] = field(default_factory=dict)
    """Probability that the cue that begins at this word speaks for this side."""
    claims: dict[int, dict[tuple[str, str], float]] = field(default_factory=dict)
    """By a cue's first word: (actor, topic) -> whether a position is stated there."""
    stages: dict[str, float] = field(default_factory=dict)
    steps: dict[tuple[str, str], float] = field(default_factory=dict)
    """(topic, stage)"""
    reports: dict[tuple[str, str], float] = field(default_factory=dict)
    """As `steps`, by the mention of the stage that tells of it most."""
    effects: dict[tuple[str, str], tuple[float, ...]] = field(default_factory=dict)
    """(topic, stage) -> probability of each effect in the order of the pack."""


Near = tuple[Floats, Floats]
"""For each cue and each slug the mention that stands nearest, and what its reach adds."""


class Network:
    """Keeps no memory between texts but how words are cut into pieces."""

    def __init__(self, arrays: Callable[[], tuple[Arrays, Arrays]]) -> None:
        """`arrays`: the base, and what was learnt on it. They are asked for with the first text: a
        service that starts would wait half a second for what it may not need all day."""
        self._arrays = arrays

    @cached_property
    def _encoder(self) -> Encoder:
        return Encoder(*self._arrays())

    @cached_property
    def _pieces(self) -> Pieces:
        return pieces_of(self._arrays()[0])

    @cached_property
    def _heads(self) -> dict[str, Floats]:
        learnt = self._arrays()[1]
        return {name: np.asarray(array, dtype=np.float32) for name, array in learnt.items()}

    def read(
        self, marking: Marking, title_length: int, vocabulary: Vocabulary, language: str
    ) -> Opinion | None:
        """None in a language that it was never taught."""
        if language not in TAUGHT:
            return None
        sheet = sheet_of(marking, title_length, vocabulary, self._pieces)
        states, mean = self._encoder.states(sheet.ids, sheet.marks, sheet.windows, sheet.marked)
        return self._judged(sheet, states, mean, vocabulary)

    def below(self, sheet: Sheet, layers: int) -> Floats:
        """For teaching: what the lowest layers, which are never taught, make of a sheet."""
        return self._encoder.below(sheet.ids, sheet.windows, layers)

    def _judged(
        self, sheet: Sheet, states: Floats, mean: Floats, vocabulary: Vocabulary
    ) -> Opinion:
        whole = self._line("pd", mean)
        topics, about = self._topics(sheet, states, vocabulary.general)
        opinion = Opinion(relevant=float(self._line("rel", whole)[0]))
        self._judge_mentions(opinion, sheet, states, vocabulary)
        actors, held = self._pooled(sheet.actors, states, "pa")
        if actors:
            claimed = self._judge_claims(opinion, sheet, states, actors, topics)
            crossed = np.concatenate([_crossed(held, about, whole), claimed], axis=2)
            by_actor = np.concatenate([held, _each(whole, len(actors))], axis=1)
            self._judge_stances(opinion, actors, topics, by_actor, crossed, vocabulary)
        stages, standing = self._pooled(sheet.stages, states, "ps")
        if stages:
            standing = standing + self._rungs(stages, vocabulary)
            reported = self._judge_reports(opinion, sheet, states, topics, vocabulary)
            crossed = np.concatenate([_crossed(standing, about, whole), reported], axis=2)
            by_stage = np.concatenate([standing, _each(whole, len(stages))], axis=1)
            self._judge_acts(opinion, stages, topics, by_stage, crossed)
        return opinion

    def _topics(self, sheet: Sheet, states: Floats, general: str) -> tuple[list[str], Floats]:
        """The field as a whole stands last, named or not."""
        told = {topic: places for topic, places in sheet.topics.items() if topic != general}
        topics, about = self._pooled(told, states, "pt")
        places = sheet.topics.get(general)
        named = self._one(places, states, "pt") if places else self._heads["null"]
        return [*topics, general], np.concatenate([about, (named + self._heads["gen"])[None]])

    def _rungs(self, stages: Sequence[str], vocabulary: Vocabulary) -> Floats:
        order, table = list(vocabulary.stages), self._heads["rank.weight"]
        rungs: Floats = table[[min(order.index(stage), len(table) - 1) for stage in stages]]
        return rungs

    def _judge_mentions(
        self, opinion: Opinion, sheet: Sheet, states: Floats, vocabulary: Vocabulary
    ) -> None:
        sides = [level.side for level in vocabulary.levels.values()]
        for first, scores in zip(
            sheet.cues, self._mlp("cue", _all_seen(states, sheet.cues.values())), strict=True
        ):
            shares = _shares(scores)
            for side in SIDES:
                opinion.cues[first, side] = _on_side(side, shares, sides)
        spoken = self._mlp("act", _all_seen(states, (places for _, places in sheet.names)))
        for (slug, _), told_here in zip(sheet.names, spoken, strict=True):
            for column, side in enumerate(SIDES):
                before = opinion.names.get((slug, side), -math.inf)
                opinion.names[slug, side] = max(before, float(told_here[column]))

    def _judge_claims(
        self, opinion: Opinion, sheet: Sheet, states: Floats, actors: list[str], topics: list[str]
    ) -> Floats:
        """What all cues together make of each actor and topic: (actors, topics, width)."""
        pairs = list(product(actors, topics))
        shape = (len(actors), len(topics), len(self._heads["null"]))
        together = np.full(shape, -np.inf if sheet.cues else 0, dtype=np.float32)
        for some in _lots(list(sheet.cues.items()), CUES_AT_ONCE):
            cues = self._each_of((places for _, places in some), states, "pc")
            at = [places[0] for _, places in some]
            holders = self._nearest(at, actors, sheet.names, states, ("pa", "far.0"))
            objects = self._objects(at, topics, sheet, states, "far.1")
            inner = gelu(self._threes(cues, holders, objects))
            odds = self._line("claim.4", inner).reshape(len(some), -1)
            for (first, _), row in zip(some, odds.tolist(), strict=True):
                opinion.claims[first] = dict(zip(pairs, row, strict=True))
            np.maximum(together, inner.max(axis=0), out=together)
        return together

    def _nearest(
        self,
        at: Sequence[int],
        slugs: list[str],
        mentions: Mentions,
        states: Floats,
        heads: tuple[str, str],
    ) -> Near:
        pooled, far = heads
        rows = self._each_of((places for _, places in mentions), states, pooled)
        found = np.array([nearest(one, slugs, mentions) for one in at])
        mention, reach = found[..., 0], found[..., 1]
        return np.concatenate([rows, self._heads["null"][None]])[mention], self._heads[far][reach]

    def _objects(
        self, at: Sequence[int], topics: list[str], sheet: Sheet, states: Floats, far: str
    ) -> Near:
        """The field as a whole stands last."""
        rows, added = self._nearest(at, topics, sheet.objects, states, ("pt", far))
        rows[:, -1] += self._heads["gen"]
        return rows, added

    def _threes(self, cues: Floats, held: Near, about: Near) -> Floats:
        """The first line of the claims, put together from ones and twos: the rows of all threes
        (cue, holder, object, cue x holder, cue x object) would take five times the room."""
        (holders, off), (objects, away) = held, about
        room = cues.shape[1]
        weight = self._heads["claim.1.weight"].T.reshape(5, room, -1)
        by_holder = (cues[:, None] * holders) @ weight[3] + holders @ weight[1] + off
        by_object = (cues[:, None] * objects) @ weight[4] + objects @ weight[2] + away
        alone = cues @ weight[0] + self._heads["claim.1.bias"]
        threes: Floats = alone[:, None, None] + by_holder[:, :, None] + by_object[:, None]
        return threes

    def _judge_reports(
        self,
        opinion: Opinion,
        sheet: Sheet,
        states: Floats,
        topics: list[str],
        vocabulary: Vocabulary,
    ) -> Floats:
        """What all mentions of each stage make of each topic: (stages, topics, width)."""
        slugs = [slug for _, slug in sheet.steps]
        steps = self._each_of(sheet.steps.values(), states, "ps")
        steps = steps + self._rungs(slugs, vocabulary)
        at = [places[0] for places in sheet.steps.values()]
        topic, added = self._objects(at, topics, sheet, states, "far.2")
        step = np.broadcast_to(steps[:, None], topic.shape)
        line = self._line("report.1", np.concatenate([step, topic, step * topic], axis=2))
        inner = gelu(line + added)
        odds = self._line("report.4", inner)[..., 0]
        for slug, row in zip(slugs, odds.tolist(), strict=True):
            for name, told in zip(topics, row, strict=True):
                before = opinion.reports.get((name, slug), -math.inf)
                opinion.reports[name, slug] = max(before, told)
        own = [[at for at, one in enumerate(slugs) if one == stage] for stage in sheet.stages]
        return np.stack([inner[at].max(axis=0) for at in own])

    def _judge_stances(
        self,
        opinion: Opinion,
        actors: list[str],
        topics: list[str],
        by_actor: Floats,
        crossed: Floats,
        vocabulary: Vocabulary,
    ) -> None:
        sides = [level.side for level in vocabulary.levels.values()]
        held, pairs = self._mlp("holder", by_actor), self._mlp("pair", crossed)
        for at, actor in enumerate(actors):
            for column, side in enumerate(SIDES):
                opinion.holders[actor, side] = float(held[at, column])
            for beside, topic in enumerate(topics):
                shares = _shares(pairs[at, beside])
                opinion.levels[actor, topic] = shares[1:]
                for side in SIDES:
                    opinion.pairs[actor, topic, side] = _odds(_on_side(side, shares, sides))

    def _judge_acts(
        self,
        opinion: Opinion,
        stages: list[str],
        topics: list[str],
        by_stage: Floats,
        crossed: Floats,
    ) -> None:
        stands = self._mlp("stage", by_stage)
        steps, effects = self._mlp("step", crossed), self._mlp("eff", crossed)
        for at, stage in enumerate(stages):
            opinion.stages[stage] = float(stands[at, 0])
            for beside, topic in enumerate(topics):
                opinion.steps[topic, stage] = float(steps[at, beside, 0])
                opinion.effects[topic, stage] = _shares(effects[at, beside])

    # --- heads: means and maxima of what stands at a mention, then small perceptrons ------------

    def _pooled(
        self, named: Mapping[str, Places], states: Floats, head: str
    ) -> tuple[list[str], Floats]:
        """One row for each that is named, in the order of the text."""
        slugs = [slug for slug, places in named.items() if places]
        return slugs, self._each_of((named[slug] for slug in slugs), states, head)

    def _each_of(self, mentions: Iterable[Places], states: Floats, head: str) -> Floats:
        """At once: of one after the other each would read the head's weights anew."""
        return self._line(head, _all_seen(states, mentions))

    def _one(self, places: Places, states: Floats, head: str) -> Floats:
        return self._line(head, _seen(states, places))

    def _line(self, head: str, row: Floats) -> Floats:
        line: Floats = row @ self._heads[f"{head}.weight"].T + self._heads[f"{head}.bias"]
        return line

    def _mlp(self, head: str, rows: Floats) -> Floats:
        return self._line(f"{head}.4", gelu(self._line(f"{head}.1", rows)))


def _lots(cues: list[tuple[int, Places]], size: int) -> Iterator[list[tuple[int, Places]]]:
    return (cues[at : at + size] for at in range(0, len(cues), size))


def _seen(states: Floats, places: Places) -> Floats:
    there = states[places]
    return np.concatenate([there.mean(axis=0), there.max(axis=0)])


def _all_seen(states: Floats, mentions: Iterable[Places]) -> Floats:
    rows = [_seen(states, places) for places in mentions]
    return np.stack(rows) if rows else np.zeros((0, 2 * states.shape[1]), dtype=np.float32)


def _each(whole: Floats, times: int) -> Floats:
    return np.broadcast_to(whole, (times, len(whole)))


def _crossed(some: Floats, others: Floats, whole: Floats) -> Floats:
    """Each of some with each of the others, what they share, and the text as a whole."""
    shape = (len(some), len(others), some.shape[1])
    one = np.broadcast_to(some[:, None], shape)
    other = np.broadcast_to(others[None], shape)
    return np.concatenate([one, other, one * other, np.broadcast_to(whole, shape)], axis=2)


def _shares(scores: Floats) -> tuple[float, ...]:
    """Softmax."""
    weights = np.exp(scores - scores.max())
    return tuple(float(one) for one in weights / weights.sum())


def _on_side(side: int, shares: tuple[float, ...], sides: list[int]) -> float:
    """`shares`: of none and of each level; `sides`: of each level."""
    return sum(share for share, own in zip(shares[1:], sides, strict=False) if own == side)


def _odds(share: float) -> float:
    return math.log((share + FLOOR) / (1 - share + FLOOR))


def pieces_of(base: Arrays) -> Pieces:
    spelt = bytes(np.asarray(base["pieces"], dtype=np.uint8)).decode("utf-8").split("\n")
    scores = [float(one) for one in np.asarray(base["scores"], dtype=np.float32)]
    return Pieces(spelt, scores, first=FIRST, unknown=UNKNOWN)


@cache
def shipped() -> Network:
    """The network of this version. Loaded once, in some tenths of a second and 170 MB."""
    return Network(lambda: (base(), _learnt()))


@cache
def base() -> Arrays:
    """What every network stands on: the layers, the embedding and the list of pieces."""
    return _arrays("base.npz")


@cache
def _learnt() -> Arrays:
    return _arrays("learnt.npz")


def _arrays(name: str) -> dict[str, NDArray[np.generic]]:
    content = (files(__package__) / name).read_bytes()
    with np.load(BytesIO(content), allow_pickle=False) as read:
        return dict(read)
