"""Is this article new? Canonical addresses, versions, copies; a story is one article so far.

Pure: what is known comes in as values. Not here: what an article says.
"""

from monitor.steps.identify.sight import (
    NOTHING_NEW,
    Identity,
    Sight,
    for_ever,
    identify,
    keys_asked,
    story_of,
    verdict_of,
)
from monitor.steps.identify.urls import canonical, newsroom_of
from monitor.steps.identify.versions import version_hash

__all__ = [
    "NOTHING_NEW",
    "Identity",
    "Sight",
    "for_ever",
    "canonical",
    "identify",
    "keys_asked",
    "newsroom_of",
    "story_of",
    "verdict_of",
    "version_hash",
]
