"""The shipped seeds told again, in other words or another language; they bridge nothing.

The retellings stand in retold/: a title, then the text.
"""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Article, Verdict
from monitor.pipeline.desk import Desk, lay_out
from monitor.pipeline.intake import Arrival, Taken, take
from monitor.pipeline.rehearsal import replay_lines
from monitor.pipeline.seeds import seed_articles
from monitor.steps.render import compose
from tests.packs import shipped_pack, shipped_reader
from tests.pipeline.builders import a_store, filled, line

ROOT = Path(__file__).parents[2]
RETOLD = Path(__file__).with_name("retold")
MINING, DESK = "seed-2022-01-putin-mining", "seed-2025-12-vtb-trading-desk"

SEED_OF = {
    "mining_reworded.en": MINING,
    "mining_translated.ru": MINING,
    "desk_reworded.en": DESK,
    "desk_translated.ru": DESK,
}


@cache
def shipped() -> Desk:
    return lay_out(shipped_pack(), shipped_reader(), compose=compose, targets={})


@cache
def seeds() -> tuple[Article, ...]:
    return seed_articles(ROOT / "seeds")


def retelling(name: str, said_at: datetime) -> Article:
    title, text = (RETOLD / f"{name}.txt").read_text("utf-8").split("\n", 1)
    return Article(
        id=name,
        url=f"https://news.example/{name}",
        title=title,
        text=text,
        arrived_at=said_at,
        published_at=said_at,
        newsroom="news.example",
    )


@cache
def with_seeds() -> bytes:
    """Read once: both seeds are long, and each of the stories below begins with them."""
    arrivals = [Arrival(one, baseline=True, seed=True) for one in seeds()]
    return filled(lambda store: take(arrivals, store=store, desk=shipped()))


@cache
def met(name: str, days: float) -> Taken:
    """The retelling, so many days after the seed's date, in a service that holds the seeds."""
    [seed] = [one for one in seeds() if one.id == SEED_OF[name]]
    with a_store(with_seeds()) as store:
        news = retelling(name, seed.said_at + timedelta(days=days))
        [taken] = take([Arrival(news)], store=store, desk=shipped())
    return taken


@pytest.mark.parametrize("days", [0, 2])
@pytest.mark.parametrize("name", SEED_OF)
def test_a_seed_is_known_again_in_other_words_and_in_another_language(
    name: str, days: float
) -> None:
    taken = met(name, days)

    assert taken.verdict is Verdict.KNOWN
    assert taken.identity.original == SEED_OF[name]


@pytest.mark.parametrize("name", SEED_OF)
def test_what_a_retelling_adds_is_told_as_known_since_the_seeds_date(name: str) -> None:
    [seed] = [one for one in seeds() if one.id == SEED_OF[name]]

    added = [change for change in met(name, 1).changes if change.before is None]

    assert {(one.known_since, one.known_by) for one in added} <= {(seed.said_at, seed.id)}


def test_what_is_told_a_year_later_is_news() -> None:
    assert met("mining_reworded.en", 365).verdict is Verdict.NEW


# --- several events in one seed ----------------------------------------------------------------

BAN = (
    "Bank of Russia proposes to outlaw the purchase, sale and mining of cryptocurrency",
    "The Bank of Russia has published a report for discussion in which it proposes to prohibit the "
    "issue, exchange and mining of cryptocurrency in the country. The report of 36 pages warns of "
    "bubbles and of pyramids. Comments on the report may be sent to the bank until March 1.",
)
BAN_AGAIN = (
    "Report of the Bank of Russia: cryptocurrency mining, purchase and sale to be outlawed",
    "In a report that is open for discussion the Bank of Russia proposes to prohibit the mining, "
    "issue and exchange of cryptocurrency. It warns of pyramids and bubbles on 36 pages, and asks "
    "for comments until March 1.",
)
OBJECTION = (
    "Ministry of Finance objects: cryptocurrency needs regulation, not a prohibition",
    "The Ministry of Finance of Russia does not support a prohibition of cryptocurrency. It has to "
    "be regulated, the head of the ministry's department for financial policy told a conference on "
    "Tuesday, or the country will fall behind in technology. The ministry has written a concept.",
)
OBJECTION_AGAIN = (
    "Not a prohibition but regulation: Ministry of Finance speaks on cryptocurrency",
    "At a conference on Tuesday the head of the department for financial policy said that the "
    "Ministry of Finance does not support the prohibition of cryptocurrency, for "
    "without regulation Russia would fall behind in technology. A concept is written.",
)
MEETING = (
    "Putin: Russia has advantages in cryptocurrency mining",
    "Russia has certain competitive advantages in cryptocurrency mining, surplus electricity and "
    "well-trained people, President Vladimir Putin told the government by video link on Wednesday. "
    "He asked the government and the Bank of Russia to come to one opinion and to report to him.",
)
MEETING_AGAIN = (
    "Surplus electricity and trained people: Putin on advantages in cryptocurrency mining",
    "President Vladimir Putin asked the government and the Bank of Russia by video link to come to "
    "one opinion on cryptocurrency. Russia has competitive advantages in mining, he said on "
    "Wednesday: electricity that is surplus, and people who are well trained.",
)
WEEK = {
    "ban": (BAN, "2022-01-20"),
    "objection": (OBJECTION, "2022-01-25"),
    "meeting": (MEETING, "2022-01-26"),
    "ban again": (BAN_AGAIN, "2022-01-27"),
    "objection again": (OBJECTION_AGAIN, "2022-01-27"),
    "meeting again": (MEETING_AGAIN, "2022-01-27"),
}


@pytest.mark.parametrize("loaded", [False, True], ids=["without seeds", "with seeds"])
def test_a_seed_that_tells_the_whole_week_makes_no_story_of_it(loaded: bool) -> None:
    found = stories_of_the_week(seeds() if loaded else ())

    events = {name.removesuffix(" again") for name in found}
    assert all(found[event] == found[f"{event} again"] for event in events)
    assert len(set(found.values())) == len(events)


def stories_of_the_week(corpus: tuple[Article, ...]) -> dict[str, str]:
    lines = [line(name, text, day, title=title) for name, ((title, text), day) in WEEK.items()]
    with a_store() as store:
        replay = list(replay_lines(lines, store=store, desk=shipped(), seeds=corpus))
    into = {row["merged"]: row["into"] for row in replay if "merged" in row}
    return {row["id"]: ends_in(row["story"], into) for row in replay if "id" in row}


def ends_in(story: str, into: dict[str, Any]) -> str:
    while story in into:
        story = into[story]
    return story
