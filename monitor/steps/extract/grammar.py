"""Who most likely holds what a cue says, and about what: rules of grammar over marked clauses.

No parser: the subject of the clause, the noun before a relative clause, the doer of a passive, the
speaker of the sentence, and what was carried over, in this order. Each answer has a name.
"""

from monitor.steps.extract.mentions import Marked, Marking, Mention
from monitor.steps.extract.scene import Scene, led


def likely_holders(scene: Scene) -> dict[str, str]:
    """Actor -> the rule that makes it the holder; several only where joined ("A and B")."""
    rule, chosen = _holder(scene)
    if chosen is None:
        return {scene.whole.main: "main"} if scene.whole.main is not None else {}
    joined = [hit.sense.slug for hit in scene.actors if _joined(scene, hit, chosen)]
    return {chosen.sense.slug: rule} | {
        slug: f"{rule}-joined" for slug in joined if slug != chosen.sense.slug
    }


def _holder(scene: Scene) -> tuple[str, Mention | None]:
    """The first rule that finds somebody, and whom it finds."""
    return _in_clause(scene) or _around_clause(scene) or _left_over(scene)


def _in_clause(scene: Scene) -> tuple[str, Mention] | None:
    marked, cue = scene.marked, scene.cue
    here = [hit for hit in scene.actors if scene.clause_of(hit) == scene.clause_of(cue)]
    doer = [hit for hit in here if 0 <= hit.first - cue.last <= 6 and led(marked, "agent", hit)]
    if doer:
        return "doer", doer[0]
    before = [hit for hit in here if hit.last <= cue.first]
    owner = [hit for hit in before if cue.first - hit.last <= 3 and _owns(scene.marking, hit)]
    if owner:
        return "owner", owner[-1]
    subject = [hit for hit in before if not led(marked, "recipient", hit)]
    return ("subject", subject[0]) if subject else None


def _around_clause(scene: Scene) -> tuple[str, Mention] | None:
    clause = scene.clause_of(scene.cue)
    earlier = [hit for hit in scene.actors if hit.first < clause]
    if clause in scene.marking.relatives and earlier:
        return "relative", earlier[-1]
    after = [hit for hit in scene.actors if hit.first > scene.cue.first]
    speaker = [hit for hit in after if _speaks(scene.marked, hit)]
    if speaker:
        return "speaker-after", speaker[0]
    free = [hit for hit in earlier if not led(scene.marked, "recipient", hit)]
    return ("clause-before", free[0]) if free else None


def _left_over(scene: Scene) -> tuple[str, Mention | None]:
    if scene.carried is not None:
        return "carried", scene.carried
    if scene.actors and scene.actors[0].last <= scene.cue.first:
        return "recipient", scene.actors[0]
    return "after", scene.actors[0] if scene.actors else None


def _owns(marking: Marking, hit: Mention) -> bool:
    """An English possessive stands behind the name; `bank's` is two words to us."""
    return hit.last < len(marking.tokens) and marking.tokens[hit.last].form == "s"


def _speaks(marked: Marked, hit: Mention) -> bool:
    return any(
        0 <= verb.first - hit.last <= 2 or 0 <= hit.first - verb.last <= 3
        for verb in marked.of("intends")
    )


def _joined(scene: Scene, one: Mention, other: Mention) -> bool:
    """Side by side with "and" or a comma between them."""
    left, right = (one, other) if one.first < other.first else (other, one)
    if not 0 <= right.first - left.last <= 2 or _owns(scene.marking, left):
        return False
    if scene.clause_of(one) != scene.clause_of(other):
        return False
    comma = scene.marking.commas[right.first] > scene.marking.commas[left.last - 1]
    return comma or any(
        left.last <= mark.first and mark.last <= right.first for mark in scene.marked.of("splitter")
    )


def likely_topics(scene: Scene) -> dict[str, str]:
    """Topic -> the rule that makes it what the cue is about; an enumeration gives several."""
    cue = scene.cue
    here = [hit for hit in scene.topics if scene.clause_of(hit) == scene.clause_of(cue)]
    touching = [hit for hit in here if hit.first < cue.last and cue.first < hit.last]
    behind = [hit for hit in here if hit.first >= cue.last]
    before = [hit for hit in here if hit.last <= cue.first]
    for rule, hits in (("inside", touching), ("object", behind), ("before", before[::-1])):
        if hits:
            return _enumerated(rule, hits)
    return {hit.sense.slug: "sentence" for hit in scene.topics}


def _enumerated(rule: str, hits: list[Mention]) -> dict[str, str]:
    """The nearest, and what is enumerated with it: each at most four words from the one before."""
    found = {hits[0].sense.slug: rule}
    reach = hits[0]
    for hit in hits[1:]:
        if abs(hit.first - reach.last) > 4 and abs(reach.first - hit.last) > 4:
            break
        found.setdefault(hit.sense.slug, f"{rule}-next")
        reach = hit
    return found
