"""What an edit changed, sentence by sentence, for people. Bounded, whatever was edited.

Not here: which versions an article has (versions.py).
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from monitor.model import Article
from monitor.steps.text import sentences, words

COMPARED = 2_000
"""Sentences of each version: to compare them takes time as the square of their number."""
MOST_LINES = 100
LONGEST_LINE = 400
"""Characters."""


def differences(before: Article, after: Article) -> list[str]:
    """`- ` what went, `+ ` what came, each a sentence, in the order of the text; the title is one.
    Empty where the words are the same."""
    lines = list(_changed(_sentences(before), _sentences(after)))
    hidden = len(lines) - MOST_LINES
    if hidden <= 0:
        return lines
    return [*lines[:MOST_LINES], f"… and {hidden} more sentences that came or went"]


def _changed(before: list[str], after: list[str]) -> Iterator[str]:
    # Without `autojunk` off, a sentence that stands in the text often would never match.
    pairs = SequenceMatcher(None, before, after, autojunk=False)
    for verb, from_, to, other_from, other_to in pairs.get_opcodes():
        if verb != "equal":
            yield from (f"- {_cut(line)}" for line in before[from_:to])
            yield from (f"+ {_cut(line)}" for line in after[other_from:other_to])


def _sentences(article: Article) -> list[str]:
    """White space is no difference, as it makes no version: lines are broken anew all the time."""
    title, text = (" ".join(part.split()) for part in (article.title, article.text))
    cut = sentences(text, words(text))[:COMPARED]
    return [title, *(text[one.start : one.end] for one in cut)]


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1].rstrip() + "…"
