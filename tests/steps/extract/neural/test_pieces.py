"""Words are put together from pieces, the likeliest way."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from monitor.steps.extract.neural.network import base, pieces_of
from monitor.steps.extract.neural.pieces import START, UNKNOWN_COSTS, Pieces

SCORES = {
    "▁": -5.0,
    "▁ba": -2.0,
    "▁ban": -1.0,
    "ban": -2.5,
    "b": -4.0,
    "a": -3.5,
    "n": -4.5,
    "an": -2.2,
}
UNKNOWN = 99
SPELT = list(SCORES)


def small() -> Pieces:
    return Pieces(SPELT, list(SCORES.values()), first=0, unknown=UNKNOWN)


@given(st.text(alphabet="bann", max_size=8))
def test_no_other_way_of_cutting_a_word_is_likelier(word: str) -> None:
    spelt = START + word
    every = [
        [spelt[a:b] for a, b in zip((0, *cuts), (*cuts, len(spelt)), strict=True)]
        for count in range(len(spelt))
        for cuts in combinations(range(1, len(spelt)), count)
    ]
    best = max(sum(map(score_of, way)) for way in every)

    chosen = [SPELT[one] for one in small().of(word)]

    assert "".join(chosen) == spelt
    assert abs(sum(map(score_of, chosen)) - best) < 1e-9


def score_of(piece: str) -> float:
    worst = min(SCORES.values()) - UNKNOWN_COSTS
    return SCORES.get(piece, worst if len(piece) == 1 else float("-inf"))


def test_letters_that_no_piece_has_are_one_unknown_however_many_stand_together() -> None:
    assert small().of("ban中国") == (SPELT.index("▁ban"), UNKNOWN)


def test_a_word_without_end_is_cut_and_not_read_for_ever() -> None:
    assert len(small().of("ban" * 100_000)) < 250


def test_russian_and_english_words_of_the_field_are_a_few_known_pieces() -> None:
    pieces = pieces_of(base())

    for word in ("майнинга", "криптовалюты", "cryptocurrency", "Zentralbank", "запретить"):
        assert len(pieces.of(word)) <= 4, word
