"""Bytes -> articles. Pure, and meant for the sandbox: what it reads was written by strangers."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.steps.parse.articles import read_source
    from monitor.steps.parse.pagetext import read_page_text
    from monitor.steps.parse.survey import survey as read_survey

    __all__ = ["read_page_text", "read_source", "read_survey"]


def function_of(module: str, name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


class Elsewhere:
    """A function that is imported where it is called, or where it arrives: in the sandbox's child,
    before its time begins to run.

    feedparser, BeautifulSoup, dateparser and trafilatura take 0.4 s and 40 MB. The service itself
    calls none of them, and would otherwise hold them all the same, only to say which is meant.
    """

    def __init__(self, module: str, name: str) -> None:
        self._place = (module, name)
        self.__qualname__ = name

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return function_of(*self._place)(*arguments, **named)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, str]]:
        return function_of, self._place


if not TYPE_CHECKING:
    read_source = Elsewhere("monitor.steps.parse.articles", "read_source")
    read_page_text = Elsewhere("monitor.steps.parse.pagetext", "read_page_text")
    read_survey = Elsewhere("monitor.steps.parse.survey", "survey")
