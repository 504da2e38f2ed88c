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
from monitor.steps.identify.sight import (
    NEVER_MET,
    NOTHING_NEW,
    REPRINTED_WITHIN,
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
from monitor.steps.identify.urls import canonical, newsroom_of
from monitor.steps.identify.versions import version_hash

__all__ = [
    "NEVER_MET",
    "NOTHING_NEW",
    "REPRINTED_WITHIN",
    "Identity",
    "Resemblance",
    "Sight",
    "Wording",
    "by_words",
    "canonical",
    "compare",
    "footprint",
    "for_ever",
    "identify",
    "keys_asked",
    "later_version",
    "newsroom_of",
    "story_of",
    "unspoken",
    "verdict_of",
    "version_hash",
    "wording_of",
]
