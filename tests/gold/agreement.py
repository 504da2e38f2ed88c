"""How far two labellings of our own texts agree: `python -m tests.gold.agreement`.

Both were made blind to each other and lie under blind/ as they were, before differences were
settled by docs/labelling.md into own/. What people reach is the ceiling of any reading; below the
floors the texts, or the manual, are not clear enough to learn from. Exit code 1 there.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.gold.corpus import WAITING, Row, read_own
from tests.gold.scoring import Figure, act_figure, relevance_figure, stance_figure

BLIND = Path(__file__).with_name("blind")
FLOOR = 0.80
"""F1 of stances and of acts, topics compared leniently."""

Labelling = dict[str, Row]
"""Text id -> relevant, stances, regulation."""


def read_labelling(name: str) -> Labelling:
    lines = (BLIND / f"{name}.jsonl").read_text("utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


def compared(texts: Sequence[Row], first: Labelling, second: Labelling) -> dict[str, Figure]:
    """Each figure takes the first labelling for the wanted one; F1 is the same either way."""
    wanted = [first[text["id"]] for text in texts]
    stances = {text["id"]: second[text["id"]]["stances"] for text in texts}
    acts = {text["id"]: second[text["id"]]["regulation"] for text in texts}
    relevant = {text["id"]: second[text["id"]]["relevant"] for text in texts}
    return {
        "relevance": relevance_figure(wanted, relevant),
        "stances": stance_figure(wanted, stances, how="lenient"),
        "stances, strict": stance_figure(wanted, stances, how="strict"),
        "stances, levels": stance_figure(wanted, stances, how="levels"),
        "acts": act_figure(wanted, acts, how="lenient"),
        "acts, effects": act_figure(wanted, acts, how="effects"),
    }


def parts_of(texts: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    yield "all", list(texts)
    for language in sorted({text["lang"] for text in texts}):
        yield language, [text for text in texts if text["lang"] == language]


def main() -> int:
    first, second = read_labelling("first"), read_labelling("second")
    ours = [*read_own(), *read_own(WAITING)]
    texts = [text for text in ours if text["id"] in first and text["id"] in second]
    for name, part in parts_of(texts):
        figures = compared(part, first, second)
        told = "  ".join(f"{what} {figure.f1:.3f}" for what, figure in figures.items())
        sys.stdout.write(f"{name:4}{len(part):5} texts  {told}\n")
    whole = compared(texts, first, second)
    return int(min(whole["stances"].f1, whole["acts"].f1) < FLOOR)


if __name__ == "__main__":
    sys.exit(main())
