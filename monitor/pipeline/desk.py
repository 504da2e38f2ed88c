"""What deciding needs and a poll does not bring: the pack, compiled once, and where alerts go.

Not here: the order of the steps (intake.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from monitor.model import Alert, Article, Message, Reading, Tier
from monitor.pipeline.reading import weights_of
from monitor.pipeline.yardsticks import bars_of, kin_of, ladder_of, names_of
from monitor.rulebook.types import Pack
from monitor.rulebook.weights import STORY_FILE, unusable
from monitor.steps.alert import Rulebook
from monitor.steps.identify import BY_HAND, JoinWeights, newsroom_of
from monitor.steps.ledger import HEARD_FROM, NO_BARS, Bars, Kin, Ladder, made_by
from monitor.steps.text import Phrasebook, words


class Reader(Protocol):
    """Match and extract in one: what an article says. Pure."""

    def read(self, article: Article) -> Reading: ...


class Compose(Protocol):
    """Alerts -> the message that is kept."""

    def __call__(self, alerts: tuple[Alert, ...], *, created_at: datetime) -> Message: ...


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose words a host publishes, as sources.yaml says."""

    newsroom: str
    tier: Tier
    actor: str | None


OriginOf = Callable[[Article], str]


@dataclass(frozen=True, slots=True)
class Desk:
    """One edition of the pack at work. Not safe to share between threads (its readers are not)."""

    reader: Reader
    sides: Mapping[str, int]
    ladder: Ladder
    rulebook: Rulebook
    compose: Compose
    origin_of: OriginOf
    bars: Bars = NO_BARS
    kin: Kin = field(default_factory=dict)
    """Topic -> topics that texts on one event name for it."""
    heard_from: float = 0.0
    """Confidence below which a label is shown and never enters the ledger."""
    join: JoinWeights = BY_HAND
    """What makes two articles one event."""
    targets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Channel id -> names of its targets; a channel without any delivers nowhere."""
    notice_targets: Sequence[str] = ()
    """Targets that are told of the service's own state."""
    voices: Mapping[str, Voice] = field(default_factory=dict)
    """Host -> voice, for articles that come without their source (replay)."""

    @property
    def rules(self) -> str:
        """A name for what folding statements depends on."""
        return made_by(self.sides, self.bars, self.ladder)


def lay_out(
    pack: Pack, reader: Reader, *, compose: Compose, targets: Mapping[str, Sequence[str]]
) -> Desk:
    """The desk for a pack."""
    return Desk(
        reader=reader,
        sides={level.id: level.side for level in pack.stances.levels},
        ladder=ladder_of(pack),
        rulebook=Rulebook(
            pack.alerts,
            names=names_of(pack),
            channels=active_channels(pack),
        ),
        compose=compose,
        origin_of=origins_of(pack),
        bars=bars_of(pack.stances),
        kin=kin_of(pack.topics.topics),
        heard_from=min(HEARD_FROM, pack.stances.ledger_from, pack.stages.ledger_from),
        join=join_weights_of(pack),
        targets=targets,
        notice_targets=notice_targets_of(pack, targets),
        voices=voices_of(pack),
    )


def notice_targets_of(pack: Pack, targets: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Those of the channels that channels.yaml names for notices; of all where it names none."""
    named = pack.channels.notices or active_channels(pack)
    return tuple(dict.fromkeys(target for name in named for target in targets.get(name, ())))


def active_channels(pack: Pack) -> tuple[str, ...]:
    return tuple(entry.id for entry in pack.channels.channels if entry.status == "active")


def voices_of(pack: Pack) -> dict[str, Voice]:
    """Only hosts that speak with one voice: a platform serves many, and lends its host to all."""
    heard: dict[str, set[Voice]] = {}
    for source in pack.sources.sources:
        voice = Voice(source.newsroom, source.tier, source.actor)
        heard.setdefault(newsroom_of(source.url), set()).add(voice)
    return {host: next(iter(voices)) for host, voices in heard.items() if len(voices) == 1}


def origins_of(pack: Pack) -> OriginOf:
    """Evidence comes from the agency that the text names first, else from the newsroom."""
    agencies = Phrasebook(
        (spelling, language, newsroom)
        for newsroom, spellings in pack.sources.agencies.items()
        for language, forms in spellings.items()
        for spelling in forms
    )

    def origin_of(article: Article) -> str:
        named = agencies.find(article.whole, words(article.whole))
        return named[0].sense if named else article.newsroom or newsroom_of(article.url)

    return origin_of


def join_weights_of(pack: Pack) -> JoinWeights:
    """The learnt ones, else those set by hand. PackError where they are not what `make train`
    writes."""
    if pack.story_weights is None:
        return BY_HAND
    try:
        return JoinWeights.from_json(pack.story_weights)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise unusable(f"it lacks or garbles {error}", STORY_FILE) from error


def weigh(pack: Pack) -> None:
    """Take every learnt weight of the pack into use. PackError where one cannot be."""
    weights_of(pack)
    join_weights_of(pack)
