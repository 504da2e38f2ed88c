"""Row <-> word, both ways, by field name. No SQL.

A column bears the name of its field; a quote's fields are prefixed, evidence stands flat. Lists
and dicts are canonical JSON. A test compares the names of fields and columns.
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from typing import Any

from monitor.errors import StoreError
from monitor.model import (
    Act,
    Alert,
    Article,
    ArticleRecord,
    Attempt,
    Certainty,
    Change,
    ChangeKind,
    Condition,
    Cursor,
    Decision,
    Delivery,
    DeliveryState,
    Evidence,
    Footing,
    Footprint,
    Merge,
    Message,
    Outcome,
    Quote,
    Reason,
    Severity,
    Sketch,
    Stance,
    Statement,
    Story,
    Telling,
    TextDue,
    Tier,
    Verdict,
)

Row = Mapping[Any, Any]
Values = dict[str, Any]

LONGEST_KEY = 200
"""Bytes. A guid is what a stranger wrote; Postgres refuses to index more than 2,704 bytes."""

LONGEST_ERROR = 2000
"""Characters of a target's or server's own words that we keep."""

STANCE, ACT = "stance", "act"


def _names(kind: type, *, but: Iterable[str] = ()) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind) if part.name not in set(but))


CURSOR_FIELDS = _names(Cursor)
ARTICLE_FIELDS = _names(Article, but=("id", "keys"))
RECORD_FIELDS = _names(ArticleRecord, but=("article",))
QUOTE_FIELDS = _names(Quote)
STANCE_FIELDS = _names(Stance, but=("quote",))
ACT_FIELDS = _names(Act, but=("quote",))
EVIDENCE_FIELDS = _names(Evidence)
STATEMENT_FIELDS = _names(Statement, but=("label", "evidence"))
FOOTING_FIELDS = _names(Footing)
CHANGE_FIELDS = _names(Change, but=("quote", "evidence"))
DECISION_FIELDS = _names(Decision)
ALERT_FIELDS = _names(Alert, but=("change", "channels", "names"))
MESSAGE_FIELDS = _names(Message, but=("alert_ids",))
DELIVERY_FIELDS = _names(Delivery)
ATTEMPT_FIELDS = _names(Attempt)
TEXT_DUE_FIELDS = _names(TextDue)
FOOTPRINT_FIELDS = _names(Footprint)
SKETCH_FIELDS = _names(Sketch)
STORY_FIELDS = _names(Story)

LABEL_BLANK: Values = dict.fromkeys(STANCE_FIELDS + ACT_FIELDS)
"""A bulk insert needs the same columns in every row."""


# --- sources and articles ----------------------------------------------------------------------


def cursor_values(cursor: Cursor) -> Values:
    values = _picked(cursor, CURSOR_FIELDS)
    return values | {"last_error": kept_error(cursor.last_error)}


def cursor_of(row: Row) -> Cursor:
    return Cursor(**_taken(row, CURSOR_FIELDS) | {"condition": Condition(row["condition"])})


def text_due_values(due: TextDue) -> Values:
    return _picked(due, TEXT_DUE_FIELDS) | {"last_error": kept_error(due.last_error)}


def text_due_of(row: Row) -> TextDue:
    return TextDue(**_taken(row, TEXT_DUE_FIELDS))


def article_values(record: ArticleRecord) -> Values:
    return {"id": record.article.id, "first_arrived_at": record.article.arrived_at}


def key_values(record: ArticleRecord) -> list[Values]:
    article = record.article
    return [{"key": stored_key(key), "article_id": article.id} for key in article.keys]


def stored_key(key: str) -> str:
    """The key, or a hash of it where it is too long for an index."""
    if key.isascii() and len(key) <= LONGEST_KEY:
        return key
    raw = key.encode("utf-8", "surrogatepass")
    return key if len(raw) <= LONGEST_KEY else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def version_values(record: ArticleRecord) -> Values:
    return {
        "article_id": record.article.id,
        "keys": _json(record.article.keys),
        **_picked(record.article, ARTICLE_FIELDS),
        **_picked(record, RECORD_FIELDS),
    }


def record_of(row: Row) -> ArticleRecord:
    article = _taken(row, ARTICLE_FIELDS) | {"tier": Tier(row["tier"])}
    record = _taken(row, RECORD_FIELDS) | {"verdict": Verdict(row["verdict"])}
    keys = tuple(json.loads(row["keys"]))
    return ArticleRecord(article=Article(id=row["article_id"], keys=keys, **article), **record)


# --- what belongs together ---------------------------------------------------------------------


def footprint_values(footprint: Footprint) -> Values:
    """Its marks in eight bytes each, the lowest first."""
    marks = struct.pack(f"<{len(footprint.marks)}q", *footprint.marks)
    return _picked(footprint, FOOTPRINT_FIELDS) | {"marks": marks}


def sketch_values(sketch: Sketch) -> Values:
    return _picked(sketch, SKETCH_FIELDS)


def sketch_of(row: Row) -> Sketch:
    return Sketch(**_taken(row, SKETCH_FIELDS))


def story_values(story: Story) -> Values:
    return {**_picked(story, STORY_FIELDS), **dict.fromkeys(("into", "into_why", "into_at"))}


def story_of(row: Row) -> Story:
    return Story(**_taken(row, STORY_FIELDS))


def merge_of(row: Row) -> Merge:
    return Merge(row["id"], row["into"], row["into_why"] or "", row["into_at"])


def telling_of(versions: Sequence[Row], why: str) -> Telling:
    """`versions` of one article, oldest first."""
    first, last = versions[0], versions[-1]
    reading = json.loads(last["reading_json"])
    return Telling(
        article_id=first["article_id"],
        title=last["title"],
        url=first["url"],
        newsroom=first["newsroom"],
        language=first["language"] or reading.get("language"),
        topics=tuple(reading.get("topics") or ()),
        said_at=first["published_at"] or first["arrived_at"],
        undated=first["published_at"] is None,
        verdict=Verdict(last["verdict"]),
        copy_of=first["copy_of"],
        seed=first["seed"],
        versions=len(versions),
        why=why,
    )


# --- ledger ------------------------------------------------------------------------------------


def statement_values(statement: Statement) -> Values:
    label = statement.label
    kind, names = (STANCE, STANCE_FIELDS) if isinstance(label, Stance) else (ACT, ACT_FIELDS)
    return {
        "kind": kind,
        **LABEL_BLANK,
        **_picked(label, names),
        **_quote_values(label.quote),
        **_picked(statement.evidence, EVIDENCE_FIELDS),
        **_picked(statement, STATEMENT_FIELDS),
    }


def statement_of(row: Row) -> Statement:
    label: Stance | Act
    if row["kind"] == STANCE:
        label = Stance(quote=_quote_of(row), **_taken(row, STANCE_FIELDS))
    else:
        label = Act(quote=_quote_of(row), **_taken(row, ACT_FIELDS))
    return Statement(label=label, evidence=_evidence_of(row), **_taken(row, STATEMENT_FIELDS))


def footing_values(footing: Footing) -> Values:
    return _picked(footing, FOOTING_FIELDS)


def footing_of(row: Row) -> Footing:
    return Footing(**_taken(row, FOOTING_FIELDS))


def change_values(change: Change) -> Values:
    return {
        **_quote_values(change.quote),
        **_picked(change.evidence, EVIDENCE_FIELDS),
        **_picked(change, CHANGE_FIELDS),
    }


def change_of(row: Row) -> Change:
    words = {
        "kind": ChangeKind(row["kind"]),
        "reason": Reason(row["reason"]),
        "certainty": Certainty(row["certainty"]),
    }
    values = _taken(row, CHANGE_FIELDS) | words
    return Change(quote=_quote_of(row), evidence=_evidence_of(row), **values)


def _evidence_of(row: Row) -> Evidence:
    return Evidence(**_taken(row, EVIDENCE_FIELDS) | {"tier": Tier(row["tier"])})


def _quote_values(quote: Quote) -> Values:
    return {f"quote_{name}": getattr(quote, name) for name in QUOTE_FIELDS}


def _quote_of(row: Row) -> Quote:
    return Quote(**{name: row[f"quote_{name}"] for name in QUOTE_FIELDS})


# --- alerts and messages -----------------------------------------------------------------------


def decision_values(decision: Decision) -> Values:
    return _picked(decision, DECISION_FIELDS)


def decision_of(row: Row) -> Decision:
    return Decision(**_taken(row, DECISION_FIELDS) | {"outcome": Outcome(row["outcome"])})


def alert_values(alert: Alert) -> Values:
    return {
        "change_id": alert.change.id,
        "channels": _json(alert.channels),
        "names": _json(alert.names),
        **_picked(alert, ALERT_FIELDS),
    }


def alert_of(row: Row, change: Change) -> Alert:
    values = _taken(row, ALERT_FIELDS) | {"severity": Severity(row["severity"])}
    channels, names = tuple(json.loads(row["channels"])), json.loads(row["names"])
    return Alert(change=change, channels=channels, names=names, **values)


def message_values(message: Message) -> Values:
    return _picked(message, MESSAGE_FIELDS)


def alert_message_values(message: Message) -> list[Values]:
    return [
        {"message_id": message.id, "alert_id": alert_id, "place": place}
        for place, alert_id in enumerate(message.alert_ids)
    ]


def message_of(row: Row, alert_ids: Iterable[str]) -> Message:
    return Message(alert_ids=tuple(alert_ids), **_taken(row, MESSAGE_FIELDS))


def delivery_values(delivery: Delivery) -> Values:
    values = _picked(delivery, DELIVERY_FIELDS)
    return values | {"last_error": kept_error(delivery.last_error)}


def delivery_of(row: Row) -> Delivery:
    return Delivery(**_taken(row, DELIVERY_FIELDS) | {"state": DeliveryState(row["state"])})


def attempt_values(attempt: Attempt) -> Values:
    return _picked(attempt, ATTEMPT_FIELDS)


def attempt_of(row: Row) -> Attempt:
    outcome = row["outcome"] and DeliveryState(row["outcome"])
    return Attempt(**_taken(row, ATTEMPT_FIELDS) | {"outcome": outcome})


# --- what a database can keep ------------------------------------------------------------------


def refuse_unkeepable(table: str, rows: Iterable[Row]) -> None:
    """StoreError for text with a NUL or a lone surrogate. SQLite would take the NUL and Postgres
    refuse it; one rule for both, or a database could not be moved."""
    for row in rows:
        for name, value in row.items():
            if isinstance(value, str) and not _keepable(value):
                raise StoreError(
                    f"{table}.{name} holds a NUL or a lone surrogate, which no database can keep; "
                    f"nothing of this write was kept: {value[:60]!r}"
                )


def kept_error(error: str | None) -> str | None:
    """A stranger's words, made fit to be kept: losing the news of a failure, or of a message that
    was sent, over one bad character would poll or send again without end."""
    if error is None:
        return None
    cut = error[:LONGEST_ERROR].replace("\x00", "")
    return cut.encode("utf-8", "replace").decode("utf-8")


def _keepable(value: str) -> bool:
    if value.isascii():
        return "\x00" not in value
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\x00" not in value


def _picked(word: object, names: tuple[str, ...]) -> Values:
    return {name: _plain(getattr(word, name)) for name in names}


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _taken(row: Row, names: tuple[str, ...]) -> Values:
    return {name: row[name] for name in names}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
