"""Markup -> plain text that every later room may store, count offsets in and show.

Not a sanitizer: nothing here is ever shown as HTML.
"""

import html
import re
import warnings

from bs4 import CData, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement
from lxml import etree  # type: ignore[import-untyped]

MAX_MARKUP = 1_000_000
"""Characters of one item that are looked at."""
MAX_TEXT = 100_000
MAX_TITLE = 1_000

# Both warn a programmer who passed a file name or XML by mistake; here they are strangers' texts.
warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)
warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)

TAG = re.compile(r"<[a-zA-Z/!?]")
SURROGATE = re.compile("[\ud800-\udfff]")
BREAKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
})  # fmt: skip
"""Tags whose edges part words; all others (`b`, `a`, `span`) stand inside them."""
UNREAD = frozenset({"rp", "rt", "script", "style", "template"})
"""Tags whose words no reader sees in the text, or reads beside it."""

WORDS = (str, NavigableString, CData)
"""Exactly these: comments and what stands in `UNREAD` are subclasses of NavigableString."""


def _table() -> dict[int, str | None]:
    """Controls become spaces; what only hides or turns text around disappears (A29, A33)."""
    controls = [*range(0x20), *range(0x7F, 0xA0), 0xA0, 0x2028, 0x2029]
    hidden = [
        0xAD,  # soft hyphen: cuts words in two for every matcher
        0x61C, 0x180E,
        *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
        0xFEFF, *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF,
    ]  # fmt: skip
    return dict.fromkeys(controls, " ") | dict.fromkeys(hidden) | {0x0A: "\n"}


CLEAN = _table()


def one_line(markup: str) -> str:
    """A title: plain, one line, at most MAX_TITLE characters."""
    return " ".join(to_plain(markup).split())[:MAX_TITLE].rstrip()


def paragraphs(markup: str) -> str:
    """A text: plain, one line a paragraph, at most MAX_TEXT characters."""
    return in_lines(to_plain(markup))


def in_lines(text: str) -> str:
    """Plain, clean text, one line a paragraph, at most MAX_TEXT characters."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)[:MAX_TEXT].rstrip()


def to_plain(markup: str) -> str:
    markup = markup[:MAX_MARKUP]
    if TAG.search(markup):
        markup = strip_tags(markup)
    elif "&" in markup:
        markup = html.unescape(markup)
    return clean(markup)


def strip_tags(markup: str) -> str:
    """What `text_of` gives of the same markup. No tree is made of it: that takes ten times as long,
    and every item of every feed is asked for its text alone."""
    parser = etree.HTMLParser(target=_Heard())
    parser.feed(markup)
    return str(parser.close())


class _Heard:
    """Told by the parser of each tag and each word, in their order; at the end, the text."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._unread = 0

    def start(self, name: str, attributes: object) -> None:
        self._pass_edge(name)
        self._unread += name in UNREAD

    def end(self, name: str) -> None:
        self._pass_edge(name)
        self._unread -= name in UNREAD

    def data(self, words: str) -> None:
        if not self._unread:
            self._words.append(words)

    def close(self) -> str:
        return "".join(self._words)

    def _pass_edge(self, name: str) -> None:
        if name in BREAKS:
            self._words.append("\n")


def text_of(element: Tag) -> str:
    """The words of an element, lines parted where a reader sees them parted; no scripts."""
    words: list[str] = []
    waiting: list[PageElement | str] = [element]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Tag):
            edge = "\n" if node.name in BREAKS else ""
            words.append(edge)
            waiting.append(edge)
            waiting.extend(reversed(node.contents))
        elif type(node) in WORDS:
            words.append(str(node))
    return "".join(words)


def clean(text: str) -> str:
    """Without NUL, controls, lone surrogates, bidi and zero-width marks. Line ends stay."""
    return SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").translate(CLEAN))
