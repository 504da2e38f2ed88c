"""What old statements come to, kept by their ids, so that it never says what they do not.

A ledger of years is folded from here on. Not here: what still counts (positions and measures), and
when a footing is made anew (the pipeline).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import timedelta

from monitor.model import Act, Statement
from monitor.steps.ledger.evidence import digest

STORIES_RUN = timedelta(days=21)
"""Longer than nearly all of them. What goes on telling one that ran longer is decided on
everything, so that this is a matter of cost alone."""

Rows = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the statements that were said before some day come to. Later ones are folded on it as on
    all of them, but for those that lead back to what was left out (`leads_back`)."""

    founder: Rows = ()
    """One, or none where nothing stands."""
    carriers: Rows = ()
    contested: Rows = ()
    left: Rows = ()
    unsure: Rows = ()
    latest: Rows = ()
    """The one said last, or none."""
    acts: Rows = ()
    """Of a topic's acts those that still count."""
    left_out: frozenset[str] = frozenset()
    """Stories of stances, measures of acts and their numbers."""


NO_GROUND = Ground()
LEFT_OUT = "left_out"
ROLES = tuple(each.name for each in fields(Ground) if each.name != LEFT_OUT)


def leads_back(row: Statement, ground: Ground) -> bool:
    """Whether something that was left out may count with this statement."""
    label = row.label
    names = (row.measure, label.number) if isinstance(label, Act) else (row.evidence.story,)
    return any(name in ground.left_out for name in names)


def written(ground: Ground) -> str:
    """Canonical JSON."""
    held = {role: [row.id for row in getattr(ground, role)] for role in ROLES}
    return _json(held | {LEFT_OUT: sorted(ground.left_out)})


def ids_in(content: str) -> set[str]:
    """The statements that a ground stands on."""
    held = json.loads(content)
    return {each for role in ROLES for each in held[role]}


def ground_of(content: str, statements: Mapping[str, Statement]) -> Ground:
    """What `written` wrote. `statements`: by id, at least those of `ids_in`."""
    held = json.loads(content)
    rows = {role: tuple(statements[each] for each in held[role]) for role in ROLES}
    return Ground(**rows, left_out=frozenset(held[LEFT_OUT]))


def made_by(*rules: object) -> str:
    """A name for what a ground depends on beside statements: under other rules it is of no use."""
    return digest(_json(rules))


def _json(held: object) -> str:
    return json.dumps(held, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return sorted(value) if isinstance(value, frozenset) else str(value)
