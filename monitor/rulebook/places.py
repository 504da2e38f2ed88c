"""Where each part of a Pack was written. The joiner of many files' lines; it judges nothing."""

from dataclasses import dataclass, field

from monitor.errors import Complaint
from monitor.rulebook.document import Document
from monitor.rulebook.words import Path


@dataclass(slots=True)
class Places:
    """Paths begin with the key in Pack: `("alerts", 3, "to", 0)`, `("actors", "actors", 1)`."""

    files: dict[str, Document] = field(default_factory=dict)
    entries: dict[str, list[tuple[Document, int]]] = field(default_factory=dict)
    """Key in Pack -> for each of its entries the file and the place in that file's own list."""

    def add_file(self, key: str, document: Document) -> None:
        self.files[key] = document

    def add_entries(self, key: str, document: Document, count: int) -> None:
        self.entries.setdefault(key, []).extend((document, index) for index in range(count))

    def complain(
        self, path: Path, problem: str, code: str, *, at_key: bool = False, above: bool = False
    ) -> Complaint:
        """A complaint about the value there, about its key, or (`above`) about what lacks it."""
        document, inner = self._find(path)
        return document.complain(inner, problem, code, at_key=at_key, above=above)

    def line(self, path: Path) -> str:
        """`file:line` of the value, for "stands already in ..."."""
        document, inner = self._find(path)
        return f"{document.file}:{document.spot_of_value(inner)[0]}"

    def _find(self, path: Path) -> tuple[Document, Path]:
        key = str(path[0])
        if key in self.files:
            return self.files[key], path[1:]
        document, index = self.entries[key][int(path[1])]
        return document, (key, index, *path[2:])
