"""What the peers' sides of stories.py do alike: a window is kept, later articles are looked for.

Stands on the standard library alone. An article is kept once it was looked for.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.meter import Meter
from bench.sides.spun import Finder
from bench.stream import Stream, Told


def run(finder: Finder) -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--result", type=Path, required=True)
    asked.add_argument("--texts", type=Path, required=True)
    asked.add_argument("--a-day", type=int, required=True)
    asked.add_argument("--kept", type=int, required=True)
    asked.add_argument("--count", type=int, required=True)
    given = asked.parse_args()
    told = Stream(given.texts, given.a_day).round(0)[: given.kept + given.count]
    kept, new = told[: given.kept], told[given.kept :]
    for one in kept:
        finder.add(one.name, one.whole)
    meter, named = Meter(), {}
    for one in new:
        named[one.name] = list(finder.find(one.whole))
        finder.add(one.name, one.whole)
    spent = meter.read()
    given.result.write_text(json.dumps({**spent, "articles": len(new), **quality(told, named)}))


def quality(told: Sequence[Told], named: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Of the articles whose event, or whose words, were told before: for how many an article was
    named that tells the same; and how many of all that were named do not."""
    events = {one.name: one.event for one in told}
    before: set[str] = set()
    followers, found, right, all_named = 0, 0, 0, 0
    for one in told:
        if one.name in named:
            same = [other for other in named[one.name] if events.get(other) == one.event]
            followers += one.event in before
            found += bool(same)
            right += len(same)
            all_named += len(named[one.name])
        before.add(one.event)
    return {"followers": followers, "found": found, "named": all_named, "right": right}
