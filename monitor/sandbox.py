"""Runs a pure function in a child process with little memory and little time.

Parsers are given what strangers wrote: 200 kB of attributes cost feedparser eight seconds, and no
thread can be stopped. Everything goes through the child, small documents too: what a document
costs is not bounded by its size (entities unfold, patterns backtrack), and the way there and back
costs a quarter of a millisecond.

Not here: which functions are worth it. They must be importable by name and picklable.
"""

import os
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from monitor.errors import SandboxError

T = TypeVar("T")

DEADLINE = timedelta(seconds=5)
MEMORY = 512 * 2**20
"""Bytes of address space. A child that has read 170 real feeds has used 72 MiB."""
CALLS_PER_CHILD = 1000
"""Then a fresh one: a leak of a C library ends there."""
ORPHAN_GRACE = 2.0
"""Seconds past the deadline after which the kernel ends a child whose parent no longer can."""


class ChildSandbox:
    """`ports.Sandbox` with one child, started at the first call and replaced whenever it ends.

    `spawn`, because a fork of a process with threads can inherit a lock that nobody will open.
    """

    def __init__(self, *, deadline: timedelta = DEADLINE, memory: int = MEMORY) -> None:
        self._deadline = deadline.total_seconds()
        self._memory = memory
        self._pool: ProcessPool | None = None
        self._starting = threading.Lock()

    def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """The function's result, or what it raised. SandboxError when it was killed or starved."""
        try:
            return self._schedule(function, arguments).result()
        except TimeoutError as error:
            raise SandboxError(f"{name_of(function)}: killed after {self._deadline:g} s") from error
        except MemoryError as error:
            self.close()  # a heap at its limit would fail the next one too
            raise SandboxError(
                f"{name_of(function)}: needs more than {self._memory >> 20} MiB"
            ) from error
        except (ProcessExpired, BrokenExecutor, CancelledError) as error:
            raise SandboxError(f"{name_of(function)}: its process ended ({error})") from error

    def close(self) -> None:
        """Ends the child. A later call starts another."""
        with self._starting:
            pool, self._pool = self._pool, None
        if pool is not None:
            end(pool)

    def _schedule(self, function: Callable[..., T], arguments: tuple[Any, ...]) -> ProcessFuture[T]:
        bounded = partial(run_bounded, self._deadline + ORPHAN_GRACE, function, *arguments)
        return self._running_pool().schedule(bounded, timeout=self._deadline)

    def _running_pool(self) -> ProcessPool:
        """The pool, or a new one where it broke (an idle child was killed from outside)."""
        with self._starting:
            if self._pool is not None and not self._pool.active:
                end(self._pool)
                self._pool = None
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=1,
                    max_tasks=CALLS_PER_CHILD,
                    initializer=confine,
                    initargs=(self._memory,),
                    context=get_context("spawn"),
                )
            return self._pool


def end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def confine(memory: int) -> None:
    """First thing in the child: its memory limit, no core files, and death at the first asking.

    pebble's own SIGTERM handler is Python code, which a child stuck in a C parser never reaches;
    it would live on for three more seconds.

    OpenBLAS, which comes with numpy, takes 40 MiB of address space for each core when it is first
    imported: on a machine of sixteen cores no memory would be left, and the import would fail.
    """
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def run_bounded(seconds: float, function: Callable[..., T], *arguments: Any) -> T:
    """Runs under an alarm of the kernel, which rings also when the parent was killed meanwhile.

    An idle orphan needs none: its pipe closes and it ends.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return function(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def name_of(function: Callable[..., Any]) -> str:
    named = function.func if isinstance(function, partial) else function
    return getattr(named, "__qualname__", type(function).__name__)
