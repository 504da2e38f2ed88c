"""The shapes of the pack's files: frozen, strict, unknown keys refused; JSON Schema comes of them.

Not here: reading YAML (load.py) and checks that look across files (lint.py).
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from monitor.model import Severity, SourceKind, Tier


class Entry(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=False,
        use_attribute_docstrings=True,  # the schema shows them in editors
    )


Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Words = dict[Language, tuple[Annotated[str, Field(min_length=1, max_length=120)], ...]]
"""Plain words by language. `*` at the end of a word stands for any ending; `@name` for a list of
lexicon.yaml. In a word list of an inflected language a word without `*` is matched in all its
forms."""

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
DURATION = r"^([0-9]{1,6})([smhd])$"
"""Six digits: a number without an end would not fit into a timedelta."""


def read_duration(value: object) -> object:
    found = re.match(DURATION, value) if isinstance(value, str) else None
    if found:
        return timedelta(**{UNITS[found[2]]: int(found[1])})
    if isinstance(value, timedelta):
        return value
    raise ValueError("a time such as 90s, 15m, 2h or 1d is needed")


Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    WithJsonSchema({"type": "string", "pattern": DURATION}),
]


def refuse_number(value: object) -> object:
    """A bare number would be read as seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError("a date such as 2026-01-31 is needed")
    return value


def in_utc(value: datetime | date) -> datetime | date:
    """A time of day without a zone is meant in UTC."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


Day = Annotated[date, BeforeValidator(refuse_number)]
Moment = Annotated[datetime | date, BeforeValidator(refuse_number), AfterValidator(in_utc)]


def read_verified(value: object) -> object:
    return None if value in ("never", None) else refuse_number(value)


Verified = Annotated[
    date | None,
    BeforeValidator(read_verified),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "date"}, {"const": "never"}, {"type": "null"}]}
    ),
]


# --- sources.yaml ------------------------------------------------------------------------------


class PageSelectors(Entry):
    item: str = Field(min_length=1)
    title: str = ""
    link: str = "a"
    date: str = ""
    summary: str = ""


class SourceEntry(Entry):
    id: Slug
    title: str
    url: str = Field(pattern=r"^https?://[^\s\\]+$", max_length=2000)
    kind: SourceKind = SourceKind.FEED
    tier: Tier
    newsroom: str
    actor: Slug | None = None
    language: Language | None = None
    interval: Duration | None = None
    """None: learnt from how often the source publishes."""
    route: Literal["direct", "relay", "ru-only"] = "direct"
    page: PageSelectors | None = None
    verified: Verified = None
    status: Literal["active", "retired"] = "active"
    note: str = ""


class SourcesFile(Entry):
    sources: tuple[SourceEntry, ...]
    agencies: dict[str, Words] = {}
    """Newsroom -> how texts name it when they pass its news on ("reports TASS")."""


# --- lexicon.yaml ------------------------------------------------------------------------------


class LexiconFile(Entry):
    also_read: tuple[Language, ...] = ()
    """Languages whose words are looked for in texts of every language (names, loan words)."""
    lists: dict[Slug, Words]


# --- topics.yaml -------------------------------------------------------------------------------


class Gate(Entry):
    """What makes an article relevant: a field word and a place word, together."""

    field: Words
    place: Words
    together: Literal["sentence", "text"] = "text"
    none: Words = {}
    """Phrases that are no field word although they hold one ("process mining")."""
    elsewhere: Words = {}
    """Words of other places; an article that names them more often than ours is theirs."""
    policy: Words = {}
    """Words of policy; an article without any is about prices or crime."""
    noise: Words = {}
    """Words of price talk, crime and other noise, weighed against `policy`."""
    as_a_whole: bool = False
    """The network has been taught this field: it decides what the words leave open, and turns away
    what they let in by mistake."""
    hints: Words = {}
    """Words that may speak of the field (`coins`): without a field word they leave it open."""
    at_home: tuple[str, ...] = ()
    """Languages in which the place goes without saying: where it is not named, it is left open."""


class TopicEntry(Entry):
    id: Slug
    title: str
    words: Words
    field_words: Words = {}
    """Words that tell the topic only beside a field word (`exchange`, `buy`)."""
    none: Words = {}
    """Phrases that are not this topic although they hold one of its words ("as an export")."""
    family: Slug | None = None
    """Topics of one family are told for one another by texts on one event; the general topic is
    told for all. What a story told of one of them is not told again of the next."""
    general: bool = False
    """The topic of a text that names no narrower one. Exactly one topic bears it."""
    status: Literal["active", "retired"] = "active"


class TopicsFile(Entry):
    relevance: Gate
    topics: tuple[TopicEntry, ...]


# --- actors.yaml -------------------------------------------------------------------------------


class PersonEntry(Entry):
    name: str
    words: Words
    since: Day
    until: Day | None = None


class ActorEntry(Entry):
    id: Slug
    title: str
    words: Words
    weak: Words = {}
    """Words that mean this actor only where its full name stands elsewhere in the text or the
    place is given ("the regulator", "the ministry", "deputies")."""
    people: tuple[PersonEntry, ...] = ()
    parent: Slug | None = None
    kind: Literal["body", "person", "company", "group"] = "body"
    status: Literal["active", "retired"] = "active"


class ActorsFile(Entry):
    actors: tuple[ActorEntry, ...]


# --- stances.yaml ------------------------------------------------------------------------------


class LevelEntry(Entry):
    id: Slug
    title: str
    side: Literal[-1, 0, 1]


class CueEntry(Entry):
    id: Slug
    level: Slug
    words: Words
    title: str = ""
    topic: Slug | None = None
    """A cue that settles the topic by itself ("legal tender")."""
    weight: float = Field(default=1.0, ge=0, le=3)
    needs: Literal["", "holder", "field"] = ""


class StancesFile(Entry):
    levels: tuple[LevelEntry, ...]
    cues: tuple[CueEntry, ...]
    ledger_from: float = Field(default=0.0, ge=0, le=1)
    """Confidence, pooled over a story, from which a position is known."""
    turns_from: float | None = Field(default=None, ge=0, le=1)
    """From which a known position turns; as `ledger_from` where it is not given."""
    returns_from: float | None = Field(default=None, ge=0, le=1)
    """From which one text alone turns it back to a side that the same story, or another within
    days, has told already; as `turns_from` where it is not given."""
    further_from: float = Field(default=0.0, ge=0, le=1)
    """Pooled, from which an actor's first position on a further topic is told although its story
    told the same side of another; told in any case where it is not given."""
    turned_by: Words
    """What turns a cue to its opposite in the same clause ("against", "not", "opposes")."""
    turned_to: dict[Slug, Slug]
    """Level -> the level that it becomes when turned."""
    voided_by: Words = {}
    """What takes a cue's force ("hypothetically", "if")."""
    softened_by: Words = {}
    """What makes any level neutral ("considers", "is studying")."""
    softened_to: Slug
    intends: Words = {}
    """Verbs of will and saying whose subject holds what follows ("proposes", "wants", "said")."""
    agents: Words = {}
    """What makes the actor that follows the doer of a passive ("by", "von")."""
    pronouns: Words = {}
    """Words that stand for the actor of the sentence before ("he", "it", "там")."""
    relatives: Words = {}
    """Words that open a clause about what stands right before it ("which", "который")."""
    splitters: Words = {}
    """Words that open a clause with a subject of its own ("while", "but", "хотя")."""
    recipients: Words = {}
    """What makes the actor that follows a recipient, never a holder ("to the", "asked", "from")."""
    history: Words = {}
    """Marks of a position that was given up or is past."""
    background: Words = {}
    """Marks of a present position told as context ("which wants", "has long")."""
    turns: Words = {}
    """Marks of a position that is new ("now", "agreed", "no longer")."""
    denies: Words = {}


# --- stages.yaml -------------------------------------------------------------------------------


class StageEntry(Entry):
    id: Slug
    title: str
    rank: int | None = None
    """Place on the ladder, counted from 1; none for the stages beside it."""
    words: Words
    bodies: tuple[Slug, ...] = ()
    """Who can act at this stage, likeliest first; empty: anybody."""
    makes: Literal["set-back", "advanced"] = "set-back"
    """What a stage beside the ladder makes of its measure; an amended law lives on: `advanced`."""
    ends: bool = False
    """After this stage the measure is closed (rejected, repealed): a later act opens a new one."""
    bears: Literal["act", "step"] = "step"
    """Whose effect: of the act that is met (a rejected ban prohibits), or of the step itself."""
    gives_way_to: tuple[Slug, ...] = ()
    """Stages whose word near one of this stage means that stage: "passed in first reading"."""


class EffectEntry(Entry):
    id: Slug
    title: str
    stance: Slug
    words: Words


class CalendarEntry(Entry):
    """How texts of one language name days. Words as in Words, in all their forms."""

    months: tuple[tuple[str, ...], ...] = Field(min_length=12, max_length=12)
    """From the first to the last, each with its short forms."""
    month_first: bool = False
    """A bare number behind a month is its day ("July 1")."""
    units: dict[Literal["day", "week", "month", "quarter", "half", "year"], tuple[str, ...]] = {}
    numbers: dict[str, Annotated[int, Field(ge=1, le=366)]] = {}
    """Numbers and ordinals in words ("ten", "first")."""
    ahead: tuple[str, ...] = ()
    """What makes a count lead to a day ("in 90 days")."""
    counted_from: tuple[str, ...] = ()
    """What counts from a day that the text does not name ("10 days after ...")."""
    next: tuple[str, ...] = ()
    """What makes a month or a year the coming one ("next year")."""
    near: dict[str, Annotated[int, Field(ge=-7, le=7)]] = {}
    """Days by their own name, as days from the article's ("today": 0)."""
    vague: tuple[str, ...] = ()
    """What leaves the day open although a time follows ("by the end of")."""


class StagesFile(Entry):
    stages: tuple[StageEntry, ...]
    effects: tuple[EffectEntry, ...]
    instruments: Words
    """What an act is about: bill, law, decree, concept, draft."""
    numbers: dict[Language, tuple[str, ...]] = {}
    """Patterns of numbers ("bill No. {number}"); `{number}` stands for digits, dashes, letters."""
    void: Words = {}
    """Phrases that hold a stage word and are none ("signed an agreement")."""
    effective_by: Words = {}
    """Words whose sentence names the day from which an act holds ("enters into force")."""
    effective_since: Words = {}
    """The same of a day that is past ("took effect", "has been in force since")."""
    effective_from: Words = {}
    """Words right before the day from which an act holds ("from", "as of")."""
    comments_by: Words = {}
    """Words whose sentence names the last day for comments ("consultation", "feedback")."""
    days_until: Words = {}
    """Words right before a last day ("until", "by"): no act holds from there."""
    calendar: dict[Language, CalendarEntry] = {}
    """Without an entry for its language a text's days are not read."""
    same_measure_within: Duration = timedelta(days=400)
    ledger_from: float = Field(default=0.0, ge=0, le=1)
    """Confidence, pooled over a story, from which an act moves the ledger."""
    unnamed_body: Slug
    """The body of an act whose text names nobody; gives no stance."""


# --- alerts/*.yaml -----------------------------------------------------------------------------

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Keywords(Entry):
    any: Words = {}
    all: Words = {}
    none: Words = {}


class Example(Entry):
    title: str
    text: str = ""
    date: Day
    language: Language | None = None
    note: str = ""


class Examples(Entry):
    match: tuple[Example, ...] = ()
    ignore: tuple[Example, ...] = ()


class AlertRule(Entry):
    id: Slug
    title: Name
    why: Name
    owner: Name
    status: Literal["draft", "test", "active", "retired"] = "draft"
    when: tuple[
        Literal[
            "stance-first",
            "stance-reversal",
            "stance-shift",
            "stance-conflict",
            "stance-correction",
            "stance-confirmed",
            "stage-first",
            "stage-advanced",
            "stage-set-back",
            "stage-correction",
            "stage-confirmed",
            "stage-out-of-order",
        ],
        ...,
    ] = Field(min_length=1)
    actors: tuple[Slug, ...] = ()
    """Empty: any."""
    topics: tuple[Slug, ...] = ()
    from_: tuple[Slug, ...] = Field(default=(), alias="from")
    to: tuple[Slug, ...] = ()
    keywords: Keywords = Keywords()
    certainty: Literal["reported", "confirmed"] = "reported"
    confidence: float = Field(default=0.0, ge=0, le=1)
    severity: Severity = Severity.NORMAL
    channels: tuple[Slug, ...] = ()
    """Empty: every channel of channels.yaml; with none there, the console and alerts.jsonl."""
    examples: Examples = Examples()


class AlertsFile(Entry):
    alerts: tuple[AlertRule, ...]


# --- channels.yaml -----------------------------------------------------------------------------


class ChannelEntry(Entry):
    id: Slug
    title: str = ""
    kind: Literal["slack", "mail", "apprise", "console"]
    url: str = ""
    """slack: the webhook; apprise: its URL. `${NAME}` is read from the environment, `file:PATH`
    from a file."""
    to: tuple[str, ...] = ()
    """mail: one delivery each."""
    sender: str = Field(default="", alias="from")
    server: str = ""
    """mail: smtp://user:password@host:port or smtps://…; `${NAME}` and `file:PATH` as above."""
    status: Literal["active", "retired"] = "active"


class ChannelsFile(Entry):
    channels: tuple[ChannelEntry, ...] = ()
    notices: tuple[Slug, ...] = ()
    """Channels that are told of broken sources, floods and a lost network; none named: all."""


# --- tests/*.yaml ------------------------------------------------------------------------------


class Expectation(Entry):
    ledger: dict[str, str] = {}
    """`actor topic` -> stance, or `measure topic` -> stage."""
    alerts: tuple[Slug, ...] = ()
    silent: bool = False


class StoryStep(Entry):
    date: Moment
    title: str
    text: str = ""
    source: Slug | None = None
    language: Language | None = None
    expect: Expectation = Expectation()


class StoryTest(Entry):
    id: Slug
    title: str
    why: str = ""
    steps: tuple[StoryStep, ...] = Field(min_length=1)


class TestsFile(Entry):
    tests: tuple[StoryTest, ...]


# --- the whole ---------------------------------------------------------------------------------


class Pack(Entry):
    """Every file of the folder, read, joined and checked. Immutable: a reload makes a new one."""

    sources: SourcesFile
    lexicon: LexiconFile
    topics: TopicsFile
    actors: ActorsFile
    stances: StancesFile
    stages: StagesFile
    alerts: tuple[AlertRule, ...]
    channels: ChannelsFile
    tests: tuple[StoryTest, ...] = ()
    weights: Mapping[str, Any] | None = None
    """Learnt weights of weights.json, unread; None where the rules alone shall decide."""
    story_weights: Mapping[str, Any] | None = None
    """Learnt weights of story_weights.json, unread; None where those set by hand shall do."""
    digest: str = ""
    """sha256 over the files, names and bytes: which edition decided."""
