"""A marked text is laid out so that names are only kinds and every mention keeps its place."""

from itertools import pairwise

from monitor.steps.extract.neural.network import base, pieces_of
from monitor.steps.extract.neural.sheet import (
    KINDS,
    LONGEST_WINDOW,
    MOST_PIECES,
    NOWHERE,
    Sheet,
    nearest,
    sheet_of,
)
from tests.steps.extract.builders import marked, reader


def laid_out(title: str, text: str = "") -> Sheet:
    marking = marked(title, text)
    return sheet_of(marking, len(title), reader().vocabulary, pieces_of(base()))


def test_a_name_is_one_piece_that_says_only_its_kind() -> None:
    one = laid_out("Coast Guard wants to ban hunting")
    other = laid_out("Ministry of Harbours wants to ban hunting")

    assert list(one.ids) == list(other.ids)
    assert one.ids[1] == KINDS.index("body")
    assert one.actors == {"coast-guard": [1]}
    assert other.actors == {"harbour-ministry": [1]}


def test_all_names_of_one_actor_share_a_seat_and_two_actors_never_do() -> None:
    sheet = laid_out("Coast Guard wants a ban", "Fleet opposes it. Coast Guard said no.")

    seats = {slug: set(sheet.marks[4, places]) for slug, places in sheet.actors.items()}

    assert len(sheet.actors["coast-guard"]) == 2
    assert [len(one) for one in seats.values()] == [1, 1]
    assert seats["coast-guard"].isdisjoint(seats["fleet"])


def test_cues_topics_and_stages_are_marked_at_their_pieces() -> None:
    sheet = laid_out("Parliament sealed the ban of hunting")

    (cue,) = sheet.cues.values()
    assert all(sheet.marks[0, cue] > 0)
    assert all(sheet.marks[1, sheet.topics["hunting"]] == 1)
    assert all(sheet.marks[2, sheet.stages["sealed"]] == 3)


def test_a_long_text_is_read_in_windows_that_leave_nothing_out() -> None:
    sheet = laid_out(
        "Coast Guard", "The service wants to ban hunting of whales off the coast. " * 60
    )

    assert len(sheet.windows) > 1
    assert sheet.windows[0][0] == 0
    assert sheet.windows[-1][1] == len(sheet.ids)
    assert all(one[1] == other[0] for one, other in pairwise(sheet.windows))
    assert max(last - first for first, last in sheet.windows) <= LONGEST_WINDOW


def test_what_stands_behind_the_limit_is_left_to_the_rules() -> None:
    sheet = laid_out("Coast Guard", "whales and " * 50_000 + "Fleet")

    assert len(sheet.ids) < MOST_PIECES + 500
    assert "fleet" not in {slug for slug, places in sheet.actors.items() if places}


def test_what_is_marked_is_where_actors_topics_stages_and_cues_stand_and_no_more() -> None:
    sheet = laid_out("Coast Guard wants to ban hunting", "Nothing else was said.")

    (cue,) = sheet.cues.values()
    assert sheet.marked == sorted({1, *cue, *sheet.topics["hunting"]})


def test_of_two_mentions_the_nearer_is_taken_before_or_behind() -> None:
    mentions = [("whales", [3]), ("seals", [9, 10]), ("whales", [40])]

    assert [number for number, _ in nearest(5, ["whales", "seals"], mentions)] == [0, 1]
    assert [number for number, _ in nearest(30, ["whales", "seals"], mentions)] == [2, 1]


def test_what_stands_before_a_cue_is_told_from_what_stands_behind_and_from_what_is_nowhere() -> (
    None
):
    mentions = [("whales", [10]), ("seals", [20])]

    (_, before), (_, behind), (missing, nowhere) = nearest(15, ["whales", "seals", "cod"], mentions)

    assert missing == -1
    assert nowhere == NOWHERE
    assert len({before, behind, nowhere}) == 3


def test_an_empty_text_is_what_opens_and_closes_it() -> None:
    assert len(laid_out("").ids) == 3
