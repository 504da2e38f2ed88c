"""Learn what makes two articles one event: `python -m tests.gold.train_stories [FOLDER]`.

From the texts of FOLDER, else from the project's own; what is common in the field always from
those. Writes rules/story_weights.json. Not here: how well it goes (stories.py).
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from monitor.pipeline.reading import build_reader
from monitor.rulebook.load import load_pack
from monitor.rulebook.weights import STORY_FILE
from tests.gold.corpus import digest_of, read_gold, read_own
from tests.gold.evaluate import fold_reader
from tests.gold.stories import common_in, fit, pairs_of, say, streams_of

RULES_DIR = Path("rules")


def main(arguments: Sequence[str]) -> int:
    pack = load_pack(RULES_DIR)
    outside = read_gold(Path(arguments[0])) if arguments else []
    own = read_own()
    rows = outside or own
    reader = fold_reader(outside, pack)
    common = common_in([row for row in own if row["relevant"]], build_reader(pack))
    pairs = [pairs_of(stream) for stream in streams_of(rows, pack, reader, common)]
    weights = replace(fit(pairs, digest=digest_of(rows)), common=common)
    out = RULES_DIR / STORY_FILE
    told = json.dumps(weights.to_json(), indent=1, ensure_ascii=False)
    out.write_text(told + "\n", "utf-8")
    say(f"{out}: learnt from {len(rows)} articles, {sum(map(len, pairs)):,} pairs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
