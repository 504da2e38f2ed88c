"""What people read of an edit."""

import time
from datetime import UTC, datetime

from monitor.model import Article
from monitor.steps.identify import differences

NOW = datetime(2024, 3, 4, 12, tzinfo=UTC)


def version(text: str, title: str = "Meters for sheds") -> Article:
    return Article(id="a", url="", title=title, text=text, arrived_at=NOW)


def test_what_went_and_came_is_told_by_sentence() -> None:
    before = version("The council asks for meters. They cost 40 crowns. It votes on Monday.")
    after = version("The council asks for meters. They cost 90 crowns. It votes on Monday.")

    assert differences(before, after) == ["- They cost 40 crowns.", "+ They cost 90 crowns."]


def test_a_title_is_a_sentence_of_its_own() -> None:
    before, after = version("It votes."), version("It votes.", title="Meters put off")

    assert differences(before, after) == ["- Meters for sheds", "+ Meters put off"]


def test_white_space_is_no_difference() -> None:
    assert differences(version("It votes  on\nMonday."), version("It votes on Monday.")) == []


def test_a_page_after_its_summary_only_adds() -> None:
    changed = differences(version("It votes."), version("It votes. Nobody spoke against it."))

    assert changed == ["+ Nobody spoke against it."]


def test_a_sentence_that_stands_often_still_matches() -> None:
    often = "Read on. " * 300

    assert differences(version(often + "Old end."), version(often + "New end.")) == [
        "- Old end.", "+ New end.",
    ]  # fmt: skip


def test_an_edit_without_end_is_cut_in_number_length_and_time() -> None:
    before = version(" ".join(f"Sentence {number} of the old text." for number in range(3_000)))
    after = version(" ".join(f"Line {number} is {'long ' * 90}." for number in range(3_000)))

    began = time.monotonic()
    changed = differences(before, after)

    assert len(changed) == 101
    assert changed[-1] == "… and 3900 more sentences that came or went"
    assert max(map(len, changed)) <= 402
    assert time.monotonic() - began < 10
