"""Whether an article was met before: by its id, address or item key, else by its very words.

Not here: likeness short of identity (copies), and which articles tell one event (stories).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from monitor.model import Article, Verdict
from monitor.steps.identify.versions import reprint_hash, version_hash
from monitor.steps.text.urls import canonical

REPRINTED_WITHIN = timedelta(days=10)
"""A reprint comes within days. The same words a year later are a standing text ("Rates today") or
an old piece told again, and are judged anew."""
WHEN_REPRINTED = (0, *range(-1, -REPRINTED_WITHIN.days - 1, -1), 1)
"""Days from an article's own, nearest first."""
ASKED_AGAIN = 100
"""Days whose neighbours are kept: most articles are of today, and each asks five times."""

TEXT = "text:"


class Sight(StrEnum):
    """How an article was met."""

    FIRST = "first"
    AGAIN = "again"
    """A version that is known."""
    PURGED = "purged"
    """Known by its keys alone: its texts were purged, so that no version can be told from news."""
    EDITED = "edited"
    """Another version of a known article."""
    REPRINT = "reprint"
    """The words of another article of the last days."""
    COPY = "copy"
    """Most of the words of another article of the last days, and nothing that says otherwise."""
    SEED = "seed"
    """The words of the reference corpus, or most of them."""
    RETOLD = "retold"
    """The event of the reference corpus in words of its own: it speaks for itself."""


NOTHING_NEW = frozenset({Sight.AGAIN, Sight.PURGED})
"""Such an article is not read, and nothing of it is written."""

TOLD_BY_A_SEED = frozenset({Sight.SEED, Sight.RETOLD})

NEVER_MET = frozenset({Sight.FIRST, Sight.REPRINT, Sight.COPY, Sight.SEED, Sight.RETOLD})
"""No article in our books has its id, item key or address."""


@dataclass(frozen=True, slots=True)
class Identity:
    """An article under the id it has in our books, with every key that can find it again."""

    article: Article
    version: str
    sight: Sight
    original: str | None
    """The article whose words these are; None where they are its own."""


def identify(
    article: Article, known: Mapping[str, str], versions: Mapping[str, frozenset[str]]
) -> Identity:
    """`known` maps keys (`keys_asked`) to article ids, `versions` ids to their version hashes."""
    keys = _own_keys(article)
    met = next((known[key] for key in keys if key in known), None)
    if met is None:
        return by_words(replace(article, keys=keys), known)
    version = version_hash(article)
    sight = _met_again(version, versions.get(met, frozenset()))
    original = None if met == article.id else met
    return Identity(replace(article, id=met, keys=keys), version, sight, original)


def by_words(article: Article, known: Mapping[str, str]) -> Identity:
    """The identity of an article that nobody has met, under the keys it has already."""
    version, words = version_hash(article), reprint_hash(article)
    keyed = replace(article, keys=(*article.keys, *_text_keys(words, article, days=(0,))))
    seed = next((known[key] for key in _seed_keys(words) if key in known), None)
    if seed is not None:
        return Identity(keyed, version, Sight.SEED, seed)
    reprinted = next((known[key] for key in _reprint_keys(words, article) if key in known), None)
    sight = Sight.FIRST if reprinted is None else Sight.REPRINT
    return Identity(keyed, version, sight, reprinted)


def unspoken(identity: Identity) -> Identity:
    """A held article's identity: nobody shall pass for a reprint of words that were never told."""
    article = identity.article
    keys = tuple(key for key in article.keys if not key.startswith(TEXT))
    return replace(identity, article=replace(article, keys=keys), original=None)


def later_version(article: Article, stored: frozenset[str]) -> Identity:
    """The identity of what we fetched ourselves for an article in our books."""
    version = version_hash(article)
    return Identity(article, version, _met_again(version, stored), None)


def _met_again(version: str, stored: frozenset[str]) -> Sight:
    if not stored:
        return Sight.PURGED
    return Sight.AGAIN if version in stored else Sight.EDITED


def for_ever(identity: Identity) -> Identity:
    """A seed's identity: its words are known for ever, not for days."""
    article = identity.article
    keys = (*article.keys, *_seed_keys(reprint_hash(article)))
    return replace(identity, article=replace(article, keys=keys))


def keys_asked(article: Article) -> tuple[str, ...]:
    """Every key that `identify` will look for."""
    words = reprint_hash(article)
    return (*_own_keys(article), *_seed_keys(words), *_reprint_keys(words, article))


def verdict_of(sight: Sight, *, relevant: bool) -> Verdict:
    """The first that holds, in the order of Verdict."""
    if sight in (*NOTHING_NEW, Sight.EDITED, Sight.SEED, Sight.RETOLD):
        return Verdict.KNOWN
    if sight in (Sight.REPRINT, Sight.COPY):
        return Verdict.COPY
    return Verdict.NEW if relevant else Verdict.IRRELEVANT


def story_of(identity: Identity) -> str:
    """A story of one article, named for its words and day: the same whatever its id."""
    day = identity.article.said_at.date().isoformat()
    return "s" + hashlib.sha256(f"{identity.version}\x1f{day}".encode()).hexdigest()[:16]


def _own_keys(article: Article) -> tuple[str, ...]:
    # A guid is what a stranger wrote: within its source it may say what it likes, but it must not
    # pass for the address of another's article, whose statements an "edit" would take back.
    given = tuple(f"item:{article.source_id}:{key}" for key in article.keys)
    return tuple(dict.fromkeys((f"id:{article.id}", *given, *_address(article))))


def _address(article: Article) -> tuple[str, ...]:
    """Empty where the address names a page of many items: each would pass for an edit of the one
    before, and take its statements back."""
    url = canonical(article.url)
    key = f"url:{url}"
    parts = urlsplit(url)
    front_page = parts.path in ("", "/") and not parts.query
    # Who read the article from a body saw whether others there have its address, and gave keys.
    shared = bool(article.keys) and key not in article.keys
    return () if front_page or shared else (key,)


def _seed_keys(words: str) -> tuple[str, ...]:
    return (f"seed:{words}",) if words else ()


def _reprint_keys(words: str, article: Article) -> tuple[str, ...]:
    """Nearest day first. A day later counts as well: feeds disagree about midnight."""
    return _text_keys(words, article, days=WHEN_REPRINTED)


def _text_keys(words: str, article: Article, days: tuple[int, ...]) -> tuple[str, ...]:
    """The day is part of the key, so that looking a week back needs no scan."""
    if not words:
        return ()
    return tuple([f"{TEXT}{words}:{day}" for day in _days_from(article.said_at.date(), days)])


@lru_cache(maxsize=ASKED_AGAIN)
def _days_from(day: date, shifts: tuple[int, ...]) -> tuple[str, ...]:
    return tuple((day + timedelta(days=shift)).isoformat() for shift in shifts)
