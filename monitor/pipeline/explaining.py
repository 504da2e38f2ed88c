"""Why an article gives what it gives, and why it alerts or does not: the same steps, spread out.

Nothing is decided here and nothing is written, but on the database that is thrown away.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Act, Article, ArticleRecord, Change, Decision, Stance, Verdict
from monitor.pipeline.arrivals import Taken
from monitor.pipeline.desk import Desk
from monitor.pipeline.lines import Entry, Refusal
from monitor.pipeline.reading import PackReader, Why
from monitor.pipeline.rehearsal import play_lines
from monitor.pipeline.statements import bundles
from monitor.ports import Store

UNHEARD = "too-unsure"
"""Why a label made no statement: the pack's `ledger_from`."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one label made of the ledger, and what each rule made of that."""

    label: Stance | Act | None
    """None where only the change is remembered."""
    because: str
    """A reason of a change, or a named silence."""
    change: Change | None = None
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    article: Article
    verdict: Verdict
    copy_of: str | None
    why: Why
    effects: tuple[Effect, ...]


def explain_lines(
    lines: Iterable[bytes],
    *,
    reader: PackReader,
    store: Store,
    desk: Desk,
    seeds: Sequence[Article] = (),
) -> Iterator[Explanation | Refusal]:
    """Of each line of a replay, in its order. A line that is no article is passed on."""
    for met, taken in play_lines(lines, store=store, desk=desk, seeds=seeds):
        if isinstance(met.entry, Entry) and taken:
            yield explain_taken(taken, reader)
        elif met.entry is not None and not isinstance(met.entry, Entry):
            yield met.entry


def explain_taken(taken: Taken, reader: PackReader) -> Explanation:
    """Of an article that has just been taken in."""
    article = taken.identity.article
    why = reader.explain(article)
    effects = [*_effects(taken), *_unheard(why, taken)]
    return Explanation(article, taken.verdict, taken.identity.original, why, tuple(effects))


def explain_record(
    record: ArticleRecord,
    changes: Iterable[Change],
    decisions: Sequence[Decision],
    reader: PackReader,
) -> Explanation:
    """Of a stored article: read again by the pack in force; its changes as they were decided."""
    effects = [
        Effect(None, change.reason.value, change, _about(change, decisions)) for change in changes
    ]
    why = reader.explain(record.article)
    return Explanation(record.article, record.verdict, record.copy_of, why, tuple(effects))


def _effects(taken: Taken) -> Iterator[Effect]:
    for bundle, finding in zip(bundles(taken.statements), taken.findings, strict=True):
        change = finding.change
        decided = _about(change, taken.decisions) if change else ()
        yield Effect(bundle[-1].label, finding.because.value, change, decided)


def _unheard(why: Why, taken: Taken) -> Iterator[Effect]:
    """What is said, and was not sure enough to be a statement."""
    if taken.verdict in (Verdict.KNOWN, Verdict.IRRELEVANT):
        return
    stated = [row.label for row in taken.statements]
    for each in why.labels:
        if each.said and each.label not in stated:
            yield Effect(each.label, UNHEARD)


def _about(change: Change, decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    return tuple(each for each in decisions if each.change_id == change.id)
