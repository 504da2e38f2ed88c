"""Keeps to a target's rate, so that a long queue is not refused at its head over and over."""

import time
from datetime import timedelta


class Pace:
    """Up to `at_once` go without waiting, then one `every` so often; unused turns come back with
    time. For one thread at a time.
    """

    def __init__(self, every: timedelta, *, at_once: int) -> None:
        self._every = every.total_seconds()
        self._lead = self._every * (at_once - 1)
        self._turn = 0.0
        """By time.monotonic: when the rate alone would let the next one go."""

    def wait(self) -> None:
        """Until it is the caller's turn; never longer than `every`."""
        now = time.monotonic()
        ahead = self._turn - now - self._lead
        if ahead > 0:
            time.sleep(ahead)
        self._turn = max(self._turn, now) + self._every
