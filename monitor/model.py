"""The words of the house, as frozen values. No behaviour beyond what a word implies.

Slugs (actors, topics, stances, stages, effects, sources, rules) are plain strings: which slugs
exist is said by the pack, never by the code. Every datetime is aware and UTC.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

# --- sources and what they give --------------------------------------------------------------


class SourceKind(StrEnum):
    FEED = "feed"
    PAGE = "page"


class Tier(StrEnum):
    OFFICIAL = "official"
    WIRE = "wire"
    PRESS = "press"
    TRADE = "trade"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where the parts of an item stand on a page without a feed (CSS; relative to `item`)."""

    item: str
    title: str = ""
    """Empty: the text of the link."""
    link: str = "a"
    date: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    id: str
    url: str
    kind: SourceKind
    tier: Tier
    newsroom: str
    """The independent origin: two sources of one newsroom are one piece of evidence."""
    language: str | None
    interval: timedelta
    learns: bool = False
    """The pack gives no interval: `interval` only holds until the source's own pace is known."""
    title: str = ""
    actor: str | None = None
    """The actor whose own voice an official source is."""
    selectors: Selectors | None = None
    route: str = "direct"
    verified: date | None = None


class Condition(StrEnum):
    """What is true of a source (promise 5): each is told once, and its end once."""

    NEW = "new"
    """Never read: listed, not told."""
    WELL = "well"
    BROKEN = "broken"
    FROZEN = "frozen"
    """It answers, but its newest item is far older than its own pace allows."""
    EMPTY = "empty"
    """It answers, but its items are gone."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """What the store remembers of a source between two polls."""

    source_id: str
    next_check_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    first_seen_at: datetime | None = None
    """First successful poll; None until then (promise 4: baseline on first sight)."""
    last_success_at: datetime | None = None
    newest_item_at: datetime | None = None
    failures: int = 0
    """Failed polls in a row."""
    last_error: str | None = None
    condition: Condition = Condition.NEW
    condition_since: datetime | None = None
    items: int = 0
    """In the last body that held any."""
    empty_polls: int = 0
    """Polls in a row that found no item where there had been some."""
    pace_seconds: int | None = None
    """Median gap between its items; None until enough of them bear dates."""
    ttl_seconds: int | None = None
    """What the feed itself asks for (`ttl`, `sy:updatePeriod`); a 304 does not repeat it."""
    skip_hours: str = ""
    """Hours (UTC) in which the feed asks not to be read: numbers, set apart by blanks."""
    skip_days: str = ""
    """Days likewise, as `monday sunday`."""
    moved_from: str | None = None
    """The address that was asked then: an edit of the pack forgets the move."""
    moved_to: str | None = None
    """Where permanent redirects lead."""
    moved_agreed: int = 0
    """Polls in a row that were led there; from three on the source is asked there."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body came. `url` is where it came from after redirects."""

    source_id: str
    url: str
    body: bytes
    content_type: str
    etag: str | None
    last_modified: str | None
    fetched_at: datetime
    fresh_for: timedelta | None = None
    """What the server asked for (Cache-Control); None where it said nothing."""
    moved_to: str | None = None
    """Where redirects led that are permanent, every one of them."""


@dataclass(frozen=True, slots=True)
class NotModified:
    source_id: str
    fetched_at: datetime
    fresh_for: timedelta | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class FetchFailed:
    source_id: str
    reason: str
    """A word: dns, refused, timeout, too-large, http-404, blocked-address, not-a-feed, ..."""
    detail: str
    failed_at: datetime
    retry_after: timedelta | None = None


Poll = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True)
class TextDue:
    """An article that came without its full text, and when its page is to be asked for it."""

    article_id: str
    source_id: str
    url: str
    due_at: datetime
    tries: int = 0
    last_error: str | None = None


# --- articles ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Article:
    """One item of a source, as one version of it. Text is cleaned: no NUL, no lone surrogate."""

    id: str
    """Ours, stable over versions: from source and item key; in a replay, the line's id."""
    url: str
    title: str
    text: str
    arrived_at: datetime
    published_at: datetime | None = None
    """None where the item bears no date; then it is ordered by arrival and marked."""
    language: str | None = None
    source_id: str = ""
    newsroom: str = ""
    tier: Tier = Tier.PRESS
    voice: str | None = None
    """The actor whose own source this is, from Source.actor."""
    keys: tuple[str, ...] = ()
    """Natural keys, strongest first: guid, canonical url, content hash."""

    @property
    def said_at(self) -> datetime:
        return self.published_at or self.arrived_at

    @property
    def whole(self) -> str:
        """What offsets count in: title, newline, text."""
        return f"{self.title}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Edition:
    """What one body of a source held: articles in its order, and when it wishes to be read."""

    articles: tuple[Article, ...]
    ttl_seconds: int | None = None
    skip_hours: str = ""
    """As in Cursor."""
    skip_days: str = ""


class Verdict(StrEnum):
    """What identify decided about an article; the first that holds, in this order."""

    KNOWN = "known"
    COPY = "copy"
    IRRELEVANT = "irrelevant"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim span of `Article.whole`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stance:
    """Who holds which stance on which topic, as one article tells it."""

    actor: str
    topic: str
    stance: str
    confidence: float
    background: bool
    quote: Quote
    cue: str
    """The words that carried the level."""
    holder: str
    """Why this actor holds it: subject, speaker, carried, by-act, ..."""
    turn: bool = False
    """The text says that the position is new ("now", "agreed", "no longer")."""
    speaker: str | None = None
    """The person who spoke, where the text names one."""


@dataclass(frozen=True, slots=True)
class Act:
    """A rule-making act, as one article tells it."""

    topic: str
    body: str
    stage: str
    effect: str
    confidence: float
    quote: Quote
    cue: str
    number: str | None = None
    """Normalised number of the bill, law, decree or package."""
    effective_on: date | None = None
    comments_until: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one article says."""

    relevant: bool
    because: str
    """The words that made it relevant, or what was missing."""
    language: str
    """ISO 639; empty where an irrelevant article names none and nobody had to know."""
    topics: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    stances: tuple[Stance, ...] = ()
    acts: tuple[Act, ...] = ()


# --- ledger ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a statement comes from and when."""

    article_id: str
    url: str
    story: str
    origin: str
    """The agency that the text names, else the newsroom."""
    tier: Tier
    official: bool
    """The source is the actor's own voice."""
    said_at: datetime
    learnt_at: datetime
    undated: bool = False
    baseline: bool = False
    """Old when it was first seen, or a seed: moves the ledger, alerts nobody."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A row of the append-only ledger: a stance or an act with its evidence.

    `retracts` names an earlier statement that this row withdraws; such a row has no force itself.
    """

    id: str
    label: Stance | Act
    evidence: Evidence
    measure: str | None = None
    """The measure an act belongs to, decided once, when it was learnt."""
    retracts: str | None = None
    pooled: float = 1.0
    """How sure the ledger is of it by all that its story had told when it was learnt, decided
    once, then (steps/ledger/pooling.py). `label.confidence` is that of its own text."""


class Certainty(StrEnum):
    REPORTED = "reported"
    CONFIRMED = "confirmed"


class ChangeKind(StrEnum):
    STANCE = "stance"
    STAGE = "stage"


class Reason(StrEnum):
    """Why the ledger moved. The first group is of positions, the second of measures, then both."""

    REVERSAL = "reversal"
    SHIFT = "shift"
    CONFLICT = "conflict"
    CORRECTION = "correction"

    ADVANCED = "advanced"
    SET_BACK = "set-back"
    OUT_OF_ORDER = "out-of-order"

    FIRST = "first"
    CONFIRMED = "confirmed"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Position:
    """What an actor holds on a topic: the fold of its live statements."""

    actor: str
    topic: str
    stance: str
    certainty: Certainty
    since: datetime
    """When the present side and level were first said."""
    last_said: datetime
    quote: Quote
    sources: tuple[str, ...]
    """URLs of the statements that carry the present position, oldest first."""
    origins: tuple[str, ...]
    disputed: bool = False
    """A conflict is open: neither confirmed nor corrected yet."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A bill, law, decree or rule: the fold of its live acts."""

    id: str
    topic: str
    body: str
    stage: str
    effect: str
    certainty: Certainty
    since: datetime
    last_said: datetime
    quote: Quote
    sources: tuple[str, ...]
    origins: tuple[str, ...]
    number: str | None = None
    effective_on: date | None = None
    comments_until: date | None = None
    origin_body: str = ""
    """The body of its first act: what identity counts with (`body` is who acted last)."""


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in the ledger, with its reason."""

    id: str
    kind: ChangeKind
    actor: str
    """The holder of the stance, or the body of the act."""
    topic: str
    before: str | None
    after: str
    reason: Reason
    certainty: Certainty
    background: bool
    quote: Quote
    statement_id: str
    evidence: Evidence
    measure: str | None = None
    effect: str | None = None
    effective_on: date | None = None
    comments_until: date | None = None
    before_since: datetime | None = None
    """Since when `before` stood."""
    known_since: datetime | None = None
    """Since when the ledger or a seed knew what is told; None for news."""
    known_by: str | None = None
    """The seed that tells of it; None where the ledger itself knew."""


# --- alerts and messages -----------------------------------------------------------------------


class Severity(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Outcome(StrEnum):
    """What a rule made of a change. Only ALERT sends; every other name says why not."""

    ALERT = "alert"
    SHADOW = "shadow"
    """The rule is in status `test`: it would have alerted."""
    BASELINE = "baseline"
    BACKGROUND = "background"
    NOT_ASKED = "not-asked"
    NOT_CERTAIN = "not-certain"
    NO_KEYWORD = "no-keyword"
    EXCLUDED = "excluded"
    TOLD = "told"
    """The same step of the same story was told as a stance, or as an act, to the same people."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One rule's outcome on one change: what `explain` prints."""

    rule_id: str
    change_id: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A change that a rule matched."""

    id: str
    rule_id: str
    rule_title: str
    severity: Severity
    change: Change
    why: str
    channels: tuple[str, ...]
    title: str = ""
    """Title of the article, for the message."""
    newsroom: str = ""
    names: dict[str, str] = field(default_factory=dict)
    """Display names of the slugs in `change`, as the pack had them."""


@dataclass(frozen=True, slots=True)
class Message:
    """What people get: one or more alerts. `body` is canonical JSON, rendered on the way out."""

    id: str
    alert_ids: tuple[str, ...]
    body: str
    digest: str
    """sha256 of the body."""
    created_at: datetime


class DeliveryState(StrEnum):
    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way to one target."""

    id: str
    message_id: str
    target: str
    """Name of a channel target; the address itself stays in the settings."""
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime
    lease: str | None = None
    lease_until: datetime | None = None
    last_error: str | None = None
    settled_at: datetime | None = None


class ChannelKind(StrEnum):
    """What a channel takes: each kind has its own rendering."""

    SLACK = "slack"
    MAIL = "mail"
    APPRISE = "apprise"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in the form that one kind of channel takes. The same message gives the same form,
    however often it is tried."""

    message_id: str
    subject: str
    """One line, no control characters."""
    text: str
    """Plain text; always there, for every kind has something that can show no more."""
    created_at: datetime
    html: str = ""
    """Mail only."""
    blocks_json: str = ""
    """Slack only: the list of Block Kit blocks as JSON."""
    thread: str = ""
    """Messages with the same thread belong together for a reader (the id of the rule)."""
    body: str = ""
    """The message's canonical JSON, one line, for a channel that keeps it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One line of the delivery log: opened by the claim, closed by the settling."""

    delivery_id: str
    number: int
    """Counted from 1; `Delivery.attempts` is the number of the last one opened."""
    lease: str
    opened_at: datetime
    closed_at: datetime | None = None
    """None: it runs, or a kill or a lost lease cut it off."""
    outcome: DeliveryState | None = None
    error: str | None = None
    ambiguous: bool = False
    """The target may have taken the message although the attempt counts as failed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many deliveries of one target are in one state."""

    target: str
    state: DeliveryState
    count: int
    oldest: datetime
    """When the oldest of their messages was made."""


class NoticeKind(StrEnum):
    """What the service says of itself, not of the field."""

    BROKEN = "broken"
    FROZEN = "frozen"
    EMPTY = "empty"
    RECOVERED = "recovered"
    NO_NETWORK = "no-network"
    NETWORK_BACK = "network-back"
    FLOOD = "flood"
    TEST = "test"
    """Asked for by a person, to see what a target answers."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of the service's own. `subject` is a source's id, or `network`."""

    kind: NoticeKind
    subject: str
    title: str
    """One line: what happened."""
    lines: tuple[str, ...]
    """What is known of it, and the remedy."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed delivery together with its message."""

    delivery: Delivery
    message: Message


@dataclass(frozen=True, slots=True)
class Intake:
    """All that one polled source (or one batch) changes, committed at once or not at all."""

    cursor: Cursor | None
    articles: tuple["ArticleRecord", ...] = ()
    statements: tuple[Statement, ...] = ()
    changes: tuple[Change, ...] = ()
    decisions: tuple[Decision, ...] = ()
    alerts: tuple[Alert, ...] = ()
    messages: tuple[Message, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    released: tuple[str, ...] = ()
    """Articles whose hold ends."""
    dropped: tuple[str, ...] = ()
    """Articles that stay known by their keys alone, as if their texts had been purged."""
    texts_due: tuple[TextDue, ...] = ()
    """Added, or put in place of what stood for the same article."""
    texts_done: tuple[str, ...] = ()
    """Articles whose page is asked for no more."""
    remembered: tuple[tuple[str, str], ...] = ()
    """What the service keeps of itself: names and values."""
    footprints: tuple["Footprint", ...] = ()
    sketches: tuple["Sketch", ...] = ()
    """Added, or put in place of what stood for the same article."""
    stories: tuple["Story", ...] = ()
    merges: tuple["Merge", ...] = ()
    partings: tuple["Parting", ...] = ()
    footings: tuple["Footing", ...] = ()
    """Added, or put in place of what stood for the same pair."""
    counted: tuple[tuple[str, str, int], ...] = ()
    """Space, word, and in how many further articles it stood."""


@dataclass(frozen=True, slots=True)
class Footing:
    """What a pair's statements said before `until` come to. It falls with the first statement that
    is added to them, a retraction among them."""

    actor: str
    """Empty: of the acts on the topic."""
    topic: str
    until: datetime
    made_by: str
    """Name of the rules that it was made by."""
    content: str
    """Canonical JSON; what it holds is known to steps.ledger alone."""


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article version with what was decided about it."""

    article: Article
    version: str
    """Hash of title and text."""
    verdict: Verdict
    copy_of: str | None
    story: str
    reading_json: str
    """The reading as canonical JSON, so that `explain` can show it again."""
    seed: bool = False
    baseline: bool = False
    held: bool = False
    """Part of a flood: known, but nothing of it has been entered into the ledger."""


# --- what belongs together ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a text leaves behind, so that it is known when much of it comes again."""

    article_id: str
    marks: tuple[int, ...]
    """Signed 64-bit hashes of some of its word triples."""
    arrived_at: datetime
    lasting: bool = False
    """A seed's: it never fades."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What tells an article's event from others, weighed; its story as it was decided then."""

    article_id: str
    story: str
    told_at: datetime
    """Said-at; for an undated article its arrival."""
    undated: bool
    """It never lengthens its story."""
    roundup: bool
    """It tells several events: it may join a story, and nothing joins it."""
    seed: bool
    content: str
    """Canonical JSON; what it holds is known to steps.identify alone."""
    why: str = ""
    """Why its article is in its story, for people."""


@dataclass(frozen=True, slots=True)
class Story:
    """The articles that report one event, named when the first of them came."""

    id: str
    opened_at: datetime
    why: str
    """Why no story that was open would do."""
    follows: str | None = None
    """The story whose event this one carries on or denies."""
    apart_from: str | None = None
    """The story that a person took its articles out of: the two become one again only by hand."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Two stories turned out to be one. Nothing is deleted: `story` leads to `into` from now on."""

    story: str
    into: str
    why: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parting:
    """A person took an article out of its story; all that is told of it is in `story` now."""

    article_id: str
    story: str
    why: str


@dataclass(frozen=True, slots=True)
class Telling:
    """An article in its story, without its text. Title and verdict are those of its last version,
    the rest of the first."""

    article_id: str
    title: str
    url: str
    newsroom: str
    language: str | None
    topics: tuple[str, ...]
    said_at: datetime
    undated: bool
    verdict: Verdict
    copy_of: str | None
    seed: bool
    versions: int
    why: str
    """Empty for a copy: it is where its original is."""


@dataclass(frozen=True, slots=True)
class StoryFile:
    """All that is known of one story by now."""

    story: Story
    tellings: tuple[Telling, ...]
    """In the order said."""
    merged: tuple[Merge, ...] = ()
    """What became part of it, directly or by way of another."""
    followed_by: tuple[str, ...] = ()
