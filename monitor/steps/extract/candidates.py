"""Marked text -> candidates: (actor, topic, level) wherever a cue, a holder and a topic could meet.

Generous on purpose: whoever is named near a cue may hold it, whatever is named near it may be
meant. What speaks for and against a candidate is written down as features of its SHAPE (distance,
order, clause, how the actor is named), never as a slug, so that a new actor or topic in the pack
is read as well as an old one. The weights decide.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.steps.extract.grammar import likely_holders, likely_topics
from monitor.steps.extract.mentions import Marked, Marking, Mention
from monitor.steps.extract.vocabulary import Level, Role, Vocabulary


class Holder(StrEnum):
    """How a candidate came by its holder."""

    SUBJECT = "subject"
    AFTER = "named after the cue"
    BY = "named as the doer"
    CARRIED = "carried over from the sentence before"
    TITLE = "named in the title"
    MAIN = "named most"


@dataclass(frozen=True, slots=True)
class Candidate:
    actor: str
    topic: str
    level: Level
    cue: Mention
    holder: Holder
    sentence: Marked
    features: tuple[str, ...]
    speaker: str | None
    turn: bool
    background: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """What is known of the text as a whole; counts are of mentions, those in the title double."""

    actors: Counter[str]
    topics: Counter[str]
    title_actors: frozenset[str]
    title_topics: frozenset[str]
    stages: Counter[str]
    main: str | None
    first_actor: str | None
    highest_rank: int
    """Of the stages named, the highest on the ladder; 0 where none is."""


def candidates(marking: Marking, vocabulary: Vocabulary, whole: Whole) -> Iterator[Candidate]:
    """Every candidate of the text, sentence by sentence, in the order of their cues."""
    carried: Mention | None = None
    for marked in marking.sentences:
        for cue in marked.of("cue"):
            likely = likely_holders(marking, marked, cue, carried, whole.main)
            meant = likely_topics(marking, marked, cue, vocabulary.general)
            for holder, mention, slug in _holders(marked, cue, carried, whole):
                for topic, place in topics_near(marked, cue, vocabulary, whole):
                    yield from _levels(
                        marking, marked, cue, holder, mention, slug, topic, place, vocabulary, whole,
                        (f"H:grammar:{likely.get(slug, 'another')}", f"T:grammar:{meant.get(topic, 'another')}"),
                    )
        carried = _subject(marked) or carried


def whole_of(marking: Marking, vocabulary: Vocabulary) -> Whole:
    actors: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    stages: Counter[str] = Counter()
    in_title: dict[Role, set[str]] = {"actor": set(), "topic": set()}
    for marked in marking.sentences:
        weight = 2 if marked.is_title else 1
        for hit in marked.of("actor"):
            actors[hit.sense.slug] += weight
        for hit in marked.of("topic"):
            topics[hit.sense.slug] += weight
        for hit in marked.of("stage"):
            stages[hit.sense.slug] += weight
        if marked.is_title:
            for role in ("actor", "topic"):
                in_title[role] |= {hit.sense.slug for hit in marked.of(role)}
    main = actors.most_common(1)[0][0] if actors else None
    highest = max((vocabulary.stages[slug].rank or 0 for slug in stages), default=0)
    return Whole(
        actors,
        topics,
        frozenset(in_title["actor"]),
        frozenset(in_title["topic"]),
        stages,
        main,
        next((hit.sense.slug for one in marking.sentences for hit in one.of("actor")), None),
        highest,
    )


def _subject(marked: Marked) -> Mention | None:
    """The first actor that is no recipient, else the first."""
    named = marked.of("actor")
    free = [hit for hit in named if not _touches(marked, "recipient", hit.first)]
    return free[0] if free else (named[0] if named else None)


def _touches(marked: Marked, role: Role, first: int, reach: int = 0) -> bool:
    """A mark of this role ends right before word `first`."""
    return any(0 <= first - mark.last <= reach for mark in marked.of(role))


def _holders(
    marked: Marked, cue: Mention, carried: Mention | None, whole: Whole
) -> Iterator[tuple[Holder, Mention | None, str]]:
    seen: set[str] = set()
    for hit in marked.of("actor"):
        if hit.sense.slug in seen and hit.first > cue.first:
            continue
        seen.add(hit.sense.slug)
        if hit.first < cue.first:
            yield Holder.SUBJECT, hit, hit.sense.slug
        elif _touches(marked, "agent", hit.first):
            yield Holder.BY, hit, hit.sense.slug
        else:
            yield Holder.AFTER, hit, hit.sense.slug
    if carried is not None and carried.sense.slug not in seen:
        seen.add(carried.sense.slug)
        yield Holder.CARRIED, None, carried.sense.slug
    for slug in sorted(whole.title_actors - seen):
        seen.add(slug)
        yield Holder.TITLE, None, slug
    if whole.main is not None and whole.main not in seen:
        yield Holder.MAIN, None, whole.main


def topics_near(
    marked: Marked, cue: Mention, vocabulary: Vocabulary, whole: Whole
) -> Iterator[tuple[str, Mention | None]]:
    nearest: dict[str, Mention] = {}
    for hit in marked.of("topic"):
        other = nearest.get(hit.sense.slug)
        if other is None or gap(hit, cue) < gap(other, cue):
            nearest[hit.sense.slug] = hit
    yield from nearest.items()
    told = whole.topics.keys() | {vocabulary.general}
    own = vocabulary.cue_topics.get(cue.sense.slug)
    for slug in sorted(told | {own} if own else told):
        if slug not in nearest:
            yield slug, None


def gap(one: Mention, other: Mention) -> int:
    if one.last <= other.first:
        return other.first - one.last
    if other.last <= one.first:
        return one.first - other.last
    return 0


def _levels(
    marking: Marking,
    marked: Marked,
    cue: Mention,
    holder: Holder,
    mention: Mention | None,
    slug: str,
    topic: str,
    place: Mention | None,
    vocabulary: Vocabulary,
    whole: Whole,
    grammar: tuple[str, ...],
) -> Iterator[Candidate]:
    """The cue's own level, and the level it has when it is turned or softened."""
    level = vocabulary.cue_levels[cue.sense.slug]
    shape = [
        *grammar,
        "|".join(grammar),
        *_holder_shape(marking, marked, cue, holder, mention, slug, vocabulary, whole),
        *_topic_shape(marking, marked, cue, topic, place, vocabulary, whole),
    ]
    force = _force(marking, marked, cue, mention)
    turned = "near" if "turned-near" in force else "far" if "turned-far" in force else ""
    readings: list[tuple[Level, list[str]]] = [(level, ["as-said"])]
    if turned and level.side:
        readings.append((vocabulary.turned_to[level.slug], [f"turned:{turned}"]))
    if "softened" in force and level.side:
        readings.append((vocabulary.softened_to, ["softened"]))
    background = bool(force & {"background", "history"})
    for read, how in readings:
        yield Candidate(
            actor=slug,
            topic=topic,
            level=read,
            cue=cue,
            holder=holder,
            sentence=marked,
            features=tuple(
                [*shape, *(f"C:{name}" for name in sorted(force)), *_level_shape(level, read, how, force, grammar, cue.spelling)]
            ),
            speaker=mention.sense.person if mention is not None else None,
            turn="turn" in force,
            background=background,
        )


def _level_shape(
    own: Level, read: Level, how: list[str], force: frozenset[str], grammars: tuple[str, ...], spelling: str
) -> list[str]:
    reading = how[0]
    return [
        *(f"{grammar}|R:{reading}" for grammar in grammars),
        f"L:{read.rank}",
        f"W:{spelling}",
        f"W:{spelling}|{read.side}",
        f"R:{reading}",
        f"R:{reading}|own:{own.rank}",
        *(f"R:{reading}|{name}" for name in sorted(force & _DECIDING)),
    ]


_DECIDING = {"turned-near", "turned-far", "softened", "voided", "denies", "before-cue", "after-cue"}


def _holder_shape(
    marking: Marking,
    marked: Marked,
    cue: Mention,
    holder: Holder,
    mention: Mention | None,
    slug: str,
    vocabulary: Vocabulary,
    whole: Whole,
) -> list[str]:
    named = marked.of("actor")
    shape = [
        f"H:{holder.name}",
        f"H:kind:{vocabulary.actors[slug].kind}",
        f"H:actors-in-sentence:{min(len({h.sense.slug for h in named}), 3)}",
        f"H:rank-in-text:{rank_of(whole.actors, slug)}",
        f"H:{holder.name}|actors:{min(len({h.sense.slug for h in named}), 3)}",
    ]
    if slug in whole.title_actors:
        shape.append("H:in-title")
    elif whole.title_actors:
        shape.append("H:title-has-another")
    if mention is None:
        if marked.of("pronoun"):
            shape.append(f"H:{holder.name}|pronoun")
        return shape
    away = gap(mention, cue)
    between = [h for h in named if h is not mention and _between(h, mention, cue)]
    shape += [
        f"H:{holder.name}|gap:{bucket(away)}",
        f"H:manner:{mention.sense.manner}",
        f"H:{holder.name}|between:{min(len(between), 2)}",
        f"H:{holder.name}|breaks:{min(crossed(marking.breaks, mention, cue), 2)}",
        f"H:{holder.name}|commas:{min(crossed(marking.commas, mention, cue), 3)}",
    ]
    if mention is named[0]:
        shape.append(f"H:{holder.name}|first")
    if mention.first - marked.sentence.first <= 1:
        shape.append(f"H:{holder.name}|opens")
    if _touches(marked, "recipient", mention.first):
        shape.append(f"H:{holder.name}|recipient")
    if _touches(marked, "agent", mention.first):
        shape.append(f"H:{holder.name}|agent")
    if any(0 <= i.first - mention.last <= 4 for i in marked.of("intends")):
        shape.append(f"H:{holder.name}|speaks")
    elif any(0 <= mention.first - i.last <= 3 for i in marked.of("intends")):
        shape.append(f"H:{holder.name}|spoken-of")
    if any(_between(i, mention, cue) for i in marked.of("intends")):
        shape.append(f"H:{holder.name}|intends-between")
    if holder is Holder.SUBJECT and _possessive(marking, mention, cue):
        shape.append("H:possessive")
    return shape


def _possessive(marking: Marking, mention: Mention, cue: Mention) -> bool:
    return cue.first - mention.last <= 3 and any(
        marking.tokens[at].form == "s" for at in range(mention.last, cue.first)
    )


def _topic_shape(
    marking: Marking,
    marked: Marked,
    cue: Mention,
    topic: str,
    place: Mention | None,
    vocabulary: Vocabulary,
    whole: Whole,
) -> list[str]:
    narrow = {h.sense.slug for h in marked.of("topic")} - {vocabulary.general}
    is_general = topic == vocabulary.general
    breadth = "general" if is_general else "narrow"
    shape = [
        f"T:{breadth}",
        f"T:{breadth}|narrow-in-sentence:{min(len(narrow - {topic}), 2)}",
        f"T:{breadth}|rank-in-text:{rank_of(whole.topics, topic)}",
        f"T:{breadth}|narrow-in-text:{min(len(whole.topics.keys() - {vocabulary.general, topic}), 3)}",
    ]
    if topic in whole.title_topics:
        shape.append(f"T:{breadth}|in-title")
    own = vocabulary.cue_topics.get(cue.sense.slug)
    if own is not None:
        shape.append("T:the-cue-names-it" if own == topic else f"T:{breadth}|the-cue-names-another")
    if place is None:
        distance = _sentences_away(marking, marked, topic)
        shape += [f"T:{breadth}|elsewhere", f"T:{breadth}|elsewhere|{distance}"]
        shape.append(f"T:{breadth}|elsewhere|topics-here:{min(len(narrow), 2)}")
        return shape
    side = "inside" if not gap(place, cue) else "right" if place.first >= cue.last else "left"
    others = [h for h in marked.of("topic") if h is not place and _between(h, place, cue)]
    shape += [
        f"T:{side}",
        f"T:{breadth}|{side}",
        f"T:{side}|gap:{bucket(gap(place, cue))}",
        f"T:{side}|between:{min(len(others), 2)}",
        f"T:{side}|breaks:{min(crossed(marking.breaks, place, cue), 2)}",
        f"T:{side}|commas:{min(crossed(marking.commas, place, cue), 2)}",
        f"T:told:{place.sense.manner}",
    ]
    shape += _order_shape(marked, cue, place, breadth, vocabulary.general)
    return shape


def _order_shape(
    marked: Marked, cue: Mention, place: Mention, breadth: str, general: str
) -> Iterator[str]:
    """Is this the nearest topic, the nearest behind the cue, the nearest of the narrow ones?"""
    hits = marked.of("topic")
    behind = [h for h in hits if h.last > cue.first]
    narrow = [h for h in hits if h.sense.slug != general]
    narrow_behind = [h for h in behind if h.sense.slug != general]
    for name, among in (
        ("nearest", hits),
        ("nearest-behind", behind),
        ("nearest-narrow", narrow),
        ("nearest-narrow-behind", narrow_behind),
    ):
        if among and gap(place, cue) == min(gap(h, cue) for h in among) and place in among:
            yield f"T:{breadth}|{name}"


def _sentences_away(marking: Marking, marked: Marked, topic: str) -> str:
    """Where the topic stands if not in this sentence: before, after, in the title, or nowhere."""
    at = [
        one.sentence.index - marked.sentence.index
        for one in marking.sentences
        if any(hit.sense.slug == topic for hit in one.of("topic"))
    ]
    if not at:
        return "nowhere"
    if -1 in at:
        return "before"
    if 1 in at:
        return "after"
    return "title" if -marked.sentence.index in at else "far"


def _force(marking: Marking, marked: Marked, cue: Mention, holder: Mention | None) -> frozenset[str]:
    """What stands around the cue and changes its force."""
    force: set[str] = set()
    for mark in marked.of("turned"):
        ahead = cue.first - mark.last
        if mark.first >= cue.last:
            continue
        apart = crossed(marking.breaks, mark, cue) + crossed(marking.commas, mark, cue)
        if 0 <= ahead <= 3 and not apart:
            force.add("turned-near")
        elif 0 <= ahead <= 12 and not apart and (holder is None or mark.first >= holder.last or holder.first > cue.first):
            force.add("turned-far")
    for role in ("softened", "voided", "denies", "intends"):
        if any(-1 <= cue.first - mark.last <= 8 for mark in marked.of(role)):  # type: ignore[arg-type]
            force.add(role)
    for role in ("history", "background", "turn"):
        if any(gap(mark, cue) <= 12 for mark in marked.of(role)):  # type: ignore[arg-type]
            force.add(role)
    for other in marked.of("cue"):
        if 0 <= other.first - cue.last <= 4:
            force.add("before-cue")
        if 0 <= cue.first - other.last <= 4:
            force.add("after-cue")
    if marked.of("stage"):
        force.add("with-act")
    if marking.quoted[cue.first]:
        force.add("quoted")
    force.add("in-title" if marked.is_title else f"sentence:{min(marked.sentence.index, 4)}")
    force.add(f"cues:{min(len(marked.of('cue')), 4)}")
    return frozenset(force)


def _between(middle: Mention, one: Mention, other: Mention) -> bool:
    first, last = min(one.last, other.last), max(one.first, other.first)
    return first <= middle.first and middle.last <= last


def crossed(counts: list[int], one: Mention, other: Mention) -> int:
    left, right = (one, other) if one.first <= other.first else (other, one)
    return max(0, counts[right.first] - counts[left.last - 1])


def bucket(away: int) -> str:
    for limit in (0, 1, 2, 4, 7, 12, 20):
        if away <= limit:
            return str(limit)
    return "far"


def rank_of(counts: Counter[str], slug: str) -> str:
    """1, 2, 3 or `later`: how many others are named more often."""
    own = counts.get(slug, 0)
    if not own:
        return "none"
    more = sum(count > own for count in counts.values())
    return str(more + 1) if more < 3 else "later"
