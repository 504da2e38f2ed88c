"""The pack as shipped and what reads by it, made once for all tests: both together take a second.

Nothing here may be changed by a test; who needs another pack copies it (`model_copy`).
"""

from functools import cache
from pathlib import Path

from monitor.pipeline.reading import PackReader, build_reader
from monitor.rulebook.load import load_pack
from monitor.rulebook.types import Pack

RULES_DIR = Path(__file__).parent.parent / "rules"


@cache
def shipped_pack() -> Pack:
    return load_pack(RULES_DIR)


@cache
def shipped_reader() -> PackReader:
    return build_reader(shipped_pack())
