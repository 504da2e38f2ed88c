"""Fingerprints of what an article says: one that tells its versions apart, one that finds reprints.

Each begins with its edition, so that a better normal form can live beside stored old ones.
"""

import hashlib
import re
import unicodedata

from monitor.model import Article

VERSION_EDITION = "1"
REPRINT_EDITION = "1"

NOT_WORDS = re.compile(r"[\W_]+")


def version_hash(article: Article) -> str:
    """The same for texts that differ in white space alone."""
    words = (" ".join(part.split()) for part in (article.title, article.text))
    return VERSION_EDITION + _sha256("\n".join(words))


def reprint_hash(article: Article) -> str:
    """The same for texts that differ in case, punctuation and white space; "" without words."""
    words = NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", article.whole).casefold()).strip()
    return REPRINT_EDITION + _sha256(words) if words else ""


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]
