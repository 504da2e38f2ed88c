"""Figures of a replay: the changes that a perfect ledger would see, against those that were told.

A stance change is a side first known of (actor, topic), or another than the last one known; a stage
change is a stage of a topic that nobody has told for QUIET days. What the replay says is read by a
ledger of our own, so that neither its `from` nor its `reason` can hide or split a change.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tests.gold.corpus import Row
from tests.gold.scoring import SIDES, Figure, same_topic

QUIET = 60
"""Days after which a stage that is told again counts as news."""
NEAR = 7
"""Days between a change and the article that should have told it, where they share no event."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One change: who (None for stages), about what, to which side or stage, in which article."""

    who: str | None
    topic: str
    to: int | str
    first: bool
    event: str | None
    day: str
    alert: bool = True


def when(row: Row) -> str | None:
    day: str | None = row.get("date") or row.get("arrived")
    return day


def wanted_stances(rows: Sequence[Row]) -> list[Turn]:
    ledger: dict[tuple[str, str], int] = {}
    turns = []
    for row in _by_day(rows):
        for label in row["stances"]:
            key, side = (label["actor"], label["topic"]), SIDES[label["stance"]]
            if ledger.get(key) != side:
                turns.append(_turn(row, label["actor"], label["topic"], side, key not in ledger))
                ledger[key] = side
    return turns


def wanted_stages(rows: Sequence[Row]) -> list[Turn]:
    told: dict[tuple[str, str], str] = {}
    turns = []
    for row in _by_day(rows):
        for label in row["regulation"]:
            key, day = (label["topic"], label["stage"]), str(when(row))
            if key not in told or _days(told[key], day) > QUIET:
                turns.append(_turn(row, None, label["topic"], label["stage"], True))
            told[key] = day
    return turns


def told_changes(replay: Iterable[Row], rows: Sequence[Row], kind: str) -> Iterator[Turn]:
    """`kind`: stance or stage, as the replay names it."""
    by_id = {row["id"]: row for row in rows}
    ledger: dict[tuple[str | None, str], int | str] = {}
    for line in replay:
        row = by_id.get(line.get("id", ""))
        if row is None or not when(row):
            continue
        for change in line.get("changes", []):
            if change["kind"] != kind:
                continue
            stance = kind == "stance"
            key = (change["actor"] if stance else change["measure"], change["topic"])
            to = SIDES[change["to"]] if stance else change["to"]
            if ledger.get(key) != to:
                who = change["actor"] if stance else None
                yield _turn(row, who, change["topic"], to, key not in ledger, change["alert"])
                ledger[key] = to


def change_figure(wanted: Sequence[Turn], told: Iterable[Turn]) -> tuple[Figure, int, int]:
    """The figure, reversals among the hits, and right changes told again."""
    open_turns, hits, rest = list(wanted), [], []
    told = list(told)
    for one in told:
        goal = next((g for g in open_turns if g.topic == one.topic and _same(g, one)), None)
        if goal is None:
            rest.append(one)
        else:
            open_turns.remove(goal)
            hits.append(goal)
    repeats = 0
    for one in rest:
        goal = next((g for g in open_turns if _same(g, one)), None)
        if goal is not None:
            open_turns.remove(goal)
            hits.append(goal)
        else:
            repeats += any(_same(g, one) for g in wanted)
    figure = Figure(len(hits), len(told), len(wanted))
    return figure, sum(not goal.first for goal in hits), repeats


def _same(goal: Turn, one: Turn) -> bool:
    if goal.who != one.who or goal.to != one.to or not same_topic(goal.topic, one.topic):
        return False
    return bool(goal.event and goal.event == one.event) or _days(goal.day, one.day) <= NEAR


def _turn(
    row: Row, who: str | None, topic: str, to: int | str, first: bool, alert: bool = True
) -> Turn:
    return Turn(who, topic, to, first, row.get("event"), str(when(row)), alert)


def _by_day(rows: Sequence[Row]) -> list[Row]:
    return sorted((row for row in rows if when(row)), key=lambda row: str(when(row)))


def _days(one: str, other: str) -> int:
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)
