"""What stands while articles are decided: read from the store once, moved on by each decision.

Articles of one batch see one another here as they would in batches of their own, so that where a
batch ends never shows in the ledger. Not here: what is decided.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from monitor.model import Act, Alert, Article, ArticleRecord, Change, Reading, Stance, Statement
from monitor.pipeline.arrivals import Arrival, Way
from monitor.pipeline.desk import Desk
from monitor.pipeline.known import Known
from monitor.pipeline.lookalikes import Lookalikes
from monitor.pipeline.pages import is_of_page
from monitor.pipeline.shelf import Shelf
from monitor.ports import Deciding
from monitor.steps.identify import (
    NOTHING_NEW,
    Identity,
    Sight,
    by_words,
    identify,
    keys_asked,
    later_version,
)

CONSOLE = ""
"""Where an alert goes that has no channel."""

LATELY = timedelta(days=21)
"""So far back the articles of one story, and what was told of it, are looked for: a story ends
fourteen days after it began, and an article may come a few days late."""


@dataclass(slots=True)
class Slate:
    deciding: Deciding
    lookalikes: Lookalikes
    shelf: Shelf
    ledger: Known
    known: dict[str, str] = field(default_factory=dict)
    versions: dict[str, frozenset[str]] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    """Articles that a flood holds, each with the source that brought it."""
    pages: dict[str, frozenset[str]] = field(default_factory=dict)
    """Versions that came of an article's page, of articles that are edited now."""
    stories: dict[str, str] = field(default_factory=dict)
    told: dict[str, list[Statement]] = field(default_factory=dict)
    """Live statements by article, for articles that are met again with something new, and for those
    that an article of this batch copies."""
    lately: dict[str, list[Statement]] = field(default_factory=dict)
    """By actor, what was learnt lately of the actors that are spoken of now."""
    story_now: dict[str, str] = field(default_factory=dict)
    """Of articles that were learnt lately."""
    changes: list[Change] = field(default_factory=list)
    """Told lately, in the order told."""
    channels: dict[str, frozenset[str]] = field(default_factory=dict)
    """Change -> where alerts on it were bound for."""

    def identify(self, arrival: Arrival) -> Identity:
        article = arrival.article
        if arrival.way is Way.PAGE:
            return later_version(article, self.versions.get(article.id, frozenset()))
        if arrival.way is Way.RELEASED:
            return self._let_go(arrival)
        identity = identify(article, self.known, self.versions)
        holder = self.held.get(identity.article.id, article.source_id)
        # Held of another source: it was told to nobody, and this one vouches for it now.
        own = holder == article.source_id
        return identity if own else by_words(identity.article, self.known)

    def is_held(self, identity: Identity, arrival: Arrival) -> bool:
        """An edit of a held article waits with it. What another source tells does not: a flood
        must not keep silent what an honest source says."""
        holder = self.held.get(identity.article.id)
        return holder == arrival.article.source_id and arrival.way is not Way.RELEASED

    def likened(self, identity: Identity) -> Identity:
        """Of an article that nobody has met: the identity of a copy, where it is one. Whose copy
        it is leads to the first: a copy of a copy was told by neither of the two."""
        if identity.sight is Sight.REPRINT and identity.original:
            return replace(identity, original=self.lookalikes.first_of(identity.original))
        if identity.sight is not Sight.FIRST:
            return identity
        original = self.lookalikes.original_of(identity.article)
        if original is None:
            return identity
        self._read_of(original.article_id)
        sight = Sight.SEED if original.seed else Sight.COPY
        return replace(identity, sight=sight, original=original.article_id)

    def keep(self, record: ArticleRecord) -> None:
        article = record.article
        for key in article.keys:
            self.known.setdefault(key, article.id)
        self.versions[article.id] = self.versions.get(article.id, frozenset()) | {record.version}
        self.stories[article.id] = record.story
        self.lookalikes.keep(record)
        if record.held:
            self.held[article.id] = article.source_id
        else:
            self.held.pop(article.id, None)

    def add(self, statement: Statement) -> None:
        label = statement.label
        if isinstance(label, Stance):
            self.lately.setdefault(label.actor, []).append(statement)
        self.ledger.add(statement)
        told = self.told.setdefault(statement.evidence.article_id, [])
        if statement.retracts is None:
            told.append(statement)
        else:
            told[:] = [row for row in told if row.id != statement.retracts]

    # --- one story, one telling

    def mates(self, statement: Statement) -> list[Statement]:
        """What its story told lately of the same actor, or of the same topic's measures."""
        label = statement.label
        if isinstance(label, Stance):
            near = self.lately.get(label.actor, [])
        else:
            near = self.ledger.acts_on(label.topic)
        since = statement.evidence.learnt_at - LATELY
        story = self.shelf.now(statement.evidence.story)
        return [
            row
            for row in near
            if row.evidence.learnt_at >= since and self._story_of(row.evidence.article_id) == story
        ]

    def told_lately(self, change: Change) -> list[Change]:
        """What was told of its actor, each in the story that it belongs to by now."""
        since = change.evidence.learnt_at - LATELY
        return [
            self._moved(row)
            for row in self.changes
            if row.actor == change.actor and row.evidence.learnt_at >= since
        ]

    def tell(self, change: Change) -> None:
        self.changes.append(change)

    def alerted(self, alert: Alert) -> None:
        told = self.channels.get(alert.change.id, frozenset())
        self.channels[alert.change.id] = told | bound_for(alert.channels)

    def channels_of(self, changes: Iterable[Change]) -> frozenset[str]:
        heard = (self.channels.get(change.id, frozenset()) for change in changes)
        return frozenset().union(*heard)

    def _story_of(self, article_id: str) -> str:
        story = self.stories.get(article_id) or self.story_now.get(article_id, "")
        return self.shelf.now(story)

    def _moved(self, change: Change) -> Change:
        story = self._story_of(change.evidence.article_id) or change.evidence.story
        if story == change.evidence.story:
            return change
        return replace(change, evidence=replace(change.evidence, story=story))

    def _read_of(self, article_id: str) -> None:
        """An article that nothing but its likeness leads to was not read back before."""
        if article_id not in self.stories:
            self.stories |= self.deciding.stories([article_id])
        if article_id not in self.told:
            self.told[article_id] = self.deciding.statements_of([article_id])

    def _let_go(self, arrival: Arrival) -> Identity:
        """Its first version is met for the first time now, each further one is an edit of it."""
        article = arrival.article
        if article.id in self.held:
            return by_words(article, self.known)
        return later_version(article, self.versions.get(article.id, frozenset()))


def bound_for(channels: Iterable[str]) -> frozenset[str]:
    """An alert without a channel is told as well, on the console: it must not pass for silence."""
    return frozenset(channels) or frozenset({CONSOLE})


def glance(deciding: Deciding, arrivals: Collection[Arrival]) -> Slate:
    """Enough to tell which articles are met again."""
    keys = {key for arrival in arrivals for key in keys_asked(arrival.article)}
    slate = Slate(
        deciding,
        Lookalikes(deciding),
        Shelf(deciding),
        Known(deciding),
        known=dict(deciding.known(keys)),
    )
    met = set(slate.known.values())
    slate.versions = dict(deciding.versions(met))
    slate.held = dict(deciding.holders(met))
    for arrival in arrivals:
        if arrival.way is Way.RELEASED and arrival.article.id in slate.held:
            slate.versions.pop(arrival.article.id, None)  # stored, but told to nobody yet
    return slate


def read_back(
    deciding: Deciding,
    arrivals: Collection[Arrival],
    readings: Mapping[Article, Reading],
    desk: Desk,
) -> Slate:
    """All that decisions on these arrivals can depend on. `readings`: of those that say something
    new. Nothing of the ledger is read for the others, which are nearly all that a poll brings."""
    slate = glance(deciding, arrivals)
    slate.stories = dict(deciding.stories(set(slate.known.values())))
    if not readings:
        return slate
    _read_told(deciding, slate, readings)
    _read_pages(deciding, slate, [each for each in arrivals if each.article in readings])
    labels: list[Stance | Act] = [row.label for rows in slate.told.values() for row in rows]
    for reading in readings.values():
        labels += [*reading.stances, *reading.acts]
    if labels:
        slate.ledger.read(labels, min(one.article.arrived_at for one in arrivals), desk)
    _read_lately(deciding, slate, arrivals, labels)
    return slate


def _read_told(deciding: Deciding, slate: Slate, articles: Iterable[Article]) -> None:
    """By those that are edited, and by those whose words these are."""
    keys = {key for article in articles for key in keys_asked(article)}
    met = {slate.known[key] for key in keys & slate.known.keys()}
    slate.told = {article_id: [] for article_id in met}
    for statement in deciding.statements_of(met):
        slate.told[statement.evidence.article_id].append(statement)


def _read_pages(deciding: Deciding, slate: Slate, arrivals: Iterable[Arrival]) -> None:
    """Of the few articles that stated something and are edited now."""
    if not any(slate.told.values()):
        return
    for arrival in arrivals:
        identity = slate.identify(arrival)
        article_id = identity.article.id
        if slate.told.get(article_id) and identity.sight not in NOTHING_NEW:
            stored = deciding.versions_of(article_id)
            slate.pages[article_id] = frozenset(one.version for one in stored if is_of_page(one))


def _read_lately(
    deciding: Deciding,
    slate: Slate,
    arrivals: Collection[Arrival],
    labels: list[Stance | Act],
) -> None:
    """Of the actors spoken of now: what their stories tell together is weighed together."""
    if not labels:
        return
    actors = {label.actor for label in labels if isinstance(label, Stance)}
    since = min(arrival.article.arrived_at for arrival in arrivals) - LATELY
    for statement in deciding.stances_by(actors, since) if actors else ():
        label = statement.label
        assert isinstance(label, Stance), "the store gave an act for an actor"
        slate.lately.setdefault(label.actor, []).append(statement)
    spoken_of = actors | {label.body for label in labels if isinstance(label, Act)}
    slate.changes = deciding.changes_since(since, spoken_of)
    alerted = deciding.alerted([change.id for change in slate.changes])
    slate.channels = {change: bound_for(channels) for change, channels in alerted.items()}
    near = [row for rows in slate.lately.values() for row in rows]
    acts = [row for row in slate.ledger.acts() if row.evidence.learnt_at >= since]
    told = [row.evidence.article_id for row in (*near, *acts)]
    told += [change.evidence.article_id for change in slate.changes]
    slate.story_now = dict(deciding.stories(set(told)))
