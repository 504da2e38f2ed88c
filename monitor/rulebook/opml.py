"""OPML 2.0 (https://opml.org/spec2.opml) -> entries of sources.yaml, and back without loss.

Other programs read title and address; what only we know (tier, newsroom, selectors ...) stands in
attributes of a namespace of our own, which they leave alone.
A file that strangers wrote has limits here; its addresses are opened by nobody.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

from monitor.errors import UsageError
from monitor.model import Tier
from monitor.rulebook.edit import complaints_of, free_id
from monitor.rulebook.schema import as_written
from monitor.rulebook.types import SourceEntry

MAX_BYTES = 5 * 2**20
MAX_OUTLINES = 5_000
MAX_DEPTH = 20
MAX_WORDS = 300
"""Characters of a title or a folder's name."""

SPACE = "urn:monitor:source"
OURS = f"{{{SPACE}}}"
PAGE = f"{OURS}page-"
TIERS = frozenset(tier.value for tier in Tier)
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 forbids, even as a reference."""

ElementTree.register_namespace("monitor", SPACE)


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription as the file names it."""

    line: int
    attributes: Mapping[str, str]
    folders: tuple[str, ...]

    @property
    def url(self) -> str:
        return self.attributes.get("xmlUrl") or self.attributes.get(f"{OURS}url", "")

    @property
    def title(self) -> str:
        words = self.attributes.get("title") or self.attributes.get("text") or ""
        ours = f"{OURS}id" in self.attributes  # then it stood in a pack, and comes back as it was
        return words if ours else " ".join(words.split())[:MAX_WORDS]


@dataclass(frozen=True, slots=True)
class Refused:
    line: int
    title: str
    why: str


@dataclass(slots=True)
class Import:
    """What an OPML file would bring: entries as they would be written, and what is left out."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    known: list[Refused] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def write_opml(entries: Iterable[SourceEntry], *, title: str, now: datetime) -> bytes:
    """The sources in folders by tier. Built as a tree, so that no title can close a tag."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = title
    ElementTree.SubElement(head, "dateCreated").text = f"{now:%d %b %Y %H:%M:%S} GMT"
    body = ElementTree.SubElement(root, "body")
    folders: dict[str, ElementTree.Element] = {}
    for entry in entries:
        if entry.tier not in folders:
            folders[entry.tier] = ElementTree.SubElement(body, "outline", text=entry.tier)
        ElementTree.SubElement(folders[entry.tier], "outline", _attributes(entry))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def read_opml(content: bytes) -> list[Outline]:
    """Every outline with an address, in the file's order. UsageError where it is no OPML, or more
    than anybody subscribes to."""
    if len(content) > MAX_BYTES:
        raise UsageError(f"the file is larger than {MAX_BYTES >> 20} MiB; split it")
    reading = _Reading()
    parser = DefusedXMLParser(target=reading, forbid_dtd=True)
    reading.line = lambda: int(parser.parser.CurrentLineNumber)
    try:
        parser.feed(content)
        parser.close()
    except DefusedXmlException as error:
        raise UsageError(
            "the file has a DOCTYPE or entities, which no OPML needs; remove them"
        ) from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UsageError(f"the file is no OPML: {error}") from error
    if reading.root != "opml":
        raise UsageError(f"the file is no OPML: it begins with <{reading.root[:40]}>")
    return reading.found


def plan_import(
    outlines: Iterable[Outline],
    *,
    known: Mapping[str, str],
    taken: Iterable[str],
    canonical: Callable[[str], str],
    tier: str,
) -> Import:
    """`known`: canonical address -> id of the pack's sources; `taken`: every id in it. `tier` is
    for outlines that neither say theirs nor stand in a folder of its name."""
    plan, met, ids = Import(), dict(known), set(taken)
    for outline in outlines:
        address = canonical(outline.url)
        if address in met:
            why = f"is the address of `{met[address]}` already"
            plan.known.append(Refused(outline.line, outline.title or outline.url, why))
            continue
        entry = _entry(outline, tier, ids)
        why = _trouble_of(address, outline.url) or "; ".join(complaints_of(entry))
        if why:
            plan.refused.append(Refused(outline.line, outline.title or outline.url, why))
            continue
        met[address] = entry["id"]
        ids.add(entry["id"])
        plan.entries.append(entry)
    return plan


def _trouble_of(address: str, url: str) -> str:
    """What the door in would refuse at every poll. Private hosts are its own to refuse, by what a
    name leads to at that moment."""
    if not address:
        return "is no address of http or https"
    return "holds a user name or password" if "@" in urlsplit(url).netloc else ""


# --- out ---------------------------------------------------------------------------------------


def _attributes(entry: SourceEntry) -> dict[str, str]:
    """What every reader knows, then what only we do."""
    given: dict[str, object] = {
        "type": "rss" if entry.kind == "feed" else "link",
        "text": entry.title,
        "title": entry.title,
        "xmlUrl" if entry.kind == "feed" else f"{OURS}url": entry.url,
        "language": entry.language,
        f"{OURS}id": entry.id,
        f"{OURS}kind": entry.kind.value,
        f"{OURS}tier": entry.tier.value,
        f"{OURS}newsroom": entry.newsroom,
        f"{OURS}actor": entry.actor,
        f"{OURS}interval": as_written(entry.interval) if entry.interval else None,
        f"{OURS}route": entry.route,
        f"{OURS}verified": entry.verified.isoformat() if entry.verified else None,
        f"{OURS}status": entry.status,
        f"{OURS}note": entry.note,
    }
    if entry.kind != "feed":
        given["url"] = entry.url
    if entry.page:
        given |= {PAGE + name: value for name, value in entry.page.model_dump().items()}
    return {name: ILLEGAL.sub("", str(value)) for name, value in given.items() if value}


# --- in ----------------------------------------------------------------------------------------


class _Reading:
    """Target of the parser: gathers outlines while it reads, so that a million of them are refused
    at the first too many and never built."""

    def __init__(self) -> None:
        self.found: list[Outline] = []
        self.root = ""
        self.line: Callable[[], int] = lambda: 0
        self._folders: list[str] = []
        self._outlines = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = self.root or tag
        if tag != "outline":
            return
        self._outlines += 1
        if self._outlines > MAX_OUTLINES or len(self._folders) >= MAX_DEPTH:
            raise UsageError(
                f"line {self.line()}: more than {MAX_OUTLINES} outlines, or {MAX_DEPTH} folders in "
                "each other; that is no list of subscriptions"
            )
        outline = Outline(self.line(), dict(attributes), tuple(filter(None, self._folders)))
        if outline.url or attributes.get("type") == "rss":
            self.found.append(outline)
        self._folders.append(outline.title)

    def end(self, tag: str) -> None:
        if tag == "outline":
            self._folders.pop()

    def data(self, text: str) -> None:
        """Words between the tags mean nothing in OPML."""

    def close(self) -> None:
        """The parser's result; ours is `found`."""


def _entry(outline: Outline, tier: str, taken: Iterable[str]) -> dict[str, Any]:
    """As it would be written: only what is given, the needed keys first."""
    of = outline.attributes
    ours = {name.removeprefix(OURS): of[name] for name in of if name.startswith(OURS)}
    folder = outline.folders[-1] if outline.folders else ""
    host = re.sub(r"^\w+://(?:www\.)?([^/:?#]*).*$", r"\1", outline.url, flags=re.DOTALL)
    title = outline.title or host
    page = {name.removeprefix("page-"): ours[name] for name in ours if name.startswith("page-")}
    entry = {
        "id": free_id(ours.get("id") or _latin(title) or host, taken),
        "title": title,
        "url": outline.url,
        "kind": "page" if ours.get("kind") == "page" else None,
        "tier": ours.get("tier") or (folder if folder in TIERS else tier),
        "newsroom": ours.get("newsroom") or host,
        "actor": ours.get("actor"),
        "language": (of.get("language") or "").lower().replace("_", "-").partition("-")[0][:2],
        "interval": ours.get("interval"),
        "route": ours.get("route") if ours.get("route") != "direct" else None,
        "page": page,
        "note": ours.get("note") or (folder if not ours and folder not in TIERS else ""),
        "status": "retired" if ours.get("status") == "retired" else None,
        "verified": _day(ours.get("verified")),
    }
    return {name: value for name, value in entry.items() if value}


def _latin(title: str) -> str:
    return title if re.search("[A-Za-z]{3}", title) else ""


def _day(text: str | None) -> date | str:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return "never"
