"""Articles that a person adds to the reference corpus: checked, then written beside the others.

Each complaint names its remedy. Not here: reading the file (rulebook/handed.py), and what a seed
does to the ledger (seeds.py).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from monitor.errors import SeedError
from monitor.model import Article
from monitor.pipeline.seeds import UNKNOWN, seed_articles
from monitor.rulebook.edit import Edit, free_id
from monitor.rulebook.handed import Handed, articles_in
from monitor.rulebook.seeds import (
    MANIFEST,
    MAX_TEXT,
    Seed,
    complaints_of,
    read_seeds,
    with_seeds,
)
from monitor.steps.identify import Resemblance, Wording, compare, footprint, wording_of
from monitor.steps.text import clean
from monitor.steps.text.language import guess_language

MOST_COMPLAINTS = 20
WORDS_OF_A_NAME = 5
OF_ONE = ("id", "title", "day", "url")
"""What can be said of a single article only."""

AddText = Callable[[Path, bytes], None]
ReplaceText = Callable[..., None]
"""Doors to the disk."""


@dataclass(frozen=True, slots=True)
class Adding:
    """What would be written."""

    edit: Edit
    texts: Mapping[str, bytes]
    """By file name."""
    entries: tuple[Mapping[str, Any], ...]
    remarks: tuple[str, ...]
    """What a person should know, and need not change."""


@dataclass(frozen=True, slots=True)
class SeedDesk:
    """Nothing is written unless a method says so."""

    folder: Path
    languages: frozenset[str]
    add_text: AddText
    replace_text: ReplaceText

    def seeds(self) -> tuple[Seed, ...]:
        """Oldest first. SeedError where the corpus cannot be read."""
        return read_seeds(self.folder)

    def plan(
        self, content: bytes, name: str, given: Mapping[str, str | None], *, today: date
    ) -> Adding:
        """`given`: what a person says of the file's articles, by the names of Handed; it comes
        before what the file says. SeedError with everything that is wrong."""
        handed = [_with(one, given) for one in _unless_ambiguous(articles_in(content, name), given)]
        complaints = [line for one in handed for line in _complaints(one, today)]
        if complaints:
            raise SeedError("\n".join(complaints[:MOST_COMPLAINTS]))
        taken = {seed.entry.id for seed in self.seeds()}
        entries, remarks = [], []
        for one in handed:
            entries.append(self._entry(one, taken))
            taken.add(entries[-1]["id"])
            remarks += _remarks(one, entries[-1])
        self._refuse(handed, entries)
        texts = {
            entry["file"]: (one.text or "").encode()
            for one, entry in zip(handed, entries, strict=True)
        }
        return Adding(self._edit(entries), texts, tuple(entries), tuple(remarks))

    def write(self, adding: Adding) -> Path:
        """The texts first: a manifest that names a missing text is refused as a whole."""
        for name, content in adding.texts.items():
            self.add_text(self.folder / name, content)
        self.replace_text(adding.edit.path, adding.edit.after, expected=adding.edit.before)
        return adding.edit.path

    def _entry(self, one: Handed, taken: Iterable[str]) -> dict[str, Any]:
        day = _day(one.day)
        assert day is not None, "an article without a day was not refused"
        name = one.id or free_id(_name(day, one.title or ""), taken)
        entry: dict[str, Any] = {
            "id": name,
            "file": f"{name}.txt",
            "title": " ".join((one.title or "").split()),
            "date": day,
            "language": _language(one.language) or guess_language(one.text or "", self.languages),
            "publisher": one.publisher or UNKNOWN,
            "url": one.url,
        }
        return {key: value for key, value in entry.items() if value}

    def _refuse(self, handed: list[Handed], entries: list[dict[str, Any]]) -> None:
        wrong = [
            f"{one.where}: {problem}"
            for one, entry in zip(handed, entries, strict=True)
            for problem in complaints_of(entry)
        ]
        wrong = wrong or _told_already(handed, entries, seed_articles(self.folder))
        if wrong:
            raise SeedError("\n".join(wrong[:MOST_COMPLAINTS]))

    def _edit(self, entries: list[dict[str, Any]]) -> Edit:
        if (self.folder / MANIFEST).exists():
            return with_seeds(self.folder, entries)
        raise SeedError(f"{self.folder} has no {MANIFEST}; write `seeds: []` into it")


# --- what is wrong -----------------------------------------------------------------------------


def _unless_ambiguous(handed: list[Handed], given: Mapping[str, str | None]) -> list[Handed]:
    if len(handed) > 1 and any(given.get(name) for name in OF_ONE):
        raise SeedError(
            f"the file holds {len(handed)} articles: say --id, --title, --date and --url in the "
            "file, beside each"
        )
    return handed


def _complaints(one: Handed, today: date) -> list[str]:
    problems = [
        _no_title(one.title),
        _no_text(one.text),
        _no_day(one.day, today),
        _no_address(one.url),
    ]
    return [f"{one.where}: {problem}" for problem in problems if problem]


def _no_title(title: str | None) -> str:
    if title and title.strip():
        return ""
    return "has no title; give --title, or a `title` in the file (Markdown: a line `# Title`)"


def _no_text(text: str | None) -> str:
    if not text or not clean(text).strip():
        return "has no text; a seed is known by its words, so that the whole article belongs in it"
    if len(text.encode()) > MAX_TEXT:
        return "has a text larger than 1 MiB; shorten it"
    return ""


def _no_day(written: str | None, today: date) -> str:
    remedy = "give --date 2024-05-01, or a `date` in the file: the day it was published"
    if not written:
        return f"has no date; {remedy}"
    day = _day(written)
    if day is None:
        return f"has a date that cannot be read, {written!r}; {remedy}"
    if day > today:
        return f"is of {day}, which is yet to come; a seed is what is known already"
    return ""


def _no_address(url: str | None) -> str:
    if url is None or url.startswith(("http://", "https://")):
        return ""
    return f"has {url!r} for an address; give one that begins with https://, or none"


def _told_already(
    handed: list[Handed], entries: list[dict[str, Any]], seeds: Iterable[Article]
) -> list[str]:
    """Two seeds with the words of one text are one seed."""
    known = [(seed.id, wording_of(seed)) for seed in seeds]
    wrong = []
    for one, entry in zip(handed, entries, strict=True):
        wording = wording_of(_article(one, entry))
        same = next((name for name, other in known if _are_copies(wording, other)), None)
        if same:
            wrong.append(f"{one.where}: has the words of `{same}`, which is a seed already")
        known.append((entry["id"], wording))
    return wrong


def _are_copies(one: Wording, other: Wording) -> bool:
    if set(footprint(one)).isdisjoint(footprint(other)):
        return False
    return compare(one, other) is not Resemblance.APART


def _article(one: Handed, entry: Mapping[str, Any]) -> Article:
    moment = datetime.combine(entry["date"], time(), UTC)
    return Article(entry["id"], "", entry["title"], clean(one.text or ""), arrived_at=moment)


# --- what is said of it ------------------------------------------------------------------------


def _remarks(one: Handed, entry: Mapping[str, Any]) -> list[str]:
    remarks = []
    if not one.language:
        remarks.append(f"its language was guessed: {entry['language']}")
    if not one.publisher:
        remarks.append("nobody is named as its publisher: its words confirm nothing")
    if not footprint(wording_of(_article(one, entry))):
        remarks.append("it is too short for its copies to be known by their words")
    return [f"{entry['id']}: {remark}" for remark in remarks]


def _with(one: Handed, given: Mapping[str, str | None]) -> Handed:
    return replace(one, **{name: value for name, value in given.items() if value})


def _name(day: date, title: str) -> str:
    return " ".join([f"seed {day:%Y-%m}", *title.split()[:WORDS_OF_A_NAME]])


def _day(written: str | None) -> date | None:
    try:
        return datetime.fromisoformat(written or "").date()
    except ValueError:
        return None


def _language(written: str | None) -> str | None:
    """`en-US` is `en`."""
    return written.replace("_", "-").split("-")[0].lower() if written else None
