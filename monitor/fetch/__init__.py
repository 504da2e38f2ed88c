"""The door in: asks servers for feeds and pages, politely and guarded.

Knows nothing of what is in them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from monitor.fetch.guard import Guard
from monitor.fetch.polite import after_move, next_check_at
from monitor.fetch.reasons import FetchReason

if TYPE_CHECKING:
    from monitor.fetch.http import HttpFetcher
    from monitor.fetch.lookup import look_up

    __all__ = ["FetchReason", "Guard", "HttpFetcher", "after_move", "look_up", "next_check_at"]
else:

    def __getattr__(name: str) -> object:
        # aiohttp takes an eighth of a second to import, and only what polls or probes needs it:
        # `monitor analyze`, `explain` and `stories` would wait for it too.
        if name not in WITH_AIOHTTP:
            raise AttributeError(f"monitor.fetch has no {name}")
        return getattr(import_module(WITH_AIOHTTP[name]), name)


WITH_AIOHTTP = {"HttpFetcher": "monitor.fetch.http", "look_up": "monitor.fetch.lookup"}
