"""The language of a text that names none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.steps.text.language import guess_language

OURS = frozenset({"en", "ru", "de", "es"})


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The ministry wants to forbid whaling in the north, and the parliament agrees."),
        ("ru", "Министерство предложило запретить китобойный промысел в северных водах."),
        ("de", "Das Ministerium will den Walfang verbieten, und das Parlament stimmt zu."),
        ("es", "El ministerio quiere prohibir la caza de ballenas en las aguas del norte."),
    ],
)
def test_a_plain_text_tells_its_language(language: str, text: str) -> None:
    assert guess_language(text, OURS) == language


def test_a_close_relative_counts_as_the_language_that_is_read() -> None:
    bulgarian = "Министерството предлага да се забрани ловът на китове в северните води."

    assert guess_language(bulgarian, OURS) == "ru"
    assert guess_language(bulgarian, frozenset({"en"})) == "bg"


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=100))
def test_any_text_gives_some_language(text: str) -> None:
    code = guess_language(text, OURS)

    assert code.isalpha()
    assert len(code) in (2, 3)


def test_the_beginning_of_a_long_text_tells_its_language() -> None:
    russian = "Министерство предложило запретить китобойный промысел в северных водах. " * 10
    english = "The ministry wants to forbid whaling in the north. " * 100

    assert guess_language(russian + english, OURS) == "ru"
