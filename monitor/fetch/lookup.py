"""Whether host names have addresses, for a person who asks; nothing is connected to."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from monitor.fetch.names import NameService

DEADLINE = timedelta(seconds=5)


async def look_up(hosts: Iterable[str], deadline: timedelta = DEADLINE) -> dict[str, str]:
    """Why it has none, for each host; empty where it has one."""
    names = NameService()

    async def one(host: str) -> str:
        try:
            await asyncio.wait_for(names.resolve(host), deadline.total_seconds())
        except TimeoutError:
            return f"no answer within {deadline.total_seconds():g} s"
        except OSError as error:
            return error.strerror or str(error)
        return ""

    try:
        asked = sorted(set(hosts))
        return dict(zip(asked, await asyncio.gather(*map(one, asked)), strict=True))
    finally:
        await names.close()
