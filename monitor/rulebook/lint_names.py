"""Checks of names: ids that stand twice, and slugs that name nothing or something retired."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from monitor.rulebook.finding import Finding
from monitor.rulebook.places import Places
from monitor.rulebook.shape import did_you_mean
from monitor.rulebook.types import Pack
from monitor.rulebook.words import Path


def check_names(pack: Pack, places: Places) -> Iterator[Finding]:
    yield from _duplicate_ids(pack, places)
    yield from _unknown_references(pack)


# --- ids ---------------------------------------------------------------------------------------


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def _named(pack: Pack) -> Iterator[tuple[Path, Sequence[_Named]]]:
    """Every list of entries with an id, with its path."""
    yield ("sources", "sources"), pack.sources.sources
    yield ("topics", "topics"), pack.topics.topics
    yield ("actors", "actors"), pack.actors.actors
    yield ("stances", "levels"), pack.stances.levels
    yield ("stances", "cues"), pack.stances.cues
    yield ("stages", "stages"), pack.stages.stages
    yield ("stages", "effects"), pack.stages.effects
    yield ("channels", "channels"), pack.channels.channels
    yield ("alerts",), pack.alerts
    yield ("tests",), pack.tests


def _duplicate_ids(pack: Pack, places: Places) -> Iterator[Finding]:
    for path, entries in _named(pack):
        first: dict[str, Path] = {}
        for index, entry in enumerate(entries):
            here = (*path, index, "id")
            if entry.id in first:
                where = places.line(first[entry.id])
                problem = f"`{entry.id}` stands already in {where}; give this one another id"
                yield Finding(here, problem, "duplicate-id")
            first.setdefault(entry.id, here)


# --- references --------------------------------------------------------------------------------


class _Reference(NamedTuple):
    path: Path
    slug: str
    kind: str
    """What the slug is meant to name: a key of `_by_kind`."""
    at_key: bool = False


def _unknown_references(pack: Pack) -> Iterator[Finding]:
    known = {kind: {entry.id for entry in entries} for kind, entries in _by_kind(pack).items()}
    retired = {
        kind: {entry.id for entry in entries if getattr(entry, "status", "") == "retired"}
        for kind, entries in _by_kind(pack).items()
    }
    for path, slug, kind, at_key in _references(pack):
        if slug not in known[kind]:
            near = did_you_mean(slug, sorted(known[kind])) or f"; known: {_some(known[kind])}"
            problem = f"there is no {kind} `{slug}`{near}"
            yield Finding(path, problem, f"unknown-{kind}", at_key=at_key)
        elif slug in retired[kind]:
            problem = f"the {kind} `{slug}` is retired, so this is without force; remove it"
            yield Finding(path, problem, "retired-reference", at_key=at_key)


def _by_kind(pack: Pack) -> dict[str, Sequence[_Named]]:
    return {
        "source": pack.sources.sources,
        "topic": pack.topics.topics,
        "actor": pack.actors.actors,
        "level": pack.stances.levels,
        "stage": pack.stages.stages,
        "channel": pack.channels.channels,
        "alert": pack.alerts,
    }


def _some(slugs: Iterable[str]) -> str:
    known = sorted(slugs)
    return ", ".join(known[:8]) + (", …" if len(known) > 8 else "") if known else "none"


def _references(pack: Pack) -> Iterator[_Reference]:
    yield from _references_of_sources_and_actors(pack)
    yield from _references_of_stances(pack)
    yield from _references_of_stages(pack)
    yield from _references_of_alerts(pack)
    yield from _references_of_tests(pack)


def _references_of_sources_and_actors(pack: Pack) -> Iterator[_Reference]:
    for index, source in enumerate(pack.sources.sources):
        if source.actor:
            yield _Reference(("sources", "sources", index, "actor"), source.actor, "actor")
    for index, actor in enumerate(pack.actors.actors):
        if actor.parent:
            yield _Reference(("actors", "actors", index, "parent"), actor.parent, "actor")


def _references_of_stances(pack: Pack) -> Iterator[_Reference]:
    for index, cue in enumerate(pack.stances.cues):
        yield _Reference(("stances", "cues", index, "level"), cue.level, "level")
        if cue.topic:
            yield _Reference(("stances", "cues", index, "topic"), cue.topic, "topic")
    for level, turned in pack.stances.turned_to.items():
        yield _Reference(("stances", "turned_to", level), level, "level", at_key=True)
        yield _Reference(("stances", "turned_to", level), turned, "level")
    yield _Reference(("stances", "softened_to"), pack.stances.softened_to, "level")


def _references_of_stages(pack: Pack) -> Iterator[_Reference]:
    for index, stage in enumerate(pack.stages.stages):
        here = ("stages", "stages", index)
        yield from _each((*here, "bodies"), stage.bodies, "actor")
        yield from _each((*here, "gives_way_to"), stage.gives_way_to, "stage")
    for index, effect in enumerate(pack.stages.effects):
        yield _Reference(("stages", "effects", index, "stance"), effect.stance, "level")
    yield _Reference(("stages", "unnamed_body"), pack.stages.unnamed_body, "actor")


def _references_of_alerts(pack: Pack) -> Iterator[_Reference]:
    for index, rule in enumerate(pack.alerts):
        yield from _each(("alerts", index, "actors"), rule.actors, "actor")
        yield from _each(("alerts", index, "topics"), rule.topics, "topic")
        yield from _each(("alerts", index, "channels"), rule.channels, "channel")
    yield from _each(("channels", "notices"), pack.channels.notices, "channel")


def _references_of_tests(pack: Pack) -> Iterator[_Reference]:
    for number, test in enumerate(pack.tests):
        for index, step in enumerate(test.steps):
            path: Path = ("tests", number, "steps", index)
            if step.source:
                yield _Reference((*path, "source"), step.source, "source")
            yield from _each((*path, "expect", "alerts"), step.expect.alerts, "alert")
            for key, value in step.expect.ledger.items():
                yield from _ledger_references((*path, "expect", "ledger", key), key, value)


def _ledger_references(path: Path, key: str, value: str) -> Iterator[_Reference]:
    holder, _, topic = key.partition(" ")
    if not topic or " " in topic:
        return
    yield _Reference(path, topic, "topic", at_key=True)
    if holder == "measure":
        yield _Reference(path, value, "stage")
    else:
        yield _Reference(path, holder, "actor", at_key=True)
        yield _Reference(path, value, "level")


def _each(path: Path, slugs: Sequence[str], kind: str) -> Iterator[_Reference]:
    for index, slug in enumerate(slugs):
        yield _Reference((*path, index), slug, kind)
