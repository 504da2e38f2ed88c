"""Quality figures: `python -m tests.gold.evaluate [FOLDER]` (make evaluate GOLD=FOLDER).

Every text is read with a network and weights that have not seen its event: of the project's own one
in three, and where a FOLDER outside the project is given (it holds `gold.jsonl`), each of its
articles, which are replayed as well. The trivial systems stand beside each figure: what they reach
needs no reading. Exit code 1 where a figure is below its floor in floors.json.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from monitor.model import Article, Reading
from monitor.pipeline.desk import lay_out
from monitor.pipeline.reading import PackReader
from monitor.pipeline.rehearsal import analyze_lines, replay_lines
from monitor.rulebook.load import load_pack
from monitor.rulebook.types import Pack
from monitor.steps.extract.vocabulary import Vocabulary
from monitor.steps.extract.weights import RULES
from monitor.steps.render import compose
from monitor.store import open_store
from tests.gold.blind_networks import fold_networks
from tests.gold.changes import change_figure, told_changes, wanted_stages, wanted_stances
from tests.gold.corpus import (
    FOLDS,
    Row,
    fold_of,
    held_back,
    read_gold,
    read_own,
)
from tests.gold.scoring import (
    SIDES,
    Labels,
    act_figure,
    all_general,
    constant_acts,
    constant_stances,
    relevance_figure,
    same_topic,
    stance_figure,
)
from tests.gold.stories import SEED_EVENT, story_report
from tests.gold.train import lessons_of, train

BLIND = f"{FOLDS} folds by event, network and weights blind to each text's event"
FLOORS = Path(__file__).with_name("floors.json")
SEEN = ("id", "url", "title", "text", "date", "arrived", "lang")
"""What the monitor may see of a labelled article."""
MAIN_LANGUAGES = ("en", "ru")
EACH = 3
"""One own text in so many is read, in a minute."""


class FoldReader:
    """Reads each article with weights that are blind to its event; the seeds, which have no labels
    to be known by, with those that are blind to what happened in the week of the first."""

    def __init__(self, readers: Sequence[PackReader], folds: Mapping[str, int]) -> None:
        self._readers = readers
        self._folds = folds

    def read(self, article: Article) -> Reading:
        fold = self._folds.get(article.whole, fold_of({"event": SEED_EVENT}))
        return self._readers[fold].read(article)

    def language_of(self, article: Article) -> str:
        return self._readers[0].language_of(article)


def fold_reader(outside: Sequence[Row], pack: Pack) -> FoldReader:
    """For these and the project's own texts; learnt from both."""
    rows = [*outside, *read_own()]
    progress("marking")
    lessons = lessons_of(rows, pack)
    vocabulary = Vocabulary(pack)
    readers = []
    for fold in range(FOLDS):
        progress(f"learning without fold {fold + 1} of {FOLDS}")
        others = [lesson for lesson in lessons if lesson.fold != fold]
        readers.append(PackReader(pack, train(others, vocabulary), fold_networks()[fold]))
    return FoldReader(readers, {f"{row['title']}\n{row['text']}": fold_of(row) for row in rows})


def lines_of(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield json.dumps({key: row.get(key) for key in SEEN}, ensure_ascii=False)


# --- what is printed ---------------------------------------------------------------------------


def evaluate_own(pack: Pack, reader: FoldReader) -> int:
    rows = read_own()[::EACH]
    progress("reading")
    analysis = list(analyze_lines(lines_of(rows), reader))
    rules = list(analyze_lines(lines_of(rows), PackReader(pack, RULES)))
    say(f"the project's own texts: one in {EACH}, {len(rows)}; {BLIND}\n")
    reached = reading_report(rows, analysis, rules)
    return floors_report(reached, floors()["own"])


def evaluate(rows: Sequence[Row], pack: Pack, reader: FoldReader) -> int:
    progress("reading")
    analysis = list(analyze_lines(lines_of(rows), reader))
    rules = list(analyze_lines(lines_of(rows), PackReader(pack, RULES)))
    progress("replaying")
    replay = replayed(rows, pack, reader)
    say(f"{len(rows)} articles; {BLIND}\n")
    reached = {
        **reading_report(rows, analysis, rules),
        **replay_report(rows, replay),
        **story_report(rows, pack, reader),
    }
    return floors_report(reached, floors()["reference"])


def floors() -> dict[str, dict[str, float]]:
    read: dict[str, dict[str, float]] = json.loads(FLOORS.read_text("utf-8"))
    return read


def replayed(rows: Sequence[Row], pack: Pack, reader: FoldReader) -> list[Row]:
    store = open_store("sqlite://", exclusive=False)
    try:
        desk = lay_out(pack, reader, compose=compose, targets={})
        return list(replay_lines(lines_of(rows), store=store, desk=desk))
    finally:
        store.close()


def reading_report(
    rows: Sequence[Row], analysis: Sequence[Row], rules: Sequence[Row]
) -> dict[str, float]:
    stances, acts = _labels(analysis, "stances"), _labels(analysis, "regulation")
    reached = {
        "relevance": relevance_figure(rows, {one["id"]: one["relevant"] for one in analysis}),
        "stance lenient": stance_figure(rows, stances, how="lenient"),
        "stance strict": stance_figure(rows, stances, how="strict"),
        "stance levels": stance_figure(rows, stances, how="levels"),
        "act lenient": act_figure(rows, acts, how="lenient"),
        "act effects": act_figure(rows, acts, how="effects"),
    }
    for name, figure in reached.items():
        say(f"{name:24} {figure}")
    say("\nby language and by event (stances lenient; acts lenient)")
    for name, part in parts_of(rows):
        stance = stance_figure(part, stances, how="lenient")
        act = act_figure(part, acts, how="lenient")
        say(f"  {name:22} {stance.f1:.3f} of {stance.wanted:3}   {act.f1:.3f} of {act.wanted:3}")
    say("\nsystems that do not do the work")
    everything = relevance_figure(rows, {row["id"]: True for row in rows})
    say(f"  relevance, all relevant  {everything}")
    general = stance_figure(rows, all_general(stances), how="strict")
    say(f"  our stances, all general {general}")
    constant = stance_figure(rows, constant_stances(rows), how="lenient")
    say(f"  stance, constant label   {constant}")
    say(f"  act, constant label      {act_figure(rows, constant_acts(rows), how='lenient')}")
    by_rules = stance_figure(rows, _labels(rules, "stances"), how="lenient")
    say(f"  stance, rules alone      {by_rules}")
    calibration_report(rows, stances)
    return {name: figure.f1 for name, figure in reached.items()}


def parts_of(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for language in MAIN_LANGUAGES:
        yield language, [row for row in rows if row["lang"] == language]
    yield "other languages", [row for row in rows if row["lang"] not in MAIN_LANGUAGES]
    yield "events not looked at", [row for row in rows if held_back(row)]


def calibration_report(rows: Sequence[Row], stances: Labels) -> None:
    say("\nconfidence of stances: claimed, right, how many")
    wanted = {row["id"]: row["stances"] for row in rows}
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        bin_ = [
            (one, _is_right(one, wanted[key]))
            for key, ones in stances.items()
            for one in ones
            if low <= float(one["confidence"]) < low + 0.2 + (low == 0.8)
        ]
        if bin_:
            claimed = sum(float(one["confidence"]) for one, _ in bin_) / len(bin_)
            right = sum(is_right for _, is_right in bin_) / len(bin_)
            say(f"  from {low:.1f}   {claimed:.2f}   {right:.2f}   {len(bin_)}")


def _is_right(one: dict[str, str], wanted: Sequence[dict[str, str]]) -> bool:
    return any(
        one["actor"] == label["actor"]
        and SIDES[one["stance"]] == SIDES[label["stance"]]
        and same_topic(one["topic"], label["topic"])
        for label in wanted
    )


def replay_report(rows: Sequence[Row], replay: Sequence[Row]) -> dict[str, float]:
    stances = list(told_changes(replay, rows, "stance"))
    stages = list(told_changes(replay, rows, "stage"))
    wanted, wanted_acts = wanted_stances(rows), wanted_stages(rows)
    say("\nchanges of the ledger")
    reached = {}
    for name, goals, told in (
        ("stance changes", wanted, stances),
        ("stance changes alerted", wanted, [one for one in stances if one.alert]),
        ("stage changes", wanted_acts, stages),
    ):
        figure, reversals, repeats = change_figure(goals, told)
        reached[name] = figure.f1
        say(f"  {name:22} {figure}  reversals {reversals}  repeats {repeats}")
    frozen = sum(goal.first for goal in wanted)
    say(f"  a perfect but frozen ledger: recall {frozen / len(wanted):.2f}, no reversal")
    return reached


def floors_report(reached: Mapping[str, float], floors: Mapping[str, float]) -> int:
    below = {name: floor for name, floor in floors.items() if reached.get(name, floor) < floor}
    for name, floor in below.items():
        say(f"BELOW ITS FLOOR: {name} {reached[name]:.3f} < {floor}")
    say("" if below else "\nevery figure holds its floor")
    return 1 if below else 0


def _labels(analysis: Sequence[Row], field: str) -> Labels:
    return {one["id"]: one[field] for one in analysis}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def progress(step: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{step} ...")


def main(arguments: Sequence[str]) -> int:
    pack = load_pack(Path("rules"))
    if arguments and not (Path(arguments[0]) / "gold.jsonl").is_file():
        say(f"{arguments[0]} holds no gold.jsonl: one labelled article a line (docs/design.md)")
        return 2
    outside = read_gold(Path(arguments[0])) if arguments else []
    reader = fold_reader(outside, pack)
    own = evaluate_own(pack, reader)
    return own | evaluate(outside, pack, reader) if outside else own


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
