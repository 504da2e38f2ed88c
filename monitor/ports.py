"""What the pipeline asks of a door: Fetcher, Store, Channel, Sandbox. Contracts, no code.

All datetimes are aware and UTC. A Store method may raise StoreError; foreign errors never pass.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from monitor.model import (
    Alert,
    ArticleRecord,
    Attempt,
    Change,
    ChannelKind,
    Cursor,
    Decision,
    Delivery,
    DeliveryState,
    Fetched,
    FetchFailed,
    Footing,
    Intake,
    Message,
    Outgoing,
    Poll,
    Rendered,
    Sketch,
    Source,
    Statement,
    StoryFile,
    TextDue,
    Waiting,
)

T = TypeVar("T")


class Fetcher(Protocol):
    """The door in. Never raises for what a server does: failures are values."""

    async def fetch(self, source: Source, cursor: Cursor) -> Poll:
        """One conditional request, politely, within deadline and byte caps."""
        ...

    async def fetch_page(self, due: TextDue) -> Fetched | FetchFailed:
        """The page of one article, where its host's robots.txt lets us read it."""
        ...

    async def close(self) -> None: ...


class Sandbox(Protocol):
    """Runs a pure, picklable function where it can do no harm."""

    def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """The function's result; SandboxError when it outlived its time or memory."""
        ...

    def close(self) -> None: ...


class Deciding(Protocol):
    """One write transaction: what stands is re-read here, and everything is written here once."""

    def known(self, keys: Collection[str]) -> Mapping[str, str]:
        """Article id for each of these article keys that was met before, by any source."""
        ...

    def versions(self, article_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Version hashes already stored, by article id; unknown ids are absent."""
        ...

    def stories(self, article_ids: Collection[str]) -> Mapping[str, str]:
        """Story of each known article, by now."""
        ...

    def statements(self, since: Mapping[tuple[str, str], datetime | None]) -> list[Statement]:
        """Every statement, and every retraction of one, on these (actor, topic) pairs, a topic's
        acts under ("", topic): said since then, or ever; ordered by (learnt_at, id)."""
        ...

    def statements_named(self, ids: Collection[str]) -> list[Statement]:
        """Those of these ids that there are, in no order."""
        ...

    def footings(self, pairs: Collection[tuple[str, str]]) -> list[Footing]:
        """Those that stand, of these (actor, topic) pairs; of a topic's acts under ("", topic)."""
        ...

    def statements_of(self, article_ids: Collection[str]) -> list[Statement]:
        """Live statements of these articles, stances and acts."""
        ...

    def stances_by(self, actors: Collection[str], since: datetime) -> list[Statement]:
        """What these actors were said to hold, learnt since then, and what was taken back since;
        ordered by (learnt_at, id)."""
        ...

    def changes_since(self, since: datetime, actors: Collection[str]) -> list[Change]:
        """Of these actors, learnt since then, in the order learnt."""
        ...

    def alerted(self, change_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        """The channels that alerts on these changes were bound for; absent where none was."""
        ...

    def held(self, source_id: str) -> list[ArticleRecord]:
        """Articles of this source that a flood holds, oldest first."""
        ...

    def holders(self, article_ids: Collection[str]) -> Mapping[str, str]:
        """Of these articles those that a flood holds, each with the source that brought it."""
        ...

    def is_founded(self) -> bool:
        """Whether the ledger holds any statement."""
        ...

    def versions_of(self, article_id: str) -> list[ArticleRecord]:
        """Every stored version, oldest first; empty where its text was purged."""
        ...

    def sharing(self, marks: Collection[int], since: datetime) -> list[tuple[str, int]]:
        """Articles that left at least two of these marks since then, or for ever, and how many;
        most first, then the first that came. At most 20: who shares less is no likelier."""
        ...

    def sketches(self, since: datetime, until: datetime) -> list[Sketch]:
        """Of articles told in this span, ordered by (told_at, article_id), each in the story that
        it belongs to by now. Only the newest 5,000: a flood must not stop the service."""
        ...

    def word_counts(self, space: str, words: Collection[str]) -> Mapping[str, int]:
        """In how many articles of this space each word stood; unknown words are absent."""
        ...

    def story(self, story: str) -> StoryFile | None:
        """The story that this one is part of by now; None for a name that no story has."""
        ...

    def apart(self) -> frozenset[frozenset[str]]:
        """Pairs of stories, by now, that a person set apart: only a person makes them one."""
        ...

    def write(self, intake: Intake) -> None:
        """Append. Rows whose natural key stands already stay as they are: a rerun adds nothing."""
        ...


class Store(Protocol):
    # --- sources
    def register(self, source_ids: Iterable[str], now: datetime) -> None:
        """Give each source without a cursor one that is due now; forget none."""
        ...

    def cursors(self) -> dict[str, Cursor]: ...

    def due(self, now: datetime, source_ids: Collection[str]) -> list[Cursor]:
        """Cursors of these sources whose next check has come, longest overdue first."""
        ...

    def put_cursor(self, cursor: Cursor) -> None:
        """A failed or unchanged poll touches nothing else (promise 2)."""
        ...

    # --- intake
    def deciding(self) -> AbstractContextManager[Deciding]:
        """BEGIN IMMEDIATE; commits when the block ends, rolls back when it raises."""
        ...

    # --- delivery
    def claim(
        self,
        now: datetime,
        *,
        lease_for: timedelta,
        limit: int,
        per_target: int | None = None,
        but_not: Collection[str] = (),
    ) -> list[Outgoing]:
        """Lease up to `limit` due deliveries, oldest message first; an expired lease is due again,
        and with a due delivery all that its target refused before.
        At most `per_target` of one target, none of the targets in `but_not`. `attempts` of what
        comes back counts this attempt in."""
        ...

    def settle(
        self,
        delivery: Delivery,
        *,
        state: DeliveryState,
        now: datetime,
        next_attempt_at: datetime | None = None,
        error: str | None = None,
        ambiguous: bool = False,
        last_resort: Delivery | None = None,
    ) -> bool:
        """Close the attempt that `delivery.lease` opened. False where the lease was lost:
        nothing is written then. `last_resort` is added in the same transaction where every
        delivery of its message is dead by now, and at most once for a message."""
        ...

    def revive(self, delivery_ids: Collection[str], now: datetime) -> int:
        """Make these dead deliveries due again; how many were dead."""
        ...

    def waiting(self) -> list[Waiting]:
        """The outbox in numbers, by target and state."""
        ...

    # --- page texts
    def texts_due(self, now: datetime, *, limit: int) -> list[TextDue]:
        """Articles whose page is due to be read, longest due first."""
        ...

    # --- memory and upkeep
    def recall(self, name: str) -> str | None:
        """What an intake remembered under this name."""
        ...

    def purge(self, before: datetime, *, limit: int) -> int:
        """Take away the texts of up to `limit` articles that arrived before and that nothing in
        the ledger stands on; their keys stay, so that they never come back as new. How many."""
        ...

    # --- reading (short read-only connections)
    def statements_all(self, as_of: datetime | None = None) -> list[Statement]:
        """The whole ledger as learnt by `as_of`, ordered by (learnt_at, id)."""
        ...

    def changes(
        self, *, actor: str | None = None, topic: str | None = None, as_of: datetime | None = None
    ) -> list[Change]:
        """Oldest first by (said_at, learnt_at)."""
        ...

    def alerts(self, *, limit: int = 50) -> list[tuple[Alert, list[Delivery]]]:
        """Newest first, each with its deliveries."""
        ...

    def decisions(self, change_ids: Collection[str]) -> list[Decision]: ...

    def outbox(
        self, states: Collection[DeliveryState], *, limit: int = 1000
    ) -> list[tuple[Delivery, Message]]:
        """Longest due first."""
        ...

    def deliveries(self, id_begins: str, *, limit: int = 50) -> list[tuple[Delivery, Message]]:
        """Those whose own id, or whose message's id, begins so; in the order of their ids."""
        ...

    def attempts(self, delivery_id: str) -> list[Attempt]:
        """The delivery log of one delivery, oldest first."""
        ...

    def articles(self, *, limit: int = 50) -> list[ArticleRecord]:
        """Newest arrivals first."""
        ...

    def versions_of(self, article_id: str) -> list[ArticleRecord]:
        """As in Deciding."""
        ...

    def article_ids(self, begins: str, *, keys: Collection[str] = (), limit: int = 50) -> list[str]:
        """The article of this id, else those that one of these keys leads to, else those whose
        ids begin so."""
        ...

    def stories(
        self, *, since: datetime | None = None, topic: str | None = None, limit: int = 50
    ) -> list[StoryFile]:
        """Those told last come first, sought among the 20,000 articles told last."""
        ...

    def story(self, story: str) -> StoryFile | None:
        """As in Deciding."""
        ...

    def story_names(self, id_begins: str, *, limit: int = 50) -> list[str]:
        """Of stories, merged ones too: the one of this name, else those that begin so."""
        ...

    def changes_of(self, article_ids: Collection[str]) -> list[Change]:
        """What these articles changed, oldest first."""
        ...

    def held_counts(self) -> dict[str, int]:
        """Articles that floods hold, by source."""
        ...

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        ...

    def close(self) -> None: ...


class Channel(Protocol):
    """The door out, for one named target. May be called from any thread, one call at a time."""

    name: str
    kind: ChannelKind
    """Which rendering it takes."""

    def send(self, rendered: Rendered, *, delivery_id: str, deadline: timedelta) -> str:
        """Deliver once, within `deadline` altogether; give back what the target answered, redacted.
        SendError otherwise, and nothing else."""
        ...

    def rest(self) -> None:
        """Let go of what `send` kept open for the next message. Never raises."""
        ...


class Watch(Protocol):
    """Who wants to know what happens while it happens (console, JSON events)."""

    def event(self, name: str, **fields: object) -> None: ...


Channels = Mapping[str, Channel]
