"""What stands: the whole ledger folded into positions and measures. Nothing is written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from monitor.model import Act, Measure, Position, Stance, Statement
from monitor.steps.ledger import NO_BARS, Bars, Ladder, fold, fold_measure


def positions_of(
    statements: Iterable[Statement], sides: Mapping[str, int], bars: Bars = NO_BARS
) -> list[Position]:
    """One for each actor and topic, in their order."""
    held: defaultdict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in statements:
        label = statement.label
        if isinstance(label, Stance):
            held[label.actor, label.topic].append(statement)
    folded = (fold(rows, sides, bars) for _, rows in sorted(held.items()))
    return [position for position in folded if position]


def measures_of(statements: Iterable[Statement], ladder: Ladder) -> list[Measure]:
    """One for each measure, by topic and by when its stage was reached."""
    acts: defaultdict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        if isinstance(statement.label, Act):
            acts[statement.measure or statement.id].append(statement)
    folded = [fold_measure(rows, ladder) for rows in acts.values()]
    return sorted(filter(None, folded), key=lambda measure: (measure.topic, measure.since))
