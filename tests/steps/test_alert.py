"""What a rule makes of a change, and why."""

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.model import (
    Article,
    Certainty,
    Change,
    ChangeKind,
    Evidence,
    Outcome,
    Quote,
    Reason,
    Tier,
)
from monitor.rulebook.types import AlertRule
from monitor.steps.alert import Case, Rulebook, Verdicts

NOW = datetime(2024, 3, 4, tzinfo=UTC)
ARTICLE = Article(
    id="one",
    url="https://a.example/one",
    title="Ещё один запрет: the bank's draft",
    text="Mining farms in Siberia lose their licences.",
    arrived_at=NOW,
    newsroom="a.example",
)


def change(**fields: Any) -> Change:
    evidence = Evidence(
        article_id="one",
        url=ARTICLE.url,
        story="s",
        origin="a.example",
        tier=Tier.PRESS,
        official=False,
        said_at=NOW,
        learnt_at=NOW,
        baseline=fields.pop("baseline", False),
    )
    return Change(
        **{
            "id": "change",
            "kind": ChangeKind.STANCE,
            "actor": "bank",
            "topic": "mining",
            "before": "regulate",
            "after": "prohibit",
            "reason": Reason.REVERSAL,
            "certainty": Certainty.REPORTED,
            "background": False,
            "quote": Quote("the bank's draft", 17, 33),
            "statement_id": "statement",
            "evidence": evidence,
            **fields,
        }
    )


def rule(**fields: Any) -> AlertRule:
    plain = {
        "id": "reversals",
        "title": "A body changes sides",
        "why": "It moves markets",
        "owner": "desk",
        "status": "active",
        "when": ["stance-reversal"],
    }
    return AlertRule.model_validate({**plain, **fields})


def judged(it: AlertRule, told: Change | None = None, confidence: float = 0.8) -> Verdicts:
    return Rulebook([it], channels=["all"]).judge(Case(told or change(), ARTICLE, confidence))


@pytest.mark.parametrize(
    ("why", "asked", "told", "outcome"),
    [
        ("it asks for this", {}, {}, Outcome.ALERT),
        ("only tested", {"status": "test"}, {}, Outcome.SHADOW),
        ("old when first seen", {}, {"baseline": True}, Outcome.BASELINE),
        ("founded before the watch", {}, {"reason": Reason.BASELINE}, Outcome.BASELINE),
        ("told as context", {}, {"background": True}, Outcome.BACKGROUND),
        ("another kind", {"when": ["stance-first"]}, {}, Outcome.NOT_ASKED),
        ("this actor", {"actors": ["bank", "ministry"]}, {}, Outcome.ALERT),
        ("another actor", {"actors": ["ministry"]}, {}, Outcome.NOT_ASKED),
        ("another topic", {"topics": ["payments"]}, {}, Outcome.NOT_ASKED),
        ("from this", {"from": ["regulate"]}, {}, Outcome.ALERT),
        ("from another", {"from": ["neutral"]}, {}, Outcome.NOT_ASKED),
        ("from nothing known", {"from": ["neutral"]}, {"before": None}, Outcome.NOT_ASKED),
        ("to this", {"to": ["prohibit"]}, {}, Outcome.ALERT),
        ("to another", {"to": ["restrict"]}, {}, Outcome.NOT_ASKED),
        ("not sure enough", {"certainty": "confirmed"}, {}, Outcome.NOT_CERTAIN),
        (
            "confirmed",
            {"certainty": "confirmed"},
            {"certainty": Certainty.CONFIRMED},
            Outcome.ALERT,
        ),
        ("not confident enough", {"confidence": 0.9}, {}, Outcome.NOT_CERTAIN),
        ("confident enough", {"confidence": 0.8}, {}, Outcome.ALERT),
        ("a word", {"keywords": {"any": {"en": ["farms", "absent"]}}}, {}, Outcome.ALERT),
        ("no word", {"keywords": {"any": {"en": ["absent"]}}}, {}, Outcome.NO_KEYWORD),
        ("whole words only", {"keywords": {"any": {"en": ["farm"]}}}, {}, Outcome.NO_KEYWORD),
        ("any ending", {"keywords": {"any": {"en": ["licen*"]}}}, {}, Outcome.ALERT),
        ("any case", {"keywords": {"any": {"en": ["siberia"]}}}, {}, Outcome.ALERT),
        ("ё is е", {"keywords": {"any": {"ru": ["еще один"]}}}, {}, Outcome.ALERT),
        ("all words", {"keywords": {"all": {"en": ["mining", "bank"]}}}, {}, Outcome.ALERT),
        ("one missing", {"keywords": {"all": {"en": ["mining", "tax"]}}}, {}, Outcome.NO_KEYWORD),
        (
            "all words of one language",
            {"keywords": {"all": {"en": ["mining"], "ru": ["налог"]}}},
            {},
            Outcome.ALERT,
        ),
        ("an unwanted word", {"keywords": {"none": {"en": ["farms"]}}}, {}, Outcome.EXCLUDED),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_rule_makes_of_a_change(
    why: str, asked: dict[str, Any], told: dict[str, Any], outcome: Outcome
) -> None:
    verdicts = judged(rule(**asked), change(**told))

    assert [decision.outcome for decision in verdicts.decisions] == [outcome]
    assert verdicts.decisions[0].detail
    assert len(verdicts.alerts) == (outcome is Outcome.ALERT)


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_a_rule_that_is_not_in_use_is_not_asked(status: str) -> None:
    assert judged(rule(status=status)) == Verdicts((), ())


def test_a_reason_names_what_was_asked_and_what_was_found() -> None:
    asked = rule(actors=["ministry", "duma"])

    assert judged(asked).decisions[0].detail == "actors: asks for ministry, duma; here bank"


def test_each_rule_decides_for_itself() -> None:
    book = Rulebook([rule(), rule(id="other", status="test"), rule(id="third", to=["neutral"])])

    verdicts = book.judge(Case(change(), ARTICLE, 0.8))

    assert [(one.rule_id, one.outcome) for one in verdicts.decisions] == [
        ("reversals", Outcome.ALERT),
        ("other", Outcome.SHADOW),
        ("third", Outcome.NOT_ASKED),
    ]
    assert [alert.rule_id for alert in verdicts.alerts] == ["reversals"]


def test_an_alert_carries_what_a_message_needs() -> None:
    names = {"bank": "The Bank", "mining": "Mining", "prohibit": "ban it", "unused": "x"}
    book = Rulebook([rule(channels=["desk"])], names=names, channels=["all"])

    [alert] = book.judge(Case(change(), ARTICLE, 0.8)).alerts

    assert alert.channels == ("desk",)
    assert (alert.title, alert.newsroom) == (ARTICLE.title, "a.example")
    assert alert.names == {"bank": "The Bank", "mining": "Mining", "prohibit": "ban it"}


def test_a_rule_without_channels_means_them_all() -> None:
    assert judged(rule()).alerts[0].channels == ("all",)


def test_the_same_rule_and_change_make_the_same_alert() -> None:
    assert judged(rule()).alerts[0].id == judged(rule()).alerts[0].id
    assert judged(rule()).alerts[0].id != judged(rule(), change(id="another")).alerts[0].id
