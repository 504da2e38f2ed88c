"""A small world of another field, Norway and whaling, in which every rule can be seen by itself."""

from datetime import date
from functools import cache

from monitor.rulebook.load import load_pack
from monitor.rulebook.types import ActorEntry, CueEntry, Pack, StageEntry, TopicEntry
from monitor.steps.extract import Extract, Extractor
from monitor.steps.extract.candidates import Candidate, candidates
from monitor.steps.extract.mentions import Marking
from monitor.steps.extract.scene import Scene, scenes, whole_of
from tests.rulebook.packs import MINIMAL

GUARD = ActorEntry(
    id="coast-guard",
    title="Coast Guard",
    words={"en": ("Coast Guard", "Ban Watch")},
    weak={"en": ("the service",)},
)
FLEET = ActorEntry(id="fleet", title="Fleet", words={"en": ("Fleet",)}, kind="company")
HARBOUR_MINISTRY = ActorEntry(
    id="harbour-ministry",
    title="Ministry of Harbours",
    words={"en": ("Ministry of Harbours",)},
    weak={"en": ("the ministry",)},
)
EXPORT = TopicEntry(id="export", title="sale abroad", words={"en": ("export*",)})
HUNTING = TopicEntry(id="hunting", title="the hunt itself", words={"en": ("hunting",)})
SEALED = StageEntry(
    id="sealed",
    title="sealed",
    rank=3,
    words={"en": ("sealed",)},
    bodies=("fisheries-ministry", "parliament"),
)
AMENDED = StageEntry(id="amended", title="amended", words={"en": ("amended",)}, makes="advanced")


@cache
def whaling() -> Pack:
    """The minimal pack with more actors, topics and the words that join them."""
    pack = load_pack(MINIMAL)
    stances = pack.stances.model_copy(
        update={
            "turned_by": {"en": ("not", "against", "opposes", "rather than")},
            "softened_by": {"en": ("considers", "may")},
            "intends": {"en": ("wants", "said", "says", "intend*", "proposes", "plans")},
            "agents": {"en": ("by", "by the")},
            "pronouns": {"en": ("it", "he")},
            "relatives": {"en": ("which", "who")},
            "splitters": {"en": ("while", "but", "and")},
            "recipients": {"en": ("to the", "asked", "told")},
            "history": {"en": ("formerly",)},
            "background": {"en": ("has long",)},
            "turns": {"en": ("now",)},
        }
    )
    return pack.model_copy(
        update={
            "actors": pack.actors.model_copy(
                update={"actors": (*pack.actors.actors, GUARD, FLEET, HARBOUR_MINISTRY)}
            ),
            "topics": pack.topics.model_copy(
                update={"topics": (*pack.topics.topics, EXPORT, HUNTING)}
            ),
            "stances": stances,
            "stages": pack.stages.model_copy(
                update={"stages": (*pack.stages.stages, SEALED, AMENDED)}
            ),
        }
    )


def with_actor(pack: Pack, actor: ActorEntry) -> Pack:
    actors = (*pack.actors.actors, actor)
    return pack.model_copy(update={"actors": pack.actors.model_copy(update={"actors": actors})})


def with_cue(pack: Pack, cue: CueEntry) -> Pack:
    cues = (*pack.stances.cues, cue)
    return pack.model_copy(update={"stances": pack.stances.model_copy(update={"cues": cues})})


def with_topic(pack: Pack, topic: TopicEntry) -> Pack:
    topics = (*pack.topics.topics, topic)
    return pack.model_copy(update={"topics": pack.topics.model_copy(update={"topics": topics})})


@cache
def reader() -> Extractor:
    return Extractor(whaling())


def marked(title: str, text: str = "", said: date | None = None) -> Marking:
    return reader().mark(title, text, language="en", said=said)


def scene_of(title: str, text: str = "") -> Scene:
    """The last cue of the text, where it stands."""
    marking = marked(title, text)
    vocabulary = reader().vocabulary
    return list(scenes(marking, "cue", whole_of(marking, vocabulary), vocabulary))[-1]


def proposed(title: str, text: str = "") -> list[Candidate]:
    marking = marked(title, text)
    vocabulary = reader().vocabulary
    return list(candidates(marking, vocabulary, whole_of(marking, vocabulary)))


def read(title: str, text: str = "", said: date | None = None) -> Extract:
    return reader().extract(title, text, language="en", said=said)


def stances(found: Extract) -> set[tuple[str, str, str]]:
    return {(one.actor, one.topic, one.stance) for one in found.stances}
