"""Marked text -> act candidates: (stage, topic) wherever a stage word and a topic could meet.

As with stances, candidates are generous and carry the shape that speaks for and against them. Who
acted (the body) and what the act does (the effect) are read once a candidate has been decided.
Prefixes of features: A the stage word, U the topic.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.rulebook.types import StageEntry
from monitor.steps.extract.grammar import likely_holders
from monitor.steps.extract.mentions import Marked, Marking, Mention
from monitor.steps.extract.scene import (
    Scene,
    Whole,
    bucket,
    gap,
    rank_of,
    scenes,
    side_of,
    topics_near,
)
from monitor.steps.extract.vocabulary import Role, Vocabulary

_COLOURS: tuple[Role, ...] = (
    "turned", "softened", "history", "background", "voided", "denies", "turn",
)  # fmt: skip
"""Marks that colour a stage word up to six words behind them."""


SPELT_OUT_WITHIN = 12
"""Words from a stage's own word to the one that says which stage is meant."""


@dataclass(frozen=True, slots=True)
class ActCandidate:
    stage: str
    topic: str
    cue: Mention
    sentence: Marked
    features: tuple[str, ...]
    body: str | None
    """Who most likely acted, by grammar and by who can act at this stage."""


def act_candidates(
    marking: Marking, vocabulary: Vocabulary, whole: Whole
) -> Iterator[ActCandidate]:
    """Every candidate, in the order of their stage words."""
    for scene in scenes(marking, "stage", whole, vocabulary):
        stage = vocabulary.stages[scene.cue.sense.slug]
        if _is_spelt_out(scene, stage):
            continue
        body, how = _body(scene, stage)
        shape = [*_stage_shape(scene, stage, body, how)]
        for topic, place in topics_near(scene):
            features = (*shape, *_topic_shape(scene, topic, place))
            yield ActCandidate(stage.id, topic, scene.cue, scene.marked, features, body)


def _is_spelt_out(scene: Scene, stage: StageEntry) -> bool:
    """ "Passed the bill in first reading" is no passing, unless the final reading is named too."""
    near = [
        hit
        for hit in scene.marked.of("stage")
        if hit is not scene.cue
        and gap(hit, scene.cue) <= SPELT_OUT_WITHIN
        and scene.clause_of(hit) == scene.clause_of(scene.cue)
    ]
    meant = {hit.sense.slug for hit in near}
    return stage.id not in meant and not meant.isdisjoint(stage.gives_way_to)


def _body(scene: Scene, stage: StageEntry) -> tuple[str | None, str]:
    """Who acted, and how that is known: the likely holder if it can act at this stage, else who
    can and is named, else who usually does."""
    likely = likely_holders(scene)
    for slug, rule in likely.items():
        if not stage.bodies or slug in stage.bodies:
            return slug, rule
    for slug in stage.bodies:
        if slug in scene.whole.actors:
            return slug, "can-act"
    return (stage.bodies[0], "unnamed") if stage.bodies else (None, "nobody")


def _stage_shape(scene: Scene, stage: StageEntry, body: str | None, how: str) -> Iterator[str]:
    marked, cue, whole, vocabulary = scene.marked, scene.cue, scene.whole, scene.vocabulary
    rung = f"S{stage.rank}" if stage.rank else "S-aside"
    instruments = [gap(one, cue) for one in marked.of("instrument")]
    kind = vocabulary.actors[body].kind if body in vocabulary.actors else "none"
    place = "title" if marked.is_title else f"sentence:{min(marked.sentence.index, 4)}"
    yield f"A:{rung}"
    yield f"A:word:{cue.spelling}"
    yield f"A:{rung}|instrument:{bucket(min(instruments)) if instruments else 'none'}"
    yield f"A:{rung}|body:{kind}"
    yield f"A:{rung}|found:{how}"
    yield f"A:{rung}|{place}"
    yield f"A:{rung}|stage-words:{min(len({h.sense.slug for h in marked.of('stage')}), 3)}"
    yield f"A:{rung}|rank-in-text:{rank_of(whole.stages, stage.id)}"
    yield f"A:{rung}|stages-in-text:{min(len(whole.stages), 4)}"
    yield f"A:{rung}|cues:{min(len(marked.of('cue')), 3)}"
    for side in {vocabulary.cue_levels[hit.sense.slug].side for hit in marked.of("cue")}:
        yield f"A:{rung}|side:{side}"
    if body in whole.title_actors:
        yield f"A:{rung}|body-in-title"
    for role in _COLOURS:
        if any(-1 <= cue.first - mark.last <= 6 for mark in marked.of(role)):
            yield f"A:{rung}|{role}"
    if whole.highest_rank and stage.rank:
        yield f"A:{rung}|highest:{min(whole.highest_rank - stage.rank, 3)}"


def _topic_shape(scene: Scene, topic: str, place: Mention | None) -> Iterator[str]:
    breadth = "general" if topic == scene.general else "narrow"
    here = {hit.sense.slug for hit in scene.topics} - {scene.general, topic}
    told = scene.whole.topics.keys() - {scene.general, topic}
    yield f"U:{breadth}|rank:{rank_of(scene.whole.topics, topic)}"
    yield f"U:{breadth}|narrow-here:{min(len(here), 2)}"
    yield f"U:{breadth}|narrow-in-text:{min(len(told), 3)}"
    if topic in scene.whole.title_topics:
        yield f"U:{breadth}|in-title"
    if place is None:
        yield f"U:{breadth}|elsewhere"
        return
    side = side_of(place, scene.cue)
    beside = any(gap(place, cue) <= 3 for cue in scene.marked.of("cue"))
    yield f"U:{side}|gap:{bucket(gap(place, scene.cue))}"
    yield f"U:{breadth}|{side}|breaks:{min(scene.breaks(place), 2)}"
    yield f"U:{breadth}|same-clause:{scene.clause_of(place) == scene.clause_of(scene.cue)}"
    yield f"U:{breadth}|beside-cue:{beside}"
