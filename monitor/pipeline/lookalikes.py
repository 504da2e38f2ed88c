"""Copies that are not word for word: candidates from the marks in the store, the words decide.

Articles of one batch are seen as if they stood in the store already. Not here: how alike two texts
must be (steps/identify/copies.py).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.model import Article, ArticleRecord, Footprint
from monitor.ports import Deciding
from monitor.steps.identify import (
    REPRINTED_WITHIN,
    Resemblance,
    Wording,
    compare,
    footprint,
    wording_of,
)

LOOKED_AT = 6
"""Candidates whose words are compared, those first that share most marks. Copies of one text share
one original, so that finding one of them is enough."""


@dataclass(frozen=True, slots=True)
class Original:
    """Whose copy a text is."""

    article_id: str
    seed: bool
    why: Resemblance


@dataclass(slots=True)
class Lookalikes:
    """Asks the store within the deciding transaction, and remembers what this batch added."""

    deciding: Deciding
    _holders: dict[int, list[str]] = field(default_factory=dict)
    _kept: dict[str, list[ArticleRecord]] = field(default_factory=dict)

    def original_of(self, article: Article) -> Original | None:
        """The first article, or the seed, of which this one is a copy."""
        wording = wording_of(article)
        marks = footprint(wording)
        if not marks:
            return None
        found = [
            self._resembling(one, article, wording) for one in self._candidates(marks, article)
        ]
        alike = sorted((one for one in found if one), key=lambda one: one[0].article.arrived_at)
        return next((_original(record, why) for record, why in alike), None)

    def versions_of(self, article_id: str) -> list[ArticleRecord]:
        """Those in the store, then those of this batch."""
        return [*self.deciding.versions_of(article_id), *self._kept.get(article_id, ())]

    def first_of(self, article_id: str) -> str:
        """The article that this one is a copy of; itself where it is none."""
        records = self.versions_of(article_id)
        return next((one.copy_of for one in records if one.copy_of), article_id)

    def keep(self, record: ArticleRecord) -> None:
        """This batch's articles are found as those in the store are."""
        self._kept.setdefault(record.article.id, []).append(record)

    def mark(self, record: ArticleRecord) -> Footprint | None:
        """What this article leaves behind; None for a text too short to tell."""
        article = record.article
        marks = footprint(wording_of(article))
        for mark in marks:
            holders = self._holders.setdefault(mark, [])
            if article.id not in holders:
                holders.append(article.id)
        left = Footprint(article.id, marks, article.arrived_at, lasting=record.seed)
        return left if marks else None

    def _candidates(self, marks: Sequence[int], article: Article) -> list[str]:
        stored = self.deciding.sharing(marks, article.arrived_at - REPRINTED_WITHIN)
        here = Counter(holder for mark in marks for holder in self._holders.get(mark, ()))
        shared = Counter(dict(stored))
        for holder, count in here.items():
            shared[holder] = max(shared[holder], count)
        most_first = [one for one, _ in shared.most_common() if one != article.id]
        return most_first[:LOOKED_AT]

    def _resembling(
        self, candidate: str, article: Article, wording: Wording
    ) -> tuple[ArticleRecord, Resemblance] | None:
        for record in self.versions_of(candidate):
            near = abs(record.article.said_at - article.said_at) <= REPRINTED_WITHIN
            if record.held or not (near or record.seed):
                continue
            why = compare(wording, wording_of(record.article))
            if why is not Resemblance.APART:
                return record, why
        return None


def _original(record: ArticleRecord, why: Resemblance) -> Original:
    """A copy of a copy is a copy of the first."""
    return Original(record.copy_of or record.article.id, record.seed, why)
