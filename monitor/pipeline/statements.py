"""A reading -> statements with their evidence: what an article adds, and what an edit takes back.

Pure. Not here: what they make of the ledger.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from monitor.model import Act, Article, Evidence, Reading, Stance, Statement
from monitor.steps.identify import Identity

Bundle = list[Statement]
"""What one article says anew of one pair or measure: retractions first."""


def evidence_of(
    identity: Identity, *, story: str, origin: str, baseline: bool, original: Evidence | None
) -> Evidence:
    """Where the article's statements come from. A reprint says what its original said, when that
    said it and on its authority: else last week's words would come back as this week's."""
    article = identity.article
    own = Evidence(
        article_id=article.id,
        url=article.url,
        story=story,
        origin=origin,
        tier=article.tier,
        official=False,
        said_at=article.said_at,
        learnt_at=article.arrived_at,
        undated=article.published_at is None,
        baseline=baseline,
    )
    if original is None:
        return own
    return replace(own, said_at=original.said_at, undated=original.undated, origin=original.origin)


def statements_of(
    reading: Reading,
    identity: Identity,
    evidence: Evidence,
    rank: Callable[[str], int],
    heard_from: float,
) -> list[Statement]:
    """One for each label that is not too doubtful to be evidence, in a fixed order: stances, then
    acts by their stage and place."""
    if not reading.relevant:
        return []
    acts = sorted(
        (act for act in reading.acts if act.confidence >= heard_from),
        key=lambda act: (rank(act.stage), act.quote.start, act.topic, act.body),
    )
    stances = [stance for stance in reading.stances if stance.confidence >= heard_from]
    labels: list[Stance | Act] = [*_one_a_pair(stances), *acts]
    rows = [_statement(label, identity, evidence) for label in labels]
    return list({row.id: row for row in rows}.values())


def edited(
    old: Sequence[Statement],
    new: Sequence[Statement],
    identity: Identity,
    evidence: Evidence,
    pages: Collection[str] = (),
) -> list[Statement]:
    """What a later version changes: it takes back what it says no more; it never repeats.

    `pages` are versions that came of the article's page. An edited summary is silent about most of
    what the page told, which therefore stands unless the summary speaks of the same.
    """
    told = {_meaning(row.label) for row in old}
    still = {_meaning(row.label) for row in new}
    spoken_of = {_subject(row.label) for row in new}
    gone = [
        row
        for row in old
        if _meaning(row.label) not in still
        and (_subject(row.label) in spoken_of or not _came_of(row, pages))
    ]
    added = [row for row in new if _meaning(row.label) not in told]
    return [*(_retraction(row, identity, evidence) for row in gone), *added]


def page_adds(told: Sequence[Statement], said: Sequence[Statement]) -> list[Statement]:
    """What the page says of matters that the summary left out, or only told as background. On the
    others the summary has the word: it is what the newsroom holds to be the news, and people were
    told of it."""
    spoken_of = {_subject(row.label) for row in told if not _is_background(row.label)}
    known = {(_meaning(row.label), _is_background(row.label)) for row in told}
    return [
        row
        for row in said
        if _subject(row.label) not in spoken_of
        and (_meaning(row.label), _is_background(row.label)) not in known
    ]


def contradicts(
    said: Iterable[Statement], told: Iterable[Statement], sides: Mapping[str, int]
) -> bool:
    """Whether a copy says otherwise than its original. One word can turn a text into its opposite,
    or a bill's second reading into its third, and what it says is then its own."""
    stances, stages = _claims(told, sides)
    own_stances, own_stages = _claims(said, sides)
    turned = any(side * stances.get(pair, 0) < 0 for pair, side in own_stances.items())
    both = stages.keys() & own_stages.keys()
    return turned or any(stages[topic].isdisjoint(own_stages[topic]) for topic in both)


def _claims(
    statements: Iterable[Statement], sides: Mapping[str, int]
) -> tuple[dict[tuple[str, str], int], dict[str, set[str]]]:
    stances: dict[tuple[str, str], int] = {}
    stages: dict[str, set[str]] = {}
    for label in (row.label for row in statements):
        if isinstance(label, Act):
            stages.setdefault(label.topic, set()).add(label.stage)
        elif not label.background:
            stances[label.actor, label.topic] = sides.get(label.stance, 0)
    return stances, stages


def bundles(statements: Iterable[Statement]) -> list[Bundle]:
    """What belongs to one pair or one measure together: retractions of it and what replaces them.
    Acts without a retraction stand alone, for two stages of one text are two steps. The surest
    stance first: of one position that is read under two topics, that one is to be told."""
    grouped: dict[tuple[str | None, ...], Bundle] = {}
    alone: list[Bundle] = []
    for statement in statements:
        key = _about(statement)
        if statement.retracts or isinstance(statement.label, Stance) or key in grouped:
            grouped.setdefault(key, []).append(statement)
        else:
            alone.append([statement])
    return [*sorted(grouped.values(), key=_surest_first), *alone]


def _surest_first(bundle: Bundle) -> float:
    """Acts behind all stances, in their order."""
    last = bundle[-1]
    return -last.pooled if isinstance(last.label, Stance) else 1.0


def _about(statement: Statement) -> tuple[str | None, ...]:
    label = statement.label
    if isinstance(label, Stance):
        return "stance", label.actor, label.topic
    return "act", statement.measure


def _retraction(old: Statement, identity: Identity, evidence: Evidence) -> Statement:
    return replace(
        old,
        id=_digest("retract", old.id, identity.version),
        evidence=replace(old.evidence, learnt_at=evidence.learnt_at, baseline=evidence.baseline),
        retracts=old.id,
    )


def _one_a_pair(stances: Iterable[Stance]) -> list[Stance]:
    """A text holds one position of an actor on a topic: news before context, then the surest."""
    best: dict[tuple[str, str], Stance] = {}
    for stance in sorted(stances, key=_weight):
        best.setdefault((stance.actor, stance.topic), stance)
    return sorted(best.values(), key=lambda stance: (stance.quote.start, stance.topic))


def _weight(stance: Stance) -> tuple[bool, float, int]:
    return stance.background, -stance.confidence, stance.quote.start


def _statement(label: Stance | Act, identity: Identity, evidence: Evidence) -> Statement:
    article = identity.article
    return Statement(
        id=_statement_id(label, article.id, identity.version),
        label=label,
        evidence=replace(evidence, official=_is_own_voice(article, label)),
    )


def _is_own_voice(article: Article, label: Stance | Act) -> bool:
    return article.voice is not None and article.voice == _holder(label)


def _holder(label: Stance | Act) -> str:
    return label.actor if isinstance(label, Stance) else label.body


def _meaning(label: Stance | Act) -> tuple[str, ...]:
    """What makes two labels one when an article is edited; wording and quote do not."""
    if isinstance(label, Stance):
        return "stance", label.actor, label.topic, label.stance
    return "act", label.topic, label.stage, label.effect


def _subject(label: Stance | Act) -> tuple[str, ...]:
    """What a label is about: one text holds one view of it."""
    if isinstance(label, Stance):
        return "stance", label.actor, label.topic
    return "act", label.topic, label.stage


def _is_background(label: Stance | Act) -> bool:
    return isinstance(label, Stance) and label.background


def _came_of(row: Statement, versions: Iterable[str]) -> bool:
    """An id is made of the version that said it."""
    article_id = row.evidence.article_id
    return any(row.id == _statement_id(row.label, article_id, version) for version in versions)


def _statement_id(label: Stance | Act, article_id: str, version: str) -> str:
    return _digest(article_id, version, *_meaning(label), _holder(label))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]
