"""One cue in its sentence in its text: what all rules and features look at, and how far things are.

Distances count words; a distance is kept as a bucket wherever it becomes a feature, since a text of
another writer is one word longer or shorter without meaning anything else.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.steps.extract.mentions import Marked, Marking, Mention
from monitor.steps.extract.vocabulary import Role, Vocabulary


@dataclass(frozen=True, slots=True)
class Whole:
    """What is known of the text as a whole; counts are of mentions, those in the title double."""

    actors: Counter[str]
    topics: Counter[str]
    stages: Counter[str]
    title_actors: frozenset[str]
    title_topics: frozenset[str]
    main: str | None
    """The actor named most."""
    first_actor: str | None
    highest_rank: int
    """Of the stages named, the highest on the ladder; 0 where none is."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A cue (of a stance or a stage) where it stands; `carried` is from the sentence before."""

    marking: Marking
    marked: Marked
    cue: Mention
    carried: Mention | None
    whole: Whole
    vocabulary: Vocabulary

    @property
    def actors(self) -> list[Mention]:
        return self.marked.of("actor")

    @property
    def topics(self) -> list[Mention]:
        return self.marked.of("topic")

    @property
    def general(self) -> str:
        return self.vocabulary.general

    def breaks(self, mention: Mention) -> int:
        """Clause breaks (; : dash, brackets) between the mention and the cue."""
        return crossed(self.marking.breaks, mention, self.cue)

    def commas(self, mention: Mention) -> int:
        return crossed(self.marking.commas, mention, self.cue)

    def clause_of(self, mention: Mention) -> int:
        return self.marking.clauses[mention.first]


def scenes(marking: Marking, role: Role, whole: Whole, vocabulary: Vocabulary) -> Iterator[Scene]:
    """Every cue of this role, sentence by sentence, with the actor carried over to it."""
    carried: Mention | None = None
    for marked in marking.sentences:
        for cue in marked.of(role):
            yield Scene(marking, marked, cue, carried, whole, vocabulary)
        carried = subject_of(marked) or carried


def whole_of(marking: Marking, vocabulary: Vocabulary) -> Whole:
    counts: dict[Role, Counter[str]] = {"actor": Counter(), "topic": Counter(), "stage": Counter()}
    titles: dict[Role, set[str]] = {"actor": set(), "topic": set(), "stage": set()}
    for marked in marking.sentences:
        for role, counter in counts.items():
            slugs = [hit.sense.slug for hit in marked.of(role)]
            counter.update(slugs * 2 if marked.is_title else slugs)
            titles[role].update(slugs if marked.is_title else ())
    actors = counts["actor"]
    return Whole(
        actors=actors,
        topics=counts["topic"],
        stages=counts["stage"],
        title_actors=frozenset(titles["actor"]),
        title_topics=frozenset(titles["topic"]),
        main=actors.most_common(1)[0][0] if actors else None,
        first_actor=next(iter(actors), None),
        highest_rank=max((vocabulary.stages[s].rank or 0 for s in counts["stage"]), default=0),
    )


def subject_of(marked: Marked) -> Mention | None:
    """The first actor that is no recipient, else the first."""
    named = marked.of("actor")
    free = [hit for hit in named if not led(marked, "recipient", hit)]
    return free[0] if free else (named[0] if named else None)


def led(marked: Marked, role: Role, hit: Mention) -> bool:
    """A mark of this role ends right before the mention ("to the", "by")."""
    return any(mark.last == hit.first for mark in marked.of(role))


def topics_near(scene: Scene) -> Iterator[tuple[str, Mention | None]]:
    """Every topic that could be meant, with its mention nearest to the cue in the sentence; in the
    order of the text, since an order by slug would let a topic's name decide between equals."""
    nearest: dict[str, Mention] = {}
    for hit in scene.topics:
        other = nearest.get(hit.sense.slug)
        if other is None or gap(hit, scene.cue) < gap(other, scene.cue):
            nearest[hit.sense.slug] = hit
    yield from nearest.items()
    own = scene.vocabulary.cue_topics.get(scene.cue.sense.slug)
    for slug in dict.fromkeys([*scene.whole.topics, own or scene.general, scene.general]):
        if slug not in nearest:
            yield slug, None


# --- how far, and what lies between ------------------------------------------------------------


def gap(one: Mention, other: Mention) -> int:
    """Words between two mentions; 0 where they touch or overlap."""
    return max(other.first - one.last, one.first - other.last, 0)


def side_of(mention: Mention, cue: Mention) -> str:
    if mention.last <= cue.first:
        return "left" if mention.last < cue.first else "inside"
    if mention.first >= cue.last:
        return "right" if mention.first > cue.last else "inside"
    return "inside"


def between(middle: Mention, one: Mention, other: Mention) -> bool:
    first, last = min(one.last, other.last), max(one.first, other.first)
    return first <= middle.first and middle.last <= last


def crossed(counts: list[int], one: Mention, other: Mention) -> int:
    """How many of what `counts` counts stand between the two."""
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
