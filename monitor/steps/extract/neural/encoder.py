"""Pieces -> a vector for each in its context: a transformer encoder, forward only, in numpy.

The architecture is BERT (Devlin et al., 2019); its lower layers and embeddings are those of
multilingual-e5-small (Wang et al., 2024; MIT licence), kept in four bits. What was learnt here are
low-rank additions (Hu et al., "LoRA", 2021) and the scales of the upper layers, and what the marks
add.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.steps.extract.neural.sheet import Places

Floats = NDArray[np.float32]
Arrays = Mapping[str, NDArray[np.generic]]

WIDTH = 384
INNER = 1536
HEADS = 12
BLOCK = 32
"""Numbers that share a scale."""
TINY = 1e-12
ALL = slice(None)
MATRICES = {
    "q": (WIDTH, WIDTH), "k": (WIDTH, WIDTH), "v": (WIDTH, WIDTH), "ao": (WIDTH, WIDTH),
    "fi": (INNER, WIDTH), "fo": (WIDTH, INNER),
}  # fmt: skip
"""Numbers out, numbers in: queries, keys, values, attention out, widening, narrowing."""


@dataclass(frozen=True, slots=True)
class _Layer:
    qkv: Floats
    qkv_bias: Floats
    ao: Floats
    ao_bias: Floats
    fi: Floats
    fi_bias: Floats
    fo: Floats
    fo_bias: Floats
    attended: tuple[Floats, Floats]
    out: tuple[Floats, Floats]


class Encoder:
    """KeyError or ValueError where the arrays are not those of a base and what was learnt on it."""

    def __init__(self, base: Arrays, learnt: Arrays) -> None:
        names = _floats(base["names"])
        self._embedding = np.concatenate([names, unpacked(base, "word", (-1, WIDTH))])
        self._position = _floats(base["position"])
        self._first = (_floats(base["norm.w"]), _floats(base["norm.b"]))
        self._marked_from = int(learnt["marked-from"])
        self._marks = [_floats(learnt[f"mark.{row}"]) for row in range(5)]
        count = int(base["layers"])
        self._layers = [_layer(base, learnt, number) for number in range(count)]

    def states(
        self,
        ids: NDArray[np.int64],
        marks: NDArray[np.int64],
        windows: Sequence[tuple[int, int]],
        asked: Places,
    ) -> tuple[Floats, Floats]:
        """A row of 384 numbers for each piece, nought but where `asked`; and the mean of all pieces
        one layer below. Pieces of other windows are out of sight."""
        told = _floats(sum(table[row] for table, row in zip(self._marks, marks, strict=True)))
        spans = [slice(first, last) for first, last in windows]
        below = self.below(ids, windows, self._marked_from) + told
        for layer in self._layers[self._marked_from : -1]:
            below = _through(layer, below, spans)
        states = np.zeros_like(below)
        states[asked] = _through(self._layers[-1], below, spans, asked)
        return states, _floats(below.mean(axis=0))

    def below(
        self, ids: NDArray[np.int64], windows: Sequence[tuple[int, int]], layers: int
    ) -> Floats:
        """What the lowest layers make of the pieces, no mark being added."""
        spans = [slice(first, last) for first, last in windows]
        places = np.concatenate([np.arange(last - first) for first, last in windows])
        states = _normed(self._embedding[ids] + self._position[places], self._first)
        for layer in self._layers[:layers]:
            states = _through(layer, states, spans)
        return states


def _through(
    layer: _Layer, states: Floats, spans: Sequence[slice], kept: Places | slice = ALL
) -> Floats:
    """Rows of the pieces that are kept; all are heard."""
    asked = states @ layer.qkv + layer.qkv_bias
    heard = np.concatenate([_attended(asked[span]) for span in spans])[kept]
    middle = _normed(states[kept] + heard @ layer.ao + layer.ao_bias, layer.attended)
    wide = gelu(middle @ layer.fi + layer.fi_bias)
    return _normed(middle + wide @ layer.fo + layer.fo_bias, layer.out)


def _attended(asked: Floats) -> Floats:
    length = len(asked)
    query, key, value = asked.reshape(length, 3, HEADS, WIDTH // HEADS).transpose(1, 2, 0, 3)
    weight = query @ key.transpose(0, 2, 1)
    weight *= (WIDTH / HEADS) ** -0.5
    weight -= weight.max(axis=-1, keepdims=True)
    np.exp(weight, out=weight)
    weight /= weight.sum(axis=-1, keepdims=True)
    return _floats((weight @ value).transpose(1, 0, 2).reshape(length, WIDTH))


def _normed(states: NDArray[np.floating], norm: tuple[Floats, Floats]) -> Floats:
    centred = states - states.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", centred, centred)[:, None] / states.shape[1]
    weight, bias = norm
    return _floats(centred / np.sqrt(spread + TINY) * weight + bias)


def gelu(x: Floats) -> Floats:
    """x times the normal distribution's share below x, by its tanh formula written with exp."""
    z: Floats = x * x
    z *= x
    z *= -0.0713548162726
    z -= 1.5957691216057308 * x
    # exp overflows to infinity below -9, where x over infinity is the right zero.
    with np.errstate(over="ignore"):
        np.exp(z, out=z)
    z += 1.0
    np.divide(x, z, out=z)
    return z


# --- reading the arrays ------------------------------------------------------------------------


def _layer(base: Arrays, learnt: Arrays, number: int) -> _Layer:
    def matrix(name: str) -> Floats:
        kept = unpacked(base, f"{number}.{name}", MATRICES[name])
        down, up = learnt.get(f"{number}.{name}.a"), learnt.get(f"{number}.{name}.b")
        if down is not None and up is not None:
            kept = kept + _floats(up) @ _floats(down)
        return np.ascontiguousarray(kept.T)

    def row(name: str) -> Floats:
        key = f"{number}.{name}"
        return _floats(learnt[key] if key in learnt else base[key])

    return _Layer(
        qkv=np.concatenate([matrix("q"), matrix("k"), matrix("v")], axis=1),
        qkv_bias=np.concatenate([row("q.bias"), row("k.bias"), row("v.bias")]),
        ao=matrix("ao"),
        ao_bias=row("ao.bias"),
        fi=matrix("fi"),
        fi_bias=row("fi.bias"),
        fo=matrix("fo"),
        fo_bias=row("fo.bias"),
        attended=(row("attended.w"), row("attended.b")),
        out=(row("out.w"), row("out.b")),
    )


def unpacked(base: Arrays, name: str, shape: tuple[int, int]) -> Floats:
    """Four bits a number: byte j of a block holds numbers j and j + 16, each of them plus 8."""
    packed = np.asarray(base[f"{name}.nibbles"], dtype=np.uint8)
    low = (packed & 15).astype(np.int8) - 8
    high = (packed >> 4).astype(np.int8) - 8
    whole = np.concatenate([low, high], axis=1) * _floats(base[f"{name}.scales"])[:, None]
    return _floats(whole).reshape(shape)


def _floats(array: NDArray[np.generic]) -> Floats:
    return np.asarray(array, dtype=np.float32)
