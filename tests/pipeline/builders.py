"""A desk with a reader of a few plain sentences, a real store in a folder of its own, JSONL lines.

The reader stands for match and extract behind their port; every other part is the real one.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from monitor.model import Act, Article, Quote, Reading, Stance, Tier
from monitor.pipeline.desk import Desk, Voice
from monitor.pipeline.rehearsal import replay_lines
from monitor.rulebook.types import AlertRule
from monitor.steps.alert import Rulebook
from monitor.steps.identify import newsroom_of
from monitor.steps.ledger import Ladder
from monitor.steps.render.content import compose
from monitor.store import SqlStore, open_store

NOW = datetime(2024, 3, 4, 12, tzinfo=UTC)

SIDES = {"prohibit": -1, "restrict": -1, "neutral": 0, "regulate": 1, "promote": 1}
LADDER = Ladder(
    ranks={"proposed": 1, "introduced": 2, "passed": 3, "signed": 4},
    effect_sides={"permits": 1, "prohibits": -1},
)

STANCE = re.compile(
    r"(?:(?P<person>[A-Z]\w+) of the|The|the) (?P<actor>bank|ministry) (?P<late>now )?"
    r"(?P<level>prohibit|restrict|regulate|promote)s (?P<topic>mining|payments)"
    r"(?P<old>, as known)?(?P<unsure>, perhaps)?"
)
ACT = re.compile(r"A bill on (?P<topic>mining|payments) is (?P<stage>proposed|introduced|passed)")


class PhraseReader:
    """Finds "The bank prohibits mining", less surely "The bank prohibits mining, perhaps", and
    "A bill on mining is passed"."""

    def __init__(self) -> None:
        self.read_so_far: list[str] = []

    def read(self, article: Article) -> Reading:
        self.read_so_far.append(article.id)
        whole = article.whole
        stances = tuple(map(_stance, STANCE.finditer(whole)))
        acts = tuple(map(_act, ACT.finditer(whole)))
        return Reading(
            relevant="mining" in whole or "payments" in whole,
            because="a word of the field",
            language=article.language or "en",
            topics=tuple(sorted({label.topic for label in (*stances, *acts)})),
            actors=tuple(sorted({stance.actor for stance in stances})),
            stances=stances,
            acts=acts,
        )

    def language_of(self, article: Article) -> str:
        return article.language or "en"


def _stance(found: re.Match[str]) -> Stance:
    return Stance(
        actor=found["actor"],
        topic=found["topic"],
        stance=found["level"],
        confidence=0.6 if found["unsure"] else 0.9,
        background=found["old"] is not None,
        quote=Quote(found[0], *found.span()),
        cue=found["level"],
        holder="subject",
        turn=found["late"] is not None,
        speaker=found["person"],
    )


def _act(found: re.Match[str]) -> Act:
    return Act(
        topic=found["topic"],
        body="ministry",
        stage=found["stage"],
        effect="permits",
        confidence=0.9,
        quote=Quote(found[0], *found.span()),
        cue=found["stage"],
    )


def rule(name: str = "turns", **fields: Any) -> AlertRule:
    plain = {
        "id": name,
        "title": "Somebody turns",
        "why": "It moves markets",
        "owner": "desk",
        "status": "active",
        "when": ["stance-first", "stance-reversal", "stage-first", "stage-advanced"],
    }
    return AlertRule.model_validate({**plain, **fields})


def desk(
    *rules: AlertRule,
    reader: PhraseReader | None = None,
    targets: dict[str, Sequence[str]] | None = None,
) -> Desk:
    targets = {"desk": ("desk@a.example",)} if targets is None else targets
    return Desk(
        reader=reader or PhraseReader(),
        sides=SIDES,
        ladder=LADDER,
        rulebook=Rulebook(rules or (rule(),), channels=sorted(targets)),
        compose=compose,
        origin_of=lambda article: article.newsroom or newsroom_of(article.url),
        targets=targets,
        notice_targets=tuple(target for each in targets.values() for target in each),
        voices={"bank.example": Voice("The Bank", Tier.OFFICIAL, "bank")},
    )


def article(name: str, text: str, **fields: Any) -> Article:
    plain = {
        "id": name,
        "url": f"https://a.example/{name}",
        "title": f"News of the day, {name}",
        "text": text,
        "arrived_at": NOW,
        "published_at": NOW,
        "source_id": "feed",
        "newsroom": "a.example",
    }
    return Article(**{**plain, **fields})


def line(name: str, text: str, date: str | None = None, **fields: Any) -> str:
    plain = {"id": name, "title": f"News of the day, {name}", "text": text, "date": date}
    return json.dumps({**plain, **fields}, ensure_ascii=False)


def replayed(lines: Sequence[str], *rules: AlertRule, **more: Any) -> list[dict[str, Any]]:
    """The replay on a store of its own."""
    with a_store() as store:
        return list(replay_lines(lines, store=store, desk=desk(*rules), **more))


@contextmanager
def a_store(like: bytes | None = None) -> Iterator[SqlStore]:
    """An empty store, or one like the other (`filled`). Building the tables takes ten times as
    long as copying them, and laws are tried on dozens of stores."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "store.db"
        copy.write_bytes(_empty_store() if like is None else like)
        store = open_store(f"sqlite:///{copy}", exclusive=False)
        yield store
        store.close()


def filled(fill: Callable[[SqlStore], object]) -> bytes:
    """What `a_store` makes copies of, for what takes long to be taken in."""
    with TemporaryDirectory() as folder:
        built = Path(folder) / "store.db"
        store = open_store(f"sqlite:///{built}", exclusive=True)
        fill(store)
        store.close()
        return built.read_bytes()


@cache
def _empty_store() -> bytes:
    with TemporaryDirectory() as folder:
        built = Path(folder) / "store.db"
        open_store(f"sqlite:///{built}", exclusive=True).close()
        return built.read_bytes()
