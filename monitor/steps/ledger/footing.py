"""What old statements come to, kept: by their ids, so that a footing never says what they do not.

A ledger of years is folded from here on. Not here: what still counts (positions and measures), and
when a footing is made anew (the pipeline).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from monitor.model import Statement
from monitor.steps.ledger.measures import Ladder
from monitor.steps.ledger.pooling import Bars
from monitor.steps.ledger.positions import Ground, Sides

ACTS = "acts"
ONE = ("founder", "latest")


def written(ground: Ground) -> str:
    """Canonical JSON."""
    held: dict[str, Any] = {}
    for each in fields(Ground):
        value = getattr(ground, each.name)
        if each.name in ONE:
            held[each.name] = value.id if value else None
        else:
            held[each.name] = [row.id for row in value]
    return _json(held)


def written_acts(acts: Iterable[Statement]) -> str:
    """Canonical JSON."""
    return _json({ACTS: sorted(row.id for row in acts)})


def ids_in(content: str) -> set[str]:
    """The statements that a footing stands on."""
    found: set[str] = set()
    for value in json.loads(content).values():
        found |= set(value) if isinstance(value, list) else {value} - {None}
    return found


def ground_of(content: str, statements: Mapping[str, Statement]) -> Ground:
    """What `written` wrote. `statements`: by id, at least those of `ids_in`."""
    held = json.loads(content)

    def one(name: str) -> Statement | None:
        return statements[held[name]] if held[name] else None

    def all_of(name: str) -> tuple[Statement, ...]:
        return tuple(statements[each] for each in held[name])

    return Ground(
        founder=one("founder"),
        carriers=all_of("carriers"),
        contested=all_of("contested"),
        left=all_of("left"),
        unsure=all_of("unsure"),
        latest=one("latest"),
    )


def acts_in(content: str, statements: Mapping[str, Statement]) -> list[Statement]:
    """What `written_acts` wrote."""
    return [statements[one] for one in json.loads(content)[ACTS]]


def made_by(sides: Sides, bars: Bars, ladder: Ladder) -> str:
    """A name for what a footing depends on beside statements: under other rules it must be made
    anew."""
    rules = [dict(sides), asdict(bars), asdict(ladder)]
    named = json.dumps(
        rules, sort_keys=True, default=lambda it: sorted(it) if _is_set(it) else str(it)
    )
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def _is_set(value: object) -> bool:
    return isinstance(value, frozenset)


def _json(held: Mapping[str, Any]) -> str:
    return json.dumps(held, sort_keys=True, separators=(",", ":"))
