"""Figures: labels given against labels wanted, and the trivial systems they must beat."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.gold.corpus import Row

Label = TypeVar("Label")
Labels = dict[str, list[dict[str, str]]]
"""Article id -> its stances or acts."""

FAMILIES = (
    {"trading", "securities", "banking-services"},
    {"payments", "cross-border", "stablecoins"},
)
"""Topics that stand for each other where topics are compared leniently."""
GENERAL = "crypto-general"
SIDES = {"prohibit": -1, "restrict": -1, "neutral": 0, "regulate": 1, "promote": 1}


@dataclass(frozen=True, slots=True)
class Figure:
    hits: int
    given: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.hits / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        return self.hits / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.hits / (self.given + self.wanted) if self.given + self.wanted else 0.0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(self.hits + other.hits, self.given + other.given, self.wanted + other.wanted)

    def __str__(self) -> str:
        return (
            f"F1 {self.f1:.3f}  precision {self.precision:.3f}  recall {self.recall:.3f}"
            f"  ({self.hits} of {self.given} given, {self.wanted} wanted)"
        )


def same_topic(one: str, other: str) -> bool:
    if one == other or GENERAL in (one, other):
        return True
    return any(one in family and other in family for family in FAMILIES)


def pair_up(
    wanted: Iterable[Label], given: Iterable[Label], near: Callable[[Label, Label], bool]
) -> Figure:
    """One to one; what is the same is paired before what is near."""
    left, rest, hits = sorted(set(given), key=str), [], 0
    wanted = sorted(set(wanted), key=str)
    total = len(left)
    for label in wanted:
        if label in left:
            left.remove(label)
            hits += 1
        else:
            rest.append(label)
    for label in rest:
        found = next((one for one in left if near(label, one)), None)
        if found is not None:
            left.remove(found)
            hits += 1
    return Figure(hits, total, len(wanted))


def stance_figure(rows: Sequence[Row], labels: Labels, *, how: str) -> Figure:
    """`how`: lenient or strict in topic with sides, or `levels` for all five."""
    total = Figure(0, 0, 0)
    for row in rows:
        total += pair_up(
            [_stance(s, how) for s in row["stances"]],
            [_stance(s, how) for s in labels.get(row["id"], [])],
            near_stance if how == "lenient" else never_near,
        )
    return total


def act_figure(rows: Sequence[Row], labels: Labels, *, how: str) -> Figure:
    """`how`: lenient in topic, or `effects` for topic, stage and effect."""
    total = Figure(0, 0, 0)
    for row in rows:
        total += pair_up(
            [_act(r, how) for r in row["regulation"]],
            [_act(r, how) for r in labels.get(row["id"], [])],
            near_act if how == "lenient" else never_near,
        )
    return total


def _stance(label: dict[str, str], how: str) -> tuple[str, str, object]:
    level = label["stance"]
    return label["actor"], label["topic"], level if how == "levels" else SIDES[level]


def _act(label: dict[str, str], how: str) -> tuple[str, ...]:
    step = (label["topic"], label["stage"])
    return (*step, label["effect"]) if how == "effects" else step


def near_stance(one: tuple[str, str, object], other: tuple[str, str, object]) -> bool:
    return one[0] == other[0] and one[2] == other[2] and same_topic(one[1], other[1])


def near_act(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return one[1] == other[1] and same_topic(one[0], other[0])


def never_near(one: object, other: object) -> bool:
    return False


def relevance_figure(rows: Sequence[Row], ours: dict[str, bool]) -> Figure:
    hits = sum(bool(row["relevant"] and ours.get(row["id"])) for row in rows)
    return Figure(hits, sum(map(bool, ours.values())), sum(bool(row["relevant"]) for row in rows))


def constant_stances(rows: Sequence[Row]) -> Labels:
    """The commonest label of all, given to every relevant article."""
    commonest = Counter(
        (s["actor"], s["topic"], s["stance"]) for row in rows for s in row["stances"]
    ).most_common(1)[0][0]
    label = dict(zip(("actor", "topic", "stance"), commonest, strict=True))
    return {row["id"]: [label] for row in rows if row["relevant"]}


def constant_acts(rows: Sequence[Row]) -> Labels:
    commonest = Counter(
        (r["topic"], r["stage"], r["effect"]) for row in rows for r in row["regulation"]
    ).most_common(1)[0][0]
    label = dict(zip(("topic", "stage", "effect"), commonest, strict=True))
    return {row["id"]: [label] for row in rows if row["relevant"]}


def all_general(labels: Labels) -> Labels:
    """Our labels with every topic replaced by the general one."""
    return {
        key: list(
            {
                tuple(sorted({**one, "topic": GENERAL}.items())): {**one, "topic": GENERAL}
                for one in ones
            }.values()
        )
        for key, ones in labels.items()
    }
