"""What the service says of its sources and its network: which notice a change of condition makes.

Pure. How a notice looks is not here (steps/render), nor the notice of a flood (flood.py).
"""

from datetime import datetime

from monitor.model import Condition, Cursor, Notice, NoticeKind, Source
from monitor.pipeline.truth import Judgement, in_words

TITLES = {
    Condition.BROKEN: "{source} cannot be read any more",
    Condition.FROZEN: "{source} brings nothing new",
    Condition.EMPTY: "{source} is suddenly empty",
}
KINDS = {
    Condition.BROKEN: NoticeKind.BROKEN,
    Condition.FROZEN: NoticeKind.FROZEN,
    Condition.EMPTY: NoticeKind.EMPTY,
}
REMEDIES = {
    Condition.BROKEN: "Open the address in a browser; if the feed moved, change `url` in "
    "sources.yaml, if it ended, set `status: retired`.",
    Condition.FROZEN: "The newsroom may have moved on to another feed. Open its site, and change "
    "`url` in sources.yaml if so.",
    Condition.EMPTY: "Open the address in a browser. A feed may have been emptied or put behind a "
    "login; a page may have been redesigned: then mend `page` in sources.yaml.",
}
TROUBLE = frozenset(TITLES)
GOES_ON = "It is asked as before, and its recovery is told."


def notice_of(
    source: Source, before: Cursor, judgement: Judgement, now: datetime
) -> tuple[Notice, ...]:
    """One where the source fell ill or recovered, none where nothing changed (`before`: the cursor
    that the poll found). What ails a source at first sight is listed, not told: nobody has lost
    it, and a pack of old sources would begin with a storm of notices."""
    after = judgement.condition
    if after is before.condition or before.condition is Condition.NEW:
        return ()
    if after in TROUBLE:
        return (_fell_ill(source, before, judgement, now),)
    told = before.condition in TROUBLE and not _was_ill_at_first_sight(before)
    return (_recovered(source, before, now),) if told else ()


def _was_ill_at_first_sight(cursor: Cursor) -> bool:
    """Then its trouble was never told, and its end is no news either."""
    return cursor.condition_since == cursor.first_seen_at


def _fell_ill(source: Source, before: Cursor, judgement: Judgement, now: datetime) -> Notice:
    after = judgement.condition
    ended = f"It is no longer {before.condition}. " if before.condition in TROUBLE else ""
    return Notice(
        kind=KINDS[after],
        subject=source.id,
        title=TITLES[after].format(source=source.title or source.id),
        lines=(
            f"{source.id}: {ended}{_sentence(judgement.because)}",
            source.url,
            REMEDIES[after],
            GOES_ON,
        ),
        at=now,
    )


def _recovered(source: Source, before: Cursor, now: datetime) -> Notice:
    since = before.condition_since
    lasted = f" for {in_words(now - since)}" if since else ""
    return Notice(
        kind=NoticeKind.RECOVERED,
        subject=source.id,
        title=f"{source.title or source.id} is well again",
        lines=(f"{source.id} was {before.condition}{lasted}. Nothing is left to do.", source.url),
        at=now,
    )


def no_network(failing: int, asked: int, error: str, now: datetime) -> Notice:
    return Notice(
        kind=NoticeKind.NO_NETWORK,
        subject="network",
        title=f"No network: {failing} of {asked} sources failed together",
        lines=(
            _sentence(f"Most sources cannot be reached, the last with {error}"),
            "Look at the connection, the name server and the firewall of this machine.",
            "No source is called broken meanwhile, and polling goes on.",
        ),
        at=now,
    )


def network_back(since: datetime, now: datetime) -> Notice:
    return Notice(
        kind=NoticeKind.NETWORK_BACK,
        subject="network",
        title="The network is back",
        lines=(f"It was away for {in_words(now - since)}. Sources are read as before.",),
        at=now,
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
