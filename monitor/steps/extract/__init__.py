"""Article -> who holds which stance on which topic, and which act stands at which stage.

Rules propose candidates, each with its quote, cue and holder; weights on the shape of a candidate
decide. Not here: whether the article is ours (steps.match) and what the ledger makes of it.
"""

from monitor.steps.extract.explain import Explained, Weighed
from monitor.steps.extract.extractor import Extract, Extractor
from monitor.steps.extract.neural import Network
from monitor.steps.extract.neural import shipped as shipped_network
from monitor.steps.extract.weights import Weights

__all__ = [
    "Explained",
    "Extract",
    "Extractor",
    "Network",
    "Weighed",
    "Weights",
    "shipped_network",
]
