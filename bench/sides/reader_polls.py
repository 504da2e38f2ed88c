"""The peer's side of poll.py: reader's `update_feeds`, measured from where updating begins.

Runs in the peers' environment: nothing of the project is imported but the meter.
"""

import argparse
import json
import sys
from pathlib import Path

import feedparser_sgmllib

# reader carries a feedparser of its own, which asks for sgmllib under the name of a package that
# comes without a wheel; this is the same module, from feedparser's authors.
sys.modules["sgmllib"] = feedparser_sgmllib

from reader import make_reader  # noqa: E402

from bench.meter import Meter, spent  # noqa: E402


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--result", type=Path, required=True)
    asked.add_argument("--database", type=Path, required=True)
    asked.add_argument("--urls", type=Path, required=True)
    asked.add_argument("--workers", type=int, required=True)
    given = asked.parse_args()
    reader = make_reader(str(given.database))
    for url in given.urls.read_text().split():
        reader.add_feed(url, exist_ok=True)
    before, start_up, meter = reader.get_entry_counts().total, spent(), Meter()
    reader.update_feeds(scheduled=False, workers=given.workers)
    measured = meter.read()
    new = reader.get_entry_counts().total - before
    failed = sum(1 for _ in reader.get_feeds(broken=True))
    reader.close()
    given.result.write_text(
        json.dumps({**measured, "start_up": start_up, "items": new, "failed": failed})
    )


if __name__ == "__main__":
    main()
