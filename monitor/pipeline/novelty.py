"""Is what a change tells new? A seed may have told of the event before.

Not here: what the ledger itself knew, which each change says of itself (steps/ledger), and how it
is put in words (steps/render).
"""

from dataclasses import replace

from monitor.model import Article, Change
from monitor.pipeline.arrivals import Taken
from monitor.pipeline.lookalikes import Lookalikes
from monitor.steps.identify import TOLD_BY_A_SEED
from monitor.steps.ledger import Finding


def known_by_seed(taken: Taken, lookalikes: Lookalikes) -> list[Finding]:
    """The findings, their changes marked where the article tells again what a seed tells. What
    goes against the ledger is news all the same: in one event more than one thing happens."""
    identity = taken.identity
    if identity.sight not in TOLD_BY_A_SEED or identity.original is None or not taken.changes:
        return taken.findings
    seed, *_ = lookalikes.versions_of(identity.original)
    return [
        replace(found, change=_known(found.change, seed.article))
        if found.change and found.change.before in (None, found.change.after)
        else found
        for found in taken.findings
    ]


def _known(change: Change, seed: Article) -> Change:
    return replace(change, known_since=seed.said_at, known_by=seed.id)
