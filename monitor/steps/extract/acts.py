"""Marked text -> act candidates: (stage, topic) wherever a stage word and a topic could meet.

As with stances, candidates are generous and carry the shape that speaks for and against them. Who
acted (the body) and what the act does (the effect) are read once a candidate has been decided.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.rulebook.types import StageEntry
from monitor.steps.extract.candidates import Whole, bucket, crossed, gap, rank_of, topics_near
from monitor.steps.extract.grammar import likely_holders
from monitor.steps.extract.mentions import Marked, Marking, Mention
from monitor.steps.extract.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class ActCandidate:
    stage: str
    topic: str
    cue: Mention
    sentence: Marked
    features: tuple[str, ...]
    body: str | None
    """Who most likely acted, by grammar and by who can act at this stage."""


def act_candidates(marking: Marking, vocabulary: Vocabulary, whole: Whole) -> Iterator[ActCandidate]:
    """Every candidate, sentence by sentence, in the order of their stage words."""
    carried: Mention | None = None
    for marked in marking.sentences:
        for cue in marked.of("stage"):
            stage = vocabulary.stages[cue.sense.slug]
            body, how = _body(marking, marked, cue, carried, stage, whole)
            shape = _stage_shape(marking, marked, cue, stage, body, how, vocabulary, whole)
            for topic, place in topics_near(marked, cue, vocabulary, whole):
                features = (*shape, *_topic_shape(marking, marked, cue, topic, place, vocabulary, whole))
                yield ActCandidate(stage.id, topic, cue, marked, features, body)
        named = marked.of("actor")
        carried = named[0] if named else carried


def _body(
    marking: Marking, marked: Marked, cue: Mention, carried: Mention | None, stage: StageEntry, whole: Whole
) -> tuple[str | None, str]:
    likely = likely_holders(marking, marked, cue, carried, whole.main)
    for slug, rule in likely.items():
        if not stage.bodies or slug in stage.bodies:
            return slug, rule
    for slug in stage.bodies:
        if slug in whole.actors:
            return slug, "can-act"
    if stage.bodies:
        return stage.bodies[0], "unnamed"
    return next(iter(likely.items()), (None, "nobody"))


def _stage_shape(
    marking: Marking,
    marked: Marked,
    cue: Mention,
    stage: StageEntry,
    body: str | None,
    how: str,
    vocabulary: Vocabulary,
    whole: Whole,
) -> list[str]:
    rung = f"S{stage.rank}" if stage.rank else "S-aside"
    instruments = marked.of("instrument")
    near = min((gap(one, cue) for one in instruments), default=99)
    kind = vocabulary.actors[body].kind if body in vocabulary.actors else "none"
    shape = [
        f"A:{rung}",
        f"A:word:{cue.spelling}",
        f"A:{rung}|instrument:{bucket(near) if instruments else 'none'}",
        f"A:{rung}|body:{kind}",
        f"A:{rung}|found:{how}",
        f"A:{rung}|title" if marked.is_title else f"A:{rung}|sentence:{min(marked.sentence.index, 4)}",
        f"A:{rung}|stage-words:{min(len({h.sense.slug for h in marked.of('stage')}), 3)}",
        f"A:{rung}|rank-in-text:{rank_of(whole.stages, stage.id)}",
        f"A:{rung}|stages-in-text:{min(len(whole.stages), 4)}",
        f"A:{rung}|cues:{min(len(marked.of('cue')), 3)}",
    ]
    sides = {vocabulary.cue_levels[c.sense.slug].side for c in marked.of("cue")}
    shape += [f"A:{rung}|side:{side}" for side in sides]
    if body in whole.title_actors:
        shape.append(f"A:{rung}|body-in-title")
    for role in ("turned", "softened", "history", "background", "voided", "denies", "turn"):
        if any(-1 <= cue.first - mark.last <= 6 for mark in marked.of(role)):  # type: ignore[arg-type]
            shape.append(f"A:{rung}|{role}")
    if whole.highest_rank and stage.rank:
        shape.append(f"A:{rung}|highest:{min(whole.highest_rank - stage.rank, 3)}")
    return shape


def _topic_shape(
    marking: Marking,
    marked: Marked,
    cue: Mention,
    topic: str,
    place: Mention | None,
    vocabulary: Vocabulary,
    whole: Whole,
) -> list[str]:
    breadth = "general" if topic == vocabulary.general else "narrow"
    narrow = {h.sense.slug for h in marked.of("topic")} - {vocabulary.general, topic}
    shape = [
        f"U:{breadth}|rank:{rank_of(whole.topics, topic)}",
        f"U:{breadth}|narrow-here:{min(len(narrow), 2)}",
        f"U:{breadth}|narrow-in-text:{min(len(whole.topics.keys() - {vocabulary.general, topic}), 3)}",
    ]
    if topic in whole.title_topics:
        shape.append(f"U:{breadth}|in-title")
    if place is None:
        return [*shape, f"U:{breadth}|elsewhere"]
    side = "inside" if not gap(place, cue) else "right" if place.first >= cue.last else "left"
    same = marking.clauses[place.first] == marking.clauses[cue.first]
    near = any(gap(place, c) <= 3 for c in marked.of("cue"))
    return [
        *shape,
        f"U:{side}|gap:{bucket(gap(place, cue))}",
        f"U:{breadth}|{side}|breaks:{min(crossed(marking.breaks, place, cue), 2)}",
        f"U:{breadth}|same-clause:{same}",
        f"U:{breadth}|beside-cue:{near}",
    ]
