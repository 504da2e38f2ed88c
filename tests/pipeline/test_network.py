"""Sources that fail together are one notice, and none of them is called broken for it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.model import Condition, Source
from monitor.pipeline.network import WINDOW
from tests.pipeline.builders import a_store
from tests.pipeline.polls import HOUR, MINUTE, Item, Newsdesk, a_source, hourly


@pytest.fixture
def news() -> Iterator[Newsdesk]:
    with a_store() as opened:
        yield Newsdesk(opened)


MANY = [a_source(f"s{number}") for number in range(8)]


def all_known(news: Newsdesk, sources: list[Source]) -> None:
    for source in sources:
        news.brings(source, *hourly(3, news.now, prefix=source.id))
    news.passes(HOUR)


def all_fail(news: Newsdesk, sources: list[Source], reason: str = "dns") -> None:
    news.polls.expect(sources, news.now)
    for source in sources:
        news.fails(source, reason)


def test_sources_that_fail_together_are_one_notice_and_one_when_they_are_back(
    news: Newsdesk,
) -> None:
    all_known(news, MANY)

    # when nothing is reached for hours
    for _ in range(6):
        all_fail(news, MANY)
        news.passes(HOUR)

    # then that is told once, nobody is called broken, and nobody waits longer than usual
    assert news.kinds() == ["no-network"]
    cursors = [news.cursor(source) for source in MANY]
    assert {cursor.condition for cursor in cursors} == {Condition.WELL}
    assert {cursor.failures for cursor in cursors} == {1}
    assert len(news.watch.named("no-network")) == 1

    # and once more when they answer
    for source in MANY:
        news.brings(source, Item(f"{source.id}-new", at=news.now))
    assert news.kinds() == ["no-network", "network-back"]


def test_failures_that_the_network_explains_are_no_events_of_their_own(news: Newsdesk) -> None:
    all_known(news, MANY)

    all_fail(news, MANY)
    all_fail(news, MANY)

    # four fail before it is plain that it is most of them
    assert len(news.watch.named("failed")) == 4


def test_a_first_start_without_a_network_is_one_notice_and_a_restart_none(news: Newsdesk) -> None:
    all_fail(news, MANY)
    assert news.kinds() == ["no-network"]

    for _ in range(3):
        news.restart()
        news.passes(HOUR)
        all_fail(news, MANY)

    assert news.kinds() == ["no-network"]
    assert {news.cursor(source).condition for source in MANY} == {Condition.NEW}


def test_the_end_is_told_after_a_restart_as_well(news: Newsdesk) -> None:
    all_known(news, MANY)
    all_fail(news, MANY)

    news.restart()
    news.passes(HOUR)
    for source in MANY[:2]:
        news.answers_304(source)

    assert news.kinds() == ["no-network", "network-back"]


def test_most_of_what_is_being_asked_must_fail_not_most_of_what_answered_first(
    news: Newsdesk,
) -> None:
    all_known(news, MANY)
    news.polls.expect(MANY, news.now)

    for source in MANY[:4]:
        news.fails(source, "timeout")

    assert news.kinds() == []


@pytest.mark.parametrize(
    ("sources", "reason", "why"),
    [
        (MANY[:2], "dns", "two may be down by themselves"),
        ([a_source(f"t{n}", host="one.example") for n in range(9)], "dns", "one host is down"),
        (MANY, "http-503", "servers that answer are reached"),
        (MANY, "not-a-feed", "so are they when they answer nonsense"),
        (MANY, "blocked-address", "nobody was asked"),
    ],
)
def test_what_is_no_lost_network(
    news: Newsdesk, sources: list[Source], reason: str, why: str
) -> None:
    all_known(news, sources)

    all_fail(news, sources, reason)

    assert news.kinds() == [], why


def test_sources_that_were_down_before_do_not_make_a_lost_network(news: Newsdesk) -> None:
    all_known(news, MANY)
    for source in MANY:
        news.passes(WINDOW + MINUTE)
        news.fails(source, "refused")
    news.passes(HOUR)

    all_fail(news, MANY, "refused")

    assert news.kinds() == []


def test_one_source_on_the_own_network_does_not_mean_that_the_network_is_back(
    news: Newsdesk,
) -> None:
    all_known(news, MANY)
    all_fail(news, MANY)

    for _ in range(5):
        news.passes(HOUR)
        news.answers_304(MANY[0])

    assert news.kinds() == ["no-network"]


def test_a_few_dead_sources_do_not_pass_for_a_lost_network_for_ever(news: Newsdesk) -> None:
    # given four sources, three of which die at once
    few = MANY[:4]
    all_known(news, few)
    all_fail(news, few[1:])
    news.answers_304(few[0])

    # when the fourth goes on for days
    for _ in range(50):
        news.passes(HOUR)
        news.answers_304(few[0])
        for source in few[1:]:
            if news.cursor(source).next_check_at <= news.now:
                news.fails(source, "dns")

    # then the three are called broken in the end
    assert news.kinds()[:2] == ["no-network", "network-back"]
    assert sorted(news.kinds()[2:]) == ["broken", "broken", "broken"]


def test_a_source_that_fails_once_after_an_outage_is_not_broken(news: Newsdesk) -> None:
    all_known(news, MANY)
    for _ in range(6):
        all_fail(news, MANY)
        news.passes(HOUR)
    for source in MANY[1:]:
        news.answers_304(source)

    news.passes(timedelta(hours=1))
    news.fails(MANY[0], "timeout")

    assert "broken" not in news.kinds()
