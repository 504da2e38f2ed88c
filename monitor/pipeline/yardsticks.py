"""What the pack says of the ledger's measures: names, rungs, bars, kinship. Values only."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from monitor.rulebook.types import Pack, StageEntry, StancesFile, TopicEntry
from monitor.steps.ledger import Bars, Ladder


class Titled(Protocol):
    """An entry of the pack that people see under a name."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...


def ladder_of(pack: Pack) -> Ladder:
    stages, sides = pack.stages, {level.id: level.side for level in pack.stances.levels}
    beside = [stage for stage in stages.stages if stage.rank is None]
    return Ladder(
        ranks={stage.id: stage.rank for stage in stages.stages if stage.rank is not None},
        carries_on=_named(stage for stage in beside if stage.makes == "advanced"),
        ends=_named(stage for stage in beside if stage.ends),
        acts_at={stage.id: frozenset(stage.bodies) for stage in stages.stages if stage.bodies},
        effect_sides={effect.id: sides[effect.stance] for effect in stages.effects},
        same_within=stages.same_measure_within,
        unnamed=stages.unnamed_body,
        sure_from=stages.ledger_from,
    )


def bars_of(stances: StancesFile) -> Bars:
    turn = stances.ledger_from if stances.turns_from is None else stances.turns_from
    back = turn if stances.returns_from is None else stances.returns_from
    return Bars(stances.ledger_from, turn, back, stances.further_from)


def kin_of(topics: Sequence[TopicEntry]) -> dict[str, frozenset[str]]:
    return {
        topic.id: frozenset(other.id for other in topics if _are_kin(topic, other))
        for topic in topics
    }


def _are_kin(one: TopicEntry, other: TopicEntry) -> bool:
    if one is other or one.general or other.general:
        return True
    return one.family is not None and one.family == other.family


def names_of(pack: Pack) -> dict[str, str]:
    """Slug -> display name. Slugs of different kinds do not meet: lint sees to that."""
    entries: tuple[Titled, ...] = (
        *pack.topics.topics,
        *pack.actors.actors,
        *pack.stances.levels,
        *pack.stages.stages,
        *pack.stages.effects,
    )
    return {entry.id: entry.title for entry in entries}


def _named(stages: Iterable[StageEntry]) -> frozenset[str]:
    return frozenset(stage.id for stage in stages)
