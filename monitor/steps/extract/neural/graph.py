"""Operations and arrays -> the bytes of an ONNX model, which onnxruntime runs.

The layers are written down while the program starts, because base and what was learnt are put
together only then; a model file beside them would hold the same numbers twice. Only what one
encoder needs of the format (onnx.proto, Protocol Buffers wire format) is here; the `onnx` package
would bring thirty megabytes for it. Not here: which operations an encoder is made of (encoder.py).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

IR_VERSION = 9
OPSET = 18
OURS = "com.microsoft"
"""The domain of onnxruntime's own operations; that of the standard's has no name."""
_TYPES = {"float32": 1, "int8": 3, "int64": 7}
"""onnx.TensorProto.DataType"""
_FLOAT, _INT = 1, 2
"""onnx.AttributeProto.AttributeType"""

Shape = Sequence[int | str]
"""A name stands for a length that differs from run to run."""


class Graph:
    """Values are known by name; each operation gives the names of its outputs."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._arrays: list[bytes] = []
        self._ends: list[bytes] = []
        self._named = 0

    def array(self, values: NDArray[np.generic]) -> str:
        name = self._name()
        sizes = b"".join(_number(1, size) for size in values.shape)
        held = np.ascontiguousarray(values).tobytes()
        tensor = sizes + _number(2, _TYPES[values.dtype.name]) + _text(8, name) + _bytes(9, held)
        self._arrays.append(_bytes(5, tensor))
        return name

    def input(self, name: str, kind: str, shape: Shape) -> str:
        self._ends.append(_bytes(11, _value(name, kind, shape)))
        return name

    def output(self, name: str, value: str, shape: Shape) -> None:
        self._node("Identity", (value,), [name])
        self._ends.append(_bytes(12, _value(name, "float32", shape)))

    def one(self, kind: str, *inputs: str, domain: str = "", **options: float) -> str:
        """An operation with one output."""
        return self.several(1, kind, *inputs, domain=domain, **options)[0]

    def several(
        self, outputs: int, kind: str, *inputs: str, domain: str = "", **options: float
    ) -> list[str]:
        names = [self._name() for _ in range(outputs)]
        self._node(kind, inputs, names, domain=domain, **options)
        return names

    def model(self) -> bytes:
        graph = b"".join([*self._nodes, _text(2, "graph"), *self._arrays, *self._ends])
        sets = ((_text(1, domain) + _number(2, of)) for domain, of in (("", OPSET), (OURS, 1)))
        return _number(1, IR_VERSION) + b"".join(_bytes(8, one) for one in sets) + _bytes(7, graph)

    def _node(
        self,
        kind: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        *,
        domain: str = "",
        **options: float,
    ) -> None:
        ends = [_text(1, name) for name in inputs] + [_text(2, name) for name in outputs]
        chosen = [_bytes(5, _option(name, value)) for name, value in options.items()]
        node = [*ends, _text(4, kind), *chosen, _text(7, domain)]
        self._nodes.append(_bytes(1, b"".join(node)))

    def _name(self) -> str:
        self._named += 1
        return f"v{self._named}"


def _value(name: str, kind: str, shape: Shape) -> bytes:
    sizes = (_text(2, size) if isinstance(size, str) else _number(1, size) for size in shape)
    dims = _bytes(2, b"".join(_bytes(1, size) for size in sizes))
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, _TYPES[kind]) + dims))


def _option(name: str, value: float) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT)
    return _text(1, name) + _varint(2 << 3 | 5) + np.float32(value).tobytes() + _number(20, _FLOAT)


# --- the wire format: a field's number and kind, then a number or a length and bytes ------------


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Not below nought; seven bits a byte, the lowest first."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)
