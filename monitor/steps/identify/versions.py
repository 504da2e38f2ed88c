"""Fingerprints of what an article says: one that tells its versions apart, one that finds reprints.

Each begins with its edition, so that a better normal form can live beside stored old ones.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache

from monitor.model import Article

VERSION_EDITION = "1"
REPRINT_EDITION = "1"

ASKED_AGAIN = 500
"""Texts whose fingerprints are kept: an article's are asked for five times on its way."""

NOT_WORDS = re.compile(r"[\W_]+")


def version_hash(article: Article) -> str:
    """The same for texts that differ in white space alone."""
    return VERSION_EDITION + _version(article.title, article.text)


def reprint_hash(article: Article) -> str:
    """The same for texts that differ in case, punctuation and white space; "" without words."""
    words = _words(article.title, article.text)
    return REPRINT_EDITION + words if words else ""


@lru_cache(maxsize=ASKED_AGAIN)
def _version(title: str, text: str) -> str:
    return _sha256("\n".join(" ".join(part.split()) for part in (title, text)))


@lru_cache(maxsize=ASKED_AGAIN)
def _words(title: str, text: str) -> str:
    plain = unicodedata.normalize("NFKC", f"{title}\n{text}").casefold()
    words = NOT_WORDS.sub(" ", plain).strip()
    return words and _sha256(words)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]
