"""What a program costs: CPU seconds, user and system, of itself and of its ended children.

Stands on the standard library alone, for the peers' side uses it too.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

PATIENCE = 1800
"""Seconds for one side; a side that hangs must not hold up the bench for ever."""


class Meter:
    """Counts from its making to each question."""

    def __init__(self) -> None:
        self._cpu, self._wall = spent(), time.perf_counter()

    def read(self) -> dict[str, float]:
        return {"cpu": spent() - self._cpu, "wall": time.perf_counter() - self._wall}


def spent() -> float:
    """Since the process began; a child counts once it has ended and was waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak() -> int:
    """Bytes that this process held at most. One that was forked inherits what its parent held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


@dataclass(frozen=True, slots=True)
class Side:
    """A program that is measured. It writes what it measured to the file it is given."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]

    def run(self, folder: Path, *arguments: str) -> dict[str, Any]:
        """SystemExit, with the end of what it said, where the program fails."""
        result, said = folder / "result.json", folder / "said.log"
        with said.open("ab") as log:
            ended = subprocess.run(
                [*self.command, "--result", result, *arguments],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=PATIENCE,
                check=False,
            )
        if ended.returncode:
            last = said.read_text("utf-8", "replace")[-2000:]
            raise SystemExit(f"{self.name} ended with {ended.returncode}:\n{last}")
        answer: dict[str, Any] = json.loads(result.read_text())
        return answer


def middle(results: Sequence[Mapping[str, Any]], name: str = "cpu") -> float:
    return median(float(result[name]) for result in results)
