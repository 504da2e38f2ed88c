"""Keyword rules -> relevance, with the words that matched.

Not here: the keywords of an alert rule (steps.alert) and what an article says (steps.extract).
"""

from monitor.steps.match.relevance import Gatekeeper, Judgement, Relevance

__all__ = ["Gatekeeper", "Judgement", "Relevance"]
