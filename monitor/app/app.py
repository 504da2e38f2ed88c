"""What commands, jobs and the window can ask for. No logic of its own: each method hands on."""

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from monitor import fetch
from monitor.app.entries import active, source_of, target_of, targets_of
from monitor.app.parts import Parts
from monitor.books import refuse_unknown
from monitor.config import Settings
from monitor.errors import SettingsError, UsageError
from monitor.model import (
    ArticleRecord,
    Change,
    ChannelKind,
    Cursor,
    DeliveryState,
    Fetched,
    FetchFailed,
    Merge,
    Poll,
    Source,
    StoryFile,
    TextDue,
)
from monitor.notify import FILE_NAME
from monitor.notify.hosts import host_of
from monitor.pipeline.arrivals import Taken
from monitor.pipeline.corrections import Parted, merge_stories, split_off
from monitor.pipeline.delivery import Fate, deliver_due
from monitor.pipeline.desk import Desk, lay_out, weigh
from monitor.pipeline.explaining import Explanation, explain_lines, explain_record
from monitor.pipeline.lines import Refusal
from monitor.pipeline.probing import Prober
from monitor.pipeline.rehearsal import analyze_lines, replay_lines
from monitor.pipeline.release import ReleaseAs, Released, release
from monitor.pipeline.seeding import SeedDesk
from monitor.pipeline.seeds import load_seeds, seed_articles
from monitor.pipeline.sourcing import SourceDesk
from monitor.pipeline.trial import Tried, try_out
from monitor.ports import Channel, Watch
from monitor.rulebook.load import CheckReport, check_pack
from monitor.rulebook.types import ChannelEntry
from monitor.steps.identify import canonical
from monitor.steps.render import compose, render
from monitor.store import open_store
from monitor.store.backup import back_up, restore
from monitor.store.files import add_text, replace_text
from monitor.store.health import DatabaseHealth, examine

PURGED_AT_ONCE = 500
"""Articles; one short transaction each time, between which polls go on."""


class App(Parts):
    """All parts, joined."""

    # --- the service

    def start(self, now: datetime) -> None:
        """Everything that can fail, before anything is polled: pack, channels, database, seeds."""
        desk, store = self.desk, self.store
        load_seeds(seed_articles(self.settings.seeds_dir), store=store, desk=desk)
        store.register(self._sources, now)
        gc.freeze()  # the pack stays: to look through it, over and over, costs a tenth of all
        due = len(self.due(now))
        self.watch.event(
            "started",
            sources=len(self._sources),
            due=due,
            targets=len(self.channels),
            to="nobody: they are shown (dry run)"
            if self._dry_run
            else where_alerts_go(self.channels, self.settings.data_dir),
            pack=self.pack.digest[:12],
        )
        if self._sources and not due:
            cursors = store.cursors()
            self.watch.event("idle", until=min(cursors[id].next_check_at for id in self._sources))

    def due(self, now: datetime) -> list[tuple[Source, Cursor]]:
        """Sources whose next check has come, longest overdue first."""
        return [
            (self._sources[cursor.source_id], cursor)
            for cursor in self.store.due(now, self._sources)
        ]

    def expect(self, sources: Iterable[Source], now: datetime) -> None:
        """These are being asked: when most of them fail together it is the network that fails."""
        self._polls.expect(sources, now)

    def take(self, source: Source, cursor: Cursor, poll: Poll, now: datetime) -> None:
        """Decide what a poll brought and write it at once."""
        self._polls.settle(source, cursor, poll, now)

    def pages_due(self, now: datetime) -> list[TextDue]:
        """Articles whose page is to be read, longest due first."""
        return self._pages.due(now)

    def take_page(self, due: TextDue, answer: Fetched | FetchFailed, now: datetime) -> None:
        """Decide what an article's page adds and write it at once, or put it off."""
        self._pages.settle(due, answer, now)

    def tidy(self, now: datetime) -> int:
        """Take away old texts that nothing stands on, a batch of them; how many. 0: all done."""
        keep = timedelta(days=self.settings.keep_days)
        return self.store.purge(now - keep, limit=PURGED_AT_ONCE)

    def held(self) -> dict[str, int]:
        """How many articles floods hold, by source."""
        return self.store.held_counts()

    def release(self, source_id: str, how: ReleaseAs, now: datetime) -> Released:
        """Let go what a flood of this source holds; also while the service runs. UsageError for a
        name that neither the pack knows nor anything is held of."""
        if source_id not in self.held():
            refuse_unknown("source", source_id, self._sources)
        return release(source_id, how, store=self.store, desk=self.desk, now=now)

    def deliver_due(self, now: datetime) -> None:
        """Send what is due, round by round, until nothing is or the service ends."""
        if self._dry_run:
            self._show_due()
            return
        while not self.stopping.is_set():
            report = deliver_due(
                self.store, self.channels, now=now, resort=self._resort, holds=self._holds
            )
            for settled in report.settled:
                self.watch.event(
                    "sent-perhaps" if settled.ambiguous else EVENTS[settled.fate],
                    target=settled.target,
                    delivery=settled.delivery_id,
                    reason=settled.reason,
                )
            if not report.settled:
                return

    def _show_due(self) -> None:
        for delivery, message in self.store.outbox({DeliveryState.PENDING}):
            if delivery.id not in self._shown:
                self._shown.add(delivery.id)
                text = render(message, ChannelKind.CONSOLE).text
                self._write(f"would send to {delivery.target}:\n{text}\n")

    # --- reading

    def stories(
        self, *, since: datetime | None = None, topic: str | None = None, limit: int
    ) -> list[StoryFile]:
        """Those told last come first. UsageError where none has a topic that the pack lacks."""
        found = self.store.stories(since=since, topic=topic, limit=limit)
        if not found:
            refuse_unknown("topic", topic, (entry.id for entry in self.pack.topics.topics))
        return found

    def story(self, id_begins: str) -> tuple[str, StoryFile]:
        """The name of the one that begins so, and the story that it is part of by now. UsageError
        where there are none or several."""
        names = self.store.story_names(id_begins)
        name = only_name(id_begins, names, what="story", where="`monitor stories list`")
        file = self.store.story(name)
        assert file is not None, "a story that leads to none"
        return name, file

    def article(self, wanted: str) -> list[ArticleRecord]:
        """Every version of the article whose id begins so, or that lives at this address, oldest
        first. UsageError where there are none or several, or where its texts were purged."""
        found = self.store.article_ids(wanted, keys=(f"url:{canonical(wanted)}",))
        article_id = only_name(wanted, found, what="article", where="`monitor stories show`")
        versions = self.store.versions_of(article_id)
        if not versions:
            days = self.settings.keep_days
            raise UsageError(f"{article_id}: its texts were taken away after {days} days")
        return versions

    def story_by_now(self, story: str) -> str:
        """What this story is part of by now; itself where it is the only one of its event."""
        file = self.store.story(story)
        return file.story.id if file else story

    def changes_of(self, article_ids: Collection[str]) -> list[Change]:
        """What these articles changed in the ledger, oldest first."""
        return self.store.changes_of(article_ids)

    def sources(self) -> list[tuple[Source, Cursor | None]]:
        """Each active source with what is remembered of it, in the pack's order."""
        cursors = self.store.cursors()
        return [(source, cursors.get(source.id)) for source in self._sources.values()]

    # --- the user's hand on stories, pack and database

    def merge_stories(self, story: str, into: str, now: datetime) -> Merge:
        """A person's word: from now on the first leads to the second."""
        names = (self.story(story)[0], self.story(into)[0])
        return merge_stories(*names, store=self.store, now=now)

    def split_off(self, articles: Sequence[str], now: datetime) -> Parted:
        """A person's word: these articles and their copies are a story of their own."""
        found = [self.article(each)[0].article.id for each in articles]
        return split_off(found, store=self.store, now=now)

    @cached_property
    def prober(self) -> Prober:
        languages = frozenset(each.language for each in self.pack.sources.sources if each.language)
        return Prober(self.fetcher, self.sandbox, languages=languages)

    @cached_property
    def source_desk(self) -> SourceDesk:
        return SourceDesk(self.settings.rules_dir, self.pack, replace_text)

    def named_sources(self, ids: Sequence[str]) -> list[Source]:
        """Those with these ids, all where none is given. UsageError for an unknown one."""
        return [source_of(entry) for entry in self.source_desk.named(ids)]

    def examine_database(self) -> DatabaseHealth:
        """From outside: nothing is made, nothing is written."""
        return examine(self.settings.database_url)

    def back_up(self, file: Path) -> None:
        """A checked copy of the database, also while the service runs."""
        back_up(self.settings.database_url, file, environment=self.settings.secrets)

    def restore(self, file: Path, now: datetime) -> Path | None:
        """Put a copy in the database's place; where the replaced one is kept. Before anything else
        is asked of the app: the database must not be open."""
        url = self.settings.database_url
        return restore(url, file, now=now, environment=self.settings.secrets)

    def examine_targets(self) -> dict[str, tuple[str | None, str]]:
        """For each channel of the pack the host to look up, and why it could not send at all."""
        found: dict[str, tuple[str | None, str]] = {}
        for entry in map(target_of, active(self.pack.channels.channels)):
            try:
                host = host_of(entry, self.settings.secrets)
                self._build_channels([entry])
                found[entry.name] = (host, "")
            except SettingsError as error:
                found[entry.name] = (None, str(error))
        return found

    async def look_up(self, hosts: Iterable[str]) -> dict[str, str]:
        """Why a host name has no address; empty where it has one."""
        return await fetch.look_up(hosts)

    # --- the reference corpus

    @cached_property
    def seed_desk(self) -> SeedDesk:
        languages = frozenset(each.language for each in self.pack.sources.sources if each.language)
        return SeedDesk(self.settings.seeds_dir, languages, add_text, replace_text)

    def take_in_seeds(self) -> list[Taken]:
        """Those that were not taken in before, and what they state. None where no database is yet:
        `monitor run` takes them in when it starts."""
        if not self.examine_database().exists:
            return []
        seeds = seed_articles(self.settings.seeds_dir)
        taken = load_seeds(seeds, store=self.store, desk=self._silent_desk)
        return [one for one in taken if one.record]

    @cached_property
    def _silent_desk(self) -> Desk:
        """Nothing that it decides is sent to anybody."""
        return lay_out(self.pack, self.reader, compose=compose, targets={})

    # --- targets

    def try_out(self, channel: str, now: datetime) -> list[Tried]:
        """What each target of the channel answers to a test message."""
        refuse_unknown("channel", channel, (entry.id for entry in self.channel_entries()))
        names = targets_of(channel, self.channels)
        return try_out(channel, [self.channels[name] for name in names], now=now)

    def channel_entries(self) -> list[ChannelEntry]:
        return active(self.pack.channels.channels)

    # --- rehearsing

    def analyze(self, lines: Iterable[bytes]) -> Iterator[dict[str, object]]:
        """What each article says, line by line, in the order given."""
        return analyze_lines(lines, self.reader)

    def replay(self, lines: Iterable[bytes], *, seeds: bool) -> Iterator[dict[str, object]]:
        """The whole pipeline on a database that is thrown away; nothing is sent."""
        corpus = seed_articles(self.settings.seeds_dir) if seeds else ()
        store = open_store("sqlite://", exclusive=False)
        try:
            yield from replay_lines(lines, store=store, desk=self._silent_desk, seeds=corpus)
        finally:
            store.close()

    def explain(self, lines: Iterable[bytes], *, seeds: bool) -> Iterator[Explanation | Refusal]:
        """Why each article gives what it gives, in the order of a replay; and what it would make
        of a ledger that knows the seeds and the lines before it."""
        corpus = seed_articles(self.settings.seeds_dir) if seeds else ()
        store = open_store("sqlite://", exclusive=False)
        try:
            yield from explain_lines(
                lines, reader=self.reader, store=store, desk=self._silent_desk, seeds=corpus
            )
        finally:
            store.close()

    def explain_stored(self, wanted: str) -> Explanation:
        """Why an article of the database gives what it gives, and what it did to the ledger.
        UsageError as of `article`."""
        last = self.article(wanted)[-1]
        changes = self.changes_of([last.article.id])
        decisions = self.store.decisions([change.id for change in changes])
        return explain_record(last, changes, decisions, self.reader)


def build(
    settings: Settings,
    *,
    watch: Watch,
    write: Callable[[str], None],
    exclusive: bool = False,
    dry_run: bool = False,
) -> App:
    """The app of these settings. Nothing is opened yet: errors come where a part is first needed.

    `watch` is told what happens, `write` shows alerts on the console. `exclusive`: StoreBusy where
    another instance holds the database. `dry_run`: deliveries are shown, not sent.
    """
    return App(settings, watch=watch, write=write, exclusive=exclusive, dry_run=dry_run)


def check_rules(folder: Path) -> CheckReport:
    """What is wrong with the pack in the folder, and what is doubtful."""
    return check_pack(folder, weigh=weigh)


def where_alerts_go(channels: Mapping[str, Channel], data_dir: Path) -> str:
    """In words, for whoever starts the service and waits for the first."""
    console = f"the console and {data_dir / FILE_NAME}"
    if all(channel.kind is ChannelKind.CONSOLE for channel in channels.values()):
        return f"{console} (channels.yaml names no other target)"
    return ", ".join(
        console if channel.kind is ChannelKind.CONSOLE else name
        for name, channel in channels.items()
    )


def only_name(begins: str, found: Sequence[str], *, what: str, where: str) -> str:
    if not found:
        raise UsageError(f"{begins!r} is no {what}: {where} names them")
    if len(found) > 1:
        raise UsageError(f"{begins!r} means several; give more of one: {', '.join(found)}")
    return found[0]


EVENTS = {
    Fate.SENT: "sent",
    Fate.RETRY: "not-sent",
    Fate.HELD: "held-back",
    Fate.DEAD: "dead",
    Fate.LOST: "lease-lost",
}
