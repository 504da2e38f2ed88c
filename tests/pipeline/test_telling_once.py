"""One event, told once: what the texts of a story say together, from how many, and to whom."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Alert, Article, Outcome, Reason
from monitor.pipeline.desk import Desk, origins_of
from monitor.pipeline.intake import Arrival, Taken, take
from monitor.steps.ledger import Bars, Silence
from monitor.store import SqlStore
from tests.packs import shipped_pack
from tests.pipeline.builders import NOW, a_store, article, desk, rule

EVENT = (
    "Lindow council wants meters in mining sheds, says mayor Hartwig",
    "The council of Lindow demands 37 meters for mining sheds at the quay. {claim}",
)
RETOLD = (
    "Mayor Hartwig: Lindow to put meters in mining sheds",
    "All 37 mining sheds at the quay of Lindow are to get a meter, the council demands. {claim}",
)
LATER = (
    "Meters for mining sheds: Lindow council and mayor Hartwig agree",
    "At the quay 37 mining sheds get meters, as the council of Lindow demands. {claim}",
)
FERRY = (
    "Arnsby ferry crews paid in coins",
    "Ferry crews of Arnsby say that coins come late. {claim}",
)
LONG = (
    "The harbour council of Lindow met on Monday and spoke about machines that stand in cellars "
    "and sheds along the old quay. {claim} Fishermen complained last autumn that the light went "
    "out twice a week, and that nobody answered their letters, the agency {agency} reports."
)
BAN = "The bank prohibits mining."
MAYBE_BAN = "The bank prohibits mining, perhaps."
TURN = "The bank promotes mining."

STRICT = Bars(first=0.65, turn=0.6, back=0.9)
KIN = {topic: frozenset({"mining", "payments"}) for topic in ("mining", "payments")}


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with a_store() as opened:
        yield opened


def strict(*rules: object, **more: object) -> Desk:
    return replace(desk(*rules, **more), bars=STRICT, kin=KIN)  # type: ignore[arg-type]


def told(
    name: str, telling: tuple[str, str], claim: str, *, room: str = "a.example", hours: float = 0
) -> Article:
    """A telling of one event, with a claim put into it."""
    title, text = telling
    when = NOW + timedelta(hours=hours)
    return article(
        name,
        text.format(claim=claim),
        title=title,
        newsroom=room,
        published_at=when,
        arrived_at=when,
    )


def enter(store: SqlStore, at: Desk, *articles: Article) -> list[Taken]:
    """One after the other, as polls bring them."""
    return [take([Arrival(one)], store=store, desk=at)[0] for one in articles]


def because(taken: Taken) -> list[str]:
    return [found.because.value for found in taken.findings]


def alerts(store: SqlStore) -> list[Alert]:
    return [alert for alert, _ in reversed(store.alerts(limit=100))]


# --- how sure a story is -----------------------------------------------------------------------


def test_the_article_that_makes_a_story_sure_tells_the_change_though_it_is_not_the_first(
    store: SqlStore,
) -> None:
    # given a doubtful text, which is kept and moves nothing
    first, second = enter(
        store,
        strict(),
        told("one", EVENT, MAYBE_BAN),
        # when another newsroom says the same of the same event, as doubtfully
        told("two", RETOLD, MAYBE_BAN, room="b.example", hours=5),
    )

    # then the two are one story, and enough; both carry the position
    assert first.story == second.story
    assert (because(first), because(second)) == (["unsure"], ["first"])
    assert [change.certainty.value for change in second.changes] == ["confirmed"]
    assert len(alerts(store)) == 1


def test_doubtful_texts_of_two_events_do_not_add_up(store: SqlStore) -> None:
    first, second = enter(
        store,
        strict(),
        told("one", EVENT, MAYBE_BAN),
        told("two", FERRY, MAYBE_BAN, room="b.example", hours=20 * 24),
    )

    assert first.story != second.story
    assert because(first) == because(second) == ["unsure"]


def test_one_newsroom_does_not_make_itself_surer(store: SqlStore) -> None:
    taken = enter(
        store,
        strict(),
        told("one", EVENT, MAYBE_BAN),
        told("two", RETOLD, MAYBE_BAN, hours=3),
        told("three", LATER, MAYBE_BAN, hours=6),
    )

    assert [because(one) for one in taken] == [["unsure"]] * 3


def test_five_reprints_and_a_text_in_russian_that_names_the_agency_are_one_origin(
    store: SqlStore,
) -> None:
    # given the shipped pack's agencies
    at = replace(strict(), origin_of=origins_of(shipped_pack()))
    wire = LONG.format(claim=BAN, agency="Interfax")
    rooms = ["wire.example", *(f"{letter}.example" for letter in "abcde")]
    russian = (
        f"Совет порта Линдов встретился в понедельник, сообщает Интерфакс. {BAN} "
        "Рыбаки жаловались прошлой осенью на свет."
    )

    # when a wire's text is printed by five newsrooms and retold in Russian
    taken = enter(
        store,
        at,
        *(
            article(
                room, wire, title=f"Lindow quay, {room}", newsroom=room, url=f"https://{room}/1"
            )
            for room in rooms
        ),
        article("ru", russian, title="Линдов", newsroom="ru.example", language="ru"),
    )

    # then seven texts are the evidence of one, and what they say stays reported
    assert {row.evidence.origin for one in taken for row in one.statements} == {"Interfax"}
    assert [change.certainty.value for one in taken for change in one.changes] == ["reported"]
    assert len(alerts(store)) == 1

    # when somebody says it who does not name the agency
    [other] = enter(store, at, told("own", EVENT, BAN, room="own.example"))

    # then it is confirmed
    assert because(other) == ["confirmed"]


# --- told once ---------------------------------------------------------------------------------


def test_a_denial_in_a_running_story_alerts(store: SqlStore) -> None:
    first, again, denial, echo = enter(
        store,
        strict(),
        told("one", EVENT, BAN),
        told("two", RETOLD, BAN, room="b.example", hours=2),
        told("three", LATER, TURN, room="c.example", hours=4),
        told("four", EVENT, TURN, room="d.example", hours=6),
    )

    assert first.story == again.story == denial.story == echo.story
    assert [alert.change.reason for alert in alerts(store)] == [Reason.FIRST, Reason.REVERSAL]
    assert because(denial) == ["reversal"]


def test_a_story_turns_back_only_on_what_is_very_sure(store: SqlStore) -> None:
    opened = [
        told("one", EVENT, BAN),
        told("two", RETOLD, TURN, room="b.example", hours=2),
    ]
    doubtful = told("three", LATER, MAYBE_BAN, room="c.example", hours=4)
    plain = told("four", LATER, BAN, room="d.example", hours=5)

    taken = enter(store, strict(), *opened, doubtful, plain)

    assert [because(one) for one in taken] == [["first"], ["reversal"], ["unsure"], ["reversal"]]


def test_another_topic_of_the_family_is_not_told_again(store: SqlStore) -> None:
    at = strict()

    _, again, apart = enter(
        store,
        at,
        told("one", EVENT, BAN),
        told("two", RETOLD, "The bank prohibits payments.", room="b.example", hours=2),
        told("three", LATER, "The ministry prohibits payments.", room="c.example", hours=3),
    )

    # another body is other news
    assert because(again) == [Silence.TOLD.value]
    assert because(apart) == ["first"]
    assert [alert.change.actor for alert in alerts(store)] == ["bank", "ministry"]
    # the ledger knows both
    with store.deciding() as deciding:
        assert len(deciding.statements({("bank", "payments"): None})) == 1


def test_one_position_read_under_two_topics_is_told_once(store: SqlStore) -> None:
    # given topics that are no kin, and a bar that no text here is sure enough for
    at = replace(strict(), kin={}, bars=replace(STRICT, further=0.99))

    _, aside, unlike = enter(
        store,
        at,
        told("one", EVENT, BAN),
        told("two", RETOLD, "The bank prohibits payments.", room="b.example", hours=2),
        told("three", FERRY, "The ministry prohibits mining.", room="c.example", hours=3),
    )

    # then the further topic is known to the ledger, and told to nobody a second time
    assert because(aside) == [Silence.TOLD.value]
    assert because(unlike) == ["first"]
    with store.deciding() as deciding:
        assert len(deciding.statements({("bank", "payments"): None})) == 1


def test_a_further_topic_that_is_very_sure_is_news(store: SqlStore) -> None:
    at = replace(strict(), kin={}, bars=replace(STRICT, further=0.8))
    payments = "The bank prohibits payments."

    _, sure = enter(
        store,
        at,
        told("one", EVENT, BAN),
        told("two", RETOLD, payments, room="b.example", hours=2),
    )

    assert because(sure) == ["first"]


def test_of_one_article_the_surest_topic_is_the_one_that_is_told(store: SqlStore) -> None:
    # given a text that begins with what is doubtful, and a rule for the other topic
    at = replace(strict(rule("sheds", topics=["mining"])), bars=Bars(first=0.1, turn=0.6, back=0.9))
    claim = f"The bank prohibits payments, perhaps. {BAN}"

    [taken] = enter(store, at, told("one", EVENT, claim))

    assert because(taken) == ["first", Silence.TOLD.value]
    assert [alert.change.topic for alert in alerts(store)] == ["mining"]


def test_who_asks_for_one_topic_alone_hears_of_it(store: SqlStore) -> None:
    at = strict(rule("pay", topics=["payments"]))

    enter(
        store,
        at,
        told("one", EVENT, BAN),
        told("two", RETOLD, "The bank prohibits payments.", room="b.example", hours=2),
    )

    assert [alert.change.topic for alert in alerts(store)] == ["payments"]


def test_without_a_channel_who_asks_for_one_topic_alone_hears_of_it_too(store: SqlStore) -> None:
    enter(
        store,
        strict(rule("pay", topics=["payments"]), targets={}),
        told("one", EVENT, BAN),
        told("two", RETOLD, "The bank prohibits payments.", room="b.example", hours=2),
    )

    assert [alert.change.topic for alert in alerts(store)] == ["payments"]


def test_days_later_another_topic_is_news(store: SqlStore) -> None:
    later = told("two", FERRY, "The bank prohibits payments.", hours=7 * 24)

    enter(store, strict(), told("one", EVENT, BAN), later)

    assert [alert.change.topic for alert in alerts(store)] == ["mining", "payments"]


def test_fifty_restatements_under_any_topic_of_the_family_send_nothing(store: SqlStore) -> None:
    # given a position that was told, and rules for every kind of change
    at = strict()
    enter(store, at, told("first", EVENT, BAN))

    # when fifty texts of ten newsrooms say it again within days, and then one says the opposite
    for turn in range(50):
        claim = BAN if turn % 2 else "The bank prohibits payments."
        telling, room = (EVENT, RETOLD, LATER)[turn % 3], f"r{turn % 10}.example"
        enter(store, at, told(f"again-{turn}", telling, claim, room=room, hours=turn))
    enter(store, at, told("turn", LATER, TURN, room="z.example", hours=60))

    # then two alerts went out
    assert [alert.change.after for alert in alerts(store)] == ["prohibit", "promote"]


# --- a position and an act ---------------------------------------------------------------------


def test_a_proposal_is_told_once_as_a_position_or_as_an_act(store: SqlStore) -> None:
    at = strict()
    position, act = enter(
        store,
        at,
        told("one", EVENT, "The ministry regulates mining."),
        told("two", RETOLD, "A bill on mining is proposed.", room="b.example", hours=2),
    )

    # the ledger knows both, people heard of one
    assert (because(position), because(act)) == (["first"], ["first"])
    assert {decision.outcome for decision in act.decisions} == {Outcome.TOLD}
    assert [alert.change.kind.value for alert in alerts(store)] == ["stance"]

    # the next stage is news whatever the position
    [passed] = enter(
        store, at, told("three", LATER, "A bill on mining is passed.", room="c.example", hours=9)
    )
    assert [alert.change.after for alert in passed.alerts] == ["passed"]


def test_a_position_and_an_act_of_one_article_are_one_message(store: SqlStore) -> None:
    claim = "The ministry regulates mining. A bill on mining is proposed."

    [both] = enter(store, strict(), told("one", EVENT, claim))

    assert sorted(alert.change.kind.value for alert in both.alerts) == ["stage", "stance"]
    assert len(both.messages) == 1
