"""One event, told once: stories on their way through the intake, and the laws of the replay."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from monitor.model import Article
from monitor.pipeline.intake import Arrival, take
from monitor.pipeline.rehearsal import replay_lines
from monitor.steps.identify import BY_HAND
from monitor.store import SqlStore, open_store
from tests.pipeline.builders import a_store, article, desk, line, replayed

COUNCIL = "Lindow council wants meters in mining sheds, says mayor Hartwig"
TELLINGS = {
    "first": (COUNCIL, "The council of Lindow demands 37 meters for mining sheds at the quay."),
    "second": (
        "Mayor Hartwig: Lindow to put meters in mining sheds",
        "All 37 mining sheds at the quay of Lindow are to get a meter, the council demands.",
    ),
    "third": (
        "Meters for mining sheds: Lindow council and mayor Hartwig agree",
        "At the quay 37 mining sheds get meters, as the council of Lindow demands.",
    ),
}
OTHER = (
    "Arnsby ferry crews paid in coins",
    "Ferry crews of Arnsby say that their payments come late.",
)


def told(name: str, telling: tuple[str, str], day: str | None, **more: Any) -> str:
    return line(name, telling[1], day, **{"title": telling[0], "url": "", **more})


def stories(*lines: str, **more: Any) -> dict[str, str]:
    """Line -> story, merges followed."""
    replay = replayed(lines, **more)
    into = {row["merged"]: row["into"] for row in replay if "merged" in row}
    found = {row["id"]: row["story"] for row in replay if "id" in row}
    return {name: into.get(story, story) for name, story in found.items()}


def test_an_event_told_by_several_is_one_story_and_other_news_is_not() -> None:
    found = stories(
        told("a", TELLINGS["first"], "2024-03-01"),
        told("b", OTHER, "2024-03-01"),
        told("c", TELLINGS["second"], "2024-03-02"),
        told("d", TELLINGS["third"], "2024-03-02"),
    )

    assert found["a"] == found["c"] == found["d"] != found["b"]


def test_a_story_is_told_within_days() -> None:
    found = stories(
        told("a", TELLINGS["first"], "2024-03-01"), told("b", TELLINGS["second"], "2024-04-01")
    )

    assert found["a"] != found["b"]


def test_an_undated_article_is_told_when_it_comes() -> None:
    found = stories(
        told("a", TELLINGS["first"], "2024-03-01"),
        told("b", TELLINGS["second"], None, arrived="2024-03-02"),
    )

    assert found["a"] == found["b"]


def test_an_irrelevant_article_is_in_no_story_of_others() -> None:
    gold = ("Lindow council wants meters in sheds, says mayor Hartwig", "37 meters at the quay.")

    found = stories(told("a", TELLINGS["first"], "2024-03-01"), told("b", gold, "2024-03-01"))

    assert found["a"] != found["b"]


# --- seeds -------------------------------------------------------------------------------------


def seed(telling: tuple[str, str]) -> Article:
    day = datetime(2024, 3, 1, tzinfo=UTC)
    return Article(
        id="seed", url="", title=telling[0], text=telling[1], arrived_at=day, published_at=day,
        language="en",
    )  # fmt: skip


def test_what_retells_a_seeds_event_is_known_and_names_the_seed() -> None:
    known, other = replayed(
        [told("a", TELLINGS["second"], "2024-03-02"), told("b", OTHER, "2024-03-02")],
        seeds=[seed(TELLINGS["first"])],
    )

    assert (known["status"], known["copy_of"]) == ("known", "seed")
    assert (other["status"], other["copy_of"]) == ("new", None)


def test_what_retells_a_seed_still_states_what_it_states() -> None:
    title, text = TELLINGS["second"]
    [known] = replayed(
        [told("a", (title, f"{text} The bank promotes mining."), "2024-03-02")],
        seeds=[seed(TELLINGS["first"])],
    )

    assert known["status"] == "known"
    assert [change["alert"] for change in known["changes"]] == [True]


# --- merges ------------------------------------------------------------------------------------


def test_a_merge_is_told_and_leads_on(tmp_path: Path) -> None:
    # given two stories that a cautious join kept apart
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    store = open_store(url, exclusive=True)
    _taken(store, "first", "second", join=1 - 1e-9)

    # when a third article is near to both, after a restart
    store.close()
    store = open_store(url, exclusive=True)
    [third] = _taken(store, "third", join=0.01, merge=0.01)

    # then the younger leads to the older
    assert third.shelved is not None
    [merge] = third.shelved.merges
    with store.deciding() as deciding:
        now = deciding.stories(["first", "second", "third"])
    assert set(now.values()) == {merge.into}
    assert len({record.story for record in store.articles() if record.article.id != "third"}) == 2
    store.close()


def _taken(store: SqlStore, *names: str, **limits: float):  # type: ignore[no-untyped-def]
    at = replace(desk(), join=replace(BY_HAND, follow=0.001, **limits))
    arrivals = [
        Arrival(article(name, TELLINGS[name][1], title=TELLINGS[name][0])) for name in names
    ]
    return take(arrivals, store=store, desk=at)


# --- laws --------------------------------------------------------------------------------------

FEW = settings(max_examples=12, deadline=None)
DAYS = ["2024-03-01", "2024-03-02", "2024-03-05"]
LOOSE = replace(BY_HAND, join=0.6, merge=0.05, follow=0.01)


@some.composite
def streams(draw: some.DrawFn) -> list[str]:
    days = sorted(draw(some.lists(some.sampled_from(DAYS), min_size=2, max_size=7)))
    tellings = [*TELLINGS.values(), OTHER]
    lines = []
    for turn, day in enumerate(days):
        title, text = draw(some.sampled_from(tellings))
        claim = draw(some.sampled_from(["", " The bank prohibits mining.", " It rained."]))
        when = draw(some.sampled_from([{"date": day}, {"arrived": day}]))
        lines.append(line(f"n{turn}", text + claim, title=title, url="", **when))
    return lines


def lived(lines: list[str], **more: Any) -> list[dict[str, Any]]:
    with a_store() as store:
        at = replace(desk(), join=LOOSE)
        return list(replay_lines(lines, store=store, desk=at, **more))


@FEW
@given(streams(), some.integers(0, 7))
def test_the_replay_of_the_first_lines_is_the_first_of_the_replay(lines: list[str], k: int) -> None:
    begun = lived(lines[:k])

    assert begun == lived(lines)[: len(begun)]


@FEW
@given(streams())
def test_where_a_batch_ends_does_not_show(lines: list[str]) -> None:
    whole = lived(lines)

    assert lived(lines, batch=1) == lived(lines, batch=3) == whole


@FEW
@given(streams())
def test_ids_change_nothing(lines: list[str]) -> None:
    renamed = [text.replace('"id": "n', '"id": "z9') for text in lines]
    back = [
        {key: value.replace("z9", "n") if key in ("id", "copy_of") and value else value
         for key, value in row.items()}
        for row in lived(renamed)
    ]  # fmt: skip

    assert back == lived(lines)
