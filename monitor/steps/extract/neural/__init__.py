"""Words in their context: a small multilingual network that says how likely who holds what.

It proposes nothing. The rules name actors, topics, cues and stages; the network reads the text with
these marked in it (a name is only its kind, a topic and a cue only their class) and gives numbers
that the second models weigh beside the shape of candidates. Not here: what is decided (decide.py)
and how the network learns (tests/gold/teach.py).
"""

from monitor.steps.extract.neural.network import Network, Opinion, shipped

__all__ = ["Network", "Opinion", "shipped"]
