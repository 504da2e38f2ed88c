"""What the peers' sides of stories.py do alike: a window is kept, later articles are looked for.

Stands on the standard library alone. An article is kept once it was looked for.
"""

import argparse
import json
from pathlib import Path

from bench.meter import Meter
from bench.sides.spun import Finder
from bench.stream import Stream


def run(finder: Finder) -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--result", type=Path, required=True)
    asked.add_argument("--texts", type=Path, required=True)
    asked.add_argument("--a-day", type=int, required=True)
    asked.add_argument("--kept", type=int, required=True)
    asked.add_argument("--count", type=int, required=True)
    given = asked.parse_args()
    stream = Stream(given.texts, given.a_day)
    for one in stream.round(0)[-given.kept :]:
        finder.add(one.name, one.whole)
    new = stream.round(1)[: given.count]
    meter = Meter()
    for one in new:
        finder.find(one.whole)
        finder.add(one.name, one.whole)
    given.result.write_text(json.dumps({**meter.read(), "articles": len(new)}))
