"""Commands whose modules are imported when they are asked for: `monitor --help` needs none of them,
`monitor ledger` neither the network nor the readers of feeds. Which there are stands in main.py.
"""

import gc
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_group

Command = Any
"""typer has no public name for what a command and a group have in common."""


class Place(NamedTuple):
    """Where a command is written, and what the list of commands says of it."""

    module: str
    function: str
    """A command's own function, or `commands` for a group of them."""
    summary: str


class Shelf(MutableMapping[str, Command]):
    """Name -> command, made on first use."""

    def __init__(self, places: dict[str, Place]) -> None:
        self._places = places
        self._made: dict[str, Command] = {}

    def __getitem__(self, name: str) -> Command:
        if name not in self._made:
            self._made[name] = _load(name, self._places[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __setitem__(self, name: str, command: Command) -> None:
        raise TypeError("a command is added to the places of main.py")

    def __delitem__(self, name: str) -> None:
        raise TypeError("a command is taken from the places of main.py")


def by_name(places: dict[str, Place]) -> type[TyperGroup]:
    """The kind of group that has these commands."""

    class ByName(TyperGroup):
        def __init__(self, **attributes: Any) -> None:
            super().__init__(**attributes)
            self.commands = Shelf(places)

        def format_commands(self, ctx: object, formatter: Any) -> None:
            with formatter.section("Commands"):
                formatter.write_dl([(name, place.summary) for name, place in places.items()])

    return ByName


def _load(name: str, place: Place) -> Command:
    found = getattr(_imported(place.module), place.function)
    alone = typer.Typer(rich_markup_mode=None)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name, short_help=place.summary)
    else:
        alone.command(name, short_help=place.summary)(found)
    return get_group(alone).commands[name]


def _imported(module: str) -> ModuleType:
    """What is imported stays: to look for rubbish in it, over and over, is a fifth of the time."""
    gc.disable()
    try:
        return import_module(f"monitor.cli.{module}")
    finally:
        gc.freeze()
        gc.enable()
