"""A pack under other names, in another order of the alphabet: a reading must not notice."""

import hashlib
from dataclasses import replace
from typing import Any

from monitor.rulebook.types import Pack
from monitor.steps.extract import Extract

OWN = ("id", "level", "topic", "stance", "turned_to", "softened_to", "bodies", "unnamed_body")
"""Keys of the pack whose values are slugs."""


def other_name(slug: str) -> str:
    """Another slug for each, which sorts elsewhere."""
    return f"n{hashlib.sha256(slug.encode()).hexdigest()[:12]}"


def renamed(pack: Pack) -> Pack:
    changed = {}
    for name in ("topics", "actors", "stances", "stages"):
        one = getattr(pack, name)
        plain = one.model_dump(by_alias=True)
        changed[name] = type(one).model_validate(_under(plain))
    return pack.model_copy(update=changed)


def _under(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _names(one) if key in OWN and one else _under(one) for key, one in value.items()
        }
    return [_under(one) for one in value] if isinstance(value, list | tuple) else value


def _names(value: Any) -> Any:
    if isinstance(value, dict):
        return {other_name(key): other_name(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(other_name, value))
    return other_name(value) if value else value


def told_anew(found: Extract) -> Extract:
    """The reading with its slugs under their other names."""
    return Extract(
        topics=_names(found.topics),
        actors=_names(found.actors),
        stances=tuple(
            replace(
                one,
                actor=other_name(one.actor),
                topic=other_name(one.topic),
                stance=other_name(one.stance),
            )
            for one in found.stances
        ),
        acts=tuple(
            replace(
                one,
                topic=other_name(one.topic),
                body=other_name(one.body),
                stage=other_name(one.stage),
                effect=other_name(one.effect),
            )
            for one in found.acts
        ),
        of_the_field=found.of_the_field,
    )
