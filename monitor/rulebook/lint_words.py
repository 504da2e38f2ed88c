"""Checks of word lists: stars, stems, letters of two alphabets, `@name`, words that two share."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from monitor.rulebook.finding import Finding
from monitor.rulebook.places import Places
from monitor.rulebook.shape import did_you_mean
from monitor.rulebook.types import Pack, Words
from monitor.rulebook.words import Path, is_reference, referred, resolve, word_lists

SHORTEST_STEM = 3
"""Letters before a star: a shorter stem is met in every other word of a text."""

_WORDS = "(?:{letter}{{3,}}\\*?|{letter}+)(?:[ -](?:{letter}{{3,}}\\*?|{letter}+))*"
_CYRILLIC = "\\u0400-\\u052f\\u1c80-\\u1c8f\\u1d2b\\u2de0-\\u2dff\\ua640-\\ua69f"
ORDINARY = re.compile(
    "|".join(_WORDS.format(letter=letter) for letter in ("[а-яёА-ЯЁ]", rf"[^\W\d_{_CYRILLIC}]"))
)
"""Words of letters of one alphabet, stars at the end of stems: no check of an item has anything to
say of them. Nearly every item is one, and a pack has twenty thousand: the checks one by one would
be a seventh of a second of each start."""

_Owned = tuple[str, Path, Words]
"""Who owns the words, where they stand, the words."""


def check_words(pack: Pack, places: Places) -> Iterator[Finding]:
    for path, words in word_lists(pack):
        yield from _list(path, words)
        yield from _references(path, words, pack)
    broken = list(_cycles(pack))
    yield from broken
    yield from _unused_lists(pack)
    if not broken:
        yield from _shared_aliases(pack, places)
        yield from _shared_cues(pack, places)


# --- one list ----------------------------------------------------------------------------------


def _list(path: Path, words: Words) -> Iterator[Finding]:
    for language, items in words.items():
        if not items:
            problem = "holds no words; add some, or remove the language"
            yield Finding((*path, language), problem, "empty-words")
        met: set[str] = set()
        for index, item in enumerate(items):
            here = (*path, language, index)
            if not ORDINARY.fullmatch(item):
                yield from check_item(here, item)
            if (folded := item.casefold()) in met:
                yield Finding(here, f"`{item}` stands in this list already", "repeated-word")
            met.add(folded)


def check_item(path: Path, item: str) -> Iterator[Finding]:
    """What is wrong with one item of a list by itself."""
    if is_reference(item):
        return
    if item != " ".join(item.split()):
        problem = f"`{item}` has spaces too many; write one between two words and none around"
        yield Finding(path, problem, "spaces")
    for token in item.split():
        yield from _token(path, token)


def _token(path: Path, token: str) -> Iterator[Finding]:
    if is_reference(token):
        problem = f"`{token}` means a list and must stand alone in its own item"
        yield Finding(path, problem, "reference-alone")
    yield from _stars(path, token)
    for run in re.findall(r"[^\W\d_]+", token):
        if {"LATIN", "CYRILLIC"} <= _alphabets(run):
            yield Finding(path, _mixture(run), "mixed-letters")


def _stars(path: Path, token: str) -> Iterator[Finding]:
    """A hyphen parts words too, so `crypto*-bank*` is two words with a star each."""
    for stem, after in re.findall(r"([^\W_]*)\*(?=(\w?))", token):
        if after:
            problem = f"`{token}`: the star stands for an ending and goes to the end of a word"
            yield Finding(path, problem, "star-place")
        elif not stem and token != "*":
            problem = f"`{token}`: the star follows no letter and has no force; remove it"
            yield Finding(path, problem, "lone-star")
        elif len(stem) < SHORTEST_STEM:
            least = f"{SHORTEST_STEM} letters before the star are the least"
            yield Finding(path, f"`{token}` would match nearly anything; {least}", "short-stem")


def _alphabets(run: str) -> set[str]:
    return set(map(_alphabet, run))


@cache
def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


def _mixture(run: str) -> str:
    latin = [letter for letter in run if unicodedata.name(letter, "").startswith("LATIN")]
    return (
        f"`{run}` mixes Latin ({', '.join(latin)}) and Cyrillic letters, so no text has it; "
        "type it again in one alphabet"
    )


# --- lists of the lexicon ----------------------------------------------------------------------


def _references(path: Path, words: Words, pack: Pack) -> Iterator[Finding]:
    lists = pack.lexicon.lists
    for language, items in words.items():
        for index, item in enumerate(items):
            if not is_reference(item):
                continue
            name, here = referred(item), (*path, language, index)
            if name not in lists:
                near = did_you_mean(name, lists)
                problem = f"there is no list `{name}` in lexicon.yaml{near}"
                yield Finding(here, problem, "unknown-list")
            elif language not in lists[name]:
                problem = f"the list `{name}` has no words in `{language}`; add them, or remove it"
                yield Finding(here, problem, "list-language")


def _inner(words: Words) -> set[str]:
    return {referred(item) for items in words.values() for item in items if is_reference(item)}


def _cycles(pack: Pack) -> Iterator[Finding]:
    edges = {name: _inner(words) for name, words in pack.lexicon.lists.items()}
    told: set[str] = set()
    for name, words in pack.lexicon.lists.items():
        for language, items in words.items():
            for index, item in enumerate(items):
                inner = referred(item) if is_reference(item) else ""
                if inner in told or not inner or name not in _reached(inner, edges):
                    continue
                told |= {name} | _reached(inner, edges)
                path: Path = ("lexicon", "lists", name, language, index)
                problem = f"`{item}` leads back to the list `{name}` itself; remove it"
                yield Finding(path, problem, "list-cycle")


def _reached(start: str, edges: dict[str, set[str]]) -> set[str]:
    reached, open_ = {start}, [start]
    while open_:
        for name in edges.get(open_.pop(), set()) - reached:
            reached.add(name)
            open_.append(name)
    return reached


def _unused_lists(pack: Pack) -> Iterator[Finding]:
    used = {name for _, words in word_lists(pack) for name in _inner(words)}
    for name in pack.lexicon.lists:
        if name not in used:
            problem = f"nothing uses the list `{name}`; write `@{name}` somewhere, or remove it"
            yield Finding(("lexicon", "lists", name), problem, "unused-list", at_key=True)


# --- words that two things share ---------------------------------------------------------------


def _shared_aliases(pack: Pack, places: Places) -> Iterator[Finding]:
    owned: list[_Owned] = [
        (actor.id, ("actors", "actors", index, "words"), actor.words)
        for index, actor in enumerate(pack.actors.actors)
        if actor.status == "active"
    ]
    for path, word, other, where in _shared(owned, pack, places):
        problem = (
            f"`{word}` means `{other}` already ({where}); leave it to one of them, "
            "or put it under `weak` in both"
        )
        yield Finding(path, problem, "shared-alias")


def _shared_cues(pack: Pack, places: Places) -> Iterator[Finding]:
    cues: list[_Owned] = [
        (cue.level, ("stances", "cues", index, "words"), cue.words)
        for index, cue in enumerate(pack.stances.cues)
    ]
    stages: list[_Owned] = [
        (stage.id, ("stages", "stages", index, "words"), stage.words)
        for index, stage in enumerate(pack.stages.stages)
    ]
    for owned in (cues, stages):
        for path, word, other, where in _shared(owned, pack, places):
            problem = f"`{word}` means `{other}` already ({where}); leave it to one of the two"
            yield Finding(path, problem, "shared-cue")


def _shared(
    owned: list[_Owned], pack: Pack, places: Places
) -> Iterator[tuple[Path, str, str, str]]:
    """(where, word, first owner, its place) for every word of a second owner in one language."""
    first: dict[tuple[str, str], tuple[str, Path]] = {}
    for owner, path, words in owned:
        for here, language, word in _plain(path, words, pack):
            other, there = first.setdefault((language, word.casefold()), (owner, here))
            if other != owner:
                yield here, word, other, places.line(there)


def _plain(path: Path, words: Words, pack: Pack) -> Iterator[tuple[Path, str, str]]:
    for language, items in words.items():
        for index, item in enumerate(items):
            for word in _plain_item(item, language, pack):
                yield (*path, language, index), language, word


def _plain_item(item: str, language: str, pack: Pack) -> tuple[str, ...]:
    if not is_reference(item):
        return (item,)
    if not _reached(referred(item), _edges(pack)) <= set(pack.lexicon.lists):
        return ()
    return resolve({language: (item,)}, pack.lexicon)[language]


def _edges(pack: Pack) -> dict[str, set[str]]:
    return {name: _inner(words) for name, words in pack.lexicon.lists.items()}
