"""The networks of the folds: each was taught without the events of one (tests/gold/teach.py).

They lie beside the corpus because teaching one takes a quarter of an hour; learning the weights,
and reading, with networks that are blind to each article's event takes minutes.
"""

from functools import cache
from pathlib import Path

import numpy as np

from monitor.steps.extract.neural import Network
from monitor.steps.extract.neural.network import base
from tests.gold.corpus import FOLDS

FOLDER = Path(__file__).with_name("folds")


@cache
def fold_networks() -> tuple[Network, ...]:
    """By fold; each is blind to its own."""
    return tuple(_network(FOLDER / f"fold-{fold}.npz") for fold in range(FOLDS))


def _network(path: Path) -> Network:
    with np.load(path, allow_pickle=False) as learnt:
        arrays = base(), dict(learnt)
    return Network(lambda: arrays)
