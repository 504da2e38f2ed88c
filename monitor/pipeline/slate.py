"""What stands while articles are decided: read from the store once, moved on by each decision.

Articles of one batch see one another here as they would in batches of their own, so that where a
batch ends never shows in the ledger. Not here: what is decided.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from monitor.model import Act, Article, ArticleRecord, Reading, Stance, Statement
from monitor.ports import Deciding
from monitor.steps.identify import Identity, identify, keys_asked

Pair = tuple[str, str]
"""Actor and topic."""


@dataclass(slots=True)
class Slate:
    known: dict[str, str] = field(default_factory=dict)
    versions: dict[str, frozenset[str]] = field(default_factory=dict)
    stories: dict[str, str] = field(default_factory=dict)
    told: dict[str, list[Statement]] = field(default_factory=dict)
    """Live statements by article, for articles that are met again."""
    stances: dict[Pair, list[Statement]] = field(default_factory=dict)
    acts: dict[str, list[Statement]] = field(default_factory=dict)
    """By topic, for a measure is sought within one."""

    def identify(self, article: Article) -> Identity:
        return identify(article, self.known, self.versions)

    def keep(self, record: ArticleRecord) -> None:
        article = record.article
        for key in article.keys:
            self.known.setdefault(key, article.id)
        self.versions[article.id] = self.versions.get(article.id, frozenset()) | {record.version}
        self.stories[article.id] = record.story

    def add(self, statement: Statement) -> None:
        label = statement.label
        if isinstance(label, Stance):
            self.stances.setdefault((label.actor, label.topic), []).append(statement)
        else:
            self.acts.setdefault(label.topic, []).append(statement)
        told = self.told.setdefault(statement.evidence.article_id, [])
        if statement.retracts is None:
            told.append(statement)
        else:
            told[:] = [row for row in told if row.id != statement.retracts]


def glance(deciding: Deciding, articles: Collection[Article]) -> Slate:
    """Enough to tell which articles are met again."""
    keys = {key for article in articles for key in keys_asked(article)}
    slate = Slate(known=dict(deciding.known(keys)))
    met = set(slate.known.values())
    slate.versions = dict(deciding.versions(met))
    return slate


def read_back(
    deciding: Deciding, articles: Collection[Article], readings: Iterable[Reading]
) -> Slate:
    """All that decisions on these articles and their readings can depend on."""
    slate = glance(deciding, articles)
    met = set(slate.known.values())
    slate.stories = dict(deciding.stories(met))
    for statement in deciding.statements_of(met):
        slate.told.setdefault(statement.evidence.article_id, []).append(statement)
    labels: list[Stance | Act] = [row.label for rows in slate.told.values() for row in rows]
    for reading in readings:
        labels += [*reading.stances, *reading.acts]
    _read_ledger(deciding, slate, labels)
    return slate


def _read_ledger(deciding: Deciding, slate: Slate, labels: list[Stance | Act]) -> None:
    pairs = {(label.actor, label.topic) for label in labels if isinstance(label, Stance)}
    topics = {label.topic for label in labels if isinstance(label, Act)}
    for statement in deciding.statements(pairs) if pairs else ():
        label = statement.label
        assert isinstance(label, Stance), "the store gave an act for a pair"
        slate.stances.setdefault((label.actor, label.topic), []).append(statement)
    for statement in deciding.acts(topics) if topics else ():
        slate.acts.setdefault(statement.label.topic, []).append(statement)
