"""docs/rules.md is true: it names every key, every word to choose from, every code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter
from ruamel.yaml import YAML

from monitor.rulebook import types
from monitor.rulebook.lint import WARNINGS
from monitor.rulebook.load import FILES, FOLDERS

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "rules.md").read_text("utf-8")
CODED = set(re.findall(r"`([^`\n]+)`", MANUAL)) | set(re.findall(r"[\w-]+", MANUAL))
ENTRIES = [
    kind
    for kind in vars(types).values()
    if isinstance(kind, type) and issubclass(kind, types.Entry) and kind is not types.Pack
]


@pytest.mark.parametrize("kind", ENTRIES, ids=lambda kind: kind.__name__)
def test_every_key_is_in_the_manual(kind: type[BaseModel]) -> None:
    keys = {field.alias or name for name, field in kind.model_fields.items()}

    missing = {key for key in keys if f"`{key}" not in MANUAL and f"{key}`" not in MANUAL}

    assert not missing


def _choices(annotation: Any) -> Iterator[str]:
    for argument in get_args(annotation):
        if isinstance(argument, str):
            yield argument
        else:
            yield from _choices(argument)


@pytest.mark.parametrize("kind", ENTRIES, ids=lambda kind: kind.__name__)
def test_every_choice_is_in_the_manual(kind: type[BaseModel]) -> None:
    choices = {
        choice for field in kind.model_fields.values() for choice in _choices(field.annotation)
    }

    assert {choice for choice in choices if choice} <= CODED


@pytest.mark.parametrize("file", [f"{name}.yaml" for name in FILES] + [f"{n}/" for n in FOLDERS])
def test_every_file_is_in_the_manual(file: str) -> None:
    assert f"`{file}" in MANUAL


def _codes_in_manual() -> tuple[set[str], set[str]]:
    errors, warnings = MANUAL.split("### Errors")[1].split("### Warnings")
    return _first_cells(errors), _first_cells(warnings)


def _first_cells(tables: str) -> set[str]:
    cells = re.findall(r"^\| (`.*?) \|", tables, re.MULTILINE)
    return {code for cell in cells for code in re.findall(r"`([a-z0-9-]+)`", cell)}


def _codes_in_cases() -> tuple[set[str], set[str]]:
    yaml = YAML(typ="safe", pure=True)
    cases = [
        yaml.load(path.read_text("utf-8")) for path in (ROOT / "tests/bad_rules").glob("*.yaml")
    ]
    doubts = {c["expect"]["code"] for c in cases if not c["expect"].get("refused", True)}
    return {case["expect"]["code"] for case in cases} - doubts, doubts


def test_the_manual_knows_every_code_that_a_bad_pack_shows() -> None:
    (errors, warnings), (shown_errors, shown_doubts) = _codes_in_manual(), _codes_in_cases()

    assert shown_errors <= errors
    assert shown_doubts == warnings == set(WARNINGS)


def test_no_code_of_the_manual_is_without_a_bad_pack_but_those_of_folders_and_last_resort() -> None:
    errors, _ = _codes_in_manual()
    shown, _ = _codes_in_cases()

    elsewhere = {"missing-folder", "too-many-files", "unreadable"}  # tests/rulebook/test_load.py
    last_resort = {"yaml", "invalid"}
    assert errors - shown == elsewhere | last_resort


def _example_under(heading: str) -> str:
    """The first YAML block after the heading."""
    _, _, below = MANUAL.partition(f"# {heading}\n")
    return below.split("```yaml\n")[1].split("```")[0]


MEANT: dict[str, Any] = {
    "Add a topic": tuple[types.TopicEntry, ...],
    "Add an actor": tuple[types.ActorEntry, ...],
    "Add a cue": tuple[types.CueEntry, ...],
    "Write an alert": types.AlertsFile,
    "tests": types.TestsFile,
    "lexicon.yaml": types.LexiconFile,
}


@pytest.mark.parametrize("heading", MEANT)
def test_a_worked_example_fits_the_types(heading: str) -> None:
    written = YAML(typ="safe", pure=True).load(_example_under(heading))

    assert TypeAdapter(MEANT[heading]).validate_python(written)
