"""Who most likely holds what a cue says, and about what: rules of grammar over marked clauses.

No parser: the subject of the clause, the noun before a relative clause, the doer of a passive, the
speaker of the sentence, and what was carried over, in this order. Each answer has a name.
"""

from monitor.steps.extract.mentions import Marked, Marking, Mention


def likely_holders(
    marking: Marking, marked: Marked, cue: Mention, carried: Mention | None, main: str | None
) -> dict[str, str]:
    """Actor -> the rule that makes it the holder. Several only where they are joined ("A and B")."""
    rule, chosen = _holder(marking, marked, cue, carried)
    if chosen is None:
        return {main: "main"} if main is not None else {}
    joined = [hit for hit in marked.of("actor") if hit is not chosen and _joined(marking, hit, chosen)]
    return {chosen.sense.slug: rule} | {hit.sense.slug: f"{rule}-joined" for hit in joined}


def _holder(
    marking: Marking, marked: Marked, cue: Mention, carried: Mention | None
) -> tuple[str, Mention | None]:
    named = marked.of("actor")
    here = marking.clauses[cue.first]
    in_clause = [hit for hit in named if marking.clauses[hit.first] == here]
    doer = [hit for hit in in_clause if 0 <= hit.first - cue.last <= 6 and _led(marked, "agent", hit)]
    if doer:
        return "doer", doer[0]
    before = [hit for hit in in_clause if hit.last <= cue.first]
    owner = [hit for hit in before if cue.first - hit.last <= 3 and _owns(marking, hit)]
    if owner:
        return "owner", owner[-1]
    subject = [hit for hit in before if not _led(marked, "recipient", hit)]
    if subject:
        return "subject", subject[0]
    earlier = [hit for hit in named if hit.first < here]
    if here in marking.relatives and earlier:
        return "relative", earlier[-1]
    speaker = [hit for hit in named if hit.first > cue.first and _speaks(marked, hit)]
    if speaker:
        return "speaker-after", speaker[0]
    free = [hit for hit in earlier if not _led(marked, "recipient", hit)]
    if free:
        return "clause-before", free[0]
    if carried is not None:
        return "carried", carried
    if before:
        return "recipient", before[0]
    return "after", named[0] if named else None


def _led(marked: Marked, role: str, hit: Mention) -> bool:
    return any(mark.last == hit.first for mark in marked.of(role))  # type: ignore[arg-type]


def _owns(marking: Marking, hit: Mention) -> bool:
    """An English possessive stands behind the name; `bank's` is two words to us."""
    return hit.last < len(marking.tokens) and marking.tokens[hit.last].form == "s"


def _speaks(marked: Marked, hit: Mention) -> bool:
    return any(
        0 <= mark.first - hit.last <= 2 or 0 <= hit.first - mark.last <= 3
        for mark in marked.of("intends")
    )


def _joined(marking: Marking, one: Mention, other: Mention) -> bool:
    left, right = (one, other) if one.first < other.first else (other, one)
    return (
        right.first - left.last <= 2
        and marking.clauses[one.first] == marking.clauses[other.first]
        and not (left.last < len(marking.tokens) and marking.tokens[left.last].form == "s")
    )


def likely_topics(marking: Marking, marked: Marked, cue: Mention, general: str) -> dict[str, str]:
    """Topic -> the rule that makes it what the cue is about; an enumeration gives several."""
    here = marking.clauses[cue.first]
    in_clause = [hit for hit in marked.of("topic") if marking.clauses[hit.first] == here]
    touching = [hit for hit in in_clause if hit.first < cue.last and cue.first < hit.last]
    behind = [hit for hit in in_clause if hit.first >= cue.last]
    before = [hit for hit in in_clause if hit.last <= cue.first]
    for rule, hits in (("inside", touching), ("object", behind), ("before", before[::-1])):
        if hits:
            return _enumerated(rule, hits, general)
    anywhere = marked.of("topic")
    return {hit.sense.slug: "sentence" for hit in anywhere}


def _enumerated(rule: str, hits: list[Mention], general: str) -> dict[str, str]:
    """The nearest, what is enumerated with it, and a narrow topic close behind a general word."""
    found = {hits[0].sense.slug: rule}
    reach = hits[0]
    for hit in hits[1:]:
        near = abs(hit.first - reach.last) <= 4 or abs(reach.first - hit.last) <= 4
        if not near:
            break
        found.setdefault(hit.sense.slug, f"{rule}-next")
        reach = hit
    return found
