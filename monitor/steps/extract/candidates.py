"""Marked text -> candidates: (actor, topic, level) wherever a cue, a holder and a topic could meet.

Generous on purpose: whoever is named near a cue may hold it, whatever is named near it may be
meant. What speaks for and against a candidate is written down as features of its shape (shape.py)
and the weights decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.steps.extract.grammar import likely_holders, likely_topics
from monitor.steps.extract.mentions import Marked, Marking, Mention
from monitor.steps.extract.scene import Scene, Whole, led, scenes, topics_near
from monitor.steps.extract.shape import (
    Holder,
    force_of,
    force_shape,
    holder_shape,
    reading_shape,
    topic_shape,
    words_around,
)
from monitor.steps.extract.vocabulary import Level, Vocabulary

ANOTHER = "another"
"""What grammar says of a holder or topic that it would not choose."""
CERTAIN = frozenset({"subject", "owner", "doer", "relative"})
"""Rules that find the holder beside the cue: then nobody from elsewhere in the text can be it."""
OBJECTS = ("inside", "object")
"""Rules by which a topic is what the cue acts on; enumerated ones bear `-next`."""


@dataclass(frozen=True, slots=True)
class Candidate:
    actor: str
    topic: str
    level: Level
    cue: Mention
    holder: Holder
    sentence: Marked
    features: tuple[str, ...]
    is_object: bool
    """By grammar the topic is what the cue acts on."""
    speaker: str | None
    turn: bool
    background: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """A possible holder of a scene's cue, with all that does not depend on the topic."""

    actor: str
    holder: Holder
    mention: Mention | None
    rule: str
    shape: list[str]
    force: frozenset[str]


def candidates(marking: Marking, vocabulary: Vocabulary, whole: Whole) -> Iterator[Candidate]:
    """Every candidate of the text, in the order of their cues."""
    for scene in scenes(marking, "cue", whole, vocabulary):
        about = likely_topics(scene)
        around = words_around(scene)
        told = [
            (topic, about.get(topic, ANOTHER), topic_shape(scene, topic, place))
            for topic, place in topics_near(scene)
        ]
        for held in _held(scene):
            for topic, rule, shape in told:
                yield from _readings(scene, held, topic, rule, shape, around)


def _held(scene: Scene) -> Iterator[_Held]:
    likely = likely_holders(scene)
    present = not CERTAIN.isdisjoint(likely.values())
    for holder, mention, actor in _holders(scene):
        if present and mention is None:
            continue
        yield _Held(
            actor,
            holder,
            mention,
            likely.get(actor, ANOTHER),
            holder_shape(scene, holder, actor, mention),
            force_of(scene, mention),
        )


def _holders(scene: Scene) -> Iterator[tuple[Holder, Mention | None, str]]:
    """Everybody in the sentence, who was carried over, who is in the title, who is named most."""
    seen: set[str] = set()
    for hit in scene.actors:
        if hit.sense.slug in seen and hit.first > scene.cue.first:
            continue
        seen.add(hit.sense.slug)
        yield _manner(scene, hit), hit, hit.sense.slug
    carried, whole = scene.carried, scene.whole
    if carried is not None and carried.sense.slug not in seen:
        seen.add(carried.sense.slug)
        yield Holder.CARRIED, None, carried.sense.slug
    for slug in [one for one in whole.actors if one in whole.title_actors - seen]:
        seen.add(slug)
        yield Holder.TITLE, None, slug
    if whole.main is not None and whole.main not in seen:
        yield Holder.MAIN, None, whole.main


def _manner(scene: Scene, hit: Mention) -> Holder:
    if hit.first < scene.cue.first:
        return Holder.SUBJECT
    return Holder.BY if led(scene.marked, "agent", hit) else Holder.AFTER


def _readings(
    scene: Scene, held: _Held, topic: str, rule: str, shape: list[str], around: list[str]
) -> Iterator[Candidate]:
    """The cue's own level, and the level it has when it is turned or softened."""
    own = scene.vocabulary.cue_levels[scene.cue.sense.slug]
    grammar = (f"H:grammar:{held.rule}", f"T:grammar:{rule}")
    common = [*grammar, "|".join(grammar), *held.shape, *shape, *force_shape(held.force)]
    for level, reading in _levels(own, held.force, scene.vocabulary):
        read = reading_shape(own, level, reading, held.force, grammar, scene.cue.spelling, around)
        yield Candidate(
            actor=held.actor,
            topic=topic,
            level=level,
            cue=scene.cue,
            holder=held.holder,
            sentence=scene.marked,
            features=(*common, *read),
            is_object=rule.removesuffix("-next") in OBJECTS,
            speaker=held.mention.sense.person if held.mention is not None else None,
            turn="turn" in held.force,
            background=bool(held.force & {"background", "history"}),
        )


def _levels(
    own: Level, force: frozenset[str], vocabulary: Vocabulary
) -> Iterator[tuple[Level, str]]:
    yield own, "as-said"
    if not own.side:
        return
    if "turned-near" in force:
        yield vocabulary.turned_to[own.slug], "turned:near"
    elif "turned-far" in force:
        yield vocabulary.turned_to[own.slug], "turned:far"
    if "softened" in force:
        yield vocabulary.softened_to, "softened"
