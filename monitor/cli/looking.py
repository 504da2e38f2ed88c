"""Opens the books for a command that only looks, and closes them.

Not here: the app (opening.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from monitor.books import Books
from monitor.config import read_settings
from monitor.errors import UsageError


@contextmanager
def opened_books() -> Iterator[Books]:
    """The books of the settings in force."""
    books = Books(read_settings())
    try:
        yield books
    finally:
        books.close()


def read_moment(text: str | None) -> datetime | None:
    """A date means its end, in UTC: `--as-of 2024-05-01` knows all that was learnt that day."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no date; write 2024-05-01 or 2024-05-01T12:00") from None
    if len(text) <= len("2024-05-01"):
        moment += timedelta(days=1) - timedelta(microseconds=1)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
