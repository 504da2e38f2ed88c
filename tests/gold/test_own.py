"""The project's own labelled texts: well made, apart from each other, and read well enough."""

from collections import Counter
from pathlib import Path

import pytest

from monitor.pipeline.reading import build_reader
from monitor.pipeline.rehearsal import analyze_lines
from monitor.rulebook.load import load_pack
from monitor.rulebook.types import Pack
from monitor.steps.text import words
from tests.gold.corpus import Row, in_test_part, read_own
from tests.gold.evaluate import floors, lines_of
from tests.gold.scoring import act_figure, relevance_figure, stance_figure

SHARED = 0.2
"""Share of its word 4-grams that a text may have in common with another."""


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return read_own()


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(Path("rules"))


def test_every_label_has_its_quote_in_the_text_and_its_slugs_in_the_pack(
    rows: list[Row], pack: Pack
) -> None:
    actors = {actor.id for actor in pack.actors.actors}
    topics = {topic.id for topic in pack.topics.topics}
    levels = {level.id for level in pack.stances.levels}
    stages = {stage.id for stage in pack.stages.stages}
    effects = {effect.id for effect in pack.stages.effects}

    for row in rows:
        labels = [*row["stances"], *row["regulation"]]
        whole = f"{row['title']}\n{row['text']}"
        assert all(label["quote"] in whole for label in labels), row["id"]
        assert {label["topic"] for label in labels} <= topics, row["id"]
        assert {s["actor"] for s in row["stances"]} <= actors, row["id"]
        assert {s["stance"] for s in row["stances"]} <= levels, row["id"]
        assert {r["stage"] for r in row["regulation"]} <= stages, row["id"]
        assert {r["effect"] for r in row["regulation"]} <= effects, row["id"]
        assert row["relevant"] or not labels, row["id"]


def test_ids_are_unique_and_no_pair_is_labelled_twice(rows: list[Row]) -> None:
    assert max(Counter(row["id"] for row in rows).values()) == 1
    for row in rows:
        pairs = Counter((s["actor"], s["topic"]) for s in row["stances"])
        assert all(count == 1 for count in pairs.values()), row["id"]


def test_no_text_is_made_of_another(rows: list[Row]) -> None:
    grams = {row["id"]: four_grams(row) for row in rows}
    holders: dict[tuple[str, ...], list[str]] = {}
    for key, mine in grams.items():
        for gram in mine:
            holders.setdefault(gram, []).append(key)

    for key, mine in grams.items():
        shared = Counter(other for gram in mine for other in holders[gram] if other != key)
        most = max(shared.values(), default=0)
        assert most <= SHARED * len(mine), (key, shared.most_common(1))


def test_the_test_part_is_read_as_well_as_the_floors_ask(rows: list[Row], pack: Pack) -> None:
    part = [row for row in rows if in_test_part(row)]

    analysis = list(analyze_lines(lines_of(part), build_reader(pack)))

    stances = {one["id"]: one["stances"] for one in analysis}
    acts = {one["id"]: one["regulation"] for one in analysis}
    ours = {one["id"]: one["relevant"] for one in analysis}
    reached = {
        "relevance": relevance_figure(part, ours).f1,
        "stance lenient": stance_figure(part, stances, how="lenient").f1,
        "stance strict": stance_figure(part, stances, how="strict").f1,
        "stance levels": stance_figure(part, stances, how="levels").f1,
        "act lenient": act_figure(part, acts, how="lenient").f1,
        "act effects": act_figure(part, acts, how="effects").f1,
    }
    asked = floors()["own"]
    assert asked
    assert {name: reached[name] for name in asked if reached[name] < asked[name]} == {}


def four_grams(row: Row) -> set[tuple[str, ...]]:
    forms = [word.form for word in words(f"{row['title']}\n{row['text']}")]
    return set(zip(forms, forms[1:], forms[2:], forms[3:], strict=False))
