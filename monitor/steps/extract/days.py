"""Which day an act takes effect and until when it can be commented on, as the text says.

The words that ask for such a day (`effective_by`, `comments_by`, ...) stand in the pack; a day that
nothing asks for is neither. Not here: how a day is named (calendar.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from monitor.rulebook.types import Pack, StagesFile
from monitor.steps.extract.acts import ActCandidate
from monitor.steps.extract.calendar import Calendar, Named, is_link
from monitor.steps.extract.mentions import Marking
from monitor.steps.extract.vocabulary import Vocabulary
from monitor.steps.text import Hit, Phrasebook
from monitor.steps.text.phrases import by_language

Kind = Literal["effective", "comments", "moved-to"]
Asks = Literal["by", "since", "from", "comments", "until"]
KEYS: dict[Asks, str] = {
    "by": "effective_by",
    "since": "effective_since",
    "from": "effective_from",
    "comments": "comments_by",
    "until": "days_until",
}
"""What a phrase asks for -> the key of stages.yaml that lists such phrases."""

FARTHEST = 14
"""Words from what asks for a day to the day, each comma between counted as COMMA."""
COMMA = 5
BEHIND = 3
"""A day before what asks for it is as far as one so many words farther on: most languages here say
when after they say what. German does not, but then nothing stands behind."""
TAKEN = 6
"""Likewise of a day right behind the word of another stage ("signed on 8 August takes effect")."""
WIDE = 2
"""Words from which a bare year or month is asked for ("takes effect in 2027")."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A day with what it is for, in a stretch of text (sentences first..last)."""

    kind: Kind
    """moved-to: the second day of "from ... to ...", where an act that is put off takes effect."""
    day: date
    past: bool
    """By the words that ask for it, or by the article's own day."""
    stretch: range
    topics: frozenset[str]


class DaysSaid:
    """Of one text."""

    def __init__(
        self, said: Sequence[_Said], vocabulary: Vocabulary, acts: Sequence[ActCandidate]
    ) -> None:
        self._said = said
        self._stages = vocabulary.stages
        self._general = vocabulary.general
        self._topics = frozenset(act.topic for act in acts)
        self._top = max((stage.rank or 0 for stage in self._stages.values()), default=0)
        ranks = [rank for act in acts if (rank := self._stages[act.stage].rank)]
        self._lowest = min(ranks, default=None)

    def effective_on(self, act: ActCandidate) -> date | None:
        stage = self._stages[act.stage]
        put_off = stage.rank is None and stage.makes == "set-back" and not stage.ends
        kinds = ("effective", "moved-to") if put_off else ("effective",)
        on_its_way = stage.rank != self._top
        # A day that is past is history to an act that is still on its way: the law which a bill
        # amends took effect then.
        days = [one for one in self._said if one.kind in kinds and not (one.past and on_its_way)]
        here = self._beside(act, days)
        if stage.ends and not here:
            return None
        nearest = here or self._about(act, days)
        return (max if put_off else min)((one.day for one in nearest), default=None)

    def comments_until(self, act: ActCandidate) -> date | None:
        days = [one for one in self._said if one.kind == "comments"]
        here = self._beside(act, days)
        if not here and self._stages[act.stage].rank != self._lowest:
            return None
        return max((one.day for one in here or self._about(act, days)), default=None)

    def _beside(self, act: ActCandidate, days: Sequence[_Said]) -> list[_Said]:
        return [one for one in days if act.sentence.sentence.index in one.stretch]

    def _about(self, act: ActCandidate, days: Sequence[_Said]) -> list[_Said]:
        """Days of the nearest other stretch that does not tell of another act's topic instead."""
        index = act.sentence.sentence.index
        fit = [
            one
            for one in days
            if not (one.topics & self._topics)
            or act.topic in one.topics
            or act.topic == self._general
        ]
        away = {one.stretch.start: _away(index, one.stretch) for one in fit}
        return [one for one in fit if away[one.stretch.start] == min(away.values())]


def _away(index: int, stretch: range) -> tuple[int, bool]:
    """Of two as near as each other the one behind: a text says what and then when."""
    return (stretch.start - index, False) if stretch.start > index else (index - stretch[-1], True)


class DayReader:
    """Compiled once from the pack; a language at its first text."""

    def __init__(self, pack: Pack) -> None:
        self._stages: StagesFile = pack.stages
        self._calendars: dict[str, Calendar] = {}
        self._books: dict[str, Phrasebook[Asks]] = {}

    def read(
        self,
        marking: Marking,
        acts: Sequence[ActCandidate],
        vocabulary: Vocabulary,
        *,
        language: str,
        told: date | None,
    ) -> DaysSaid:
        """What the text says of these acts' days; without acts it is not looked at."""
        said: list[_Said] = []
        if acts and language in self._stages.calendar:
            calendar, book = self._compiled(language)
            days = calendar.days(marking.text, marking.tokens, told)
            asking = book.find(marking.text, marking.tokens) if days else []
            for stretch in _stretches(marking, days):
                said += _Stretch(marking, stretch, days, asking, told, vocabulary).said()
        return DaysSaid(said, vocabulary, acts)

    def _compiled(self, language: str) -> tuple[Calendar, Phrasebook[Asks]]:
        if language not in self._books:
            self._calendars[language] = Calendar(self._stages.calendar[language], language)
            self._books[language] = Phrasebook(
                (spelling, of, asks)
                for asks, key in KEYS.items()
                for spelling, of in by_language(getattr(self._stages, key), [language])
            )
        return self._calendars[language], self._books[language]


def _stretches(marking: Marking, days: Sequence[Named]) -> Iterator[range]:
    """Sentences, joined where one was cut inside a day: "am 1." ends none before "Januar"."""
    inside = {at for day in days for at in range(day.first + 1, day.last)}
    first = 0
    for index in range(1, len(marking.sentences) + 1):
        end = index == len(marking.sentences)
        if end or marking.sentences[index].sentence.first not in inside:
            yield range(first, index)
            first = index


class _Stretch:
    """One stretch of text, with its days and what asks for them."""

    def __init__(
        self,
        marking: Marking,
        stretch: range,
        days: Sequence[Named],
        asking: Sequence[Hit[Asks]],
        told: date | None,
        vocabulary: Vocabulary,
    ) -> None:
        marked = marking.sentences[stretch.start : stretch.stop]
        first, last = marked[0].sentence.first, marked[-1].sentence.last
        self.marking, self.stretch, self.told = marking, stretch, told
        self.days = [day for day in days if first <= day.first < last]
        inside = [hit for hit in asking if first <= hit.first < last]
        self.asking = [hit for hit in inside if not any(_is_part(hit, one) for one in inside)]
        self.stages = [hit for one in marked for hit in one.of("stage")]
        topics = {hit.sense.slug for one in marked for hit in one.of("topic")}
        self.topics = frozenset(topics - {vocabulary.general})

    def said(self) -> Iterator[_Said]:
        """What each day is for, where anything asks for it."""
        last_days = [day for day in self.days if self._is_last(day)]
        starts = [day for day in self.days if any(_range(day, end) for end in last_days)]
        others = [day for day in self.days if day not in last_days and not _is_season(day, starts)]
        if any(hit.sense == "comments" for hit in self.asking):
            others = [day for day in others if day not in starts]
            for day in [one for one in last_days if not one.period][-1:]:
                yield from self._as("comments", day.next_from(self.told))
        else:
            for day in [one for one in last_days if any(_range(start, one) for start in starts)]:
                yield from self._as("moved-to", day.next_from(self.told))
        yield from self._asked_for(others, comments=not last_days)

    def _asked_for(self, days: Sequence[Named], *, comments: bool) -> Iterator[_Said]:
        """Days that something asks for, or that "from" leads."""
        askers = self._askers(days, comments=comments)
        for day in days:
            asker = askers[day.first].sense if day.first in askers else None
            if asker == "comments":
                yield from self._as("comments", day.next_from(self.told))
            elif asker == "since":
                yield from self._as("effective", day.last_until(self.told), past=True)
            elif asker == "by":
                yield from self._as("effective", day.next_from(self.told))
            elif self._led(day, "from"):
                yield from self._as("effective", day.nearest_to(self.told))

    def _askers(self, days: Sequence[Named], *, comments: bool) -> dict[int, Hit[Asks]]:
        """First word of a day -> what asks for it. The nearest two find each other first, and
        neither has a second: in "comments on the law that takes effect on 1 July" nobody says until
        when, and in "signed on 3 March, it takes effect on 1 July" nobody asks for the former."""
        pairs = sorted(
            (self._cost(hit, day), turn, day.first)
            for turn, hit in enumerate(self.asking)
            for day in days
            if hit.sense in (("by", "since", "comments") if comments else ("by", "since"))
            and not (hit.sense == "comments" and (day.period or self._led(day, "from")))
            and (not day.wide or _gap(hit, day) <= WIDE)
        )
        found: dict[int, Hit[Asks]] = {}
        answered: set[int] = set()
        for cost, turn, day in pairs:
            if cost <= FARTHEST and day not in found and turn not in answered:
                found[day] = self.asking[turn]
                answered.add(turn)
        return found

    def _as(self, kind: Kind, day: date | None, *, past: bool = False) -> Iterator[_Said]:
        if day is not None:
            over = past or (self.told is not None and day < self.told)
            yield _Said(kind, day, over, self.stretch, self.topics)

    def _is_last(self, day: Named) -> bool:
        """Led by "until", and not by a longer phrase that ends in it ("postponed until")."""
        return self._led(day, "until") and not self._led(day, "by")

    def _led(self, day: Named, asks: Asks) -> bool:
        """Such a phrase stands right before the day, at most an article between them."""
        before = {day.first}
        if day.first and is_link(self.marking.tokens[day.first - 1]):
            before.add(day.first - 1)
        return any(hit.sense == asks and hit.last in before for hit in self.asking)

    def _cost(self, hit: Hit[Asks], day: Named) -> int:
        """How far the day is from what asks for it, with what stands between."""
        commas = self.marking.commas
        left, right = (hit, day) if hit.first < day.first else (day, hit)
        crossed = max(0, commas[right.first] - commas[left.last - 1])
        behind = BEHIND if day.first < hit.first else 0
        return _gap(hit, day) + COMMA * crossed + behind + TAKEN * self._is_of_a_stage(day)

    def _is_of_a_stage(self, day: Named) -> bool:
        return any(
            0 <= day.first - stage.last <= 2
            and not any(stage.first < hit.last and hit.first < stage.last for hit in self.asking)
            for stage in self.stages
        )


def _range(start: Named, end: Named) -> bool:
    """From 12 March to 9 April."""
    return 0 < end.first - start.last <= 2


def _is_season(day: Named, starts: Sequence[Named]) -> bool:
    """From November to March: every year."""
    return day.wide and day in starts


def _gap(one: Hit[Asks], other: Named) -> int:
    return max(other.first - one.last, one.first - other.last, 0)


def _is_part(hit: Hit[Asks], other: Hit[Asks]) -> bool:
    """Of a longer phrase that asks for the same, or of one that says when it was: "in force" of
    "has been in force"."""
    wider = other.first <= hit.first and hit.last <= other.last
    longer = other.last - other.first > hit.last - hit.first
    again = hit.sense == other.sense and (hit.first, hit.last) == (other.first, other.last)
    return wider and (longer or (again and hit is not other and hit.spelling > other.spelling))
