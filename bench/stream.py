"""A stream of articles made of our own labelled texts: as many different stories as are asked for.

The texts are told in rounds. In every round the rare words of an event give way to other rare words
of their language, alike in all its texts, so that each round tells other events of the same field.
A word keeps its length and its capital, so that labels stay where they stand. Not here: what is
measured (stories.py). Stands on the standard library alone, for the peers' side uses it too.
"""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any
from zlib import crc32

from bench.generated import WORDS

BEGINS = datetime(2024, 6, 3, tzinfo=UTC)
OF_THE_FIELD = 0.02
"""Share of a language's texts from which a word belongs to the field and not to an event."""
LEAST = 5
"""Letters of a word that gives way."""
AT_ONCE = 5
"""Events that are under way together: their texts come in turn."""
COPY_EVERY = 10
COPY_BEHIND = 7
SPUN = 0.05
"""Every tenth text is told again, a few texts later, with so many of its words replaced."""
NEAR_MISSES = 0.05
"""Of the articles that are not of the field: texts that nearly are, as long as there are any."""

_WORD = re.compile(rf"[^\W\d_]{{{LEAST},}}")

Text = Mapping[str, Any]
"""A labelled text: a row of tests/gold/own."""
Pools = Mapping[tuple[str, int, bool], Sequence[str]]
"""Language, length, capital -> rare words."""


@dataclass(frozen=True, slots=True)
class Told:
    """One article. `event` is empty where it is not of the field."""

    name: str
    event: str
    title: str
    body: str
    language: str
    at: datetime
    labels: Text | None = None
    """The text whose labels stand at the same places in this one."""
    copies: str = ""
    """The article whose words these are."""

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.body}"


class Stream:
    """The same folder gives the same articles, on every machine. `a_day`: those of the field."""

    def __init__(self, folder: Path, a_day: int) -> None:
        texts = [
            json.loads(line)
            for path in sorted(folder.glob("*.jsonl"))
            for line in path.read_text("utf-8").splitlines()
        ]
        self._pools, self._rare = _rare_words(texts)
        self._ours = _in_turn([text for text in texts if text["relevant"]])
        self._others = [text for text in texts if not text["relevant"]]
        self._step = timedelta(days=1) / a_day

    def round(self, number: int) -> list[Told]:
        """All texts of the field once, and the copies among them."""
        told: list[Told] = []
        for turn, text in enumerate(self._ours):
            told.append(self._tell(text, number, turn))
            if turn % COPY_EVERY == COPY_EVERY - 1:
                told.append(self._copy(told[-COPY_BEHIND]))
        begins = BEGINS + number * len(told) * self._step
        return [_at(one, begins + place * self._step) for place, one in enumerate(told)]

    def others(self, seed: int) -> Iterator[Told]:
        """Articles that are not of the field, without an end: near misses, then prose."""
        chance = random.Random(seed)
        for number in count():
            near = number * NEAR_MISSES
            if int(near) != int(near - NEAR_MISSES) and int(near) < len(self._others):
                yield self._tell(self._others[int(near)], -1 - seed, number)
            else:
                yield _prose(chance, f"prose-{seed}-{number}")

    def _tell(self, text: Text, number: int, turn: int) -> Told:
        event = f"{number}/{text['event'] or text['id']}" if text["relevant"] else ""
        language, key = text["lang"], event or f"{number}/{text['id']}"

        def other(found: re.Match[str]) -> str:
            return self._other(found.group(), language, key)

        return Told(
            name=f"{number}-{turn}-{text['id']}",
            event=event,
            title=_WORD.sub(other, text["title"]),
            body=_WORD.sub(other, text["text"]),
            language=language,
            at=BEGINS,
            labels=text,
        )

    def _other(self, word: str, language: str, key: str) -> str:
        if (language, word.lower()) not in self._rare:
            return word
        pool = self._pools[language, len(word), word[0].isupper()]
        return pool[crc32(f"{key} {word.lower()}".encode()) % len(pool)]

    def _copy(self, of: Told) -> Told:
        chance = random.Random(of.name)

        def other(found: re.Match[str]) -> str:
            spun = chance.random() < SPUN
            word = found.group()
            pool = self._pools.get((of.language, len(word), word[0].isupper()))
            return chance.choice(pool) if spun and pool else word

        return Told(
            name=f"{of.name}-copy",
            event=of.event,
            title=of.title,
            body=_WORD.sub(other, of.body),
            language=of.language,
            at=BEGINS,
            labels=of.labels,
            copies=of.name,
        )


def mixed(ours: Sequence[Told], others: Iterator[Told], many: int) -> Iterator[Told]:
    """`ours`, with so many others spread between them."""
    for turn, one in enumerate(ours):
        until, since = many * (turn + 1) // len(ours), many * turn // len(ours)
        for other in islice(others, until - since):
            yield _at(other, one.at)
        yield one


def _at(told: Told, at: datetime) -> Told:
    return Told(
        told.name, told.event, told.title, told.body, told.language, at, told.labels, told.copies
    )


def _rare_words(texts: Sequence[Text]) -> tuple[Pools, frozenset[tuple[str, str]]]:
    spread: dict[str, Counter[str]] = defaultdict(Counter)
    shapes: defaultdict[tuple[str, int, bool], set[str]] = defaultdict(set)
    many = Counter(text["lang"] for text in texts)
    for text in texts:
        found = set(_WORD.findall(f"{text['title']} {text['text']}"))
        spread[text["lang"]].update({word.lower() for word in found})
        for word in found:
            shapes[text["lang"], len(word), word[0].isupper()].add(word)
    rare = frozenset(
        (language, word)
        for language, words in spread.items()
        for word, texts_with in words.items()
        if texts_with <= OF_THE_FIELD * many[language]
    )
    pools = {
        shape: sorted(word for word in words if (shape[0], word.lower()) in rare)
        for shape, words in shapes.items()
    }
    return pools, rare


def _in_turn(texts: Sequence[Text]) -> list[Text]:
    """Text by text of a few events at once, event after event."""
    events: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        events[text["event"] or text["id"]].append(text)
    waiting = iter(events.values())
    under_way: list[list[Text]] = []
    ordered: list[Text] = []
    while True:
        under_way = [event for event in under_way if event]
        under_way += [list(event) for event in islice(waiting, AT_ONCE - len(under_way))]
        if not under_way:
            return ordered
        ordered += [event.pop(0) for event in under_way]


def _prose(chance: random.Random, name: str) -> Told:
    sentences = [
        " ".join(chance.choices(WORDS, k=chance.randint(6, 16))).capitalize() + "."
        for _ in range(chance.randint(6, 14))
    ]
    return Told(name, "", sentences[0][:90], " ".join(sentences[1:]), "en", BEGINS)
