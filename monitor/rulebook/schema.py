"""JSON Schema of each file of a pack, for editors that complete and check while people type.

The schemas follow from types.py; rules/schema/ holds them as written by `write_schemas`.
"""

import json
from datetime import timedelta
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from monitor.rulebook.load import FILES, FOLDERS
from monitor.rulebook.types import UNITS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Schema(GenerateJsonSchema):
    """Defaults as people write them: `30m`, where pydantic would say `PT30M`."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, timedelta):
            return as_written(dft)
        return super().encode_default(dft)


def schemas() -> dict[str, str]:
    """File name -> JSON text, one for each kind of YAML file."""
    return {f"{name}.json": _text(name, kind) for name, kind in {**FILES, **FOLDERS}.items()}


def write_schemas(folder: FilePath) -> None:
    """Write every schema into the folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, "utf-8")


def _text(name: str, kind: type[BaseModel]) -> str:
    schema = kind.model_json_schema(by_alias=True, schema_generator=_Schema)
    whole = {"$schema": DIALECT, **schema, "title": f"{name}.yaml"}
    return json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def as_written(time: timedelta) -> str:
    """As people write it: the largest unit that fits without a rest."""
    for letter, unit in reversed(UNITS.items()):
        count, rest = divmod(time, timedelta(**{unit: 1}))
        if count and not rest:
            return f"{count}{letter}"
    return "0s"
