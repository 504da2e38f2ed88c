"""The door in: asks servers for feeds and pages, politely and guarded.

Knows nothing of what is in them.
"""

from monitor.fetch.guard import Guard
from monitor.fetch.http import HttpFetcher
from monitor.fetch.polite import after_move, next_check_at
from monitor.fetch.reasons import FetchReason

__all__ = ["FetchReason", "Guard", "HttpFetcher", "after_move", "next_check_at"]
