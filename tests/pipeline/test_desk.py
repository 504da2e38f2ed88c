"""The pack, laid out for deciding: order, sides, names, and whose words a text passes on."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import PackError
from monitor.model import Tier
from monitor.pipeline.desk import lay_out, origins_of, voices_of, weigh
from monitor.pipeline.yardsticks import ladder_of, names_of
from monitor.rulebook.load import load_pack
from monitor.rulebook.types import Pack, SourceEntry, SourcesFile, StageEntry
from monitor.steps.identify import BY_HAND
from monitor.steps.render.content import compose
from tests.packs import shipped_pack
from tests.pipeline.builders import PhraseReader, article
from tests.rulebook.packs import MINIMAL


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(Path(MINIMAL))


def source(name: str, url: str, newsroom: str, actor: str | None = None) -> SourceEntry:
    return SourceEntry(
        id=name, title=name, url=url, tier=Tier.OFFICIAL, newsroom=newsroom, actor=actor
    )


def with_sources(pack: Pack, *sources: SourceEntry, **agencies: dict[str, tuple[str, ...]]) -> Pack:
    return pack.model_copy(
        update={"sources": SourcesFile(sources=sources, agencies=agencies)},
    )


def test_a_desk_is_laid_out_from_any_pack(pack: Pack) -> None:
    desk = lay_out(pack, PhraseReader(), compose=compose, targets={})

    assert set(desk.sides.values()) <= {-1, 0, 1}
    assert set(desk.ladder.effect_sides.values()) <= {-1, 0, 1}
    assert desk.ladder.same_within == timedelta(days=400)


@pytest.mark.parametrize("broken", [{}, {**BY_HAND.to_json(), "merge": 2}, {"of": None}])
def test_story_weights_that_are_none_refuse_the_pack(pack: Pack, broken: dict[str, object]) -> None:
    with pytest.raises(PackError) as refused:
        weigh(pack.model_copy(update={"story_weights": broken}))

    (complaint,) = refused.value.complaints
    assert complaint.file == "story_weights.json"
    assert "`make train`" in complaint.problem


def test_the_shipped_story_weights_are_used() -> None:
    shipped = shipped_pack()

    desk = lay_out(shipped, PhraseReader(), compose=compose, targets={})

    assert desk.join.trained_on
    assert (
        lay_out(load_pack(Path(MINIMAL)), PhraseReader(), compose=compose, targets={}).join
        == BY_HAND
    )


def test_the_ladder_knows_which_stages_beside_it_carry_on_and_which_end(pack: Pack) -> None:
    stages = (
        StageEntry(id="first", title="first", rank=1, words={}, bodies=("duma",)),
        StageEntry(id="amended", title="amended", words={}, makes="advanced"),
        StageEntry(id="rejected", title="rejected", words={}, ends=True),
        StageEntry(id="postponed", title="postponed", words={}),
    )
    changed = pack.model_copy(update={"stages": pack.stages.model_copy(update={"stages": stages})})

    ladder = ladder_of(changed)

    assert ladder.ranks == {"first": 1}
    assert ladder.carries_on == {"amended"}
    assert ladder.ends == {"rejected"}
    assert ladder.acts_at == {"first": {"duma"}}


def test_every_slug_that_people_see_has_a_name(pack: Pack) -> None:
    names = names_of(pack)

    slugs = [entry.id for entry in (*pack.topics.topics, *pack.actors.actors)]
    assert [names[slug] for slug in slugs] == [
        entry.title for entry in (*pack.topics.topics, *pack.actors.actors)
    ]


def test_a_host_speaks_for_its_actor_unless_many_share_it(pack: Pack) -> None:
    changed = with_sources(
        pack,
        source("own", "https://www.bank.example/feed", "The Bank", "bank"),
        source("one", "https://platform.example/one", "One", "bank"),
        source("two", "https://platform.example/two", "Two"),
    )

    voices = voices_of(changed)

    assert set(voices) == {"bank.example"}
    assert (voices["bank.example"].newsroom, voices["bank.example"].actor) == ("The Bank", "bank")


@pytest.mark.parametrize(
    ("why", "text", "newsroom", "origin"),
    [
        ("the agency that the text names", "The bank said so, reports Wire One.", "A", "wire"),
        ("else the newsroom", "The bank said so.", "A", "A"),
        ("else the host", "The bank said so.", "", "a.example"),
    ],
    ids=lambda value: value if " " in value else "",
)
def test_evidence_comes_from(pack: Pack, why: str, text: str, newsroom: str, origin: str) -> None:
    changed = with_sources(pack, wire={"en": ("reports Wire One",)})

    assert origins_of(changed)(article("one", text, newsroom=newsroom)) == origin
