"""The page of a summary: when it is asked for, what it adds, and that it repeats nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.model import FetchFailed, TextDue, Tier
from monitor.pipeline.pages import WAITS, joined
from tests.pipeline.builders import a_store
from tests.pipeline.polls import DAY, HOUR, MINUTE, Item, Newsdesk, a_source, hourly

BAN = "The bank prohibits mining."
TURN = "The bank promotes mining."
ALSO = "The ministry restricts payments."
RUNNING = (
    "This is the running text of an article, long enough to be told from menus and banners. "
    "It goes on for a while about who met whom, in which hall, and how long it took them. "
)
POST = a_source("post")


@pytest.fixture
def news() -> Iterator[Newsdesk]:
    with a_store() as opened:
        found = Newsdesk(opened)
        found.brings(POST, Item("old", BAN, found.now - 3 * DAY), *hourly(3, found.now))
        found.passes(HOUR)
        yield found


def due(news: Newsdesk) -> list[TextDue]:
    return news.store.texts_due(news.now + 365 * DAY, limit=100)


def fails(news: Newsdesk, page: TextDue, reason: str, pause: timedelta | None = None) -> None:
    failed = FetchFailed(page.source_id, reason, "it did not work", news.now, pause)
    news.pages.settle(page, failed, news.now)


# --- which pages are asked for -----------------------------------------------------------------


def test_a_relevant_summary_asks_for_its_page_at_once(news: Newsdesk) -> None:
    news.brings(POST, Item("turn", TURN, news.now))

    [page] = due(news)
    assert (page.url, page.tries) == ("https://post.example/turn", 0)
    assert page.due_at - news.now < MINUTE


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (Item("rates", "Rates today."), "it is not about the field"),
        (Item("long", TURN + " The talks went on." * 40), "its text is whole"),
        (Item("none", TURN, link=""), "it has no address"),
        (Item("odd", TURN, link="ftp://post.example/odd"), "its address is none of the web"),
    ],
)
def test_no_page_is_asked_for(news: Newsdesk, item: Item, why: str) -> None:
    news.brings(POST, item)

    assert due(news) == [], why


def test_a_long_text_that_is_cut_asks_for_its_page(news: Newsdesk) -> None:
    news.brings(POST, Item("cut", TURN + " The talks went on." * 40 + " And then…", news.now))

    assert len(due(news)) == 1


def test_archives_search_results_and_held_items_ask_for_none(news: Newsdesk) -> None:
    search = a_source("search", tier=Tier.SEARCH)
    news.brings(search, Item("found", "Rates", news.now))
    news.passes(HOUR)

    news.brings(a_source("fresh"), Item("archive", TURN, news.now - 3 * DAY))
    news.brings(search, Item("result", TURN, news.now))
    news.brings(POST, *(Item(f"f{number}", f"{TURN} {number}", news.now) for number in range(60)))

    assert news.store.held_counts() == {"post": 60}
    assert due(news) == []


# --- what a page does --------------------------------------------------------------------------


def test_a_page_adds_what_the_summary_left_out_and_repeats_nothing(news: Newsdesk) -> None:
    # given a summary that alerted
    news.brings(POST, Item("turn", TURN, news.now))
    assert news.alerts() == ["promote"]
    [page] = due(news)

    # when its page says the same in other places, the opposite as context, and one thing more
    news.passes(MINUTE)
    news.page(page, f"{RUNNING}\n{TURN} {BAN} {RUNNING}\n{ALSO} {RUNNING}")

    # then only that one thing is new
    assert sorted(news.alerts()) == ["promote", "restrict"]
    with news.store.deciding() as deciding:
        stored = deciding.versions_of(page.article_id)
    assert [record.article.title for record in stored] == ["Story turn", "Story turn"]
    assert stored[1].article.text.count("running text") == 3
    assert due(news) == []


def test_news_on_a_page_whose_summary_told_it_as_background_is_news(news: Newsdesk) -> None:
    news.brings(POST, Item("turn", "The bank promotes mining, as known.", news.now))
    assert news.alerts() == []

    news.page(due(news)[0], f"{RUNNING}\n{TURN} {RUNNING}")

    assert news.alerts() == ["promote"]
    assert not [one for one in news.store.statements_all() if one.retracts]


def test_the_summary_that_comes_again_after_its_page_is_nothing_new(news: Newsdesk) -> None:
    news.brings(POST, Item("turn", TURN, news.now))
    news.page(due(news)[0], f"{RUNNING}\n{TURN} {ALSO} {RUNNING}")
    before = news.store.counts()

    news.passes(HOUR)
    news.brings(POST, Item("turn", TURN, news.now - HOUR), Item("other", "Rates", news.now))

    after = news.store.counts()
    assert (after["statement"], after["change"]) == (before["statement"], before["change"])
    assert due(news) == []


def test_an_edited_summary_does_not_take_back_what_the_page_told(news: Newsdesk) -> None:
    item = Item("turn", TURN, news.now)
    news.brings(POST, item)
    news.page(due(news)[0], f"{RUNNING}\n{TURN} {ALSO} {RUNNING}")
    told = len(news.alerts())

    news.passes(HOUR)
    news.brings(POST, Item("turn", f"{TURN} It was said at noon.", item.at))

    live = {(one.label.topic) for one in news.store.statements_all() if one.retracts is None}
    assert live == {"mining", "payments"}
    assert not [one for one in news.store.statements_all() if one.retracts]
    assert len(news.alerts()) == told


def test_an_edited_summary_that_changes_its_mind_is_a_correction_still(news: Newsdesk) -> None:
    item = Item("turn", TURN, news.now)
    news.brings(POST, item)
    news.page(due(news)[0], f"{RUNNING}\n{TURN} {ALSO} {RUNNING}")

    news.passes(HOUR)
    news.brings(POST, Item("turn", BAN, item.at))

    assert [one.label.topic for one in news.store.statements_all() if one.retracts] == ["mining"]


def test_the_summary_stays_in_front_of_a_page_that_does_not_repeat_it() -> None:
    assert joined("A short one.", "The page.") == "A short one.\n\nThe page."
    assert joined("The page  begins …", "THE PAGE begins so.") == "THE PAGE begins so."
    assert joined("", "The page.") == "The page."


# --- pages that do not come --------------------------------------------------------------------


def test_a_page_that_fails_is_asked_for_again_after_longer_and_longer_waits(
    news: Newsdesk,
) -> None:
    news.brings(POST, Item("turn", TURN, news.now))

    for wait in WAITS:
        [page] = due(news)
        fails(news, page, "timeout")
        [again] = due(news)
        assert again.due_at - news.now == wait
        news.now = again.due_at
    fails(news, due(news)[0], "timeout")

    assert due(news) == []
    assert len(news.watch.named("page-given-up")) == 1


@pytest.mark.parametrize("reason", ["robots", "not-a-page", "http-404", "too-large"])
def test_what_will_not_change_ends_at_once(news: Newsdesk, reason: str) -> None:
    news.brings(POST, Item("turn", TURN, news.now))

    fails(news, due(news)[0], reason)

    assert due(news) == []


def test_a_page_without_an_article_ends_at_once(news: Newsdesk) -> None:
    news.brings(POST, Item("turn", TURN, news.now))

    news.page(due(news)[0], "Log in")

    assert due(news) == []


def test_a_pause_that_the_host_wants_is_no_try(news: Newsdesk) -> None:
    news.brings(POST, Item("turn", TURN, news.now))

    fails(news, due(news)[0], "host-held", timedelta(seconds=30))

    [page] = due(news)
    assert (page.tries, page.due_at - news.now) == (0, timedelta(seconds=30))


def test_a_page_of_a_purged_article_is_let_be(news: Newsdesk) -> None:
    news.brings(POST, Item("plain", "A word about mining.", news.now))
    [page] = due(news)
    news.store.purge(news.now + DAY, limit=100)

    news.page(page, f"{RUNNING}\n{TURN} {RUNNING}")

    assert (news.alerts(), due(news)) == ([], [])


def test_purged_articles_never_come_back_as_new(news: Newsdesk) -> None:
    items = [Item(f"p{number}", f"A word about mining, {number}.", news.now) for number in range(9)]
    news.brings(POST, *items)
    assert news.store.purge(news.now + DAY, limit=100) > 0
    before = news.store.counts()

    news.passes(HOUR)
    news.brings(POST, *(Item(one.name, TURN, news.now) for one in items))

    assert news.store.counts() == before
    assert news.alerts() == []
