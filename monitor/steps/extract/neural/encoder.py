"""Pieces -> a vector for each in its context: a transformer encoder, forward only.

The architecture is BERT (Devlin et al., 2019); its lower layers and embeddings are those of
multilingual-e5-small (Wang et al., 2024; MIT licence), kept in four bits. What was learnt here are
low-rank additions (Hu et al., "LoRA", 2021) and the scales of the upper layers, and what the marks
add. Here all that is written down for onnxruntime, which does it in half of numpy's time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions

from monitor.steps.extract.neural.graph import OURS, Graph
from monitor.steps.extract.neural.sheet import Places

Floats = NDArray[np.float32]
Arrays = Mapping[str, NDArray[np.generic]]

WIDTH = 384
INNER = 1536
HEADS = 12
BLOCK = 32
"""Numbers that share a scale."""
TINY = 1e-12
BELOW, SUMMED, SEEN = "below", "summed", "seen"
"""What a session gives out."""
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
        self._marked_from = int(learnt["marked-from"])
        self._marks = [_floats(learnt[f"mark.{row}"]) for row in range(5)]
        first = (_floats(base["norm.w"]), _floats(base["norm.b"]))
        layers = [_layer(base, learnt, number) for number in range(int(base["layers"]))]
        self._session = _session(first, layers, self._marked_from)

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
        states, total = np.zeros_like(told), np.zeros(WIDTH, dtype=np.float32)
        wanted = np.array(asked, dtype=np.int64)
        for first, last in windows:
            here = wanted[(first <= wanted) & (wanted < last)]
            seen, summed = self._run(
                [SEEN, SUMMED], ids[first:last], told[first:last], here - first
            )
            states[here] = seen
            total += summed
        return states, _floats(total / len(ids))

    def below(
        self, ids: NDArray[np.int64], windows: Sequence[tuple[int, int]], layers: int
    ) -> Floats:
        """What the lowest layers make of the pieces, no mark being added."""
        if layers != self._marked_from:
            raise ValueError(
                f"marks are added from layer {self._marked_from} on, not from {layers}"
            )
        nothing, nowhere = np.zeros((len(ids), WIDTH), np.float32), np.zeros(0, np.int64)
        rows = [
            self._run([BELOW], ids[first:last], nothing[first:last], nowhere)[0]
            for first, last in windows
        ]
        return np.concatenate(rows)

    def _run(
        self, outputs: list[str], ids: NDArray[np.int64], told: Floats, asked: NDArray[np.int64]
    ) -> list[Floats]:
        words = self._embedding[ids] + self._position[: len(ids)]
        given = {"words": words[None], "told": told[None], "asked": asked}
        return [_floats(np.asarray(array))[0] for array in self._session.run(outputs, given)]


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


# --- writing the layers down ------------------------------------------------------------------


def _session(
    first: tuple[Floats, Floats], layers: Sequence[_Layer], marked_from: int
) -> InferenceSession:
    """One window: rows of the embedding and of marks in; out come what the layers below the marks
    make of them, the sum of what goes into the last layer, and its rows where asked."""
    graph = Graph()
    states = graph.input("words", "float32", (1, "pieces", WIDTH))
    told = graph.input("told", "float32", (1, "pieces", WIDTH))
    asked = graph.input("asked", "int64", ("asked",))
    states = graph.one("LayerNormalization", states, *_rows(graph, *first), epsilon=TINY)
    for number, layer in enumerate(layers):
        if number == marked_from:
            graph.output(BELOW, states, (1, "pieces", WIDTH))
            states = graph.one("Add", states, told)
        last = number == len(layers) - 1
        if last:
            pieces = graph.array(np.array([1]))
            graph.output(SUMMED, graph.one("ReduceSum", states, pieces, keepdims=0), (1, WIDTH))
        states = _through(graph, layer, states, asked if last else None)
    graph.output(SEEN, states, (1, "asked", WIDTH))
    options = SessionOptions()
    # One text is too little work to be shared; several are read by several processes.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return InferenceSession(graph.model(), options, providers=["CPUExecutionProvider"])


def _through(graph: Graph, layer: _Layer, states: str, asked: str | None) -> str:
    """Rows of the pieces that are asked for, or of all; all are heard."""
    line = graph.one("MatMul", states, graph.array(layer.qkv))
    query, key, value = graph.several(3, "Split", line, axis=2, num_outputs=3)
    if asked is not None:
        query = graph.one("Gather", query, asked, axis=1)
        states = graph.one("Gather", states, asked, axis=1)
    each = (query, key, value, graph.array(layer.qkv_bias))
    heard = graph.one("MultiHeadAttention", *each, domain=OURS, num_heads=HEADS)
    line = graph.one("MatMul", heard, graph.array(layer.ao))
    middle = _added(graph, states, line, layer.attended, layer.ao_bias)
    line = graph.one("MatMul", middle, graph.array(layer.fi))
    wide = graph.one("FastGelu", line, graph.array(layer.fi_bias), domain=OURS)
    line = graph.one("MatMul", wide, graph.array(layer.fo))
    return _added(graph, middle, line, layer.out, layer.fo_bias)


def _added(graph: Graph, states: str, line: str, norm: tuple[Floats, Floats], bias: Floats) -> str:
    rows = _rows(graph, *norm, bias)
    kind = "SkipLayerNormalization"
    return graph.one(kind, states, line, *rows, domain=OURS, epsilon=TINY)


def _rows(graph: Graph, *arrays: Floats) -> list[str]:
    return [graph.array(array) for array in arrays]


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
