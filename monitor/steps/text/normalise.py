"""Letters, words and sentences, each with offsets into the text as it was given.

Nothing here changes the length of a text, so that an offset found in the folded text is an offset
in the original; without that no quote could be verbatim. `clean` is the one exception and is
applied before offsets exist.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

# Accents written apart belong to the letter before them: some systems send "й" as "и" and a breve.
_ACCENTS = "\u0300-\u036f"
_WORD = re.compile(rf"[^\W_]+(?:[{_ACCENTS}]+[^\W_]*)*")
_ASCII_WORD = re.compile("[0-9a-z]+")
_UNACCENTED_WORD = re.compile(r"[^\W_]+")
_ACCENT = re.compile(f"[{_ACCENTS}]")
_PAGES = ("cp1251", "cp1252")
_ODD = "₽\u2009\u202f"
"""Signs that stand in many a text and on none of the code pages that have all else of it."""

# C0 and C1 controls, line and paragraph separators, bidi controls, zero-width characters, lone
# surrogates. They serve to break headers and logs (C0), to spoof what is read (bidi, zero width),
# or cannot be stored at all (NUL in Postgres, surrogates anywhere).
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)

_FOLDED = (("ё", "е"), ("’", "'"), ("‘", "'"), ("ʼ", "'"), ("–", "-"), ("‑", "-"), ("\u00ad", "-"))

# A sentence ends at . ! ? or … before white space and something that can begin a sentence, and at
# a line break. The guards keep initials ("V. Putin"), ordinals and common shortenings together.
# A run of marks is tried once, from its first: else a line of dots would cost its square in time.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'»”)\]]*+(?=\s++[\"'«“(\[]*+[^\W_a-zа-яё]|\s*+$)|\n")
_SHORTENED = re.compile(
    r"(?:^|[\s(«\"])(?:[A-ZА-ЯЁ]|[A-Z]\.[A-Z]|Mr|Mrs|Ms|Dr|St|No|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
    r"|Inc|Ltd|Co|vs|г|гг|руб|коп|тыс|млн|млрд|им|ст|п|пп|т|ул|см|др|пр|Nr|Abs|Sr|Sra|art|núm)$"
)

LONGEST_SENTENCE = 150
"""Words. What runs on longer has lost its full stops, and would cost its square in time."""


def clean(text: str) -> str:
    """Without characters that no store, header or reader should meet; line breaks stay."""
    return _UNWANTED.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def fold(text: str) -> str:
    """Lower case, ё as е, plain quotes and hyphens; the same length as `text`."""
    lowered = text.lower()
    if len(lowered) != len(text):  # 'İ'.lower() has two characters
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    if not lowered.isascii():
        for letter, plain in _FOLDED:  # `translate` would look each letter of the text up
            lowered = lowered.replace(letter, plain)
    return lowered


class Word(NamedTuple):
    """A run of letters and digits, folded and its accents joined, with its place in the text.

    A tuple: every article is made into hundreds, and a frozen dataclass costs three times that."""

    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words first..last-1 of a text, and the characters start..end-1 they stand in."""

    index: int
    first: int
    last: int
    start: int
    end: int


def words(text: str) -> list[Word]:
    folded = fold(text)
    if folded.isascii():
        return [Word(m[0], m.start(), m.end()) for m in _ASCII_WORD.finditer(folded)]
    if not _ACCENT.search(folded):
        return [Word(m[0], m.start(), m.end()) for m in _UNACCENTED_WORD.finditer(folded)]
    return [Word(_form(m[0]), m.start(), m.end()) for m in _WORD.finditer(folded)]


def forms(text: str) -> list[str]:
    """The forms of `words` alone, at a third of the cost, where nobody asks for their places."""
    return _forms(fold(text))


def spelled(text: str) -> list[bytes]:
    """The `forms` in UTF-8, for who only counts or hashes them: of a text that one code page has
    all letters of, at a fourth of the cost again."""
    for sign in _ODD:
        text = text.replace(sign, " ")
    for page, folded in _pages().items():
        try:
            return text.encode(page).translate(folded).decode(page).encode().split()
        except UnicodeEncodeError:
            continue
    return [form.encode() for form in _forms(fold(text))]


@cache
def _pages() -> dict[str, bytes]:
    """Code pages, and what each of their signs is folded to: a blank where it is no part of a word.

    They have no accents that stand apart and no letter that lower case makes two of."""
    return {page: b"".join(_folded(sign, page) for sign in range(256)) for page in _PAGES}


def _folded(sign: int, page: str) -> bytes:
    letter = fold(bytes([sign]).decode(page, "replace"))
    return letter.encode(page) if letter.isalnum() else b" "


def _forms(folded: str) -> list[str]:
    if folded.isascii():
        return _ASCII_WORD.findall(folded)
    if not _ACCENT.search(folded):
        return _UNACCENTED_WORD.findall(folded)
    return [_form(word) for word in _WORD.findall(folded)]


def _form(word: str) -> str:
    if word.isascii() or not _ACCENT.search(word):
        return word
    return fold(_ACCENT.sub("", unicodedata.normalize("NFC", word)))


def sentences(text: str, tokens: list[Word]) -> list[Sentence]:
    """The text cut into sentences, those without a word left out. A title ends at its newline."""
    found: list[Sentence] = []
    first = 0
    for end in _ends(text):
        last = first
        while last < len(tokens) and tokens[last].end <= end:
            last += 1
            if last - first == LONGEST_SENTENCE and last < len(tokens) and tokens[last].end <= end:
                found.append(_sentence(len(found), first, last, tokens, tokens[last - 1].end))
                first = last
        if last > first:
            found.append(_sentence(len(found), first, last, tokens, _trim(text, end)))
        first = last
    return found


def _sentence(index: int, first: int, last: int, tokens: list[Word], end: int) -> Sentence:
    return Sentence(index, first, last, tokens[first].start, end)


def _ends(text: str) -> list[int]:
    ends = []
    for match in _END.finditer(text):
        shortened = match.group().startswith(".") and _SHORTENED.search(
            text[max(0, match.start() - 8) : match.start()]
        )
        if not shortened:
            ends.append(match.end())
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    return ends


def _trim(text: str, end: int) -> int:
    while end > 0 and text[end - 1].isspace():
        end -= 1
    return end
