"""Too much at once is held; what is let go is in the ledger as if it had come one by one."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from monitor.model import Condition, Cursor, Source
from monitor.pipeline.flood import LEAST, gate_for
from monitor.pipeline.release import ReleaseAs, release
from monitor.pipeline.standing import measures_of, positions_of
from monitor.store import SqlStore
from tests.pipeline.builders import LADDER, NOW, SIDES, a_store
from tests.pipeline.polls import DAY, HOUR, MINUTE, Item, Newsdesk, a_source, hourly

BAN = "The bank prohibits mining."
TURN = "The bank promotes mining."
POST, WIRE = a_source("post"), a_source("wire")


@pytest.fixture
def news() -> Iterator[Newsdesk]:
    with a_store() as opened:
        yield Newsdesk(opened)


def known(news: Newsdesk, *sources: Source, said: str = BAN) -> None:
    """Sources that were read before, and a ledger in which the bank wants a ban."""
    for source in sources:
        news.brings(
            source, Item(f"{source.id}-old", said, news.now - 3 * DAY), *hourly(9, news.now)
        )
    news.passes(HOUR)


def archive(news: Newsdesk, count: int, *, prefix: str = "again", text: str = TURN) -> list[Item]:
    """Old articles with new guids, links and dates; a few of them say something."""
    return [
        Item(f"{prefix}{number}", text if number % 50 == 0 else f"Rates, {number}.", news.now)
        for number in range(count)
    ]


def let_go(news: Newsdesk, how: ReleaseAs, source: Source = POST) -> int:
    done = release(source.id, how, store=news.store, desk=news.at, now=news.now)
    return done.articles


def ledger(store: SqlStore) -> object:
    """What stands and on what, without the microseconds at which undated items came."""
    said = store.statements_all()
    positions = [
        (one.actor, one.topic, one.stance, one.certainty, one.since.date(), one.sources)
        for one in positions_of(said, SIDES)
    ]
    measures = [(one.topic, one.body, one.stage, one.sources) for one in measures_of(said, LADDER)]
    return positions, measures


# --- holding -----------------------------------------------------------------------------------


def test_five_hundred_old_items_with_new_guids_and_dates_are_one_notice_and_no_alert(
    news: Newsdesk,
) -> None:
    known(news, POST)
    before = ledger(news.store)

    news.brings(POST, *archive(news, 500))

    [notice] = news.notices()
    assert notice.kind == "flood"
    assert "500 new items" in notice.title
    assert "10 of them relevant" in notice.title
    assert "monitor sources release post" in notice.title
    assert news.alerts() == []
    assert ledger(news.store) == before
    assert news.store.held_counts() == {"post": 500}


def test_while_items_are_held_no_second_flood_is_told_and_a_few_items_are_news(
    news: Newsdesk,
) -> None:
    known(news, POST)
    news.brings(POST, *archive(news, 100))
    news.passes(HOUR)

    news.brings(POST, *archive(news, 200, prefix="more"), *archive(news, 100))
    news.passes(HOUR)
    news.brings(POST, Item("plain", TURN, news.now), *archive(news, 200, prefix="more"))

    assert news.kinds() == ["flood"]
    assert news.store.held_counts() == {"post": 300}
    assert news.alerts() == ["promote"]


def test_a_flood_after_the_last_was_let_go_is_told_anew(news: Newsdesk) -> None:
    known(news, POST)
    news.brings(POST, *archive(news, 100))
    news.passes(HOUR)
    let_go(news, ReleaseAs.DROP)

    news.brings(POST, *archive(news, 100, prefix="third"))

    assert news.kinds() == ["flood", "flood"]


def test_rewritten_guids_for_all_items_are_nothing_new(news: Newsdesk) -> None:
    # given a feed of sixty items, one of which alerted
    plain = hourly(60, news.now)
    news.brings(POST, *plain)
    known(news, WIRE)
    turn = Item("turn", TURN, news.now)
    news.brings(POST, turn, *plain)
    assert news.alerts() == ["promote"]

    # when every guid is another, and the addresses are the same
    news.passes(HOUR)
    renamed = [
        Item(
            f"new-{one.name}",
            one.text,
            one.at,
            f"Story {one.name}",
            f"https://post.example/{one.name}",
        )
        for one in (turn, *plain)
    ]
    news.brings(POST, *renamed)

    assert news.alerts() == ["promote"]
    assert news.kinds() == []
    assert news.store.held_counts() == {}


def test_a_busy_source_may_bring_four_times_what_its_pace_lets_expect() -> None:
    busy = Cursor("post", NOW, last_success_at=NOW, pace_seconds=120, items=9)

    assert gate_for(POST, busy, NOW + HOUR).most == 120
    assert gate_for(POST, busy, NOW + MINUTE).most == LEAST
    assert gate_for(POST, busy, NOW + DAY).most == 2880
    assert gate_for(POST, busy, NOW - DAY).most == LEAST


def test_a_first_poll_is_no_flood_however_long_it_is(news: Newsdesk) -> None:
    known(news, WIRE)

    news.brings(POST, *archive(news, 400))

    assert (news.kinds(), news.store.held_counts()) == ([], {})


def test_an_edit_of_a_held_item_is_held_with_it(news: Newsdesk) -> None:
    known(news, POST)
    items = archive(news, 100, text="Rates.")
    news.brings(POST, *items)
    news.passes(HOUR)

    news.brings(POST, Item("again1", TURN, items[1].at), *items[2:])

    assert news.alerts() == []
    assert ledger(news.store) == ledger(news.store)
    assert news.store.held_counts() == {"post": 101}


@pytest.mark.parametrize("link", ["https://wire.example/turn", "https://post.example/again0"])
def test_a_flood_does_not_silence_another_source_that_tells_the_same(
    news: Newsdesk, link: str
) -> None:
    # given a flood that holds a piece of news, under the very address of the source that tells it
    known(news, POST, WIRE)
    words = {"text": TURN, "title": "The bank turns"}
    held = Item("again0", at=news.now, link=link, **words)
    news.brings(POST, held, *archive(news, 99, prefix="n-", text="Rates."))
    assert news.alerts() == []

    # when that source tells it in the same words
    news.passes(MINUTE)
    news.brings(WIRE, Item("turn", at=news.now, link=link, **words))

    # then it is told, and the copy that follows is none of the held one
    assert news.alerts() == ["promote"]
    news.passes(MINUTE)
    news.brings(a_source("third"), Item("copy", at=news.now, **words))
    assert news.alerts() == ["promote"]


# --- letting go --------------------------------------------------------------------------------


def test_dropped_items_stay_known_and_never_say_anything(news: Newsdesk) -> None:
    known(news, POST)
    items = archive(news, 100)
    news.brings(POST, *items)
    before = ledger(news.store)

    assert let_go(news, ReleaseAs.DROP) == 100

    # not when they come again, nor when they come edited
    news.passes(HOUR)
    edited = [Item(one.name, f"{TURN} Again.", one.at) for one in items]
    news.brings(POST, *items)
    news.passes(HOUR)
    news.brings(POST, *edited)
    assert ledger(news.store) == before
    assert (news.alerts(), news.store.held_counts()) == ([], {})
    assert news.kinds() == ["flood"]


def test_items_let_go_as_baseline_move_the_ledger_and_tell_nobody(news: Newsdesk) -> None:
    known(news, POST)
    news.brings(POST, *archive(news, 100))
    news.passes(HOUR)

    let_go(news, ReleaseAs.BASELINE)

    [position] = positions_of(news.store.statements_all(), SIDES)
    assert position.stance == "promote"
    assert news.alerts() == []
    assert news.store.held_counts() == {}


def test_items_let_go_as_news_alert_once(news: Newsdesk) -> None:
    known(news, POST)
    news.brings(POST, *archive(news, 100))
    news.passes(HOUR)

    let_go(news, ReleaseAs.NEWS)
    let_go(news, ReleaseAs.NEWS)
    news.passes(HOUR)
    news.brings(POST, *archive(news, 100))

    assert news.alerts() == ["promote"]


SAID = ("prohibits", "promotes", "regulates", "restricts")
texts = st.one_of(
    st.builds("The {} {} {}.".format, st.sampled_from(["bank", "ministry"]), st.sampled_from(SAID),
              st.sampled_from(["mining", "payments"])),
    st.builds("A bill on {} is {}.".format, st.sampled_from(["mining", "payments"]),
              st.sampled_from(["proposed", "introduced", "passed"])),
)  # fmt: skip


@settings(max_examples=5, deadline=None, phases=set(Phase) - {Phase.shrink})
@given(
    said=st.lists(st.tuples(texts, st.integers(0, 12), st.booleans()), min_size=1, max_size=6),
    edit=texts,
)
def test_the_ledger_after_a_release_is_the_one_that_single_items_would_have_made(
    said: Sequence[tuple[str, int, bool]], edit: str
) -> None:
    items = [
        Item(f"i{number}", f"{text} {number}.", NOW - timedelta(hours=age) if dated else None)
        for number, (text, age, dated) in enumerate(said)
    ]
    fill = [Item(f"fill{number}", at=NOW) for number in range(60)]
    later = Item("i0", f"{edit} 0.", items[0].at)

    def told(*polls: Sequence[Item], held: bool) -> object:
        with a_store() as store:
            news = Newsdesk(store)
            known(news, POST)
            for poll in polls:
                news.brings(POST, *poll)
                news.passes(MINUTE)
            if held:
                assert store.held_counts()["post"] >= 60
                let_go(news, ReleaseAs.NEWS)
            return ledger(store)

    oldest_first = items[::-1]
    oldest_first.sort(key=lambda item: item.at or NOW + HOUR)
    flood = told([*items, *fill], [later, *items[1:], *fill], held=True)
    single = told(*([one] for one in oldest_first), [later], held=False)

    assert flood == single


# --- first sight -------------------------------------------------------------------------------


def test_a_fresh_reversal_of_a_first_poll_and_its_wire_copy_are_one_alert(news: Newsdesk) -> None:
    # given a ledger
    known(news, POST)

    # when a new source brings a reversal ten minutes old, and a minute later a wire copies it
    turn = Item("turn", TURN, news.now - 10 * MINUTE, "The bank turns")
    news.brings(a_source("first"), turn, *hourly(9, news.now - DAY))
    news.passes(MINUTE)
    news.brings(WIRE, Item("copy", TURN, news.now, "The bank turns"))

    assert news.alerts() == ["promote"]


def test_a_source_that_was_empty_at_first_does_not_tell_its_archive_as_news(
    news: Newsdesk,
) -> None:
    known(news, POST)
    late = a_source("late")
    news.brings(late)
    news.passes(DAY)

    news.brings(late, Item("old", TURN, news.now - 3 * DAY), *archive(news, 200, text="Rates."))

    assert (news.alerts(), news.kinds()) == ([], [])
    assert news.cursor(late).condition is Condition.WELL


def test_an_item_that_is_edited_after_its_alert_does_not_alert_again(news: Newsdesk) -> None:
    known(news, POST)
    for words in (TURN, f"{TURN} It said so.", f"Correction: {TURN}", TURN):
        news.brings(POST, Item("turn", words, news.now))
        news.passes(MINUTE)

    assert news.alerts() == ["promote"]
