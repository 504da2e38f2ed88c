"""The reference corpus: read whole or refused, and what it does to an empty ledger."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import SeedError
from monitor.model import Reason, Verdict
from monitor.pipeline.desk import lay_out
from monitor.pipeline.intake import Arrival, take
from monitor.pipeline.seeds import load_seeds, seed_articles
from monitor.pipeline.standing import positions_of
from monitor.steps.render import compose
from tests.packs import shipped_pack, shipped_reader
from tests.pipeline.builders import a_store, article, desk

OURS = Path(__file__).parents[2] / "seeds"

MANIFEST = """
seeds:
  - {id: second, file: b.txt, title: The second, date: 2024-02-02, language: en, publisher: B}
  - {id: first, file: a.txt, title: The first, date: 2022-01-27, language: en, publisher: unknown}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    (tmp_path / "a.txt").write_text("The bank prohibits mining.")
    (tmp_path / "b.txt").write_text("The bank promotes mining.")
    return tmp_path


# --- reading -----------------------------------------------------------------------------------


def test_seeds_are_articles_of_their_manifest_date_oldest_first(folder: Path) -> None:
    first, second = seed_articles(folder)

    assert (first.id, first.title, first.language) == ("first", "The first", "en")
    assert first.said_at == first.arrived_at == datetime(2022, 1, 27, tzinfo=UTC)
    assert (first.newsroom, second.newsroom) == ("", "B")


def test_a_folder_without_a_manifest_has_no_seeds(tmp_path: Path) -> None:
    assert seed_articles(tmp_path) == ()


@pytest.mark.parametrize(
    ("why", "find", "put", "said"),
    [
        ("a key nobody knows", "language: en", "lang: en", "manifest.yaml:3:"),
        ("a text that is missing", "b.txt", "c.txt", "c.txt cannot be read: No such file"),
        ("a way out of the folder", "b.txt", "../b.txt", "seeds.0.file"),
        ("one id twice", "id: first", "id: second", "id second stands twice"),
        ("no date", "2024-02-02", "soon", "seeds.0.date"),
    ],
    ids=lambda value: value if " " in value else "",
)
def test_a_corpus_that_is_not_whole_is_refused(
    folder: Path, why: str, find: str, put: str, said: str
) -> None:
    (folder / "manifest.yaml").write_text(MANIFEST.replace(find, put, 1))

    with pytest.raises(SeedError) as refused:
        seed_articles(folder)

    assert said in str(refused.value)


def test_a_text_that_is_no_utf8_is_refused(folder: Path) -> None:
    (folder / "a.txt").write_bytes("Биткоин".encode("cp1251"))

    with pytest.raises(SeedError, match="a.txt is not UTF-8"):
        seed_articles(folder)


def test_the_corpus_of_the_project_can_be_read() -> None:
    days = [seed.said_at.date().isoformat() for seed in seed_articles(OURS)]

    assert days == ["2022-01-27", "2025-12-04"]
    assert {seed.text != "" for seed in seed_articles(OURS)} == {True}


# --- loading -----------------------------------------------------------------------------------


def test_seeds_found_the_baseline_and_alert_nobody(folder: Path) -> None:
    with a_store() as store:
        taken = load_seeds(seed_articles(folder), store=store, desk=desk())

        assert [one.verdict for one in taken] == [Verdict.NEW, Verdict.NEW]
        assert [change.reason for change in store.changes()] == [Reason.BASELINE, Reason.BASELINE]
        assert store.changes()[-1].after == "promote"
        assert store.alerts() == []


def test_loading_the_seeds_again_changes_nothing(folder: Path) -> None:
    with a_store() as store:
        load_seeds(seed_articles(folder), store=store, desk=desk())
        before = store.counts()

        load_seeds(seed_articles(folder), store=store, desk=desk())

        assert store.counts() == before


def test_news_that_turns_a_seeds_position_is_a_reversal(folder: Path) -> None:
    with a_store() as store:
        seeds = seed_articles(folder)
        load_seeds(seeds, store=store, desk=desk())
        later = seeds[-1].said_at + timedelta(days=9)

        news = article("news", "The bank prohibits mining.", arrived_at=later, published_at=later)
        [taken] = take([Arrival(news)], store=store, desk=desk())

        assert [change.reason for change in taken.changes] == [Reason.REVERSAL]
        assert len(taken.alerts) == 1


def test_the_shipped_seeds_found_the_positions_that_a_new_user_expects() -> None:
    shipped = lay_out(shipped_pack(), shipped_reader(), compose=compose, targets={})

    with a_store() as store:
        load_seeds(seed_articles(OURS), store=store, desk=shipped)
        held = positions_of(store.statements_all(), shipped.sides)

    stances = {(one.actor, one.topic): one.stance for one in held}
    assert stances["putin", "mining"] == "promote"
    assert stances["bank-of-russia", "mining"] == "prohibit"
    assert stances["bank-of-russia", "trading"] == "prohibit"
    assert stances["vtb", "trading"] == "promote"
    assert "regulate" in {s for (actor, _), s in stances.items() if actor == "ministry-of-finance"}
    rulers = {stances.get((actor, "mining")) for actor in ("kremlin", "government")}
    assert rulers & {"regulate", "promote"}
    assert all(one.quote.text for one in held)


# --- new or known ------------------------------------------------------------------------------


def test_a_change_says_since_when_the_ledger_held_what_it_overturns(folder: Path) -> None:
    with a_store() as store:
        seeds = seed_articles(folder)
        load_seeds(seeds, store=store, desk=desk())
        later = seeds[-1].said_at + timedelta(days=9)

        news = article("news", "The bank prohibits mining.", arrived_at=later, published_at=later)
        [taken] = take([Arrival(news)], store=store, desk=desk())

        [change] = taken.changes
        assert (change.before, change.before_since) == ("promote", seeds[-1].said_at)
        assert (change.known_since, change.known_by) == (None, None)
        assert store.changes()[-1] == change


def test_what_another_origin_confirms_is_known_since_it_was_first_said() -> None:
    with a_store() as store:
        first = article("first", "The bank prohibits mining.", newsroom="A")
        later = first.said_at + timedelta(days=2)
        second = article(
            "second", "So it is: the bank prohibits mining, says B.", newsroom="B",
            arrived_at=later, published_at=later,
        )  # fmt: skip

        new, confirmed = take([Arrival(first), Arrival(second)], store=store, desk=desk())

        assert [change.known_since for change in new.changes] == [None]
        [change] = confirmed.changes
        assert change.reason is Reason.CONFIRMED
        assert (change.known_since, change.known_by) == (first.said_at, None)


def test_an_alert_on_what_retells_a_seed_names_the_seed_and_its_day(tmp_path: Path) -> None:
    # given a seed that tells of an event
    (tmp_path / "manifest.yaml").write_text(MANIFEST.replace("2024-02-02", "2024-03-01"))
    (tmp_path / "a.txt").write_text("Nothing of the field.")
    (tmp_path / "b.txt").write_text(
        "The council of Lindow demands 37 meters for mining sheds at the quay, says mayor Hartwig."
    )
    with a_store() as store:
        load_seeds(seed_articles(tmp_path), store=store, desk=desk())

        # when an article tells it again, and states something
        news = article(
            "news",
            "All 37 mining sheds at the quay of Lindow are to get a meter, the council demands, "
            "says mayor Hartwig. The bank promotes mining.",
        )
        [taken] = take([Arrival(news)], store=store, desk=desk())

    # then the alert is sent, and tells since when the event is known
    [alert] = taken.alerts
    assert (alert.change.known_by, alert.change.known_since) == (
        "second", datetime(2024, 3, 1, tzinfo=UTC),
    )  # fmt: skip
