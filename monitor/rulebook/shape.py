"""Values -> types, and pydantic's errors -> complaints that a person who writes YAML can act on.

Not here: reading YAML (document.py) and checks that look across files (lint.py).
"""

import difflib
import re
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.errors import Complaint, PackError
from monitor.rulebook.document import Document
from monitor.rulebook.words import Path

Shape = TypeVar("Shape", bound=BaseModel)


def shape(document: Document, kind: type[Shape]) -> Shape:
    """The document as its type. PackError with one complaint per thing that is wrong."""
    try:
        return kind.model_validate(document.value)
    except ValidationError as error:
        raise PackError(_complaints(error, document, kind)) from error


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """`; did you mean `x`?` for the nearest known word, or nothing."""
    near = difflib.get_close_matches(str(word), list(known), n=1, cutoff=0.7)
    return f"; did you mean `{near[0]}`?" if near else ""


def _complaints(
    error: ValidationError, document: Document, kind: type[BaseModel]
) -> tuple[Complaint, ...]:
    found: dict[Path, Complaint] = {}
    for fault in error.errors(include_url=False):
        if _follows_from_another(fault):
            continue
        path = _in_document(fault, document)
        # The arms of `date or time` complain each; people need to hear it once.
        found.setdefault(path, _complaint(fault, path, document, kind))
    return tuple(sorted(found.values()))


def _follows_from_another(fault: ErrorDetails) -> bool:
    """A list counts as too short when its items were refused; the items have complained."""
    return fault["type"] == "too_short" and len(fault["input"]) > 0


def _in_document(fault: ErrorDetails, document: Document) -> Path:
    """The part of pydantic's location that stands in the file: it adds union arms and `[key]`."""
    path: Path = ()
    value = document.value
    for part in fault["loc"]:
        if isinstance(value, dict) and part in value or _is_index(value, part):
            value = value[part]
            path = (*path, part)
        else:
            break
    return (*path, fault["loc"][-1]) if fault["type"] == "missing" else path


def _is_index(value: object, part: str | int) -> bool:
    return isinstance(value, list) and isinstance(part, int)


def _complaint(
    fault: ErrorDetails, path: Path, document: Document, kind: type[BaseModel]
) -> Complaint:
    if fault["type"] == "missing":
        problem = f"the key `{path[-1]}` is missing here; add it"
        return document.complain(path, problem, "missing-key", above=True)
    if fault["type"] == "extra_forbidden":
        known = _keys(_type_at(kind, path[:-1]))
        near = did_you_mean(path[-1], known) or f"; known here: {', '.join(known)}"
        problem = f"there is no key `{path[-1]}` here{near}"
        return document.complain(path, problem, "unknown-key", at_key=True)
    if fault["loc"] and fault["loc"][-1] == "[key]":
        problem = f"`{path[-1]}` cannot be a key here; {_pattern(fault)}"
        return document.complain(path, problem, _key_code(fault), at_key=True)
    problem, code = _value_problem(fault)
    return document.complain(path, problem, code)


# --- what is wrong with a value ----------------------------------------------------------------


def _value_problem(fault: ErrorDetails) -> tuple[str, str]:
    kind, value = fault["type"], fault["input"]
    if value is None:
        return "is empty; write a value, or remove the key", "empty-value"
    if kind == "string_type":
        return _no_text(value), "wrong-type"
    if kind in ("enum", "literal_error"):
        return _no_choice(value, fault["ctx"]["expected"]), "wrong-value"
    if kind == "string_pattern_mismatch":
        return f"`{_short(value)}` does not fit; {_pattern(fault)}", "wrong-form"
    if kind == "value_error":
        return f"`{_short(value)}` does not fit; {fault['ctx']['error']}", "wrong-form"
    if kind.startswith(("date_", "datetime_", "time_")):
        return f"`{_short(value)}` is no date; write it as 2026-01-31", "wrong-date"
    if kind in _PLAIN:
        text, code = _PLAIN[kind]
        return text.format(value=_short(value), **fault.get("ctx", {})), code
    return f"`{_short(value)}` does not fit: {fault['msg']}", "invalid"


_PLAIN = {
    "tuple_type": ("a list is needed here; write each item on a line with `- `", "wrong-type"),
    "dict_type": ("keys and values are needed here, such as `en: [word]`", "wrong-type"),
    "model_type": ("keys and values are needed here, not a list or one value", "wrong-type"),
    "int_parsing": ("`{value}` is no whole number", "wrong-type"),
    "int_type": ("a whole number is needed here", "wrong-type"),
    "int_from_float": ("`{value}` is no whole number", "wrong-type"),
    "float_parsing": ("`{value}` is no number", "wrong-type"),
    "float_type": ("a number is needed here", "wrong-type"),
    "bool_parsing": ("`{value}` is neither `true` nor `false`", "wrong-type"),
    "bool_type": ("`true` or `false` is needed here", "wrong-type"),
    "string_too_short": ("is empty; write a text, or remove the key", "empty-value"),
    "string_too_long": ("is longer than {max_length} characters; shorten it", "too-long"),
    "too_short": ("the list is empty; it needs at least {min_length}", "empty-value"),
    "greater_than_equal": ("`{value}` is too small; {ge} is the least", "out-of-range"),
    "less_than_equal": ("`{value}` is too large; {le} is the most", "out-of-range"),
}


def _no_text(value: object) -> str:
    if isinstance(value, dict):
        text = ", ".join(f"{key}: {inner}" for key, inner in value.items())
        return (
            f'a text is needed, and the colon made this keys and values; quote it: "{_short(text)}"'
        )
    if isinstance(value, list):
        return "one text is needed here, not a list"
    what = {bool: "a truth value", int: "a number", float: "a number", date: "a date"}
    meant = what.get(type(value), "a date and time")
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f'a text is needed, and this is {meant}; put it in quotes: "{_short(shown)}"'


def _no_choice(value: object, expected: str) -> str:
    known = re.findall(r"'([^']*)'", expected) or re.findall(r"-?\d+", expected)
    near = did_you_mean(value, known)
    choices = ", ".join(word or '""' for word in known)
    return f"`{_short(value)}` is not known here; one of: {choices}{near}"


_FORMS = {
    "^[a-z0-9]": "small Latin letters, digits and hyphens are needed, such as `central-bank`",
    "^[a-z]{2}$": "a language is two small Latin letters, such as `en`",
    "^https?:": "an address that begins with https:// or http:// is needed",
}


def _pattern(fault: ErrorDetails) -> str:
    pattern = str(fault.get("ctx", {}).get("pattern", ""))
    fitting = (text for start, text in _FORMS.items() if pattern.startswith(start))
    return next(fitting, fault["msg"])


def _key_code(fault: ErrorDetails) -> str:
    return "language" if fault.get("ctx", {}).get("pattern") == "^[a-z]{2}$" else "wrong-form"


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:59]}…"


# --- which keys a place knows ------------------------------------------------------------------


def _keys(kind: type[BaseModel] | None) -> tuple[str, ...]:
    if kind is None:
        return ()
    return tuple(field.alias or name for name, field in kind.model_fields.items())


def _type_at(kind: type[BaseModel], path: Path) -> type[BaseModel] | None:
    here: Any = kind
    for part in path:
        here = _type_below(here, part)
    return _model_in(here)


def _type_below(here: Any, part: str | int) -> Any:
    model = _model_in(here)
    if model is not None:
        fields = model.model_fields.items()
        return next((f.annotation for name, f in fields if part == (f.alias or name)), None)
    arguments = get_args(here)
    if get_origin(here) is dict:
        return arguments[1]
    return arguments[0] if arguments else None


def _model_in(here: Any) -> type[BaseModel] | None:
    """The model that the annotation is, or that it may be (`PageSelectors | None`)."""
    if get_origin(here) in (tuple, dict):
        return None
    candidates = (here, *get_args(here))
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)
