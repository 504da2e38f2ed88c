"""Is this article new? Canonical addresses, versions, copies; a story is one article so far.

Pure: what is known comes in as values. Not here: what an article says.
"""

from monitor.steps.identify.sight import (
    NEVER_MET,
    NOTHING_NEW,
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
    "Identity",
    "Sight",
    "by_words",
    "canonical",
    "for_ever",
    "identify",
    "keys_asked",
    "later_version",
    "newsroom_of",
    "story_of",
    "unspoken",
    "verdict_of",
    "version_hash",
]
