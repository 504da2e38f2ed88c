"""Ready, degraded or not ready: each case says why."""

from datetime import timedelta

import pytest

from monitor.model import Condition, DeliveryState
from monitor.web.health import Grade, checks, sentence, worst
from monitor.web.lookout import Glance
from tests.web.seen import a_glance, told, waiting

WELL, BROKEN, NEW = Condition.WELL, Condition.BROKEN, Condition.NEW
PENDING, SENT, DEAD = DeliveryState.PENDING, DeliveryState.SENT, DeliveryState.DEAD
JUST, LONG = timedelta(minutes=5), timedelta(hours=2)
GOING_ROUND = {"poll": 1.0, "deliver": 2.0}


@pytest.mark.parametrize(
    ("seen", "grade", "says"),
    [
        # Nothing is wrong: it says what it watches.
        (a_glance(WELL, WELL, BROKEN), Grade.READY, "It works: nothing waits to be sent; 2 of 3"),
        # What waits for a moment is on its way.
        (a_glance(WELL, waiting=[waiting(PENDING, age=JUST)]), Grade.READY, "1 to be sent"),
        # What waits for hours means that nobody is told.
        (
            a_glance(WELL, waiting=[waiting(PENDING, age=LONG)]),
            Grade.DEGRADED,
            "Degraded: 1 to be sent, the oldest to team since 2026-03-02 10:00 UTC.",
        ),
        # What was sent or given up long ago waits for nothing.
        (
            a_glance(WELL, waiting=[waiting(SENT, age=LONG), waiting(DEAD, age=LONG)]),
            Grade.READY,
            "nothing waits",
        ),
        # The newest thing a target was to get was given up: whose mailbox it is, is not said.
        (
            a_glance(WELL, latest=[told(2, DEAD), told(1, SENT)]),
            Grade.DEGRADED,
            "the last alert for desk could not be delivered",
        ),
        # It came back since.
        (a_glance(WELL, latest=[told(2, SENT), told(1, DEAD)]), Grade.READY, "It works"),
        # The first seconds, or no network from the start.
        (a_glance(NEW, NEW), Grade.DEGRADED, "no source has answered yet"),
        # Sources that never answered are listed, not counted against it.
        (a_glance(WELL, NEW, NEW), Grade.READY, "1 of 3 sources are well"),
        (a_glance(WELL, BROKEN, BROKEN), Grade.DEGRADED, "1 of 3 sources are well"),
        # A pack without sources has none that could ail.
        (a_glance(), Grade.READY, "0 of 0"),
    ],
)
def test_what_stands_makes_a_grade_and_a_sentence(seen: Glance, grade: Grade, says: str) -> None:
    found = checks(seen, trouble="", idle=GOING_ROUND, pack="abc")

    assert worst(found) is grade
    assert says in sentence(found)
    assert "@" not in sentence(found)


@pytest.mark.parametrize(
    ("idle", "says"),
    [
        ({}, "the jobs have not begun yet"),
        ({"poll": 200.0, "deliver": 1.0}, "poll has not looked at what is due for 200 s"),
        ({"poll": 1.0, "deliver": 700.0}, "deliver has not looked at what is due for 700 s"),
    ],
)
def test_a_job_that_stands_still_is_not_ready(idle: dict[str, float], says: str) -> None:
    found = checks(a_glance(WELL), trouble="", idle=idle, pack="abc")

    assert worst(found) is Grade.NOT_READY
    assert sentence(found) == f"Not ready: {says}."


def test_a_long_round_of_sending_is_no_standstill() -> None:
    found = checks(a_glance(WELL), trouble="", idle={"poll": 1.0, "deliver": 290.0}, pack="abc")

    assert worst(found) is Grade.READY


def test_a_database_that_does_not_answer_is_not_ready_and_says_why() -> None:
    found = checks(None, trouble="no answer within 2 s", idle=GOING_ROUND, pack="abc")

    assert worst(found) is Grade.NOT_READY
    assert sentence(found) == "Not ready: the database does not answer (no answer within 2 s)."
