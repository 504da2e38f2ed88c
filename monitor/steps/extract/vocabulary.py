"""The pack's words, compiled for one language: what each phrase means to the reading of a text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from monitor.rulebook.types import Pack, Words
from monitor.steps.text import Phrasebook
from monitor.steps.text.phrases import by_language

Role = Literal[
    "actor", "topic", "cue", "stage", "effect",
    "turned", "voided", "softened", "intends", "recipient", "agent", "pronoun", "relative",
    "splitter",
    "history", "background", "turn", "denies", "instrument", "void",
]  # fmt: skip

MARKS: dict[Role, str] = {
    "turned": "turned_by",
    "voided": "voided_by",
    "softened": "softened_by",
    "intends": "intends",
    "recipient": "recipients",
    "agent": "agents",
    "relative": "relatives",
    "splitter": "splitters",
    "pronoun": "pronouns",
    "history": "history",
    "background": "background",
    "turn": "turns",
    "denies": "denies",
}
"""Role -> the key of stances.yaml that lists its words."""


NO_TOPIC = ""
"""The slug of phrases that only keep their words from being read as a topic."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for. `slug` is the actor, topic, cue, stage or effect."""

    role: Role
    slug: str = ""
    manner: Literal["name", "weak", "person", "own", "field", ""] = ""
    """How an actor is named, or how a topic is told."""
    person: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Level:
    slug: str
    side: int
    rank: int
    """Place on the scale, from 0."""


class Vocabulary:
    """A phrasebook a language, and the few facts about slugs that reading needs."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._books: dict[str, Phrasebook[Meaning]] = {}
        self.languages = frozenset(
            language for actor in pack.actors.actors for language in actor.words
        )
        self.levels = {
            level.id: Level(level.id, level.side, rank)
            for rank, level in enumerate(pack.stances.levels)
        }
        self.cue_levels = {cue.id: self.levels[cue.level] for cue in pack.stances.cues}
        self.cue_topics = {cue.id: cue.topic for cue in pack.stances.cues if cue.topic}
        self.turned_to = {level: self.levels[to] for level, to in pack.stances.turned_to.items()}
        self.softened_to = self.levels[pack.stances.softened_to]
        self.general = next(topic.id for topic in pack.topics.topics if topic.general)
        self.actors = {actor.id: actor for actor in pack.actors.actors}
        self.stages = {stage.id: stage for stage in pack.stages.stages}
        self.effects = {effect.id: effect for effect in pack.stages.effects}
        self.unnamed_body = pack.stages.unnamed_body

    def book(self, language: str) -> Phrasebook[Meaning]:
        """One for all languages that the pack does not know: each would be told the same words."""
        known = language if language in self.languages else ""
        if known not in self._books:
            told = [known] if known else sorted(self.languages)
            read = list(dict.fromkeys([*told, *self._pack.lexicon.also_read]))
            self._books[known] = Phrasebook(
                (spelling, of, meaning)
                for meaning, wordlist in _meanings(self._pack)
                for spelling, of in by_language(wordlist, read)
            )
        return self._books[known]


def _meanings(pack: Pack) -> Iterator[tuple[Meaning, Words]]:
    for actor in pack.actors.actors:
        if actor.status == "active":
            yield Meaning("actor", actor.id, "name"), actor.words
            yield Meaning("actor", actor.id, "weak"), actor.weak
            for one in actor.people:
                meaning = Meaning("actor", actor.id, "person", one.name, one.since, one.until)
                yield meaning, one.words
    for topic in pack.topics.topics:
        if topic.status == "active":
            yield Meaning("topic", topic.id, "own"), topic.words
            yield Meaning("topic", topic.id, "field"), topic.field_words
            yield Meaning("topic", NO_TOPIC), topic.none
    for cue in pack.stances.cues:
        yield Meaning("cue", cue.id), cue.words
    for stage in pack.stages.stages:
        yield Meaning("stage", stage.id), stage.words
    for effect in pack.stages.effects:
        yield Meaning("effect", effect.id), effect.words
    for role, key in MARKS.items():
        yield Meaning(role), getattr(pack.stances, key)
    yield Meaning("instrument"), pack.stages.instruments
    yield Meaning("void"), pack.stages.void
