"""Reprints, cuts, light edits, spun words and boilerplate are copies; another telling is not."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.model import Article
from monitor.steps.identify import Resemblance, compare, footprint, wording_of
from monitor.steps.identify.copies import FEWEST_MARKS, in_order

DAY = datetime(2024, 3, 4, tzinfo=UTC)

TITLE = "Harbour council wants a register of all drones"
TEXT = (
    "The harbour council of Lindow asked the parliament on Monday to set up a register in which "
    "every drone above two kilograms is listed with its owner. Fishermen complained last autumn "
    "that machines without any mark circled over their nets at dawn and drove the shoals away. "
    "According to the draft, owners have ninety days to enter a serial number and an address. "
    "Whoever flies without an entry pays a fine of four hundred crowns, twice that at night. "
    "The register would be kept by the port office, which already lists boats and moorings. "
    "A vote is planned before the summer recess, the speaker of the house told reporters."
)
ANOTHER_TELLING = (
    "Drones that weigh more than two kilograms may soon need papers in Lindow. A proposal of the "
    "port's council, handed to deputies this week, foresees a list with names and addresses; "
    "fines of up to eight hundred crowns threaten those who ignore it. The idea goes back to a "
    "quarrel of last year, when crews blamed unknown pilots for empty nets. Deputies want to "
    "decide before July. The port office, keeper of the boat list, would keep this one as well."
)
FOOTER = (
    "This text was written by our correspondents on the coast and checked by an editor before it "
    "was published here. Readers who know more about the matter are asked to write to us at any "
    "hour. We answer every letter within a week, and we never pass an address on to anybody."
)
SPARE_WORDS = "lantern meadow gravel quietly seven teapot under velvet marching cedar".split()


def wording(text: str, title: str = TITLE):  # type: ignore[no-untyped-def]
    article = Article(id="a", url="", title=title, text=text, arrived_at=DAY)
    return wording_of(article)


def spun(text: str, share: float, seed: int) -> str:
    chance = random.Random(seed)
    return " ".join(
        chance.choice(SPARE_WORDS) if chance.random() < share else word for word in text.split()
    )


def halves(text: str) -> tuple[str, str]:
    middle = text.index("According")
    return text[:middle], text[middle:]


@pytest.mark.parametrize(
    ("what", "text", "title"),
    [
        ("a reprint under another title", TEXT, "Lindow: every drone shall have a name"),
        ("its first half", halves(TEXT)[0], TITLE),
        ("its second half, without the title", halves(TEXT)[1], "From the coast"),
        ("the text between boilerplate", f"{FOOTER} {TEXT} {FOOTER}", TITLE),
        ("half its sentences moved", "".join(reversed(halves(TEXT))), TITLE),
        ("a sentence added", f"{TEXT} The mayor did not answer a request for comment.", TITLE),
    ],
    ids=lambda value: value if len(value) < 40 and value != TITLE else "",
)
def test_a_copy_is_known_by_its_words(what: str, text: str, title: str) -> None:
    original, copy = wording(TEXT), wording(text, title)

    assert compare(original, copy) is not Resemblance.APART
    assert len(set(footprint(original)) & set(footprint(copy))) >= 2


@pytest.mark.parametrize("share", [0.05, 0.15, 0.3])
@pytest.mark.parametrize("seed", range(5))
def test_spun_words_do_not_hide_a_copy(share: float, seed: int) -> None:
    copy = wording(spun(TEXT, share, seed), spun(TITLE, share, seed))

    assert compare(wording(TEXT), copy) is not Resemblance.APART


def test_words_replaced_at_even_steps_leave_the_others_in_order() -> None:
    """No three words in a row are left, so that nothing but their order betrays the copy."""
    copy = " ".join(
        f"word{place}" if place % 3 == 0 else word for place, word in enumerate(TEXT.split())
    )

    assert compare(wording(TEXT), wording(copy, "From the coast")) is Resemblance.IN_ORDER


def test_another_telling_of_the_same_event_is_no_copy() -> None:
    assert compare(wording(TEXT), wording(ANOTHER_TELLING)) is Resemblance.APART


def test_a_long_quote_that_both_bear_makes_no_copy() -> None:
    quote = f"“{FOOTER.replace('. ', ', ')}”"

    one = wording(f"The council met in Lindow. {quote} it said. {halves(TEXT)[0]}", "Council meets")
    other = wording(f"A statement reached us at noon. {quote} {ANOTHER_TELLING}", "Statement")

    assert compare(one, other) is Resemblance.APART
    assert not set(footprint(one)) & set(footprint(other))


@pytest.mark.parametrize("mark", ['seven"', '"seven'])
def test_a_quotation_mark_too_many_does_not_turn_writing_into_quotes(mark: str) -> None:
    told = f'{halves(TEXT)[0]} "We have waited long enough for it, and so has all the coast," '
    told += f"said the speaker. {halves(TEXT)[1]}"

    assert set(wording(told).words) <= set(wording(f"{mark} {told}").words)


@pytest.mark.parametrize(
    ("before", "after"),
    [("他说", "然后离开了"), ("그는 ", "라고 말했다"), ("said (", ") and left")],
)
def test_a_quote_ends_where_its_language_ends_it(before: str, after: str) -> None:
    quote = " ".join(f"word{place}" for place in range(12))

    assert wording(f'{before}"{quote}"{after}') == wording(f"{before} {after}")


def test_lines_that_are_no_prose_do_not_count() -> None:
    menu = "Home\nPolitics\nPort news\nWeather\n"

    assert wording(f"{menu}{TEXT}\nThe end is told here too.\nShare this") == wording(
        f"{TEXT}\nThe end is told here too."
    )


def test_a_headline_alone_is_too_short_to_be_called_a_copy() -> None:
    short = wording("", "Harbour council wants a register of all drones above two kilograms")

    assert footprint(short) == ()
    assert compare(short, short) is Resemblance.APART


def test_a_language_without_blanks_is_compared_by_its_signs() -> None:
    text = "港口委员会周一要求议会设立登记册列出所有超过两公斤的无人机及其所有者渔民抱怨没有标记"

    assert compare(wording(text, "港口"), wording(text[:-3] + "天气好", "海")) is (
        Resemblance.HELD_WITHIN
    )


def test_a_footprint_is_bounded_and_fits_a_column_of_64_bits() -> None:
    marks = footprint(wording(" ".join(f"word{n}" for n in range(500))))

    assert len(marks) == FEWEST_MARKS
    assert all(-(2**63) <= mark < 2**63 for mark in marks)


def test_a_footprint_is_the_same_in_every_process_and_release() -> None:
    marks = footprint(wording(TEXT))

    # Others would find no copy of what the store holds already, least of all of its seeds.
    assert marks[:2] == (-8953165786617820434, -8833257172504861943)


@pytest.mark.parametrize("word", ["drone", "дрон", "無"])
def test_a_text_of_one_word_over_and_over_leaves_one_mark(word: str) -> None:
    assert len(footprint(wording(f"{word} " * 40, title=""))) == 1


@given(some.lists(some.sampled_from("abcd"), min_size=1), some.lists(some.sampled_from("abcd")))
def test_words_in_order_are_the_longest_common_subsequence(
    one: list[str], other: list[str]
) -> None:
    row = [0] * (len(other) + 1)
    for word in one:
        before = row
        row = [0]
        for place, against in enumerate(other):
            match = before[place] + 1 if word == against else 0
            row.append(max(match, before[place + 1], row[-1]))

    assert in_order(one, other) == 2 * row[-1] / (len(one) + len(other))


@given(some.lists(some.text("abc", min_size=1)), some.lists(some.text("abc", min_size=1)))
def test_a_look_at_a_byte_a_word_never_hides_a_copy(one: list[str], other: list[str]) -> None:
    first, second = wording(" ".join(one)), wording(" ".join(other))

    assert in_order(first.coarse, second.coarse) >= in_order(first.words, second.words)


def test_a_sign_stands_for_a_word_wherever_it_stands() -> None:
    first, second = wording("one two three two", title=""), wording("three two one", title="")

    assert len(first.words) == 4
    assert first.words[1] == first.words[3] == second.words[1]
    assert len({*first.words, *second.words}) == 3
