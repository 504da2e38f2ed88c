"""Lives of the service that begin in a tenth of a second, so that many can be ended.

A mother process imports the program once and forks each life. A life is the service itself: its own
process, database connections, HTTP and SMTP talks. Only the parser's child process is left out,
which would cost each life a second (ending it is tested with the real program).

As a program (`python -m tests.faults.lives`) this is the mother: a line of JSON asks for a life,
its process id is answered.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar

from monitor import jobs
from monitor.cli.opening import opened
from monitor.clock import utcnow

T = TypeVar("T")
DEADLINE = 30


class Life(Protocol):
    """A running service that can be killed, once."""

    pid: int

    def kill(self) -> bool:
        """False where it was ended before."""
        ...

    def wait(self) -> None: ...


class Lives(Protocol):
    def begin(self, environment: dict[str, str], log: Path) -> Life: ...


@dataclass
class Killable:
    """Killed once, from whichever thread comes first."""

    pid: int
    ended: Callable[[], object]
    _alive: bool = True
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def kill(self) -> bool:
        with self._lock:
            alive, self._alive = self._alive, False
            if alive:
                os.kill(self.pid, signal.SIGKILL)
            return alive

    def wait(self) -> None:
        self.ended()


class Mother:
    """Asks the mother process for lives; from several threads, for several services."""

    def __init__(self, talk: "subprocess.Popen[str]") -> None:
        self._talk = talk
        self._lock = threading.Lock()

    def begin(self, environment: dict[str, str], log: Path) -> Life:
        asking, answering = self._talk.stdin, self._talk.stdout
        assert asking is not None
        assert answering is not None
        with self._lock:
            asking.write(json.dumps({"environment": environment, "log": str(log)}) + "\n")
            asking.flush()
            pid = int(answering.readline())
        return Killable(pid, partial(wait_for, pid))


def wait_for(pid: int) -> None:
    """Until a process is gone that is nobody's child here."""
    deadline = time.monotonic() + DEADLINE
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, f"process {pid} does not end"
        time.sleep(0.001)


class Program:
    """`monitor run`, started anew each time."""

    def begin(self, environment: dict[str, str], log: Path) -> Life:
        with log.open("ab") as told:
            process = subprocess.Popen(
                [sys.executable, "-m", "monitor", "run"],
                env=environment,
                cwd=log.parent,
                stdout=subprocess.DEVNULL,
                stderr=told,
            )
        return Killable(process.pid, process.wait)


@contextmanager
def mother() -> Iterator[Mother]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.lives"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Mother(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


# --- in the mother process ---------------------------------------------------------------------


class SameProcess:
    """Stands where the sandbox stands, and runs what it is given on the spot."""

    def call(self, function: Callable[..., T], *arguments: Any) -> T:
        return function(*arguments)

    def close(self) -> None:
        return None


def live(wish: dict[str, Any]) -> None:
    """What `monitor run` does, in a process that has imported it already."""
    os.environ.clear()
    os.environ.update(wish["environment"])
    log = os.open(wish["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    os.dup2(log, 2)
    with opened(exclusive=True) as app:
        app.sandbox = SameProcess()
        app.start(utcnow())
        jobs.serve(app)


def give_lives(asked: IO[str], answers: IO[str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead at once
    for line in asked:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                live(json.loads(line))
            except BaseException:
                traceback.print_exc()
            os._exit(1)
        print(pid, file=answers, flush=True)


if __name__ == "__main__":
    give_lives(sys.stdin, sys.stdout)
