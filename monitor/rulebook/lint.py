"""Checks that look across the files of a pack: names that mean nothing, rules that cannot fire.

They read the pack as it was written, `@name` and all. Here stand the joiner and what concerns one
kind of entry; names are judged in lint_names.py, words in lint_words.py, rules in lint_alerts.py.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise

from monitor.errors import Complaint
from monitor.model import SourceKind
from monitor.rulebook.finding import Finding
from monitor.rulebook.lint_alerts import check_alerts
from monitor.rulebook.lint_names import check_names
from monitor.rulebook.lint_words import check_words
from monitor.rulebook.places import Places
from monitor.rulebook.types import ActorEntry, ChannelEntry, Pack, PersonEntry
from monitor.rulebook.words import Path

WARNINGS = frozenset(
    {
        "empty-words",
        "impolite-interval",
        "lone-star",
        "repeated-word",
        "retired-reference",
        "same-url",
        "secret-in-file",
        "shared-cue",
        "shared-person",
        "spaces",
        "steps-out-of-order",
        "unused-list",
    }
)
"""Codes that are told and never refuse a pack; every other code is an error."""

POLITE_INTERVAL = timedelta(minutes=1)
NUMBER = "{number}"


def lint_pack(pack: Pack, places: Places) -> tuple[tuple[Complaint, ...], tuple[Complaint, ...]]:
    """(errors, warnings), each sorted by file and line. The pack is as it was read, unresolved."""
    errors: list[Complaint] = []
    warnings: list[Complaint] = []
    for finding in _findings(pack, places):
        complaint = places.complain(
            finding.path,
            finding.problem,
            finding.code,
            at_key=finding.at_key,
            above=finding.above,
        )
        (warnings if finding.code in WARNINGS else errors).append(complaint)
    return tuple(sorted(set(errors))), tuple(sorted(set(warnings)))


def _findings(pack: Pack, places: Places) -> Iterator[Finding]:
    yield from check_names(pack, places)
    yield from check_words(pack, places)
    yield from check_alerts(pack)
    for check in _CHECKS:
        yield from check(pack)


# --- one kind of entry at a time ---------------------------------------------------------------


def _general_topic(pack: Pack) -> Iterator[Finding]:
    general = [
        index
        for index, topic in enumerate(pack.topics.topics)
        if topic.general and topic.status == "active"
    ]
    if not general:
        problem = "no active topic has `general: true`; give it to the widest one"
        yield Finding(("topics", "topics"), problem, "general-topic")
    for index in general[1:]:
        first = pack.topics.topics[general[0]].id
        problem = f"`{first}` is the general topic already; only one can be, so remove this line"
        yield Finding(("topics", "topics", index, "general"), problem, "general-topic")


def _tenures(pack: Pack) -> Iterator[Finding]:
    for number, actor in enumerate(pack.actors.actors):
        for index, person in enumerate(actor.people):
            if person.until and person.until <= person.since:
                path: Path = ("actors", "actors", number, "people", index, "until")
                problem = f"`until` must be later than `since` ({person.since}); swap or correct"
                yield Finding(path, problem, "tenure-order")
        yield from _overlaps(number, actor)


def _overlaps(number: int, actor: ActorEntry) -> Iterator[Finding]:
    for (_, one), (index, other) in combinations(enumerate(actor.people), 2):
        if one.name.casefold() == other.name.casefold() and _meet(one, other):
            path: Path = ("actors", "actors", number, "people", index, "since")
            problem = f"{other.name} holds this office already from {one.since}; end that one first"
            yield Finding(path, problem, "tenure-overlap")


def _meet(one: PersonEntry, other: PersonEntry) -> bool:
    return one.since < (other.until or date.max) and other.since < (one.until or date.max)


def _shared_people(pack: Pack) -> Iterator[Finding]:
    offices = [
        (number, index, person)
        for number, actor in enumerate(pack.actors.actors)
        if actor.status == "active"
        for index, person in enumerate(actor.people)
    ]
    for (first, _, one), (number, index, other) in combinations(offices, 2):
        if first != number and one.name.casefold() == other.name.casefold() and _meet(one, other):
            holder = pack.actors.actors[first].id
            problem = f"{other.name} speaks for `{holder}` in the same years; end one tenure"
            path: Path = ("actors", "actors", number, "people", index, "name")
            yield Finding(path, problem, "shared-person")


def _parents(pack: Pack) -> Iterator[Finding]:
    parents = {actor.id: actor.parent for actor in pack.actors.actors}
    for index, actor in enumerate(pack.actors.actors):
        met, above = {actor.id}, actor.parent
        while above and above not in met:
            met.add(above)
            above = parents.get(above)
        if above == actor.id:
            problem = f"`{actor.id}` would stand above itself; remove one `parent`"
            yield Finding(("actors", "actors", index, "parent"), problem, "parent-cycle")


def _scale(pack: Pack) -> Iterator[Finding]:
    for index, (lower, higher) in enumerate(pairwise(pack.stances.levels), start=1):
        if higher.side < lower.side:
            problem = f"the scale goes from side -1 to 1, and `{lower.id}` above is {lower.side}"
            yield Finding(("stances", "levels", index, "side"), problem, "scale-order")
    for level in pack.stances.levels:
        if level.id not in pack.stances.turned_to:
            problem = f"does not say what `{level.id}` becomes when turned; add `{level.id}: …`"
            path: Path = ("stances", "turned_to", level.id)
            yield Finding(path, problem, "turned-to", above=True)


def _ladder(pack: Pack) -> Iterator[Finding]:
    ranked = sorted(
        (stage.rank, index)
        for index, stage in enumerate(pack.stages.stages)
        if stage.rank is not None
    )
    if not ranked:
        problem = "no stage has a `rank`; number the ladder from 1"
        yield Finding(("stages", "stages"), problem, "ladder")
    for expected, (rank, index) in enumerate(ranked, start=1):
        if rank != expected:
            problem = f"ranks go 1, 2, 3 … without gap or repeat; {expected} is due, not {rank}"
            yield Finding(("stages", "stages", index, "rank"), problem, "ladder")
            return


def _number_patterns(pack: Pack) -> Iterator[Finding]:
    for language, patterns in pack.stages.numbers.items():
        for index, pattern in enumerate(patterns):
            if pattern.count(NUMBER) != 1:
                problem = f"must hold `{NUMBER}` exactly once, where the number stands"
                yield Finding(("stages", "numbers", language, index), problem, "number-pattern")


def _sources(pack: Pack) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for index, source in enumerate(pack.sources.sources):
        path: Path = ("sources", "sources", index)
        if source.kind == SourceKind.PAGE and source.page is None:
            problem = "a source of kind `page` needs `page:` with the selector of its items"
            yield Finding((*path, "page"), problem, "page-selectors", above=True)
        if source.kind == SourceKind.FEED and source.page is not None:
            problem = "`page` is for sources of kind `page`; remove it, or write `kind: page`"
            yield Finding((*path, "page"), problem, "page-selectors", at_key=True)
        if source.interval and source.interval < POLITE_INTERVAL:
            problem = "asks more often than once a minute; servers refuse that, write 5m or more"
            yield Finding((*path, "interval"), problem, "impolite-interval")
        if source.url in first:
            problem = f"is the address of `{first[source.url]}` too; remove one of the two"
            yield Finding((*path, "url"), problem, "same-url")
        first.setdefault(source.url, source.id)


# --- channels ----------------------------------------------------------------------------------

_NEEDED = {
    "slack": ("url",),
    "mail": ("to", "from", "server"),
    "apprise": ("url",),
    "console": (),
}


def _channels(pack: Pack) -> Iterator[Finding]:
    for index, channel in enumerate(pack.channels.channels):
        path: Path = ("channels", "channels", index)
        yield from _channel_fields(path, channel)
        yield from _plain_secrets(path, channel)


def _channel_fields(path: Path, channel: ChannelEntry) -> Iterator[Finding]:
    given = {
        "url": channel.url,
        "to": channel.to,
        "from": channel.sender,
        "server": channel.server,
    }
    needed = _NEEDED[channel.kind]
    for key, value in given.items():
        if key in needed and not value:
            problem = f"a channel of kind `{channel.kind}` needs `{key}`; add it"
            yield Finding((*path, key), problem, "channel-fields", above=True)
        if value and key not in needed:
            problem = f"a channel of kind `{channel.kind}` has no use for `{key}`; remove it"
            yield Finding((*path, key), problem, "channel-fields", at_key=True)


def _plain_secrets(path: Path, channel: ChannelEntry) -> Iterator[Finding]:
    password = "@" in channel.server
    for key, value, secret in (
        ("url", channel.url, True),
        ("server", channel.server, password),
    ):
        if value and secret and "${" not in value and not value.startswith("file:"):
            problem = "a secret in a rule file is read by everybody; write ${NAME} or file:PATH"
            yield Finding((*path, key), problem, "secret-in-file")


# --- the pack's own tests ----------------------------------------------------------------------


def _tests(pack: Pack) -> Iterator[Finding]:
    for number, test in enumerate(pack.tests):
        for index, step in enumerate(test.steps):
            path: Path = ("tests", number, "steps", index)
            if step.expect.silent and step.expect.alerts:
                problem = "`silent: true` and `alerts` exclude each other; remove one"
                yield Finding((*path, "expect", "silent"), problem, "contradiction")
            for key in step.expect.ledger:
                if key.count(" ") != 1:
                    problem = "write `actor topic: stance` or `measure topic: stage`"
                    inner = (*path, "expect", "ledger", key)
                    yield Finding(inner, problem, "ledger-key", at_key=True)
        for index, (one, next_one) in enumerate(pairwise(test.steps), start=1):
            if str(next_one.date)[:10] < str(one.date)[:10]:
                path = ("tests", number, "steps", index, "date")
                problem = "is earlier than the step before; steps are played in order of date"
                yield Finding(path, problem, "steps-out-of-order")


_CHECKS: tuple[Callable[[Pack], Iterator[Finding]], ...] = (
    _general_topic,
    _tenures,
    _shared_people,
    _parents,
    _scale,
    _ladder,
    _number_patterns,
    _sources,
    _channels,
    _tests,
)
