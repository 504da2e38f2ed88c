"""Is this article new? Canonical addresses, versions, copies, stories.

Pure: what is known comes in as values. Not here: what an article says.
"""

from monitor.steps.identify.copies import (
    Resemblance,
    Wording,
    compare,
    footprint,
    wording_of,
)
from monitor.steps.identify.differences import differences
from monitor.steps.identify.sight import (
    NEVER_MET,
    NOTHING_NEW,
    REPRINTED_WITHIN,
    TOLD_BY_A_SEED,
    Identity,
    Sight,
    by_words,
    for_ever,
    identify,
    keys_asked,
    later_version,
    story_of,
    unspoken,
    verdict_of,
)
from monitor.steps.identify.stories import (
    BY_HAND,
    FOLLOWS,
    WINDOW,
    JoinWeights,
    Place,
    Placing,
    merging,
    place,
)
from monitor.steps.identify.traits import ALL, Common, Traits, traits_of, weigh, written
from monitor.steps.identify.versions import version_hash
from monitor.steps.text.urls import canonical, newsroom_of

__all__ = [
    "ALL",
    "BY_HAND",
    "FOLLOWS",
    "NEVER_MET",
    "NOTHING_NEW",
    "REPRINTED_WITHIN",
    "TOLD_BY_A_SEED",
    "WINDOW",
    "Common",
    "Identity",
    "JoinWeights",
    "Place",
    "Placing",
    "Resemblance",
    "Sight",
    "Traits",
    "Wording",
    "by_words",
    "canonical",
    "compare",
    "differences",
    "footprint",
    "for_ever",
    "identify",
    "keys_asked",
    "later_version",
    "merging",
    "newsroom_of",
    "place",
    "story_of",
    "traits_of",
    "unspoken",
    "verdict_of",
    "version_hash",
    "weigh",
    "wording_of",
    "written",
]
