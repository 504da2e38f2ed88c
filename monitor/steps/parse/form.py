"""What a survey of a body says; survey.py finds it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Form(StrEnum):
    FEED = "feed"
    HTML = "html"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page names in its head."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Survey:
    form: Form
    title: str = ""
    """What the feed or page calls itself; one line."""
    language: str | None = None
    """What most articles are written in, as they or the feed say."""
    looks_like: str | None = None
    """What their titles are written in, by their letters and words; None where too few words."""
    items: int = 0
    dated: int = 0
    newest: datetime | None = None
    charset: str = ""
    """What is wrong with the declared charset; empty: nothing."""
    feeds: tuple[FeedLink, ...] = ()
    trouble: str = ""
    """Why no item can be read; empty: they can."""
