"""The tables, and the only SQLModel classes. No behaviour: rows.py turns a row into words.

The revision under migrations/ builds them; a test compares the two on both databases. Times are
aware UTC (SQLModel's own type sees to it). Lists and dicts are canonical JSON in text columns.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Index, MetaData, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Without names of our own the two databases would call their constraints differently, and a later
# revision could not drop one.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


class Quoted(Row):
    quote_text: str
    quote_start: int
    quote_end: int


class Evidenced(Row):
    article_id: str = Field(foreign_key="article.id", index=True)
    url: str
    story: str
    origin: str
    tier: str
    official: bool
    said_at: datetime
    learnt_at: datetime = Field(index=True)
    undated: bool
    baseline: bool


# --- sources and articles ----------------------------------------------------------------------


class SourceRow(Row, table=True):
    __tablename__ = "source"

    source_id: str = Field(primary_key=True)
    next_check_at: datetime = Field(index=True)
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    first_seen_at: datetime | None
    last_success_at: datetime | None
    newest_item_at: datetime | None
    failures: int
    last_error: str | None
    condition: str
    condition_since: datetime | None
    items: int
    empty_polls: int
    pace_seconds: int | None
    ttl_seconds: int | None
    skip_hours: str
    skip_days: str
    moved_from: str | None
    moved_to: str | None
    moved_agreed: int


class MemoryRow(Row, table=True):
    """What the service keeps of itself between two starts."""

    __tablename__ = "memory"

    name: str = Field(primary_key=True)
    value: str


class ArticleRow(Row, table=True):
    __tablename__ = "article"

    id: str = Field(primary_key=True)
    first_arrived_at: datetime


class ArticleKeyRow(Row, table=True):
    __tablename__ = "article_key"

    key: str = Field(primary_key=True)
    """As given, or its hash where it is long: see rows.stored_key."""
    article_id: str = Field(foreign_key="article.id", index=True)


class ArticleVersionRow(Row, table=True):
    __tablename__ = "article_version"
    __table_args__ = (
        # Held articles are few: the index holds them alone.
        Index(
            "ix_article_version_held",
            "source_id",
            sqlite_where=text("held"),
            postgresql_where=text("held"),
        ),
        # Most articles are irrelevant, and each of those is a story of its own.
        Index(
            "ix_article_version_story",
            "story",
            sqlite_where=text("verdict <> 'irrelevant'"),
            postgresql_where=text("verdict <> 'irrelevant'"),
        ),
    )

    article_id: str = Field(primary_key=True, foreign_key="article.id")
    version: str = Field(primary_key=True)
    url: str
    title: str
    text: str
    arrived_at: datetime = Field(index=True)
    published_at: datetime | None
    language: str | None
    source_id: str
    newsroom: str
    tier: str
    voice: str | None
    keys: str
    verdict: str
    copy_of: str | None
    story: str
    reading_json: str
    seed: bool
    baseline: bool
    held: bool


class TextDueRow(Row, table=True):
    """Pages that are still to be asked for an article's full text."""

    __tablename__ = "text_due"

    article_id: str = Field(primary_key=True, foreign_key="article.id")
    source_id: str
    url: str
    due_at: datetime = Field(index=True)
    tries: int
    last_error: str | None


# --- what belongs together ---------------------------------------------------------------------


class FootprintRow(Row, table=True):
    """Faded ones go with the next write. No number is given twice: it tells what is new."""

    __tablename__ = "footprint"
    __table_args__ = (UniqueConstraint("article_id", "arrived_at"), {"sqlite_autoincrement": True})

    number: int = Field(primary_key=True)
    article_id: str = Field(foreign_key="article.id")
    marks: bytes
    arrived_at: datetime = Field(index=True)
    lasting: bool


class SketchRow(Row, table=True):
    __tablename__ = "sketch"

    article_id: str = Field(primary_key=True, foreign_key="article.id")
    story: str
    told_at: datetime = Field(index=True)
    undated: bool
    roundup: bool
    seed: bool
    why: str
    content: str
    """The last, for it is long: SQLite walks through what stands before a column."""


class StoryRow(Row, table=True):
    __tablename__ = "story"

    id: str = Field(primary_key=True)
    opened_at: datetime
    why: str
    follows: str | None = Field(index=True)
    apart_from: str | None = Field(index=True)
    into: str | None = Field(index=True)
    """The story that it was merged into."""
    into_why: str | None
    into_at: datetime | None


class WordCountRow(Row, table=True):
    """In how many articles a word stood: what makes a rare word tell more than a common one."""

    __tablename__ = "word_count"

    space: str = Field(primary_key=True)
    word: str = Field(primary_key=True)
    articles: int


# --- ledger: append-only, triggers refuse the rest ---------------------------------------------


class StatementRow(Evidenced, Quoted, table=True):
    __tablename__ = "statement"
    __table_args__ = (
        Index(None, "actor", "topic", "said_at"),
        Index(None, "actor", "learnt_at"),
        Index(None, "kind", "topic", "said_at"),
    )

    id: str = Field(primary_key=True)
    kind: str
    """`stance` or `act`: which of the two groups below is filled."""
    measure: str | None
    retracts: str | None = Field(foreign_key="statement.id", index=True)
    pooled: float
    topic: str
    confidence: float
    cue: str

    actor: str | None
    stance: str | None
    background: bool | None
    holder: str | None
    turn: bool | None
    speaker: str | None

    body: str | None
    stage: str | None
    effect: str | None
    number: str | None
    effective_on: date | None
    comments_until: date | None


class ChangeRow(Evidenced, Quoted, table=True):
    __tablename__ = "change"
    __table_args__ = (Index(None, "actor", "topic"), Index(None, "actor", "learnt_at"))

    id: str = Field(primary_key=True)
    kind: str
    actor: str
    topic: str = Field(index=True)
    before: str | None
    after: str
    reason: str
    certainty: str
    background: bool
    statement_id: str = Field(foreign_key="statement.id", index=True)
    measure: str | None
    effect: str | None
    effective_on: date | None
    comments_until: date | None
    before_since: datetime | None
    known_since: datetime | None
    known_by: str | None


class FootingRow(Row, table=True):
    """What old statements of a pair come to. Made of statements, and made anew from them at any
    time: not of the ledger, and not append-only."""

    __tablename__ = "footing"

    actor: str = Field(primary_key=True)
    """Empty: of the acts on the topic."""
    topic: str = Field(primary_key=True)
    until: datetime
    made_by: str
    content: str


# --- alerts and messages -----------------------------------------------------------------------


class DecisionRow(Row, table=True):
    __tablename__ = "decision"

    change_id: str = Field(primary_key=True, foreign_key="change.id")
    rule_id: str = Field(primary_key=True)
    outcome: str
    detail: str


class AlertRow(Row, table=True):
    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("change_id", "rule_id"),)

    id: str = Field(primary_key=True)
    change_id: str = Field(foreign_key="change.id")
    rule_id: str
    rule_title: str
    severity: str
    why: str
    channels: str
    title: str
    newsroom: str
    names: str


class MessageRow(Row, table=True):
    __tablename__ = "message"

    id: str = Field(primary_key=True)
    body: str
    digest: str
    created_at: datetime


class AlertMessageRow(Row, table=True):
    __tablename__ = "alert_message"

    message_id: str = Field(primary_key=True, foreign_key="message.id")
    alert_id: str = Field(primary_key=True, foreign_key="alert.id", index=True)
    place: int
    """Where the alert stands in the message, from 0."""


class DeliveryRow(Row, table=True):
    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("message_id", "target"),
        Index(None, "state", "next_attempt_at"),
    )

    id: str = Field(primary_key=True)
    message_id: str = Field(foreign_key="message.id")
    target: str
    state: str
    attempts: int
    next_attempt_at: datetime
    lease: str | None
    lease_until: datetime | None
    last_error: str | None
    settled_at: datetime | None


class AttemptRow(Row, table=True):
    """The delivery log. A row is opened by the claim and closed by the settling; one that stays
    open was cut off by a kill or a lost lease."""

    __tablename__ = "delivery_attempt"

    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id")
    number: int = Field(primary_key=True)
    lease: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None
    error: str | None
    ambiguous: bool


METADATA = Row.metadata


def _table(name: str) -> Table:
    return METADATA.tables[name]


SOURCE = _table("source")
MEMORY = _table("memory")
ARTICLE = _table("article")
ARTICLE_KEY = _table("article_key")
ARTICLE_VERSION = _table("article_version")
TEXT_DUE = _table("text_due")
FOOTPRINT = _table("footprint")
SKETCH = _table("sketch")
STORY = _table("story")
WORD_COUNT = _table("word_count")
STATEMENT = _table("statement")
CHANGE = _table("change")
FOOTING = _table("footing")
DECISION = _table("decision")
ALERT = _table("alert")
MESSAGE = _table("message")
ALERT_MESSAGE = _table("alert_message")
DELIVERY = _table("delivery")
ATTEMPT = _table("delivery_attempt")
