"""`monitor articles show` on an article that was edited and whose page was read."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli.main import commands
from monitor.errors import UsageError
from monitor.model import ArticleRecord, Intake
from monitor.pipeline.pages import page_mark
from monitor.steps.identify import canonical
from monitor.store import SqlStore, open_store
from tests.rulebook.packs import copy_of_minimal
from tests.store.made import NOON, a_change, a_stance, an_article, written

HOUR = timedelta(hours=1)


def version(number: int, text: str, *, page: bool = False) -> ArticleRecord:
    record = an_article(1, text=text)
    keys = [f"url:{canonical(record.article.url)}"]
    keys += [page_mark(f"v{number}")] if page else []
    at = NOON + number * HOUR
    article = replace(record.article, arrived_at=at, published_at=NOON, keys=tuple(keys))
    reading = json.dumps({"because": "quotas, Norway"})
    return replace(record, article=article, version=f"v{number}", reading_json=reading)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    monkeypatch.setenv("MONITOR_RULES_DIR", str(copy_of_minimal(tmp_path)))
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path))
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}", exclusive=False)
    versions = (
        version(1, "Quotas are allowed. Crews sail on Monday."),
        version(2, "Quotas are allowed. Crews sail on Friday."),
        version(3, "Quotas are allowed. Crews sail on Friday. Nobody objects.", page=True),
    )
    written(
        store,
        *(Intake(cursor=None, articles=(each,)) for each in versions),
        Intake(cursor=None, statements=(a_stance(1),), changes=(a_change(1),)),
        Intake(cursor=None, articles=(an_article(2),)),
    )
    yield store
    store.close()


def answer(*arguments: str) -> str:
    done = CliRunner().invoke(commands, ["articles", "show", *arguments])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def read(*arguments: str) -> Any:
    return json.loads(answer(*arguments, "--json"))


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(commands, ["articles", "show", *arguments])
    assert isinstance(done.exception, UsageError), done.output
    return str(done.exception)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("wanted", ["article-1", "https://news.example/1?utm_source=x"])
def test_an_article_is_shown_with_what_changed_between_its_versions(wanted: str) -> None:
    article = read(wanted)

    first, edited, page = article["versions"]
    assert (article["id"], article["story"]) == ("article-1", "story-1")
    assert first["changed"] == []
    assert edited["changed"] == ["- Crews sail on Monday.", "+ Crews sail on Friday."]
    assert (page["changed"], page["page"]) == (["+ Nobody objects."], True)
    assert [each["to"] for each in article["changes"]] == ["prohibit"]


@pytest.mark.usefixtures("store")
def test_a_person_reads_versions_differences_and_what_they_moved() -> None:
    shown = answer("article-1")

    assert "Article article-1, story story-1: new (quotas, Norway)" in shown
    assert "Version 2, 2026-03-02 14:00 UTC: 41 characters\n  - Crews sail on Monday.\n" in shown
    assert "Version 3, 2026-03-02 15:00 UTC, from its page: " in shown
    assert "bank on trading: regulate -> prohibit (reversal)" in shown


@pytest.mark.usefixtures("store")
def test_an_article_that_cannot_be_shown_is_refused_with_the_remedy(store: SqlStore) -> None:
    assert "means several; give more of one: article-1, article-2" in refused("article-")
    assert "'nobody' is no article" in refused("nobody")
    store.purge(NOON + 9 * HOUR, limit=9)
    assert "article-2: its texts were taken away after" in refused("article-2")


def test_a_control_character_of_a_stranger_is_not_obeyed(store: SqlStore) -> None:
    evil = version(4, "Quotas are allowed. \x1b[2JCrews sail on Friday.")
    written(store, Intake(cursor=None, articles=(evil,)))

    assert "\x1b" not in answer("article-1")
