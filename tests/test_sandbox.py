"""The sandbox with real child processes: results, limits, replacement, orphans."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor.errors import ParseError, SandboxError
from monitor.sandbox import ChildSandbox

ROOT = Path(__file__).parent.parent


def double(number: int, *, plus: int = 0) -> int:
    return 2 * number + plus


def process_id() -> int:
    return os.getpid()


def spin() -> None:
    while True:
        pass


def backtrack() -> None:
    """Stuck in C: no Python signal handler runs until it is over."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def hoard() -> int:
    return len(bytearray(2**30))


def refuse() -> None:
    raise ParseError("not a feed")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def tell_and_spin(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    spin()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ChildSandbox]:
    sandbox = ChildSandbox(deadline=timedelta(seconds=0.5), memory=512 * 2**20)
    yield sandbox
    sandbox.close()


def wait_until(holds, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        os.sched_yield()
    return True


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def test_it_returns_the_result_of_another_process(sandbox):
    assert sandbox.call(double, 21) == 42
    assert sandbox.call(partial(double, plus=1), 21) == 43
    assert sandbox.call(process_id) != os.getpid()


def test_it_starts_no_process_before_it_is_called():
    sandbox = ChildSandbox()

    sandbox.close()

    assert sandbox._pool is None


def test_one_child_serves_many_calls(sandbox):
    assert len({sandbox.call(process_id) for _ in range(5)}) == 1


def test_errors_of_the_house_come_through_as_they_are(sandbox):
    with pytest.raises(ParseError, match="not a feed"):
        sandbox.call(refuse)


@pytest.mark.parametrize("endless", [spin, backtrack])
def test_what_outlives_its_deadline_is_killed_and_the_next_call_works(sandbox, endless):
    victim = sandbox.call(process_id)

    with pytest.raises(SandboxError, match=r"killed after 0.5 s"):
        sandbox.call(endless)

    assert not alive(victim)
    assert sandbox.call(double, 4) == 8


def test_what_needs_too_much_memory_fails_and_the_next_call_works(sandbox):
    with pytest.raises(SandboxError, match="needs more than 512 MiB"):
        sandbox.call(hoard)

    assert sandbox.call(double, 4) == 8


def test_a_child_that_dies_by_itself_is_replaced(sandbox):
    with pytest.raises(SandboxError, match="its process ended"):
        sandbox.call(die)

    assert sandbox.call(double, 4) == 8


def test_an_idle_child_killed_from_outside_is_replaced(sandbox):
    victim = sandbox.call(process_id)

    os.kill(victim, signal.SIGKILL)

    assert wait_until(lambda: not alive(victim))
    assert wait_until(lambda: not sandbox._pool.active), "the pool never noticed"
    assert sandbox.call(double, 4) == 8


def threads_with_numpy() -> int:
    __import__("numpy")
    return len(os.listdir("/proc/self/task"))


def test_numpy_takes_no_thread_for_each_core_in_a_child_with_little_memory():
    sandbox = ChildSandbox()
    try:
        before = len(sandbox.call(os.listdir, "/proc/self/task"))
        assert sandbox.call(threads_with_numpy) == before
    finally:
        sandbox.close()


def test_close_ends_the_child_and_a_later_call_starts_another(sandbox):
    child = sandbox.call(process_id)

    sandbox.close()

    assert not alive(child)
    assert sandbox.call(process_id) != child


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_children_end_when_the_parent_is_killed(tmp_path, busy):
    # given a parent whose child is idle, or in the middle of an endless call
    note = tmp_path / "pid"
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time\n"
        "from datetime import timedelta\n"
        "from monitor.sandbox import ChildSandbox\n"
        "from tests.test_sandbox import process_id, tell_and_spin\n"
        "from pathlib import Path\n"
        "if __name__ == '__main__':\n"
        "    sandbox = ChildSandbox(deadline=timedelta(seconds=0.5))\n"
        f"    note = {str(note)!r}\n"
        f"    if {busy}:\n"
        "        sandbox.call(tell_and_spin, note)\n"
        "    else:\n"
        "        Path(note).write_text(str(sandbox.call(process_id)))\n"
        "        time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, str(script)], env=environment)
    assert wait_until(lambda: note.exists() and note.read_text().isdigit(), 20)
    child = int(note.read_text())

    # when the parent is killed
    parent.kill()
    parent.wait()

    # then the child ends by itself
    try:
        assert wait_until(lambda: not alive(child), 6)
    finally:
        if alive(child):
            os.kill(child, signal.SIGKILL)
