"""seeds/manifest.yaml and the texts it names -> seeds. SeedError where either cannot be read.

Not here: what a seed does to the ledger (pipeline/seeds.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator

from monitor.errors import PackError, SeedError
from monitor.rulebook.document import document_of, read_document
from monitor.rulebook.edit import Edit, Listing, with_entries
from monitor.rulebook.shape import shape
from monitor.rulebook.types import Entry, Language, Slug

MANIFEST = "manifest.yaml"
MAX_TEXT = 1024 * 1024
"""Bytes of one text; a longer one is no article."""


class SeedEntry(Entry):
    id: Slug
    file: str = Field(pattern=r"^[\w.-]+\.txt$", max_length=200)
    """Name of the text, beside the manifest. It stays as it was given, byte for byte."""
    title: str = Field(min_length=1, max_length=500)
    date: date
    language: Language
    publisher: str = Field(min_length=1, max_length=200)
    url: str = ""


class SeedsFile(Entry):
    seeds: tuple[SeedEntry, ...]

    @field_validator("seeds")
    @classmethod
    def _each_once(cls, seeds: tuple[SeedEntry, ...]) -> tuple[SeedEntry, ...]:
        for key in ("id", "file"):
            values = [getattr(seed, key) for seed in seeds]
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"{key} {', '.join(twice)} stands twice; each seed has its own")
        return seeds


LISTING = Listing(MANIFEST, "seeds", SeedsFile)


@dataclass(frozen=True, slots=True)
class Seed:
    entry: SeedEntry
    text: str


def read_seeds(folder: Path) -> tuple[Seed, ...]:
    """Every seed of the manifest, oldest first. A folder without a manifest has none."""
    if not folder.is_dir():
        raise SeedError(f"{folder}: there is no such folder; give the one that holds {MANIFEST}")
    if not (folder / MANIFEST).exists():
        return ()
    try:
        manifest = shape(read_document(folder / MANIFEST, f"{folder.name}/{MANIFEST}"), SeedsFile)
    except PackError as refused:
        raise SeedError(str(refused)) from refused
    seeds = [Seed(entry, _text(folder / entry.file)) for entry in manifest.seeds]
    return tuple(sorted(seeds, key=lambda seed: (seed.entry.date, seed.entry.id)))


def with_seeds(folder: Path, entries: Sequence[Mapping[str, Any]]) -> Edit:
    """The manifest with these at its end, as it would be read. SeedError where it cannot hold
    them."""
    try:
        made = with_entries(folder, entries, LISTING)
        shape(document_of(made.after, f"{folder.name}/{MANIFEST}"), SeedsFile)
    except PackError as refused:
        raise SeedError(str(refused)) from refused
    return made


def complaints_of(values: Mapping[str, Any]) -> list[str]:
    """What is wrong with one entry by itself, in words; empty where nothing is."""
    try:
        SeedEntry.model_validate(values)
    except ValidationError as error:
        return [f"{each['loc'][0]}: {each['msg']}" for each in error.errors(include_url=False)]
    return []


def _text(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            content = opened.read(MAX_TEXT + 1)
    except OSError as error:
        problem = f"cannot be read: {error.strerror}; it is named in {MANIFEST}"
        raise SeedError(f"{path.parent.name}/{path.name} {problem}") from error
    if len(content) > MAX_TEXT:
        raise SeedError(f"{path.parent.name}/{path.name} is larger than 1 MiB; shorten it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = "is not UTF-8; save the file as UTF-8"
        raise SeedError(f"{path.parent.name}/{path.name} {problem}") from error
