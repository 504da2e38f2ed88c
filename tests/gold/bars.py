"""How sure must the ledger be? `python -m tests.gold.bars FOLDER`: precision and recall of stance
changes and of stage changes over the bars of stances.yaml and stages.yaml.

FOLDER holds `gold.jsonl` (tests/gold/evaluate.py). Each article is read once, blind to its event,
and replayed under each choice of bars. Below the curve: what the choice is worth on events that it
was not chosen on. Not here: which bars the pack takes; a person reads this and writes them down.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from monitor.model import Article, Reading
from monitor.pipeline.desk import Desk, lay_out
from monitor.pipeline.rehearsal import replay_lines
from monitor.rulebook.load import load_pack
from monitor.rulebook.types import Pack
from monitor.steps.ledger import Bars
from monitor.steps.render import compose
from monitor.store import open_store
from tests.gold.changes import (
    Turn,
    change_figure,
    told_changes,
    wanted_stages,
    wanted_stances,
)
from tests.gold.corpus import FOLDS, Row, fold_of, read_gold
from tests.gold.evaluate import fold_reader, lines_of, progress, say
from tests.gold.scoring import Figure

STEPS = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8)
ACT_STEPS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
PRECISE = 0.55
"""Precision that a choice must reach on the events that it is made on: a little more than is asked
for, since it loses on others."""


class Remembered:
    """Reads each text once: the replays differ in the ledger alone."""

    def __init__(self, read: Callable[[Article], Reading]) -> None:
        self._read = read
        self._known: dict[str, Reading] = {}

    def read(self, article: Article) -> Reading:
        if article.whole not in self._known:
            self._known[article.whole] = self._read(article)
        return self._known[article.whole]


@dataclass(frozen=True, slots=True)
class Tried:
    """One choice of bars and what was told under it."""

    bars: tuple[float, ...]
    told: tuple[Turn, ...]


def replays(rows: Sequence[Row], desk: Desk) -> tuple[list[Tried], list[Tried]]:
    """Stance changes by (first, turn), stage changes by the bar of acts."""
    back, acts = desk.bars.back, desk.ladder.sure_from
    stances = []
    for first, turn in product(STEPS, STEPS):
        bars = Bars(first, turn, max(turn, back))
        told = _told(rows, replace(desk, bars=bars), "stance")
        stances.append(Tried((first, turn), told))
    stages = [
        Tried(
            (bar,), _told(rows, replace(desk, ladder=replace(desk.ladder, sure_from=bar)), "stage")
        )
        for bar in sorted({*ACT_STEPS, acts})
    ]
    return stances, stages


def _told(rows: Sequence[Row], desk: Desk, kind: str) -> tuple[Turn, ...]:
    progress(f"{kind} under {desk.bars} and {desk.ladder.sure_from}")
    store = open_store("sqlite://", exclusive=False)
    try:
        replay = list(replay_lines(lines_of(rows), store=store, desk=desk))
    finally:
        store.close()
    return tuple(told_changes(replay, rows, kind))


# --- what is printed ---------------------------------------------------------------------------


def report(name: str, wanted: Sequence[Turn], tried: Sequence[Tried]) -> None:
    say(f"\n{name}: the most precise choice at each recall")
    for one in frontier(wanted, tried):
        figure, reversals, repeats = change_figure(wanted, one.told)
        say(f"  {one.bars!s:14} {figure}  reversals {reversals}  repeats {repeats}")
    say(f"  chosen on {FOLDS - 1} folds, told on the one left out: {held_out(wanted, tried)}")


def frontier(wanted: Sequence[Turn], tried: Sequence[Tried]) -> Iterator[Tried]:
    """From the most recall to the least, each more precise than those before it."""
    best = 0.0
    figures = [(change_figure(wanted, one.told)[0], one) for one in tried]
    for figure, one in sorted(figures, key=lambda pair: (-pair[0].hits, -pair[0].precision)):
        if figure.precision > best:
            best = figure.precision
            yield one


def held_out(wanted: Sequence[Turn], tried: Sequence[Tried]) -> Figure:
    total = Figure(0, 0, 0)
    for fold in range(FOLDS):
        here = _in_fold(wanted, fold)
        others = [turn for turn in wanted if turn not in here]
        chosen = max(tried, key=lambda one: _worth(others, one, fold))
        total += change_figure(here, _in_fold(chosen.told, fold))[0]
    return total


def _worth(wanted: Sequence[Turn], tried: Tried, but: int) -> tuple[bool, float]:
    told = [turn for turn in tried.told if _fold(turn) != but]
    figure = change_figure(wanted, told)[0]
    precise = figure.precision >= PRECISE
    return precise, figure.recall if precise else figure.precision


def _in_fold(turns: Sequence[Turn], fold: int) -> list[Turn]:
    return [turn for turn in turns if _fold(turn) == fold]


def _fold(turn: Turn) -> int:
    return fold_of({"event": turn.event, "id": turn.day})


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        say("name a folder that holds gold.jsonl")
        return 2
    pack: Pack = load_pack(Path("rules"))
    rows = read_gold(Path(arguments[0]))
    reader = Remembered(fold_reader(rows, pack).read)
    stances, stages = replays(rows, lay_out(pack, reader, compose=compose, targets={}))
    report("stance changes by (ledger_from, turns_from)", wanted_stances(rows), stances)
    report("stage changes by ledger_from", wanted_stages(rows), stages)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
