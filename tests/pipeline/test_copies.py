"""Copies on their way through the intake: who is named as the original, and what they state."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.model import Article, Reason
from monitor.pipeline.intake import Arrival, take
from monitor.store import open_store
from tests.pipeline.builders import NOW, a_store, article, desk, line, replayed

BODY = (
    "The harbour council of Lindow met on Monday and spoke about machines that stand in cellars "
    "and sheds along the old quay. {claim} Fishermen complained last autumn that the light went "
    "out twice a week, and that nobody answered their letters. A paper of forty pages lists each "
    "shed with its meter, its owner and the month in which it was built."
)
BAN = BODY.format(claim="The bank prohibits mining.")
TURN = BODY.format(claim="The bank promotes mining.")
LONGER = f"{BAN} The mayor of the town did not answer a request for comment until late at night."
EDITED = LONGER.replace("cellars and sheds", "barns and halls").replace("twice", "three times")


def told(*lines: str, **more: Any) -> list[tuple[str, str | None]]:
    return [(row["status"], row["copy_of"]) for row in replayed(lines, **more)]


def test_a_copy_is_named_after_the_first_article_even_when_it_copies_a_copy() -> None:
    lines = [
        line("first", BAN, "2022-01-20", title="Quay"),
        line("second", LONGER, "2022-01-21", title="Old quay: the machines"),
        line("third", EDITED, "2022-01-22", title="Machines at the quay"),
        line("fourth", EDITED, "2022-01-23", title="Machines at the quay"),
    ]

    expected = [("new", None), *[("copy", "first")] * 3]
    assert told(*lines) == told(*lines, batch=1) == expected


def test_a_copy_is_of_its_originals_story_and_repeats_nothing() -> None:
    first, second = replayed(
        [line("1", BAN, "2022-01-20", title="Quay"), line("2", LONGER, "2022-01-21", title="Sheds")]
    )

    assert first["story"] == second["story"]
    assert [change["reason"] for change in first["changes"]] == ["first"]
    assert second["changes"] == []


def test_a_copy_that_says_otherwise_is_heard() -> None:
    """One word of a standing text can turn a position round."""
    first, second = replayed(
        [line("1", BAN, "2022-01-20", title="Quay"), line("2", TURN, "2022-01-25", title="Quay")]
    )

    assert (second["status"], second["copy_of"]) == ("copy", "1")
    assert [change["reason"] for change in second["changes"]] == ["reversal"]
    assert [change["alert"] for change in second["changes"]] == [True]


def test_a_copy_comes_within_days() -> None:
    assert told(
        line("1", BAN, "2022-01-20", title="Quay"), line("2", LONGER, "2022-02-10", title="Sheds")
    ) == [("new", None), ("new", None)]


def test_a_copy_of_an_irrelevant_text_is_a_copy() -> None:
    gold = BAN.replace("The bank prohibits mining.", "The council said nothing.")

    assert told(
        line("1", gold, "2022-01-20", title="Quay"),
        line("2", f"{gold} More follows.", "2022-01-21", title="Sheds"),
    ) == [("irrelevant", None), ("copy", "1")]


def test_an_edited_seed_is_known_however_late_it_comes() -> None:
    day = datetime(2022, 1, 27, tzinfo=UTC)
    seed = Article(
        id="seed", url="", title="Quay", text=BAN, arrived_at=day, published_at=day, language="en"
    )

    assert told(line("late", LONGER, "2025-01-01", title="Sheds"), seeds=[seed]) == [
        ("known", "seed")
    ]


def test_a_copy_is_found_after_a_restart(tmp_path: Path) -> None:
    # given a service that read the original and was stopped
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    store = open_store(url, exclusive=True)
    take([Arrival(article("one", BAN))], store=store, desk=desk())
    store.close()

    # when another meets its copy a day later
    store = open_store(url, exclusive=True)
    later = article("one", BAN).said_at + timedelta(days=1)
    copy = article("two", LONGER, arrived_at=later, published_at=later, newsroom="b.example")
    [taken] = take([Arrival(copy)], store=store, desk=desk())
    store.close()

    # then it knows whose words these are
    assert taken.identity.original == "one"


def test_a_copy_beside_its_original_says_what_the_original_said() -> None:
    """A feed brings the original again, and a copy under an address of its own."""
    original, later = article("one", BAN), NOW + timedelta(hours=5)
    copy = article("two", LONGER, arrived_at=later, published_at=later, newsroom="b.example")
    with a_store() as store:
        take([Arrival(original)], store=store, desk=desk())
        _, taken = take([Arrival(original), Arrival(copy)], store=store, desk=desk())

    [said] = taken.statements
    assert (taken.identity.original, said.evidence.said_at) == ("one", original.said_at)


def test_a_copy_is_no_second_origin() -> None:
    with a_store() as store:
        original = article("one", BAN)
        copy = article("two", LONGER, newsroom="b.example", url="https://b.example/2")
        own_words = article("three", "Today the bank prohibits mining.", newsroom="c.example")

        takes = [
            take([Arrival(each)], store=store, desk=desk())[0]
            for each in (original, copy, own_words)
        ]

    reasons = [[change.reason for change in one.changes] for one in takes]
    assert reasons == [[Reason.FIRST], [], [Reason.CONFIRMED]]
