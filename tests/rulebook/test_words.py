"""`@name` in word lists becomes plain words of the same language."""

import pytest

from monitor.errors import PackError
from monitor.rulebook.types import LexiconFile, SourcesFile
from monitor.rulebook.words import resolve, resolve_all, word_lists

LEXICON = LexiconFile(
    lists={
        "boats": {"en": ("boat*", "@ships"), "no": ("båt*",)},
        "ships": {"en": ("ship*", "vessel*")},
    }
)


def test_a_reference_stands_for_the_words_of_its_own_language() -> None:
    resolved = resolve({"en": ("crew", "@boats"), "no": ("@boats",)}, LEXICON)

    assert resolved == {"en": ("crew", "boat*", "ship*", "vessel*"), "no": ("båt*",)}


def test_a_word_that_comes_twice_is_kept_where_it_came_first() -> None:
    resolved = resolve({"en": ("vessel*", "@boats", "crew")}, LEXICON)

    assert resolved == {"en": ("vessel*", "boat*", "ship*", "crew")}


def test_a_list_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(PackError, match="`boat`"):
        resolve({"en": ("@boat",)}, LEXICON)


def test_a_list_that_reaches_itself_ends() -> None:
    # given
    ring = LexiconFile(lists={"a": {"en": ("x", "@b")}, "b": {"en": ("y", "@a")}})

    # when
    resolved = resolve({"en": ("@a",)}, ring)

    # then
    assert resolved == {"en": ("x", "y")}


def test_thirty_lists_that_double_each_time_are_resolved_at_once() -> None:
    # given
    lists = {f"l{n}": {"en": (f"@l{n + 1}", f"@l{n + 1}")} for n in range(30)}
    lexicon = LexiconFile(lists={**lists, "l30": {"en": ("end",)}})

    # when
    resolved = resolve({"en": ("@l0",)}, lexicon)

    # then
    assert resolved == {"en": ("end",)}


def test_words_are_found_however_deep_they_stand() -> None:
    # given
    sources = SourcesFile(sources=(), agencies={"North Wire": {"en": ("@ships",)}})

    # when
    resolved = resolve_all(sources, LEXICON)

    # then
    assert [path for path, _ in word_lists(sources)] == [("agencies", "North Wire")]
    assert resolved.agencies == {"North Wire": {"en": ("ship*", "vessel*")}}
