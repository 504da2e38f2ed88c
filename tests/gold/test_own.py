"""The project's own texts are read as well as the floors ask, by networks blind to their events.

Not the measure: the few numbers of the second models have seen these texts (`make evaluate` learns
them anew). It stands here so that no change makes the reading worse unseen.
"""

from monitor.pipeline.reading import PackReader, weights_of
from monitor.pipeline.rehearsal import analyze_lines
from tests.gold.blind_networks import fold_networks
from tests.gold.corpus import fold_of, read_own
from tests.gold.evaluate import FoldReader, floors, lines_of
from tests.gold.scoring import act_figure, relevance_figure, stance_figure
from tests.packs import shipped_pack

EACH = 12
"""One text in so many is read here, in some fifteen seconds."""


def test_our_own_texts_are_read_as_well_as_the_floors_ask() -> None:
    part = read_own()[::EACH]
    pack = shipped_pack()
    readers = [PackReader(pack, weights_of(pack), network) for network in fold_networks()]

    reader = FoldReader(readers, {f"{row['title']}\n{row['text']}": fold_of(row) for row in part})
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
