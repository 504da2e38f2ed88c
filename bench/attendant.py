"""A program that serves what is measured, from a process of its own: orders in, answers out, both
one JSON object a line.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.peers import ROOT


class Attendant:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.ready = self._hear()

    def ask(self, **order: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@contextmanager
def attending(module: str, *arguments: str) -> Iterator[Attendant]:
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Attendant(process)
        finally:
            process.terminate()
