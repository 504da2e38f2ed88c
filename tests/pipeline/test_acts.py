"""Acts on their way from the text to who is told, read by the pack as shipped: their days go along,
and a stage against the law's order is flagged."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Article, ChannelKind, Measure
from monitor.pipeline.arrivals import Arrival
from monitor.pipeline.desk import Desk, lay_out
from monitor.pipeline.intake import take
from monitor.pipeline.rehearsal import replay_lines
from monitor.pipeline.standing import measures_of
from monitor.pipeline.yardsticks import ladder_of
from monitor.rulebook.types import Pack
from monitor.steps.render import compose, render
from monitor.store import SqlStore
from tests.packs import shipped_pack, shipped_reader
from tests.pipeline.builders import NOW, a_store, rule

ROOT = Path(__file__).parents[2]

PASSED = (
    "State Duma adopts bill on crypto mining in first reading",
    "The State Duma adopted a bill that allows cryptocurrency mining in Russia in first reading. "
    "The law would take effect on 1 September 2026.",
)
DRAFT = (
    "Bank of Russia publishes draft rules on crypto trading for public discussion",
    "The Bank of Russia proposes to allow trading in cryptocurrency. Comments on the draft rules "
    "are accepted until 15 April 2026.",
)


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with a_store() as one:
        yield one


@cache
def pack() -> Pack:
    asks = rule("acts", when=["stage-first", "stage-advanced"], channels=["desk"])
    return shipped_pack().model_copy(update={"alerts": (asks,)})


@cache
def laid_out() -> Desk:
    return lay_out(pack(), shipped_reader(), compose=compose, targets={"desk": ["desk"]})


def told(name: str, day: str, text: tuple[str, str]) -> str:
    return json.dumps(
        {"id": name, "date": day, "title": text[0], "text": text[1], "lang": "en", "url": ""}
    )


def stages(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for row in rows for one in row["changes"] if one["kind"] == "stage"]


def replay(store: SqlStore, *lines: str) -> list[dict[str, Any]]:
    return stages(list(replay_lines(lines, store=store, desk=laid_out())))


def measures(store: SqlStore) -> list[Measure]:
    return measures_of(store.statements_all(None), ladder_of(pack()))


def test_the_days_of_an_act_stand_in_the_replay_and_in_the_ledger(store: SqlStore) -> None:
    changes = replay(store, told("a", "2026-03-10", PASSED), told("b", "2026-03-11", DRAFT))

    days = {(one["topic"], one["effective_on"], one["comments_until"]) for one in changes}
    assert days == {("mining", "2026-09-01", None), ("trading", None, "2026-04-15")}
    assert {(one.topic, one.effective_on, one.comments_until) for one in measures(store)} == {
        ("mining", date(2026, 9, 1), None),
        ("trading", None, date(2026, 4, 15)),
    }


@pytest.mark.parametrize(
    ("text", "label", "day"),
    [(PASSED, "In force from", "2026-09-01"), (DRAFT, "Comments until", "2026-04-15")],
)
@pytest.mark.parametrize("kind", ChannelKind)
def test_the_days_of_an_act_reach_whoever_is_told(
    text: tuple[str, str], label: str, day: str, kind: ChannelKind, store: SqlStore
) -> None:
    # given
    said = datetime.combine(date(2026, 3, 10), NOW.timetz())
    article = Article("a", "https://a.example/a", *text, arrived_at=said, published_at=said)

    # when
    [taken] = take([Arrival(article)], store=store, desk=laid_out())

    # then
    [shown] = [render(message, kind) for message in taken.messages]
    forms = {
        ChannelKind.MAIL: [shown.html, shown.text],
        ChannelKind.SLACK: [shown.blocks_json],
    }
    for form in forms.get(kind, [shown.text]):
        assert label in form
        assert day in form


def test_a_stage_against_the_laws_order_is_flagged_and_moves_nothing(store: SqlStore) -> None:
    passed = (
        "State Duma passes bill No. 111222-8 on crypto mining in third reading",
        "The State Duma passed bill No. 111222-8 that allows cryptocurrency mining.",
    )
    introduced = (
        "Bill No. 111222-8 on crypto mining introduced in State Duma",
        "Bill No. 111222-8 on cryptocurrency mining was submitted to the State Duma by deputies.",
    )

    *_, last = replay(store, told("a", "2026-03-10", passed), told("b", "2026-05-20", introduced))

    assert (last["from"], last["to"]) == ("passed", "introduced")
    assert (last["reason"], last["alert"]) == ("out-of-order", False)
    assert {one.stage for one in measures(store)} == {"passed"}


def test_of_two_bills_on_one_topic_neither_moves_the_other(store: SqlStore) -> None:
    changes = replay(
        store,
        told(
            "a",
            "2026-02-02",
            (
                "Finance Ministry proposes bill to legalise crypto mining in Russia",
                "The Ministry of Finance has drafted a bill that allows cryptocurrency mining.",
            ),
        ),
        told(
            "b",
            "2026-02-10",
            (
                "Bank of Russia proposes bill to ban crypto mining",
                "The central bank has drafted a bill of its own that prohibits crypto mining.",
            ),
        ),
        told(
            "c",
            "2026-03-17",
            (
                "State Duma adopts bill allowing crypto mining in first reading",
                "The State Duma adopted the bill of the Finance Ministry in first reading.",
            ),
        ),
        told(
            "d",
            "2026-04-10",
            (
                "State Duma rejects bill to ban crypto mining",
                "The State Duma rejected the bill of the Bank of Russia.",
            ),
        ),
    )

    one, other = changes[0]["measure"], changes[1]["measure"]
    assert [(each["measure"], each["to"]) for each in changes] == [
        (one, "proposed"),
        (other, "proposed"),
        (one, "first-reading"),
        (other, "rejected"),
    ]
    assert one != other
