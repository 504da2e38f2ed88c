"""Word lists with `@name` references -> plain words. What is wrong with a list is lint's to say.

A reference stands for the words that the named list of lexicon.yaml has in the same language.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel

from monitor.errors import Complaint, PackError
from monitor.rulebook.types import LexiconFile, Words

REFERENCE = "@"

LEAVES = (str, int, float, type(None))
"""Nothing is below them; most of what a pack holds is its weights."""

Model = TypeVar("Model", bound=BaseModel)
Path = tuple[str | int, ...]


def resolve(words: Words, lexicon: LexiconFile) -> Words:
    """The same languages, each `@name` replaced by its list; order kept, repeats dropped.

    PackError where a list does not exist. A list that reaches itself adds its words once.
    """
    return {language: _plain(items, language, lexicon) for language, items in words.items()}


def resolve_all(model: Model, lexicon: LexiconFile) -> Model:
    """A copy of the model in which every word list, however deep, is resolved."""
    return model.model_copy(
        update={
            name: _resolve_value(getattr(model, name), field.annotation, lexicon)
            for name, field in type(model).model_fields.items()
        }
    )


def word_lists(model: BaseModel, path: Path = ()) -> Iterator[tuple[Path, Words]]:
    """Every word list below the model, with its path in the YAML file."""
    for name, field in type(model).model_fields.items():
        key = field.alias or name
        yield from _lists_in(getattr(model, name), field.annotation, (*path, key))


def is_reference(word: str) -> bool:
    return word.startswith(REFERENCE)


def referred(word: str) -> str:
    """Name of the list that the reference means."""
    return word.removeprefix(REFERENCE)


def _plain(items: tuple[str, ...], language: str, lexicon: LexiconFile) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_flatten(items, language, lexicon, set())))


def _flatten(
    items: tuple[str, ...], language: str, lexicon: LexiconFile, met: set[str]
) -> Iterator[str]:
    # Each list is opened once: its words would be repeats, and thirty lists that name the next
    # one twice would be a billion of them.
    for item in items:
        if not is_reference(item):
            yield item
        elif (name := referred(item)) not in met:
            met.add(name)
            yield from _flatten(_named(name, lexicon).get(language, ()), language, lexicon, met)


def _named(name: str, lexicon: LexiconFile) -> Words:
    if name not in lexicon.lists:
        problem = f"there is no list `{name}`; add it, or write its name as it stands there"
        raise PackError((Complaint("lexicon.yaml", 0, 0, "lists", problem, "unknown-list"),))
    return lexicon.lists[name]


def _resolve_value(value: Any, annotation: Any, lexicon: LexiconFile) -> Any:
    if isinstance(value, LEAVES):
        return value
    if annotation == Words:
        return resolve(value, lexicon)
    if isinstance(value, BaseModel):
        return resolve_all(value, lexicon)
    if isinstance(value, tuple):
        return tuple(_resolve_value(item, None, lexicon) for item in value)
    if isinstance(value, Mapping):
        inner = _value_type(annotation)
        return {key: _resolve_value(item, inner, lexicon) for key, item in value.items()}
    return value


def _lists_in(value: Any, annotation: Any, path: Path) -> Iterator[tuple[Path, Words]]:
    if isinstance(value, LEAVES):
        return
    if annotation == Words:
        yield path, value
    elif isinstance(value, BaseModel):
        yield from word_lists(value, path)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _lists_in(item, None, (*path, index))
    elif isinstance(value, Mapping):
        inner = _value_type(annotation)
        for key, item in value.items():
            yield from _lists_in(item, inner, (*path, key))


def _value_type(annotation: Any) -> Any:
    """What the values of a `dict[...]` are; None for anything else."""
    return get_args(annotation)[1] if get_origin(annotation) is dict else None
