"""The only call to the clock. Everything else takes `now` as an argument, once per run."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)
