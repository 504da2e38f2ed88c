"""The database is asked once, however many ask."""

import asyncio
import time
from threading import Event

import pytest

from monitor.errors import StoreError
from monitor.web.lookout import Lookout


class Counted:
    """A look that counts, and that can be kept waiting or made to fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.looks = 0
        self.go_on = Event()
        self.go_on.set()
        self.error = error

    def __call__(self) -> int:
        self.looks += 1
        self.go_on.wait(10)
        if self.error:
            raise self.error
        return self.looks


def test_many_who_ask_at_once_share_one_look() -> None:
    look = Counted()
    lookout = Lookout(look, fresh_for=60)

    async def many() -> list[int]:
        return await asyncio.gather(*(lookout.see(within=5) for _ in range(50)))

    assert asyncio.run(many()) == [1] * 50
    lookout.close()


def test_what_was_seen_is_looked_at_again_when_it_is_stale() -> None:
    look = Counted()
    lookout = Lookout(look, fresh_for=-1)

    async def twice() -> list[int]:
        return [await lookout.see(within=5), await lookout.see(within=5)]

    assert asyncio.run(twice()) == [1, 2]
    lookout.close()


def test_a_look_that_hangs_is_given_up_in_time_and_joined_by_the_next_who_asks() -> None:
    look = Counted()
    look.go_on.clear()
    lookout = Lookout(look, fresh_for=60)

    async def impatient() -> int:
        began = time.monotonic()
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await lookout.see(within=0.02)
        assert time.monotonic() - began < 2
        look.go_on.set()
        return await lookout.see(within=5)

    assert asyncio.run(impatient()) == 1
    lookout.close()


def test_a_look_that_fails_is_not_repeated_for_everybody_who_asks() -> None:
    look = Counted(StoreError("the database refused"))
    lookout = Lookout(look, fresh_for=60)

    async def thrice() -> None:
        for _ in range(3):
            with pytest.raises(StoreError, match="refused"):
                await lookout.see(within=5)

    asyncio.run(thrice())
    assert look.looks == 1
    lookout.close()
