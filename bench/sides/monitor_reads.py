"""Our side of extraction.py: the reader of the service with the shipped pack, weights and network.

`--without-network` reads by the shapes of candidates alone: what the network costs on top.
"""

import sys
from datetime import UTC, datetime

from bench.peers import ROOT
from bench.sides.pieces import read_texts
from monitor.model import Article
from monitor.pipeline.reading import PackReader, build_reader, weights_of
from monitor.rulebook.load import load_pack

DAY = datetime(2024, 3, 4, tzinfo=UTC)


def main() -> None:
    pack = load_pack(ROOT / "rules")
    bare = "--without-network" in sys.argv
    reader = PackReader(pack, weights_of(pack)) if bare else build_reader(pack)

    def read(title: str, text: str, language: str) -> bool:
        article = Article(
            id="", url="", title=title, text=text, arrived_at=DAY, published_at=DAY,
            language=language,
        )  # fmt: skip
        return reader.read(article).relevant

    read_texts(read)


if __name__ == "__main__":
    main()
