"""Learnt weights are plain numbers that go into a file and come out as they were."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.steps.extract.weights import MODELS, RULES, SECOND, Linear, Weights, logit, sigmoid

NUMBERS = st.floats(-50, 50).map(lambda number: round(number, 4))
LINEAR = st.builds(
    Linear,
    NUMBERS,
    st.dictionaries(st.text(max_size=8), NUMBERS.filter(lambda n: abs(n) >= 5e-4), max_size=5),
)
WEIGHTS = st.builds(
    Weights,
    **dict.fromkeys(MODELS, LINEAR),
    limits=st.just(dict(RULES.limits)),
    trained_on=st.text(max_size=8),
)


@given(WEIGHTS)
def test_weights_come_back_from_their_file_as_they_were(weights: Weights) -> None:
    written = json.dumps(weights.to_json())

    assert Weights.from_json(json.loads(written)) == weights


@given(WEIGHTS, st.fixed_dictionaries(dict.fromkeys(SECOND, LINEAR)))
def test_those_for_texts_without_the_network_come_back_as_well(
    weights: Weights, second: dict[str, Linear]
) -> None:
    both = replace(weights, alone=replace(weights, **second))

    assert Weights.from_json(json.loads(json.dumps(both.to_json()))) == both


def test_a_weight_that_counts_nothing_is_not_written() -> None:
    linear = Linear(0.0, {"much": 1.0, "next to nothing": 1e-5})
    weights = Weights(**dict.fromkeys(MODELS, linear), limits={})

    assert weights.to_json()["pair"]["weights"] == {"much": 1.0}


@pytest.mark.parametrize("missing", [*MODELS, "limits", "trained_on"])
def test_a_file_that_lacks_a_part_is_refused(missing: str) -> None:
    written = RULES.to_json()
    del written[missing]

    with pytest.raises(KeyError, match=missing):
        Weights.from_json(written)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_refused(number: float) -> None:
    written = RULES.to_json()
    written["pair"] = {"bias": 0.0, "weights": {"best": number}}

    with pytest.raises(ValueError, match="a number"):
        Weights.from_json(written)


def test_a_score_is_the_sum_of_what_is_known() -> None:
    linear = Linear(0.5, {"a": 1.0, "b": -2.0})

    assert linear.of_names(["a", "b", "unknown"]) == -0.5
    assert linear.of_values({"a": 0.5, "b": 1.0, "unknown": 9.0}) == -1.0


@given(st.floats(-1e6, 1e6))
def test_any_score_is_a_probability(score: float) -> None:
    assert 0 <= sigmoid(score) <= 1
    assert math.isfinite(logit(sigmoid(score)))


@given(st.floats(-10, 10))
def test_a_probability_and_its_score_are_each_other_s_other_side(score: float) -> None:
    assert logit(sigmoid(score)) == pytest.approx(score, abs=1e-6)
