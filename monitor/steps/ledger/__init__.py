"""statements + what stands -> changes, and what stands next. Pure: no store, no clock.

`positions` knows stances, `measures` knows acts, `pooling` what one story tells together and what
it told already, `evidence` what all count with,
`footing` what old statements come to. Which slugs exist, their sides and their order come
in as values; nothing here knows Russia or crypto.
"""

from monitor.steps.ledger.evidence import Finding, Silence, live
from monitor.steps.ledger.footing import (
    acts_in,
    ground_of,
    ids_in,
    made_by,
    written,
    written_acts,
)
from monitor.steps.ledger.measures import (
    Assignment,
    Kinship,
    Ladder,
    assign,
    decide_stage,
    fold_measure,
    still_counting,
)
from monitor.steps.ledger.pooling import (
    HEARD_FROM,
    NO_BARS,
    SAME_NEWS,
    Bars,
    Kin,
    other_half,
    pooled,
    same_news,
)
from monitor.steps.ledger.positions import NO_GROUND, Ground, decide, fold, settle

__all__ = [
    "HEARD_FROM",
    "NO_BARS",
    "NO_GROUND",
    "SAME_NEWS",
    "Assignment",
    "Bars",
    "Finding",
    "Ground",
    "Kin",
    "Kinship",
    "Ladder",
    "Silence",
    "acts_in",
    "assign",
    "decide",
    "decide_stage",
    "fold",
    "fold_measure",
    "ground_of",
    "ids_in",
    "live",
    "made_by",
    "other_half",
    "pooled",
    "same_news",
    "settle",
    "still_counting",
    "written",
    "written_acts",
]
