"""The pack's sources as people add to them: by address, by OPML, by the day they were last seen.

Not here: asking an address (probing.py), and how sources.yaml is edited (rulebook/edit.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from monitor.errors import UsageError
from monitor.pipeline.probing import Probe
from monitor.rulebook import edit, opml
from monitor.rulebook.opml import Import
from monitor.rulebook.shape import did_you_mean
from monitor.rulebook.types import Pack, SourceEntry
from monitor.steps.identify import canonical, newsroom_of

__all__ = ["Import", "SourceDesk"]

ReplaceText = Callable[..., None]
"""Path, new content, `expected=` the old: the door to the disk."""


@dataclass(frozen=True, slots=True)
class SourceDesk:
    """What may be asked of and done to sources.yaml. Nothing is written unless a method says so."""

    folder: Path
    pack: Pack
    replace_text: ReplaceText

    def named(self, ids: Sequence[str]) -> list[SourceEntry]:
        """Active sources with these ids, all where none is given. UsageError for an unknown one."""
        entries = {each.id: each for each in self._entries() if each.status == "active"}
        for name in ids:
            if name not in entries:
                near = did_you_mean(name, entries) or "; `monitor sources list` names them"
                raise UsageError(f"{name!r} is no source that is polled{near}")
        return [entries[name] for name in ids] if ids else list(entries.values())

    def at(self, url: str) -> str | None:
        """Id of the source with this address in any spelling, a retired one too."""
        return self._addresses().get(canonical(url))

    def verify(self, ids: Sequence[str], day: date) -> Path | None:
        """Write the day into `verified` of these; the file, or None where nothing is new."""
        stale = {
            each.id: day for each in self._entries() if each.id in ids and each.verified != day
        }
        if not stale:
            return None
        return self._write(edit.with_verified(self.folder, stale))

    def propose(self, probe: Probe, given: Mapping[str, Any]) -> dict[str, Any]:
        """An entry for what answered: what was given, the rest from the feed itself."""
        url = probe.moved_to or probe.source.url
        found = probe.survey
        title = given.get("title") or (found and found.title) or newsroom_of(url)
        host = newsroom_of(url)
        kin = next((each for each in self._entries() if newsroom_of(each.url) == host), None)
        entry: dict[str, Any] = {
            "id": given.get("id") or edit.free_id(title if has_latin(title) else host, self._ids()),
            "title": title,
            "url": url,
            "kind": given.get("kind") if given.get("kind") != "feed" else None,
            "tier": given.get("tier") or (kin.tier.value if kin else "press"),
            # Two feeds of one house are one piece of evidence.
            "newsroom": given.get("newsroom") or (kin.newsroom if kin else title),
            "language": given.get("language") or (found and (found.language or found.looks_like)),
            "page": given.get("page"),
        }
        return {name: value for name, value in entry.items() if value}

    def preview(self, entries: Sequence[Mapping[str, Any]]) -> edit.Edit:
        """The edit that puts these in. PackError where the pack would be refused with them."""
        made = edit.with_entries(self.folder, entries)
        edit.refuse_if_bad(self.folder, made)
        return made

    def write(self, made: edit.Edit) -> Path:
        """Put a previewed edit into its file."""
        self.replace_text(made.path, made.after, expected=made.before)
        return made.path

    def plan_import(self, content: bytes, *, tier: str) -> Import:
        return opml.plan_import(
            opml.read_opml(content),
            known=self._addresses(),
            taken=self._ids(),
            canonical=canonical,
            tier=tier,
        )

    def export(self, *, title: str, now: datetime) -> bytes:
        return opml.write_opml(self._entries(), title=title, now=now)

    def _write(self, made: edit.Edit) -> Path:
        edit.refuse_if_bad(self.folder, made)
        return self.write(made)

    def _entries(self) -> tuple[SourceEntry, ...]:
        return self.pack.sources.sources

    def _ids(self) -> set[str]:
        return {each.id for each in self._entries()}

    def _addresses(self) -> dict[str, str]:
        return {canonical(each.url): each.id for each in reversed(self._entries())}


def has_latin(text: str) -> bool:
    return sum(letter.isascii() and letter.isalpha() for letter in text) >= 3
