"""The JSON Schemas that editors use follow from the types."""

import json
from pathlib import Path

import pytest

from monitor.rulebook.load import FILES, FOLDERS
from monitor.rulebook.schema import schemas, write_schemas

COMMITTED = Path(__file__).parents[2] / "rules" / "schema"


def test_the_committed_schemas_are_those_of_the_types(tmp_path: Path) -> None:
    # when
    write_schemas(tmp_path / "schema")

    # then
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "schema").iterdir()}
    committed = {path.name: path.read_text("utf-8") for path in COMMITTED.iterdir()}
    assert committed == written, (
        "write them again: monitor.rulebook.schema.write_schemas(Path('rules/schema'))"
    )


@pytest.mark.parametrize("name", sorted({**FILES, **FOLDERS}))
def test_a_schema_knows_the_keys_of_its_file_and_no_others(name: str) -> None:
    schema = json.loads(schemas()[f"{name}.json"])

    assert name in {**schema["properties"], "lexicon": 0, "stances": 0}
    assert schema["additionalProperties"] is False


def test_a_schema_shows_times_as_people_write_them() -> None:
    within = json.loads(schemas()["stages.json"])["properties"]["same_measure_within"]

    assert within["default"] == "400d"


def test_a_source_may_leave_its_interval_to_be_learnt() -> None:
    entry = json.loads(schemas()["sources.json"])["$defs"]["SourceEntry"]

    assert entry["properties"]["interval"]["default"] is None
    assert "interval" not in entry["required"]
