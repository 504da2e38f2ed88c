"""The shape of a candidate as named features: how it came by its holder, its topic and its force.

Prefixes: H holder, T topic, C what stands around the cue, N the words next to it, R how the cue is
read, L level, W the cue's words. No feature names an actor, a topic, a cue or a stage: what is
learnt on one field or one actor holds for the next.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from monitor.steps.extract.mentions import Marked, Marking, Mention
from monitor.steps.extract.scene import (
    Scene,
    Whole,
    between,
    bucket,
    crossed,
    gap,
    led,
    rank_of,
    side_of,
)
from monitor.steps.extract.vocabulary import Level, Role


class Holder(StrEnum):
    """How a candidate came by its holder."""

    SUBJECT = "named before the cue"
    AFTER = "named after the cue"
    BY = "named as the doer"
    CARRIED = "carried over from the sentence before"
    TITLE = "named in the title"
    MAIN = "named most"


# --- holder ------------------------------------------------------------------------------------


def holder_shape(scene: Scene, holder: Holder, actor: str, mention: Mention | None) -> list[str]:
    how = holder.name
    others = min(len({hit.sense.slug for hit in scene.actors}), 3)
    shape = [
        f"H:{how}",
        f"H:kind:{scene.vocabulary.actors[actor].kind}",
        f"H:actors-in-sentence:{others}",
        f"H:{how}|actors:{others}",
        f"H:rank-in-text:{rank_of(scene.whole.actors, actor)}",
    ]
    if actor in scene.whole.title_actors:
        shape.append("H:in-title")
    elif scene.whole.title_actors:
        shape.append("H:title-has-another")
    if mention is not None:
        return [*shape, *_named_shape(scene, holder, mention)]
    return [*shape, f"H:{how}|pronoun"] if scene.marked.of("pronoun") else shape


def _named_shape(scene: Scene, holder: Holder, mention: Mention) -> Iterator[str]:
    how, cue, marked = holder.name, scene.cue, scene.marked
    rivals = [hit for hit in scene.actors if hit is not mention and between(hit, mention, cue)]
    yield f"H:manner:{mention.sense.manner}"
    yield f"H:{how}|gap:{bucket(gap(mention, cue))}"
    yield f"H:{how}|between:{min(len(rivals), 2)}"
    yield f"H:{how}|breaks:{min(scene.breaks(mention), 2)}"
    yield f"H:{how}|commas:{min(scene.commas(mention), 3)}"
    if mention is scene.actors[0]:
        yield f"H:{how}|first"
    if mention.first - marked.sentence.first <= 1:
        yield f"H:{how}|opens"
    for role in _LEADING:
        if led(marked, role, mention):
            yield f"H:{how}|{role}"
    yield from _speech_shape(scene, how, mention)
    if holder is Holder.SUBJECT and _possessive(scene.marking, mention, cue):
        yield "H:possessive"


_LEADING: tuple[Role, ...] = ("recipient", "agent")


def _speech_shape(scene: Scene, how: str, mention: Mention) -> Iterator[str]:
    """Does the actor speak or will (a verb behind the name), or is it spoken of (one before)?"""
    verbs = scene.marked.of("intends")
    if any(0 <= verb.first - mention.last <= 4 for verb in verbs):
        yield f"H:{how}|speaks"
    elif any(0 <= mention.first - verb.last <= 3 for verb in verbs):
        yield f"H:{how}|spoken-of"
    if any(between(verb, mention, scene.cue) for verb in verbs):
        yield f"H:{how}|intends-between"


def _possessive(marking: Marking, mention: Mention, cue: Mention) -> bool:
    """`bank's plan to ban`: the English possessive is a word "s" to us."""
    return cue.first - mention.last <= 3 and any(
        marking.tokens[at].form == "s" for at in range(mention.last, cue.first)
    )


# --- topic -------------------------------------------------------------------------------------


def topic_shape(scene: Scene, topic: str, place: Mention | None) -> list[str]:
    """`place`: the topic's mention nearest to the cue; None where the sentence has none."""
    whole, general = scene.whole, scene.general
    breadth = "general" if topic == general else "narrow"
    here = {hit.sense.slug for hit in scene.topics} - {general}
    told = whole.topics.keys() - {general, topic}
    shape = [
        f"T:{breadth}",
        f"T:{breadth}|narrow-in-sentence:{min(len(here - {topic}), 2)}",
        f"T:{breadth}|rank-in-text:{rank_of(whole.topics, topic)}",
        f"T:{breadth}|narrow-in-text:{min(len(told), 3)}",
    ]
    if topic in whole.title_topics:
        shape.append(f"T:{breadth}|in-title")
    own = scene.vocabulary.cue_topics.get(scene.cue.sense.slug)
    if own is not None:
        shape.append("T:the-cue-names-it" if own == topic else f"T:{breadth}|the-cue-names-another")
    if place is not None:
        return [*shape, *_placed_shape(scene, place, breadth)]
    away = _sentences_away(scene.marking, scene.marked, topic, whole)
    return [
        *shape,
        f"T:{breadth}|elsewhere",
        f"T:{breadth}|elsewhere|{away}",
        f"T:{breadth}|elsewhere|topics-here:{min(len(here), 2)}",
    ]


def _placed_shape(scene: Scene, place: Mention, breadth: str) -> Iterator[str]:
    cue = scene.cue
    side = side_of(place, cue)
    rivals = [hit for hit in scene.topics if hit is not place and between(hit, place, cue)]
    yield f"T:{side}"
    yield f"T:{breadth}|{side}"
    yield f"T:{side}|gap:{bucket(gap(place, cue))}"
    yield f"T:{side}|between:{min(len(rivals), 2)}"
    yield f"T:{side}|breaks:{min(scene.breaks(place), 2)}"
    yield f"T:{side}|commas:{min(scene.commas(place), 2)}"
    yield f"T:told:{place.sense.manner}"
    yield from _order_shape(scene, place, breadth)


def _order_shape(scene: Scene, place: Mention, breadth: str) -> Iterator[str]:
    """Is this the nearest topic, the nearest behind the cue, the nearest of the narrow ones?"""
    behind = [hit for hit in scene.topics if hit.last > scene.cue.first]
    for name, among in (("nearest", scene.topics), ("nearest-behind", behind)):
        if _is_nearest(place, among, scene.cue):
            yield f"T:{breadth}|{name}"
        narrow = [hit for hit in among if hit.sense.slug != scene.general]
        if _is_nearest(place, narrow, scene.cue):
            yield f"T:{breadth}|{name.replace('nearest', 'nearest-narrow')}"


def _is_nearest(place: Mention, among: list[Mention], cue: Mention) -> bool:
    return place in among and gap(place, cue) == min(gap(hit, cue) for hit in among)


def _sentences_away(marking: Marking, marked: Marked, topic: str, whole: Whole) -> str:
    """Where the topic stands if not in this sentence: before, after, in the title, or nowhere."""
    here = marked.sentence.index
    for name, index in (("before", here - 1), ("after", here + 1), ("title", 0)):
        if 0 <= index < len(marking.sentences) and any(
            hit.sense.slug == topic for hit in marking.sentences[index].of("topic")
        ):
            return name
    return "far" if topic in whole.topics else "nowhere"


# --- force -------------------------------------------------------------------------------------

_AHEAD: tuple[Role, ...] = ("softened", "voided", "denies", "intends")
"""Marks that act on a cue up to eight words behind them."""
_AROUND: tuple[Role, ...] = ("history", "background", "turn")
"""Marks that colour a cue up to twelve words to either side."""

DECIDING = frozenset(
    {"turned-near", "turned-far", "softened", "voided", "denies", "before-cue", "after-cue"}
)
"""What bears on whether the cue is meant as it is said."""


def force_of(scene: Scene, holder: Mention | None) -> frozenset[str]:
    """What stands around the cue and changes its force."""
    marked, cue = scene.marked, scene.cue
    force = {name for mark in marked.of("turned") for name in _turning(scene, mark, holder)}
    force |= {
        role for role in _AHEAD if any(-1 <= cue.first - m.last <= 8 for m in marked.of(role))
    }
    force |= {role for role in _AROUND if any(gap(m, cue) <= 12 for m in marked.of(role))}
    for other in marked.of("cue"):
        if 0 <= other.first - cue.last <= 4:
            force.add("before-cue")
        if 0 <= cue.first - other.last <= 4:
            force.add("after-cue")
    if marked.of("stage"):
        force.add("with-act")
    if scene.marking.quoted[cue.first]:
        force.add("quoted")
    force.add("in-title" if marked.is_title else f"sentence:{min(marked.sentence.index, 4)}")
    force.add(f"cues:{min(len(marked.of('cue')), 4)}")
    return frozenset(force)


def _turning(scene: Scene, mark: Mention, holder: Mention | None) -> Iterator[str]:
    """A turning word acts in its clause: near by itself, further off where it is the holder's."""
    ahead = scene.cue.first - mark.last
    if mark.first >= scene.cue.last or ahead < 0:
        return
    if holder is not None and mark.last <= holder.first < scene.cue.first:
        # "opposing the bank's plan to ban": it turns the ban for who opposes, not for the bank.
        return
    if crossed(scene.marking.breaks, mark, scene.cue) + crossed(
        scene.marking.commas, mark, scene.cue
    ):
        return
    if ahead <= 3:
        yield "turned-near"
    elif ahead <= 12:
        yield "turned-far"


def force_shape(force: frozenset[str]) -> list[str]:
    return [f"C:{name}" for name in sorted(force)]


AROUND = 3
"""Words to either side of a cue that colour it."""
STEM = 6
"""Letters that stand for a word and its forms; enough to tell words, too few for most endings."""


def words_around(scene: Scene) -> list[str]:
    """The words next to the cue and on which side they stand: "no", "instead", "lift" before "ban".

    A name or a topic is only called that: what is learnt of one must hold for the next.
    """
    cue, sentence = scene.cue, scene.marked.sentence
    named = {at: "actor" for hit in scene.actors for at in range(hit.first, hit.last)}
    named |= {at: "topic" for hit in scene.topics for at in range(hit.first, hit.last)}
    before = range(max(cue.first - AROUND, sentence.first), cue.first)
    behind = range(cue.last, min(cue.last + AROUND, sentence.last))
    found = [
        f"N:{side}:{named.get(at) or scene.marking.tokens[at].form[:STEM]}"
        for side, places in (("before", before), ("behind", behind))
        for at in places
    ]
    return list(dict.fromkeys(found))


def reading_shape(
    own: Level,
    read: Level,
    reading: str,
    force: frozenset[str],
    grammar: tuple[str, str],
    spelling: str,
    around: Sequence[str],
) -> list[str]:
    """How the cue is read: as said, turned or softened; `own` is its level, `read` what is read."""
    return [
        *(f"{word}|{read.side}" for word in around),
        *(f"{rule}|R:{reading}" for rule in grammar),
        f"L:{read.rank}",
        f"W:{spelling}",
        f"W:{spelling}|{read.side}",
        f"R:{reading}",
        f"R:{reading}|own:{own.rank}",
        *(f"R:{reading}|{name}" for name in sorted(force & DECIDING)),
    ]
