"""The body of a message: canonical JSON with its edition and hash. What it says is not here."""

import hashlib
import json
from datetime import UTC, datetime

from monitor.errors import RenderError
from monitor.model import Message


def seal(
    message_id: str,
    alert_ids: tuple[str, ...],
    values: dict[str, object],
    *,
    edition: int | str,
    created_at: datetime,
) -> Message:
    body = json.dumps(
        {"format": edition, **values}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return Message(message_id, alert_ids, body, _digest(body), created_at)


def unseal(message: Message) -> dict[str, object]:
    """What was sealed, with its `format`. RenderError where the body is damaged."""
    if _digest(message.body) != message.digest:
        raise RenderError(f"message {message.id}: the body does not match its hash")
    try:
        values = json.loads(message.body)
    except ValueError as error:
        raise RenderError(f"message {message.id}: the body cannot be read: {error!r}") from error
    if not isinstance(values, dict):
        raise RenderError(f"message {message.id}: the body cannot be read: it is no object")
    return values


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def short_hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
