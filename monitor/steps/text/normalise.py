"""Letters, words and sentences, each with offsets into the text as it was given.

Nothing here changes the length of a text, so that an offset found in the folded text is an offset
in the original; without that no quote could be verbatim. `clean` is the one exception and is
applied before offsets exist.
"""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")

# C0 and C1 controls, line and paragraph separators, bidi controls, zero-width characters, lone
# surrogates. They serve to break headers and logs (C0), to spoof what is read (bidi, zero width),
# or cannot be stored at all (NUL in Postgres, surrogates anywhere).
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)

_FOLDED = str.maketrans({"ё": "е", "’": "'", "‘": "'", "ʼ": "'", "–": "-", "‑": "-", "\u00ad": "-"})

# A sentence ends at . ! ? or … before white space and something that can begin a sentence, and at
# a line break. The guards keep initials ("V. Putin"), ordinals and common shortenings together.
_END = re.compile(r"[.!?…]+[\"'»”)\]]*(?=\s+[\"'«“(\[]*[^\W\d_a-zа-яё]|\s+[\"'«“(\[]*\d|\s*$)|\n")
_SHORTENED = re.compile(
    r"(?:^|[\s(«\"])(?:[A-ZА-ЯЁ]|[A-Z]\.[A-Z]|Mr|Mrs|Ms|Dr|St|No|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
    r"|Inc|Ltd|Co|vs|г|гг|руб|коп|тыс|млн|млрд|им|ст|п|пп|т|ул|см|др|пр|Nr|Abs|Sr|Sra|art|núm)$"
)


def clean(text: str) -> str:
    """Without characters that no store, header or reader should meet; line breaks stay."""
    return _UNWANTED.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def fold(text: str) -> str:
    """Lower case, ё as е, plain quotes and hyphens; the same length as `text`."""
    lowered = text.lower()
    if len(lowered) != len(text):  # 'İ'.lower() has two characters
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered.translate(_FOLDED)


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters and digits, folded, with its place in the text."""

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
    return [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(folded)]


def sentences(text: str, tokens: list[Word]) -> list[Sentence]:
    """The text cut into sentences, those without a word left out. A title ends at its newline."""
    found: list[Sentence] = []
    first = 0
    for end in _ends(text):
        last = first
        while last < len(tokens) and tokens[last].end <= end:
            last += 1
        if last > first:
            found.append(Sentence(len(found), first, last, tokens[first].start, _trim(text, end)))
        first = last
    return found


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
