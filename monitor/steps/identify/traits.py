"""What an article's event is known by: its words, names, numbers, and what the reading found.

Words tell within a language; names (in sounds, not letters), numbers and slugs across languages.
Rare ones weigh more. Not here: which articles tell one event (stories).
"""

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache

from monitor.model import Article, Reading
from monitor.steps.text import words

STEM = 6
"""Letters of a word that count: what follows is mostly its ending."""
LEAD = 220
"""Characters after the title that tell the news before its context."""
MOST = {"words": 300, "lead": 60, "names": 80, "numbers": 60, "marks": 80}
"""Of the commonest; what a longer text adds tells little and would cost much."""

NAMES, NUMBERS, MARKS = "names", "numbers", "marks"
ALL = ""
"""The word under which a space counts its articles."""

MANY_HOLDERS = 4
MANY_TOPICS = 3
"""Who tells of so many actors' positions on so many topics tells several events."""

FADES_UNTIL = 30
"""Articles of a space from which its own counts say alone how common a word is."""

Vector = Mapping[str, float]
Common = Mapping[str, Mapping[str, float]]
"""Space -> word -> in what share of articles it stands."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Counted, not weighed."""

    language: str
    words: Counter[str]
    lead: Counter[str]
    names: Counter[str]
    numbers: Counter[str]
    marks: Counter[str]
    sides: Mapping[str, int]
    """`actor/topic` -> side, as this article has it."""
    steps: tuple[str, ...]
    """`topic/stage` of its acts."""
    actor: str
    """Who is named most."""
    roundup: bool

    def spaces(self) -> dict[str, Counter[str]]:
        """What is counted where."""
        return {
            words_in(self.language): self.words,
            NAMES: self.names,
            NUMBERS: self.numbers,
            MARKS: self.marks,
        }


@dataclass(frozen=True, slots=True)
class Outline:
    """Weighed traits; each vector has length 1 or is empty."""

    language: str
    words: Vector
    lead: Vector
    names: Vector
    numbers: Vector
    marks: Vector
    sides: Mapping[str, int]
    steps: frozenset[str]
    actor: str
    holders: frozenset[str] = field(init=False, repr=False, compare=False)
    """Whose sides: asked for in each of some hundred pairs an article, as is what follows."""
    stages: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        holders = frozenset(pair.split("/", 1)[0] for pair in self.sides)
        stages = frozenset(step.rsplit("/", 1)[1] for step in self.steps)
        object.__setattr__(self, "holders", holders)
        object.__setattr__(self, "stages", stages)


def stages_apart(a: Outline, b: Outline) -> bool:
    return bool(a.stages and b.stages and a.stages.isdisjoint(b.stages))


def words_in(language: str) -> str:
    return f"words:{language}"


def traits_of(article: Article, reading: Reading, sides: Mapping[str, int]) -> Traits:
    """`sides`: side of each level of the scale."""
    stems, lead, names = _words_and_names(article)
    held = {f"{one.actor}/{one.topic}": sides.get(one.stance, 0) for one in reading.stances}
    steps = tuple(dict.fromkeys(f"{act.topic}/{act.stage}" for act in reading.acts))
    return Traits(
        language=reading.language,
        words=_most(stems, "words"),
        lead=_most(lead, "lead"),
        names=_most(names, "names"),
        numbers=_most(Counter(dict.fromkeys(_numbers(article.whole), 1)), "numbers"),
        marks=_most(Counter(dict.fromkeys(_marks(reading), 1)), "marks"),
        sides=held,
        steps=steps,
        actor=reading.actors[0] if reading.actors else "",
        roundup=_is_roundup(reading),
    )


def weigh(
    traits: Traits, articles_with: Callable[[str, str], int], common: Common | None = None
) -> Outline:
    """`articles_with(space, word)`: in how many articles the word stood, this one counted in.

    `common` speaks for words of which few articles were met yet. Without it the first articles of
    a new service would be alike for "bank" and "crypto" as they are for a name.
    """

    def weighed(space: str, counts: Counter[str]) -> Vector:
        own = articles_with(space, ALL)
        known = (common or {}).get(space, {})
        lent = max(0, FADES_UNTIL - own) if known else 0
        weights = {
            word: (1 + math.log(count))
            * math.log(
                (own + lent + 10) / (articles_with(space, word) + lent * known.get(word, 0) + 0.5)
            )
            for word, count in counts.items()
        }
        length = math.sqrt(math.fsum(weight**2 for weight in weights.values())) or 1.0
        return {word: round(weight / length, 4) for word, weight in weights.items()}

    own = words_in(traits.language)
    return Outline(
        language=traits.language,
        words=weighed(own, traits.words),
        lead=weighed(own, traits.lead),
        names=weighed(NAMES, traits.names),
        numbers=weighed(NUMBERS, traits.numbers),
        marks=weighed(MARKS, traits.marks),
        sides=dict(traits.sides),
        steps=frozenset(traits.steps),
        actor=traits.actor,
    )


# --- kept --------------------------------------------------------------------------------------


def written(outline: Outline) -> str:
    """Canonical JSON."""
    held = {part.name: getattr(outline, part.name) for part in fields(Outline) if part.init}
    held["steps"] = sorted(outline.steps)
    return json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=2_000)
def outline_of(content: str) -> Outline:
    """What `written` wrote. The same few hundred are asked for by each new article."""
    held = json.loads(content)
    return Outline(**{**held, "steps": frozenset(held["steps"])})


# --- words and names ---------------------------------------------------------------------------

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*")
_BLANK_IN_NUMBER = re.compile(r"(?<=\d)[\u00a0\u202f ,.](?=\d{3}(?!\d))")

_CYRILLIC = str.maketrans(
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщыэюяіїєґ",
            "a b v g d e e z z i i k l m n o p r s t u f h ts ch sh sh i e iu ia i i e g".split(),
            strict=True,
        )
    )
    | {"ъ": "", "ь": ""}
)
_IS_CYRILLIC = re.compile("[а-яіїєґё]")
_ENDING = re.compile(
    "(?:ого|его|ому|ему|ыми|ими|ами|ями|ом|ем|ым|им|ах|ях|ам|ям|ой|ою|ей|ых|их|ую|ая|ое|ые|ий|ый)$"
)
_SOUNDS = (
    ("tsch", "ch"), ("tch", "ch"), ("sch", "sh"), ("kh", "h"), ("ck", "k"), ("ph", "f"),
    ("th", "t"), ("zh", "z"), ("x", "ks"), ("w", "v"), ("q", "k"), ("j", "i"), ("y", "i"),
)  # fmt: skip
_SOFT_C = re.compile("c(?!h)")
_VOWELS = re.compile("[aeiou]")
_DOUBLE = re.compile(r"(.)\1+")
_NAME = 7
"""Letters of a name's sound that count."""


def sound_of(name: str) -> str:
    """Alike for one name in many languages: Набиуллиной, Nabiullina -> nbln.

    Cyrillic in Latin letters, usual spellings made one, endings and vowels left out."""
    if _IS_CYRILLIC.search(name):
        name = (_ENDING.sub("", name) if len(name) > 5 else name).translate(_CYRILLIC)
    parts = unicodedata.normalize("NFD", name)
    name = "".join(part for part in parts if not unicodedata.combining(part))
    for spelling, sound in _SOUNDS:
        name = name.replace(spelling, sound)
    name = _SOFT_C.sub("k", name)
    return _DOUBLE.sub(r"\1", name[:1] + _VOWELS.sub("", name[1:]))[:_NAME]


def _words_and_names(article: Article) -> tuple[Counter[str], Counter[str], Counter[str]]:
    text, title = article.whole, len(article.title)
    stems: Counter[str] = Counter()
    lead: Counter[str] = Counter()
    names: Counter[str] = Counter()
    end = 0
    for word in words(text):
        between, end = text[end : word.start], word.end
        if word.form[0].isdigit():
            continue
        signs = list(word.form) if _UNSPACED.search(word.form) else []
        for stem in signs or [word.form[:STEM]]:
            if signs or len(stem) > 2:
                stems[stem] += 2 if word.start < title else 1
                lead[stem] += word.start < title + LEAD
        if _is_name(text[word.start : word.end], between):
            names[sound_of(word.form)] += 1
    names.pop("", None)
    return stems, +lead, Counter({name: n for name, n in names.items() if len(name) > 1})


def _is_name(word: str, before: str) -> bool:
    """Capital letters: many of them, or one that no sentence begins with."""
    if len(word) < 3 or not word[0].isupper():
        return False
    begins = not before or any(mark in before for mark in '.!?\n:«"“')
    return not begins or sum(map(str.isupper, word)) > 1


def _numbers(text: str) -> Iterable[str]:
    for found in _NUMBER.finditer(text):
        for number in _BLANK_IN_NUMBER.sub("", found.group()).split():
            yield number.replace(",", ".")


def _marks(reading: Reading) -> Iterable[str]:
    yield from (f"actor:{actor}" for actor in reading.actors)
    yield from (f"topic:{topic}" for topic in reading.topics)
    yield from (f"stance:{one.actor}/{one.topic}/{one.stance}" for one in reading.stances)
    for act in reading.acts:
        yield f"act:{act.topic}/{act.stage}"
        yield f"stage:{act.stage}"
        if act.number:
            yield f"number:{act.number}"


def _is_roundup(reading: Reading) -> bool:
    holders = {one.actor for one in reading.stances}
    topics = {one.topic for one in reading.stances} | {act.topic for act in reading.acts}
    return len(holders) >= MANY_HOLDERS and len(topics) >= MANY_TOPICS


def _most(counts: Counter[str], kind: str) -> Counter[str]:
    """Sorted before it is cut: the order of words must not decide which of them count."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return Counter(dict(ordered[: MOST[kind]]))
