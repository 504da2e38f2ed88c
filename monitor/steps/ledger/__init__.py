"""statements + what stands -> changes, and what stands next. Pure: no store, no clock.

`positions` knows stances, `measures` knows acts, `pooling` what one story tells together and what
it told already, `footing` what old statements come to, `evidence` what all count with. Which slugs
exist, their sides and their order come in as values; nothing here knows Russia or crypto.
"""

from monitor.steps.ledger.evidence import Finding, Silence, live
from monitor.steps.ledger.footing import (
    NO_GROUND,
    Ground,
    ground_of,
    ids_in,
    leads_back,
    made_by,
    written,
)
from monitor.steps.ledger.measures import (
    Assignment,
    Kinship,
    Ladder,
    assign,
    decide_stage,
    fold_measure,
    settle_acts,
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
from monitor.steps.ledger.positions import decide, fold, settle

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
    "assign",
    "decide",
    "decide_stage",
    "fold",
    "fold_measure",
    "ground_of",
    "ids_in",
    "leads_back",
    "live",
    "made_by",
    "other_half",
    "pooled",
    "same_news",
    "settle",
    "settle_acts",
    "written",
]
