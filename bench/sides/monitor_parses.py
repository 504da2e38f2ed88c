"""Our side of parse.py: `read_source`, in this process.

What the child process around it costs in the service is measured by poll.py.
"""

from datetime import timedelta
from functools import partial

from bench.sides.folder import Items, read_folder
from monitor.clock import utcnow
from monitor.model import Edition, Fetched, Source, SourceKind, Tier
from monitor.steps.identify import canonical
from monitor.steps.parse import read_source

URL = "https://feeds.example/feed.xml"
NOW = utcnow()
SOURCE = Source(
    id="bench",
    url=URL,
    kind=SourceKind.FEED,
    tier=Tier.PRESS,
    newsroom="Bench",
    language=None,
    interval=timedelta(hours=1),
)


def read(body: bytes) -> Edition:
    fetched = Fetched(
        source_id=SOURCE.id,
        url=URL,
        body=body,
        content_type="application/xml",
        etag=None,
        last_modified=None,
        fetched_at=NOW,
    )
    return partial(read_source, canonical=canonical, now=NOW)(SOURCE, fetched)


def items_of(edition: Edition) -> Items:
    return [
        (one.url, one.title, one.published_at.timestamp() if one.published_at else None)
        for one in edition.articles
    ]


if __name__ == "__main__":
    read_folder(read, items_of)
