"""Text as the rooms see it: folded letters, words with offsets, sentences, phrases.

Not at this door: the language (language.py), whose library brings numpy, and addresses (urls.py,
by the door of identify). The parsers' child process
comes in here and would wait for it at each start.
"""

from monitor.steps.text.normalise import (
    Sentence,
    Word,
    clean,
    fold,
    forms,
    sentences,
    spelled,
    words,
)
from monitor.steps.text.phrases import Hit, Phrasebook

__all__ = [
    "Hit",
    "Phrasebook",
    "Sentence",
    "Word",
    "clean",
    "fold",
    "forms",
    "sentences",
    "spelled",
    "words",
]
