"""`monitor stories` on a real database: what is told, and what a person corrects."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.app import App
from monitor.cli.main import commands
from monitor.errors import UsageError
from monitor.model import ArticleRecord, Fetched, Intake, Merge, Sketch, Story, Verdict
from monitor.steps.identify import canonical
from monitor.store import SqlStore, open_store
from tests.cli.polled import NOW, lay_out, opened
from tests.rulebook.packs import copy_of_minimal
from tests.store.made import a_change, a_stance, an_article

DAY = timedelta(days=1)
FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALIKE, NEAR = "it tells what the story tells", "it is near what the story tells, and not the same"


def told(
    number: int, story: str, *, days: int, topic: str = "quotas", **more: Any
) -> tuple[ArticleRecord, Sketch]:
    record = an_article(number)
    at = FIRST + days * DAY
    key = f"url:{canonical(record.article.url)}"
    article = replace(record.article, published_at=at, arrived_at=at, keys=(key,))
    reading = json.dumps({"topics": [topic], "language": "en"})
    record = replace(record, article=article, story=story, reading_json=reading, **more)
    sketch = Sketch(record.article.id, story, at, False, False, False, "{}", why=ALIKE)
    return record, sketch


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    """Two stories on quotas, of which one follows the other, and one on gear."""
    monkeypatch.setenv("MONITOR_RULES_DIR", str(copy_of_minimal(tmp_path)))
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path))
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}", exclusive=False)
    copy = {"verdict": Verdict.COPY, "copy_of": "article-1"}
    all_told = [
        told(1, "s-quay", days=0),
        told(2, "s-quay", days=1),
        told(3, "s-quay", days=1, **copy),
        told(4, "s-crew", days=4),
        told(5, "s-gear", days=2, topic="gear"),
    ]
    stories = (
        Story("s-quay", FIRST, "nothing like it was told in these days"),
        Story("s-crew", FIRST + 4 * DAY, NEAR, follows="s-quay"),
        Story("s-gear", FIRST + 2 * DAY, "nothing like it was told in these days"),
    )
    intake = Intake(
        cursor=None,
        articles=tuple(record for record, _ in all_told),
        sketches=tuple(sketch for record, sketch in all_told if record.copy_of is None),
        stories=stories,
        statements=(a_stance(2),),
        changes=(a_change(2),),
    )
    with store.deciding() as deciding:
        deciding.write(intake)
    yield store
    store.close()


def answer(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(commands, ["stories", *arguments])
    assert done.exit_code == code, (done.output, done.exception)
    return done.stdout


def read(*arguments: str) -> Any:
    return json.loads(answer(*arguments, "--json"))


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(commands, ["stories", *arguments])
    assert isinstance(done.exception, UsageError), done.output
    return str(done.exception)


# --- list --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_stories_are_listed_with_what_was_told_last_first() -> None:
    crew, gear, quay = read("list")

    assert [each["story"] for each in (crew, gear, quay)] == ["s-crew", "s-gear", "s-quay"]
    assert (quay["articles"], quay["title"], quay["topics"]) == (3, "Title 1", ["quotas"])
    assert (crew["follows"], quay["languages"]) == ("s-quay", ["en"])
    assert "2026-03-06" in answer("list")


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["--since", "2026-03-04"], ["s-crew", "s-gear"]),
        (["--topic", "gear"], ["s-gear"]),
        (["--limit", "1"], ["s-crew"]),
        (["--topic", "quotas", "--limit", "1"], ["s-crew"]),
        (["--since", "2026-03-04T10:00"], ["s-crew"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_a_list_is_narrowed_by_day_topic_and_number(asked: list[str], found: list[str]) -> None:
    assert [each["story"] for each in read("list", *asked)] == found


@pytest.mark.usefixtures("store")
def test_what_cannot_be_listed_is_refused_with_the_remedy() -> None:
    assert "'quota' is no topic of the pack" in refused("list", "--topic", "quota")
    assert "write 2024-05-01" in refused("list", "--since", "yesterday")
    assert answer("list", "--since", "2030-01-01") == "No story fits.\n"


# --- show --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_a_story_is_shown_with_its_articles_in_order_and_why_each_is_in_it() -> None:
    quay = read("show", "s-q")

    ids = [each["id"] for each in quay["articles"]]
    assert ids == ["article-1", "article-2", "article-3"]
    assert [each["why"] for each in quay["articles"]] == [
        "it opened the story",
        ALIKE,
        "a copy of article-1",
    ]
    assert quay["followed_by"] == ["s-crew"]
    assert [change["to"] for change in quay["changes"]] == ["prohibit"]


@pytest.mark.usefixtures("store")
def test_a_story_says_what_it_follows_and_why_it_was_opened() -> None:
    shown = answer("show", "s-crew")

    assert f"Opened 2026-03-06 09:00 UTC: {NEAR}." in shown
    assert "Follows s-quay." in shown
    assert "It changed nothing in the ledger." in shown


@pytest.mark.usefixtures("store")
def test_a_story_that_is_not_one_is_refused() -> None:
    assert "'s-' means several; give more of one: s-crew, s-gear, s-quay" in refused("show", "s-")
    assert "'t' is no story: `monitor stories list` names them" in refused("show", "t")


def test_a_story_that_follows_one_that_was_merged_follows_what_that_became(store: SqlStore) -> None:
    with store.deciding() as deciding:
        deciding.write(Intake(cursor=None, merges=(Merge("s-quay", "s-gear", "alike", FIRST),)))

    assert read("show", "s-crew")["follows"] == "s-gear"


# --- a person's word ---------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_a_merged_story_shows_the_one_that_it_is_part_of() -> None:
    assert answer("merge", "s-crew", "into", "s-q") == "s-crew is part of s-quay now.\n"

    shown = read("show", "s-crew")
    assert (shown["asked"], shown["story"], shown["articles"][-1]["id"]) == (
        "s-crew", "s-quay", "article-4",
    )  # fmt: skip
    assert shown["merged"][0]["why"] == "a person said that both are one"
    assert "You asked for s-crew, which is part of it since" in answer("show", "s-crew")
    assert [each["story"] for each in read("list")] == ["s-quay", "s-gear"]
    assert "are one story already" in refused("merge", "s-crew", "s-quay")
    assert "name two stories" in refused("merge", "s-crew", "into")


@pytest.mark.usefixtures("store")
def test_an_article_is_split_off_by_id_or_address_with_its_copies() -> None:
    # when one article is taken out by its address, whose copy is in the story as well
    done = read("split", "https://news.example/1")

    # then both stand in a story of their own, which stays apart from the first
    assert (done["left"], done["articles"]) == ("s-quay", ["article-1", "article-3"])
    made = read("show", done["story"])
    assert [each["id"] for each in made["articles"]] == ["article-1", "article-3"]
    assert made["apart_from"] == "s-quay"
    assert "Apart from s-quay for good." in answer("show", done["story"])
    assert [each["id"] for each in read("show", "s-quay")["articles"]] == ["article-2"]
    assert "nothing else is in s-quay" in refused("split", "article-2")
    assert "'article-9' is no article" in refused("split", "article-9")


# --- while the service runs ----------------------------------------------------------------------

QUOTAS = "Norway allows quotas for whales off Vardo, says the fisheries ministry"
NETS = "Norway counts lost nets of whales in the fjords"


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """It holds the database, as a service does."""
    lay_out(tmp_path, monkeypatch)
    app = opened(exclusive=True)
    app.start(NOW)
    yield app
    app.close()


def poll(app: App, **items: str) -> None:
    """Guid -> title."""
    source, cursor = app.sources()[0]
    assert cursor is not None
    shown = "".join(
        f"<item><guid>{guid}</guid><link>https://fisheries.example/{guid}</link>"
        f"<title>{title}</title><description>{title}.</description>"
        f"<pubDate>{NOW:%a, %d %b %Y} 11:00:00 +0000</pubDate></item>"
        for guid, title in items.items()
    )
    body = f"<rss version='2.0'><channel><title>News</title>{shown}</channel></rss>"
    answer = Fetched(source.id, source.url, body.encode(), "application/rss+xml", None, None, NOW)
    app.take(source, cursor, answer, NOW)


def story(app: App, guid: str) -> str:
    [*_, last] = app.article(f"https://fisheries.example/{guid}")
    return app.story_by_now(last.story)


def test_the_running_service_follows_a_merge_and_a_split(running: App) -> None:
    # given two stories
    poll(running, quotas=QUOTAS, nets=NETS)
    quotas, nets = story(running, "quotas"), story(running, "nets")
    assert quotas != nets

    # when a person makes them one, and one article is edited
    answer("merge", nets, "into", quotas)
    poll(running, quotas=QUOTAS, nets=f"{NETS}, again")

    # then the edit is told in the story that it is part of by now
    assert len(running.article("https://fisheries.example/nets")) == 2
    assert story(running, "nets") == quotas

    # when a person takes it out again, and it is edited once more
    answer("split", "https://fisheries.example/nets")
    poll(running, quotas=QUOTAS, nets=f"{NETS}, and again")

    # then it stays out
    assert len(running.article("https://fisheries.example/nets")) == 3
    assert story(running, "quotas") == quotas
    assert story(running, "nets") not in (quotas, nets)
