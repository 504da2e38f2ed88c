"""A peer's side of extraction.py: natasha, with the steps of its manual: sentences, tags, parse,
lemmas, names. It reads no stances.

Runs in the peers' environment.
"""

import sys

import pymorphy3

# It asks for pymorphy2, which needs a package without a wheel and does not start on Python 3.11;
# pymorphy3 is the same library, carried on.
sys.modules["pymorphy2"] = pymorphy3

from natasha import (  # noqa: E402
    Doc,
    MorphVocab,
    NewsEmbedding,
    NewsMorphTagger,
    NewsNERTagger,
    NewsSyntaxParser,
    Segmenter,
)

from bench.sides.pieces import read_texts  # noqa: E402


def main() -> None:
    segmenter, vocabulary, embedding = Segmenter(), MorphVocab(), NewsEmbedding()
    tagger, parser = NewsMorphTagger(embedding), NewsSyntaxParser(embedding)
    names = NewsNERTagger(embedding)

    def read(title: str, text: str, language: str) -> bool:
        doc = Doc(f"{title}\n{text}")
        doc.segment(segmenter)
        doc.tag_morph(tagger)
        for token in doc.tokens:
            token.lemmatize(vocabulary)
        doc.parse_syntax(parser)
        doc.tag_ner(names)
        return bool(doc.spans)

    read_texts(read)


if __name__ == "__main__":
    main()
