"""changes + alert rules -> one named outcome per rule, and an alert where a rule asks for it.

Pure. Not here: how an alert looks (render) and whether it arrives (delivery).
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Alert, Article, Certainty, Change, Decision, Outcome, Reason
from monitor.rulebook.types import AlertRule, Words
from monitor.steps.text import Phrasebook, words

EVALUATED = ("active", "test")
"""A draft or retired rule is not asked at all."""

MENTIONED = 5
"""Keywords named in a reason; more would bury it."""

Presence = frozenset[str]
"""Keywords that stand in an article, as their rule spells them."""


@dataclass(frozen=True, slots=True)
class Case:
    """A change with what rules may ask about it beyond the ledger."""

    change: Change
    article: Article
    confidence: float


@dataclass(frozen=True, slots=True)
class Verdicts:
    decisions: tuple[Decision, ...]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """An outcome and the words that `explain` prints with it."""

    outcome: Outcome
    detail: str


class Rulebook:
    """The pack's alert rules, compiled once: all keywords of all rules are found in one walk.

    `names` gives display names of slugs; `channels` is meant by a rule that names none.
    """

    def __init__(
        self,
        rules: Iterable[AlertRule],
        *,
        names: Mapping[str, str] | None = None,
        channels: Sequence[str] = (),
    ) -> None:
        self._rules = tuple(rule for rule in rules if rule.status in EVALUATED)
        self._names = dict(names or {})
        self._channels = tuple(channels)
        self._keywords = Phrasebook(
            (spelling, language, spelling)
            for rule in self._rules
            for group in (rule.keywords.any, rule.keywords.all, rule.keywords.none)
            for language, spellings in group.items()
            for spelling in spellings
        )

    def judge(self, case: Case) -> Verdicts:
        """Every rule's decision on one change, and the alerts of those that ask for it."""
        present = self._present(case.article)
        said = [(rule, _ask(rule, case, present)) for rule in self._rules]
        return Verdicts(
            decisions=tuple(
                Decision(rule.id, case.change.id, its.outcome, its.detail) for rule, its in said
            ),
            alerts=tuple(
                self._alert(rule, case, its.detail)
                for rule, its in said
                if its.outcome is Outcome.ALERT
            ),
        )

    def _present(self, article: Article) -> Presence:
        text = article.whole
        return frozenset(hit.sense for hit in self._keywords.find(text, words(text)))

    def _alert(self, rule: AlertRule, case: Case, why: str) -> Alert:
        change = case.change
        slugs = (change.actor, change.topic, change.before, change.after, change.effect)
        return Alert(
            id=_digest(rule.id, change.id),
            rule_id=rule.id,
            rule_title=rule.title,
            severity=rule.severity,
            change=change,
            why=why,
            channels=rule.channels or self._channels,
            title=case.article.title,
            newsroom=case.article.newsroom,
            names={slug: self._names[slug] for slug in slugs if slug in self._names},
        )


def _ask(rule: AlertRule, case: Case, present: Presence) -> Said:
    """The first question that the change fails decides; the order is that of Outcome."""
    questions: tuple[Callable[[], Said | None], ...] = (
        lambda: _old_or_context(case.change),
        lambda: _not_asked(rule, case.change),
        lambda: _not_certain(rule, case),
        lambda: _words_fail(rule, present),
    )
    failed = next((said for question in questions if (said := question())), None)
    if failed:
        return failed
    detail = _why(rule, case.change, present)
    return Said(Outcome.SHADOW if rule.status == "test" else Outcome.ALERT, detail)


def _old_or_context(change: Change) -> Said | None:
    if change.reason is Reason.BASELINE or change.evidence.baseline:
        return Said(Outcome.BASELINE, "known before the watch of this source began")
    if change.background:
        return Said(Outcome.BACKGROUND, "told as context, not as news")
    return None


def _not_asked(rule: AlertRule, change: Change) -> Said | None:
    asked: tuple[tuple[str, Sequence[str], str | None], ...] = (
        ("when", rule.when, event_of(change)),
        ("actors", rule.actors, change.actor),
        ("topics", rule.topics, change.topic),
        ("from", rule.from_, change.before),
        ("to", rule.to, change.after),
    )
    for key, wanted, is_ in asked:
        if wanted and is_ not in wanted:
            found = "nothing known before" if is_ is None else is_
            return Said(Outcome.NOT_ASKED, f"{key}: asks for {', '.join(wanted)}; here {found}")
    return None


def _not_certain(rule: AlertRule, case: Case) -> Said | None:
    wanted = Certainty(rule.certainty)
    if wanted is Certainty.CONFIRMED and case.change.certainty is not wanted:
        return Said(Outcome.NOT_CERTAIN, "asks for confirmed; here reported by one origin")
    if case.confidence < rule.confidence:
        return Said(
            Outcome.NOT_CERTAIN,
            f"asks for confidence {rule.confidence:.2f}; here {case.confidence:.2f}",
        )
    return None


def _words_fail(rule: AlertRule, present: Presence) -> Said | None:
    unwanted = _found(rule.keywords.none, present)
    if unwanted:
        return Said(Outcome.EXCLUDED, f"keywords.none: found {_listed(unwanted)}")
    missing = _missing(rule.keywords.all, present)
    if missing:
        return Said(Outcome.NO_KEYWORD, f"keywords.all: missing {_listed(missing)}")
    if _all(rule.keywords.any) and not _found(rule.keywords.any, present):
        return Said(Outcome.NO_KEYWORD, "keywords.any: none of them found")
    return None


def _why(rule: AlertRule, change: Change, present: Presence) -> str:
    found = _found(rule.keywords.any, present) + _found(rule.keywords.all, present)
    return event_of(change) + (f"; keywords: {_listed(found)}" if found else "")


def event_of(change: Change) -> str:
    """The change as rules name it under `when`."""
    return f"{change.kind}-{change.reason}"


def _all(group: Words) -> list[str]:
    return [spelling for spellings in group.values() for spelling in spellings]


def _found(group: Words, present: Presence) -> list[str]:
    return [spelling for spelling in _all(group) if spelling in present]


def _missing(group: Words, present: Presence) -> list[str]:
    """What the nearest language lacks: one text cannot hold the words of every language."""
    lacking = [
        [spelling for spelling in spellings if spelling not in present]
        for spellings in group.values()
    ]
    return min(lacking, key=len, default=[])


def _listed(spellings: Sequence[str]) -> str:
    more = len(spellings) - MENTIONED
    return ", ".join(spellings[:MENTIONED]) + (f" and {more} more" if more > 0 else "")


def _digest(*parts: str) -> str:
    return "a" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:23]
