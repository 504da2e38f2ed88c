"""A folder of YAML, and weights.json -> Pack. Taken whole, or refused with every complaint at once.

Not here: one file's YAML (document.py), its types (shape.py), what files say of each other
(lint.py).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TypeVar

from pydantic import BaseModel

from monitor.errors import Complaint, PackError
from monitor.rulebook.document import Document, read_document
from monitor.rulebook.lint import lint_pack
from monitor.rulebook.places import Places
from monitor.rulebook.shape import did_you_mean, shape
from monitor.rulebook.types import (
    ActorsFile,
    AlertsFile,
    ChannelsFile,
    LexiconFile,
    Pack,
    SourcesFile,
    StagesFile,
    StancesFile,
    TestsFile,
    TopicsFile,
)
from monitor.rulebook.weights import FILE, STORY_FILE, WeightsFile, read_weights
from monitor.rulebook.words import resolve_all, word_lists

MAX_FILES = 200

FILES: dict[str, type[BaseModel]] = {
    "sources": SourcesFile,
    "lexicon": LexiconFile,
    "topics": TopicsFile,
    "actors": ActorsFile,
    "stances": StancesFile,
    "stages": StagesFile,
    "channels": ChannelsFile,
}
"""Key in Pack -> shape of the file of that name, which must be there."""

FOLDERS: dict[str, type[BaseModel]] = {"alerts": AlertsFile, "tests": TestsFile}
"""Key in Pack -> shape of each file in the folder of that name, which may be empty or absent."""

WEIGHTS = {"weights": FILE, "story_weights": STORY_FILE}
"""Key in Pack -> file of learnt numbers, which may be absent."""

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `rules check` shows. A pack with errors is refused; warnings never refuse."""

    errors: tuple[Complaint, ...]
    warnings: tuple[Complaint, ...]
    counts: dict[str, int]
    """What the pack holds, by kind; empty where it could not be read."""


def load_pack(folder: FilePath) -> Pack:
    """Read the folder, with every `@name` replaced by its words. PackError with every complaint."""
    pack, places = _read(folder)
    errors, _ = lint_pack(pack, places)
    if errors:
        raise PackError(errors)
    return resolve_all(pack, pack.lexicon)


def check_pack(
    folder: FilePath, *, weigh: Callable[[Pack], object] = lambda pack: None
) -> CheckReport:
    """What is wrong with the pack in the folder, and what is doubtful. Never raises.

    `weigh` takes the pack's weights into use, PackError where it cannot: what the numbers mean is
    not known here.
    """
    try:
        pack, places = _read(folder)
    except PackError as error:
        return CheckReport(error.complaints, (), {})
    errors, warnings = lint_pack(pack, places)
    try:
        weigh(pack)
    except PackError as error:
        errors += error.complaints
    return CheckReport(errors, warnings, _counts(pack))


# --- reading -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and what was wrong on the way."""

    folder: FilePath
    documents: list[Document] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)

    def read(self, file: str, kind: type[Model]) -> tuple[Document, Model] | None:
        try:
            document = read_document(self.folder / file, file)
            self.documents.append(document)
            return document, shape(document, kind)
        except PackError as error:
            self.complaints.extend(error.complaints)
            return None

    def read_weights(self, file: str) -> WeightsFile | None:
        try:
            return read_weights(self.folder, file)
        except PackError as error:
            self.complaints.extend(error.complaints)
            return None


def _read(folder: FilePath) -> tuple[Pack, Places]:
    """The pack as written, `@name` and all, and where each part stands. PackError otherwise."""
    files = _files(folder)
    reading = _Reading(folder, complaints=list(_strangers(files)))
    singles = {key: reading.read(f"{key}.yaml", kind) for key, kind in FILES.items()}
    groups = {
        key: [reading.read(file, kind) for file in files if _belongs(file, key)]
        for key, kind in FOLDERS.items()
    }
    learnt = {key: reading.read_weights(file) for key, file in WEIGHTS.items()}
    if reading.complaints:
        raise PackError(tuple(sorted(reading.complaints)))
    places = Places()
    contents = [(document.file, document.content) for document in reading.documents]
    parts: dict[str, object] = {}
    for key, weights in learnt.items():
        if weights:
            contents.append((WEIGHTS[key], weights.content))
            parts[key] = weights.numbers
    parts["digest"] = _digest(contents)
    for key, single in singles.items():
        if single:
            places.add_file(key, single[0])
            parts[key] = single[1]
    for key, group in groups.items():
        parts[key] = tuple(_joined(key, filter(None, group), places))
    return Pack.model_construct(**parts), places  # type: ignore[arg-type]  # each part has its type


def _joined(
    key: str, group: Iterable[tuple[Document, BaseModel]], places: Places
) -> Iterator[object]:
    for document, content in group:
        entries = getattr(content, key)
        places.add_entries(key, document, len(entries))
        yield from entries


def _files(folder: FilePath) -> tuple[str, ...]:
    """YAML files of the folder as `name.yaml` or `alerts/name.yaml`, sorted. PackError: too many.

    Hidden names are left out: editors and Kubernetes volumes keep second copies under them.
    """
    if not folder.is_dir():
        problem = "there is no such folder; give the folder that holds sources.yaml"
        raise PackError((Complaint(str(folder), 0, 0, "", problem, "missing-folder"),))
    found = [*folder.glob("*.y*ml")]
    for name in FOLDERS:
        found.extend((folder / name).rglob("*.y*ml"))
    names = (path.relative_to(folder) for path in found)
    files = sorted(n.as_posix() for n in names if not any(p.startswith(".") for p in n.parts))
    if len(files) > MAX_FILES:
        problem = f"holds more than {MAX_FILES} YAML files; join some"
        raise PackError((Complaint(str(folder), 0, 0, "", problem, "too-many-files"),))
    return tuple(files)


def _belongs(file: str, key: str) -> bool:
    return file.startswith(f"{key}/") and file.count("/") == 1 and file.endswith(".yaml")


def _strangers(files: Iterable[str]) -> Iterator[Complaint]:
    """Files that nobody would read: a rule in one would be silently without force."""
    known = [f"{key}.yaml" for key in FILES]
    for file in files:
        if file in known or any(_belongs(file, key) for key in FOLDERS):
            continue
        if file.endswith(".yml"):
            problem = "would not be read; rename it to end in .yaml"
        elif "/" in file:
            problem = f"would not be read; move it up into {file.split('/')[0]}/"
        else:
            near = did_you_mean(file, known) or f"; known: {', '.join(known)}"
            problem = f"is no file of a pack{near}"
        yield Complaint(file, 0, 0, "", problem, "unknown-file")


def _digest(contents: Iterable[tuple[str, bytes]]) -> str:
    """sha256 over names and bytes, each with its length, so that no byte can change sides."""
    digest = hashlib.sha256()
    for file, content in sorted(contents):
        for part in (file.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


# --- counting ----------------------------------------------------------------------------------

_COUNTED: dict[str, Callable[[Pack], int]] = {
    "sources": lambda pack: len(pack.sources.sources),
    "lists": lambda pack: len(pack.lexicon.lists),
    "topics": lambda pack: len(pack.topics.topics),
    "actors": lambda pack: len(pack.actors.actors),
    "people": lambda pack: sum(len(actor.people) for actor in pack.actors.actors),
    "levels": lambda pack: len(pack.stances.levels),
    "cues": lambda pack: len(pack.stances.cues),
    "stages": lambda pack: len(pack.stages.stages),
    "effects": lambda pack: len(pack.stages.effects),
    "alerts": lambda pack: len(pack.alerts),
    "channels": lambda pack: len(pack.channels.channels),
    "tests": lambda pack: len(pack.tests),
    "words": lambda pack: sum(
        len(items) for _, words in word_lists(pack) for items in words.values()
    ),
}


def _counts(pack: Pack) -> dict[str, int]:
    return {name: count(pack) for name, count in _COUNTED.items()}
