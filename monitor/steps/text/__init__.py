"""Text as the rooms see it: folded letters, words with offsets, sentences, phrases, language."""

from monitor.steps.text.language import guess_language
from monitor.steps.text.normalise import Sentence, Word, clean, fold, sentences, words
from monitor.steps.text.phrases import Hit, Phrasebook

__all__ = [
    "Hit",
    "Phrasebook",
    "Sentence",
    "Word",
    "clean",
    "fold",
    "guess_language",
    "sentences",
    "words",
]
