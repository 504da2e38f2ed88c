"""Marked text -> the days that it names, in words as in figures, by the pack's calendar.

Not here: what happens on such a day (days.py). A month, quarter or year stands for its first day.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from monitor.rulebook.types import CalendarEntry
from monitor.steps.text import Phrasebook, Word

MONTHS = 12
MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}
DAYS_OF = {"day": 1, "week": 7}
FARTHEST = 20
"""Years. A count that leads farther leads to no day."""

RECENT = timedelta(days=90)

_LINK = 3
"""Letters of the words that may join the parts of a day ("1 de julio", "1 of July", "1-го июля")
or stand between a preposition and the day ("ab dem 1. Juli")."""
_DAY = re.compile(r"(\d{1,2})[^\W\d]{0,2}")
"""With the ending of an ordinal: 1st, 1er, 1º."""
_YEAR = re.compile(r"20\d\d")
_COUNT = re.compile(r"\d{1,3}")
_TOGETHER = re.compile(r"[\s.,°-]{0,3}")
"""What may stand between the words of one day."""
_WRITTEN = (
    re.compile(r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>20\d\d)"),
    re.compile(r"(?P<day>1[3-9]|[23]\d)/(?P<month>\d{1,2})/(?P<year>20\d\d)"),
)
"""In figures. With strokes only where the first number can be no month: both orders are in use."""
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_QUARTER = re.compile(r"q([1-4])")


@dataclass(frozen=True, slots=True)
class Named:
    """Words first..last-1 name this day. Without a year it is the next such day, or the last."""

    first: int
    last: int
    month: int
    day: int
    year: int | None
    period: bool = False
    """A month, quarter or year, of which this is the first day."""
    wide: bool = False
    """A bare month or year: it is meant only right behind the words that ask for a day."""

    def next_from(self, told: date | None) -> date | None:
        """The day; of those in question the first that is not before the article."""
        return self._nearest(told, past=False)

    def nearest_to(self, told: date | None) -> date | None:
        """The next such day, but one of late where that is not long past: in March "from 1 March"
        tells of this year."""
        last = self.last_until(told)
        recent = last is not None and told is not None and told - last <= RECENT
        return last if recent else self.next_from(told)

    def last_until(self, told: date | None) -> date | None:
        return self._nearest(told, past=True)

    def _nearest(self, told: date | None, *, past: bool) -> date | None:
        if self.year is not None:
            return _date(self.year, self.month, self.day)
        if told is None:
            return None
        here = _date(told.year, self.month, self.day)
        if here is not None and here != told and (here > told) is past:
            return _date(told.year + (-1 if past else 1), self.month, self.day)
        return here


@dataclass(frozen=True, slots=True)
class _Sign:
    kind: str
    """month, unit, number, near, ahead, next, vague or counted-from."""
    value: int = 0
    unit: str = ""


class Calendar:
    """Compiled once from the pack's calendar of one language."""

    def __init__(self, entry: CalendarEntry, language: str) -> None:
        self.month_first = entry.month_first
        self._book = Phrasebook((spelling, language, sign) for sign, spelling in _signs(entry))
        self._capital = {word[0].isupper() for month in entry.months for word in month if word} == {
            True
        }
        """Months are written with a capital: a small "may" is none."""

    def days(self, text: str, tokens: Sequence[Word], told: date | None) -> list[Named]:
        """In order; of overlapping ones the first, the fullest first."""
        return list(_Reading(self, text, tokens, told).days())

    def signs(self, text: str, tokens: Sequence[Word]) -> dict[int, list[tuple[int, _Sign]]]:
        """First word -> (word behind, what it is), the longest first."""
        found: dict[int, list[tuple[int, _Sign]]] = {}
        for hit in self._book.find(text, tokens):
            written = text[tokens[hit.first].start]
            if hit.sense.kind != "month" or not self._capital or written.isupper():
                found.setdefault(hit.first, []).append((hit.last, hit.sense))
        for hits in found.values():
            hits.sort(key=lambda one: -one[0])
        return found


def _signs(entry: CalendarEntry) -> Iterator[tuple[_Sign, str]]:
    for month, spellings in enumerate(entry.months, 1):
        yield from ((_Sign("month", month), one) for one in spellings)
    for unit, spellings in entry.units.items():
        yield from ((_Sign("unit", unit=unit), one) for one in spellings)
    for kind, counted in (("number", entry.numbers), ("near", entry.near)):
        yield from ((_Sign(kind, value), one) for one, value in counted.items())
    for kind, listed in (
        ("ahead", entry.ahead),
        ("next", entry.next),
        ("vague", entry.vague),
        ("counted-from", entry.counted_from),
    ):
        yield from ((_Sign(kind), one) for one in listed)


class _Reading:
    """One text, read from its first word to its last. Positions count words."""

    def __init__(
        self, calendar: Calendar, text: str, tokens: Sequence[Word], told: date | None
    ) -> None:
        self.text, self.tokens, self.told = text, tokens, told
        self.month_first = calendar.month_first
        self.signs = calendar.signs(text, tokens)
        self.ways = (
            self._written,
            self._day_month,
            self._month_day,
            self._part_of_year,
            self._ahead,
            self._next,
            self._near,
            self._month_year,
            self._year,
        )

    def days(self) -> Iterator[Named]:
        at = 0
        while at < len(self.tokens):
            covered = self._left_open(at)
            found = self._any(at) if covered is None else None
            if found is not None:
                yield found
            done = covered or found
            at = done.last if done is not None else at + 1

    def _left_open(self, at: int) -> Named | None:
        """What a vague word takes away: "by the end of 2026" is no day."""
        vague = self._sign(at, "vague")
        return (self._any(vague[0]) or self._any(self._behind(vague[0]))) if vague else None

    def _may_begin(self, at: int) -> bool:
        if at >= len(self.tokens):
            return False
        form = self.tokens[at].form
        return at in self.signs or form[0].isdigit() or form in _ROMAN or form[0] == "q"

    def _any(self, at: int) -> Named | None:
        if not self._may_begin(at):
            return None
        return next((named for way in self.ways if (named := way(at)) is not None), None)

    # --- the ways in which a day is named

    def _written(self, at: int) -> Named | None:
        """In figures: 01.09.2026, 2026-09-01."""
        for pattern in _WRITTEN:
            if found := pattern.match(self.text, self.tokens[at].start):
                last = at
                while last < len(self.tokens) and self.tokens[last].start < found.end():
                    last += 1
                year, month, day = (int(found[part]) for part in ("year", "month", "day"))
                return self._named(at, last, month, day, year)
        return None

    def _day_month(self, at: int) -> Named | None:
        """1 July 2026, 1er juillet, 1 de julio de 2026."""
        day = self._day(at)
        if day is None:
            return None
        for between in (at + 1, self._behind(at + 1)):
            if self._close(at, between) and (month := self._sign(between, "month")):
                last, year = self._with_year(month[0])
                return self._named(at, last, month[1].value, day, year)
        return None

    def _month_day(self, at: int) -> Named | None:
        """July 1, 2026."""
        month = self._sign(at, "month")
        if not self.month_first or month is None or not self._close(at, month[0]):
            return None
        day = self._day(month[0])
        if day is None:
            return None
        last, year = self._with_year(month[0] + 1)
        return self._named(at, last, month[1].value, day, year)

    def _month_year(self, at: int) -> Named | None:
        """July 2026; a bare July is wide."""
        month = self._sign(at, "month")
        if month is None or self._follows_a_number(at):
            return None
        last, year = self._with_year(month[0])
        return self._period(at, last, month[1].value, year, wide=year is None)

    def _year(self, at: int) -> Named | None:
        year = None if self._follows_a_number(at) else self._year_at(at)
        return None if year is None else self._period(at, at + 1, 1, year, wide=True)

    def _part_of_year(self, at: int) -> Named | None:
        """The first quarter of 2027, II полугодие 2026, Q3 2026; or of next year."""
        if quarter := _QUARTER.fullmatch(self.tokens[at].form):
            return self._part(at, at + 1, int(quarter[1]), "quarter")
        number = self._number(at) or (at + 1, _ROMAN.get(self.tokens[at].form, 0))
        unit = self._sign(number[0], "unit")
        if not number[1] or unit is None or unit[1].unit not in ("quarter", "half"):
            return None
        return self._part(at, unit[0], number[1], unit[1].unit)

    def _part(self, at: int, last: int, number: int, unit: str) -> Named | None:
        months = MONTHS_OF[unit]
        if not 1 <= number <= MONTHS // months:
            return None
        for behind in (last, self._behind(last)):
            if (year := self._year_at(behind)) is not None:
                return self._period(at, behind + 1, 1 + (number - 1) * months, year)
            coming = self._next(behind)
            if coming is not None and coming.year is not None and coming.month == 1:
                return self._period(at, coming.last, 1 + (number - 1) * months, coming.year)
        return None

    def _ahead(self, at: int) -> Named | None:
        """In 90 days, через три месяца; not "in 90 days after", whose beginning is not named."""
        lead = self._sign(at, "ahead")
        if lead is None or self.told is None:
            return None
        number = self._number(lead[0]) or (lead[0], 1)
        unit = self._sign(number[0], "unit")
        if unit is None or self._sign(unit[0], "counted-from") or self._year_at(unit[0]):
            return None
        return self._that_day(at, unit[0], _later(self.told, number[1], unit[1].unit))

    def _next(self, at: int) -> Named | None:
        """Next month, mese prossimo."""
        for one, other in (("next", "unit"), ("unit", "next")):
            lead = self._sign(at, one)
            follow = self._sign(lead[0], other) if lead else None
            if self.told is None or lead is None or follow is None:
                continue
            unit = (lead if one == "unit" else follow)[1].unit
            if unit in ("month", "year"):
                first = self.told.replace(day=1) if unit == "month" else date(self.told.year, 1, 1)
                coming = _later(first, 1, unit)
                return self._period(at, follow[0], coming.month, coming.year) if coming else None
        return None

    def _near(self, at: int) -> Named | None:
        name = self._sign(at, "near")
        if name is None or self.told is None:
            return None
        return self._that_day(at, name[0], _shifted(self.told, name[1].value))

    # --- parts

    def _named(self, first: int, last: int, month: int, day: int, year: int | None) -> Named | None:
        """None where there is no such day; 29 February without a year is one."""
        if _date(year if year is not None else 2000, month, day) is None:
            return None
        return Named(first, last, month, day, year)

    def _period(
        self, first: int, last: int, month: int, year: int | None, *, wide: bool = False
    ) -> Named:
        return Named(first, last, month, 1, year, period=True, wide=wide)

    def _that_day(self, first: int, last: int, day: date | None) -> Named | None:
        return None if day is None else Named(first, last, day.month, day.day, day.year)

    def _sign(self, at: int, kind: str) -> tuple[int, _Sign] | None:
        return next((one for one in self.signs.get(at, ()) if one[1].kind == kind), None)

    def _behind(self, at: int) -> int:
        """The word behind a joining one; `at` itself where none stands there."""
        joins = at < len(self.tokens) and is_link(self.tokens[at])
        return at + 1 if joins else at

    def _close(self, one: int, other: int) -> bool:
        """Nothing but white space and the marks of a date between these words."""
        if other >= len(self.tokens):
            return False
        gaps = zip(self.tokens[one:other], self.tokens[one + 1 : other + 1], strict=True)
        return all(_TOGETHER.fullmatch(self.text, left.end, right.start) for left, right in gaps)

    def _follows_a_number(self, at: int) -> bool:
        """As in 05/07/2026 and 31 June: part of a day that cannot be read, and none by itself."""
        if not at or not self.tokens[at - 1].form.isdigit():
            return False
        return self.text[self.tokens[at - 1].end : self.tokens[at].start].strip() in (
            "",
            "/",
            ".",
            "-",
        )

    def _day(self, at: int) -> int | None:
        found = _DAY.fullmatch(self.tokens[at].form) if at < len(self.tokens) else None
        return int(found[1]) if found and 1 <= int(found[1]) <= 31 else None

    def _number(self, at: int) -> tuple[int, int] | None:
        """(word behind, number), in figures or in words."""
        if at >= len(self.tokens):
            return None
        form = self.tokens[at].form
        figures = _DAY.fullmatch(form) or _COUNT.fullmatch(form)
        if figures:
            return at + 1, int(re.match(r"\d+", form).group())  # type: ignore[union-attr]
        spelt = self._sign(at, "number")
        return (spelt[0], spelt[1].value) if spelt else None

    def _year_at(self, at: int) -> int | None:
        found = _YEAR.fullmatch(self.tokens[at].form) if at < len(self.tokens) else None
        return int(found[0]) if found else None

    def _with_year(self, at: int) -> tuple[int, int | None]:
        """(word behind, year) of a day whose month ends before `at`."""
        for behind in (at, self._behind(at)):
            year = self._year_at(behind)
            if year is not None and self._close(at - 1, behind):
                return behind + 1, year
        return at, None


def is_link(word: Word) -> bool:
    return len(word.form) <= _LINK and word.form.isalpha()


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _later(day: date, count: int, unit: str) -> date | None:
    """So many units later; a month ends where its last day does."""
    if unit in DAYS_OF:
        return _shifted(day, DAYS_OF[unit] * count)
    year, month = divmod(day.year * MONTHS + day.month - 1 + MONTHS_OF[unit] * count, MONTHS)
    if year - day.year > FARTHEST or year > MAXYEAR:
        return None
    return _date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _shifted(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None
