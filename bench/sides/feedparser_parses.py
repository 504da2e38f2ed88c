"""The peer's side of parse.py: feedparser, as it comes or with --bare: without sanitising and
without resolving relative addresses. Runs in the peers' environment.
"""

import io
import sys
from calendar import timegm
from typing import Any

import feedparser

from bench.sides.folder import Items, read_folder

HEADERS = {
    "content-type": "application/xml",
    "content-location": "https://feeds.example/feed.xml",
}


def read(body: bytes) -> Any:
    return feedparser.parse(io.BytesIO(body), response_headers=HEADERS)


def read_bare(body: bytes) -> Any:
    return feedparser.parse(
        io.BytesIO(body),
        response_headers=HEADERS,
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def items_of(parsed: Any) -> Items:
    return [
        (dict.get(entry, "link") or "", dict.get(entry, "title") or "", date_of(entry))
        for entry in parsed.entries
    ]


def date_of(entry: Any) -> float | None:
    # dict.get, for the entry's own `get` answers one date for another and warns about it
    found = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    try:
        return timegm(found) if found else None
    except (ValueError, OverflowError):  # the year 0, from a feed that has it
        return None


if __name__ == "__main__":
    bare = "--bare" in sys.argv
    if bare:
        sys.argv.remove("--bare")
    read_folder(read_bare if bare else read, items_of)
