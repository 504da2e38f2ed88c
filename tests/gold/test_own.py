"""The test part of the project's own texts is read as well as the floors ask."""

from pathlib import Path

from monitor.pipeline.reading import build_reader
from monitor.pipeline.rehearsal import analyze_lines
from monitor.rulebook.load import load_pack
from tests.gold.corpus import in_test_part, read_own
from tests.gold.evaluate import floors, lines_of
from tests.gold.scoring import act_figure, relevance_figure, stance_figure

EACH = 3
"""One text in so many is read here, in some twenty seconds; `make evaluate` reads them all."""


def test_the_test_part_is_read_as_well_as_the_floors_ask() -> None:
    part = [row for row in read_own() if in_test_part(row)][::EACH]

    reader = build_reader(load_pack(Path("rules")))
    analysis = list(analyze_lines(lines_of(part), reader))

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
