"""Learnt weights: linear scores of the shape of candidates, kept as plain numbers in JSON.

Four questions are asked of stances (is this candidate right; is this pair; does this actor hold
this side at all; how sure are we) and three of acts. Without a file the rules alone decide: RULES
holds a few weights set by hand for the same questions.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Linear:
    """bias + sum of weights; a feature without a weight counts nothing."""

    bias: float
    weights: Mapping[str, float]

    def of_names(self, names: Iterable[str]) -> float:
        weights = self.weights
        return self.bias + sum([weights[name] for name in names if name in weights])

    def of_values(self, values: Mapping[str, float]) -> float:
        weights = self.weights
        told = [weights[name] * value for name, value in values.items() if name in weights]
        return self.bias + sum(told)


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score)) if score > -500 else 0.0


def logit(probability: float) -> float:
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


@dataclass(frozen=True, slots=True)
class Weights:
    candidate: Linear
    pair: Linear
    holder: Linear
    sure: Linear
    act: Linear
    act_pair: Linear
    act_stage: Linear
    act_sure: Linear
    limits: Mapping[str, float]
    trained_on: str = ""
    """sha256 of the labelled texts; empty for the rules."""
    alone: "Weights | None" = None
    """The same for texts that the network cannot read; None where these never ask it."""

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> "Weights":
        """KeyError, TypeError, ValueError or AttributeError where the file is not one that
        `make train` wrote."""
        models: dict[str, Any] = {name: _linear(read[name]) for name in MODELS}
        limits = {name: _number(read["limits"][name]) for name in LIMITS}
        learnt = str(read["trained_on"])
        alone = None
        if "alone" in read:
            second = {name: _linear(read["alone"][name]) for name in SECOND}
            alone = cls(**{**models, **second}, limits=limits, trained_on=learnt)
        return cls(**models, limits=limits, trained_on=learnt, alone=alone)

    def to_json(self) -> dict[str, Any]:
        written = {
            "trained_on": self.trained_on,
            "limits": dict(self.limits),
            **{name: _rounded(getattr(self, name)) for name in MODELS},
        }
        if self.alone is not None:
            written["alone"] = {name: _rounded(getattr(self.alone, name)) for name in SECOND}
        return written


def _linear(read: Mapping[str, Any]) -> Linear:
    return Linear(_number(read["bias"]), _numbers(read["weights"]))


def _rounded(model: Linear) -> dict[str, Any]:
    kept = {k: round(v, 4) for k, v in sorted(model.weights.items()) if abs(v) >= 5e-4}
    return {"bias": round(model.bias, 4), "weights": kept}


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):  # JSON has none, but Python reads NaN and Infinity
        raise ValueError(f"a number: {value}")
    return number


def _numbers(read: Mapping[str, Any]) -> dict[str, float]:
    return {name: _number(value) for name, value in read.items()}


SECOND = ("pair", "holder", "sure", "act_pair", "act_stage", "act_sure")
MODELS = ("candidate", "act", *SECOND)

LIMITS: Mapping[str, float] = {
    "holder": 0.3,
    "pair": 0.2,
    "pair-share": 0.6,
    "act-stage": 0.35,
    "act-pair": 0.25,
    "act-pair-share": 0.6,
}
"""From these probabilities on something is said. `share`: of the best topic's probability."""

RULES = Weights(
    candidate=Linear(
        -3.0,
        {
            "H:grammar:another": -1.5,
            "H:grammar:subject": 1.2,
            "H:grammar:owner": 1.0,
            "H:grammar:doer": 1.0,
            "H:grammar:relative": 1.0,
            "H:grammar:speaker-after": 0.8,
            "H:grammar:carried": 0.3,
            "T:grammar:another": -1.0,
            "T:grammar:object": 0.8,
            "T:grammar:inside": 1.0,
            "T:grammar:before": 0.5,
            "T:the-cue-names-it": 0.5,
            "R:as-said|turned-near": -2.0,
            "R:turned:near": 1.0,
            "C:in-title": 0.5,
            "H:manner:weak": -0.5,
        },
    ),
    pair=Linear(0.5, {"best": 1.0}),
    # Where no second sentence speaks, `second` is NONE and takes 1.6; one sentence must do.
    holder=Linear(2.6, {"best": 1.0, "second": 0.2}),
    sure=Linear(0.0, {"holder": 0.5, "pair": 0.5}),
    act=Linear(-2.0, {"U:general|same-clause:True": 0.5, "U:narrow|same-clause:True": 1.0}),
    act_pair=Linear(0.5, {"best": 1.0}),
    act_stage=Linear(1.0, {"best": 1.0}),
    act_sure=Linear(0.0, {"pair": 1.0}),
    limits=LIMITS,
)
