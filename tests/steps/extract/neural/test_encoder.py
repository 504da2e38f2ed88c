"""The encoder's engine against the formulas of the architecture, written in numpy."""

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.steps.extract.neural.encoder import HEADS, WIDTH, Encoder, Floats, _layer, unpacked
from monitor.steps.extract.neural.network import _arrays, base, gelu

LEARNT = _arrays("learnt.npz")
ENCODER = Encoder(base(), LEARNT)
MARKED_FROM = int(LEARNT["marked-from"])
IDS = np.array([4, 0, 900, 31, 2700, 1, 77, 15, 9, 5])
MARKS = np.zeros((5, len(IDS)), dtype=np.int64)
MARKS[0, 4] = MARKS[1, 6] = MARKS[4, 1] = 1
WINDOWS = [(0, 6), (6, 10)]


def normed(states: Floats, weight: NDArray[np.generic], bias: NDArray[np.generic]) -> Floats:
    centred = states - states.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12) * weight + bias


def attended(lines: Floats) -> Floats:
    query, key, value = lines.reshape(len(lines), 3, HEADS, -1).transpose(1, 2, 0, 3)
    weight = np.exp(query @ key.transpose(0, 2, 1) * (WIDTH / HEADS) ** -0.5)
    weight /= weight.sum(axis=-1, keepdims=True)
    return (weight @ value).transpose(1, 0, 2).reshape(len(lines), WIDTH)


def by_formula(first: int, last: int) -> list[Floats]:
    """What goes into each layer, and what comes out of the last, of one window."""
    arrays, ids = base(), IDS[first:last]
    embedding = np.concatenate([arrays["names"], unpacked(arrays, "word", (-1, WIDTH))])
    states = embedding[ids] + arrays["position"][: len(ids)]
    found = [normed(states, arrays["norm.w"], arrays["norm.b"])]
    for number in range(int(arrays["layers"])):
        layer = _layer(arrays, LEARNT, number)
        if number == MARKED_FROM:
            rows = (LEARNT[f"mark.{row}"][MARKS[row, first:last]] for row in range(5))
            found[-1] = found[-1] + sum(rows)
        heard = attended(found[-1] @ layer.qkv + layer.qkv_bias)
        middle = normed(found[-1] + heard @ layer.ao + layer.ao_bias, *layer.attended)
        wide = gelu(middle @ layer.fi + layer.fi_bias)
        found.append(normed(middle + wide @ layer.fo + layer.fo_bias, *layer.out))
    return found


def test_the_engine_does_what_the_formulas_say_window_by_window() -> None:
    asked = [1, 4, 6]

    states, mean = ENCODER.states(IDS, MARKS, WINDOWS, asked)

    told = [by_formula(first, last) for first, last in WINDOWS]
    out, below = (np.concatenate([one[at] for one in told]) for at in (-1, -2))
    assert np.abs(states[asked] - out[asked]).max() < 1e-4
    assert np.abs(mean - below.mean(axis=0)).max() < 1e-4
    assert not np.delete(states, asked, axis=0).any()


def test_a_text_in_which_nothing_is_asked_still_has_its_mean() -> None:
    states, mean = ENCODER.states(IDS, MARKS, WINDOWS, [])

    assert not states.any()
    assert np.isfinite(mean).all()


def test_what_teaching_starts_from_bears_no_mark() -> None:
    unmarked, _ = ENCODER.states(IDS, MARKS * 0, WINDOWS, [1])
    marked, _ = ENCODER.states(IDS, MARKS, WINDOWS, [1])

    below = ENCODER.below(IDS, WINDOWS, MARKED_FROM)

    assert below.shape == (len(IDS), WIDTH)
    assert np.abs(marked - unmarked).max() > 0.01
    with pytest.raises(ValueError, match="marks are added from layer"):
        ENCODER.below(IDS, WINDOWS, MARKED_FROM - 1)
