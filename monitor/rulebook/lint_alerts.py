"""Checks of alert rules: what a rule names, whether it can ever fire, whether it has examples."""

from collections.abc import Iterator, Mapping
from itertools import product

from monitor.rulebook.finding import Finding
from monitor.rulebook.shape import did_you_mean
from monitor.rulebook.types import AlertRule, LevelEntry, Pack, StageEntry, Words
from monitor.rulebook.words import Path

Scale = Mapping[str, LevelEntry]
Ladder = Mapping[str, StageEntry]


def check_alerts(pack: Pack) -> Iterator[Finding]:
    scale = {level.id: level for level in pack.stances.levels}
    ladder = {stage.id: stage for stage in pack.stages.stages}
    for index, rule in enumerate(pack.alerts):
        path: Path = ("alerts", index)
        strangers = [*_strangers(path, "from", rule.from_, rule, scale, ladder)]
        strangers += _strangers(path, "to", rule.to, rule, scale, ladder)
        yield from strangers
        if not strangers:
            yield from _never(path, rule, scale, ladder)
        yield from _keywords(path, rule)
        yield from _examples(path, rule)


# --- from and to -------------------------------------------------------------------------------


def _strangers(
    path: Path, key: str, slugs: tuple[str, ...], rule: AlertRule, scale: Scale, ladder: Ladder
) -> Iterator[Finding]:
    """Slugs that are not of the scale or the ladder, whichever the kinds in `when` speak of."""
    kinds = {kind.partition("-")[0] for kind in rule.when}
    known = [*(scale if "stance" in kinds else ()), *(ladder if "stage" in kinds else ())]
    what = " or ".join({"stance": "level", "stage": "stage"}[kind] for kind in sorted(kinds))
    for index, slug in enumerate(slugs):
        if slug in known:
            continue
        near = did_you_mean(slug, known) or f"; one of: {', '.join(known)}"
        problem = f"`{slug}` is no {what}, which `when` speaks of{near}"
        code = "unknown-stage" if kinds == {"stage"} else "unknown-level"
        yield Finding((*path, key, index), problem, code)


def _never(path: Path, rule: AlertRule, scale: Scale, ladder: Ladder) -> Iterator[Finding]:
    if any(_can_fire(kind, rule, scale, ladder) for kind in rule.when):
        return
    key = "from" if rule.from_ else "to"
    problem = (
        f"no change of kind {', '.join(rule.when)} goes from {_either(rule.from_)} "
        f"to {_either(rule.to)}, so the rule can never fire; widen `from` or `to`"
    )
    yield Finding((*path, key), problem, "cannot-fire")


def _either(slugs: tuple[str, ...]) -> str:
    return " or ".join(f"`{slug}`" for slug in slugs) or "anything"


def _can_fire(kind: str, rule: AlertRule, scale: Scale, ladder: Ladder) -> bool:
    domain, _, reason = kind.partition("-")
    if reason == "first":
        return not rule.from_
    if reason in ("confirmed", "out-of-order"):
        return True
    known = [*scale] if domain == "stance" else [*ladder]
    before = [slug for slug in rule.from_ or known if slug in known]
    after = [slug for slug in rule.to or known if slug in known]
    return any(
        _can_move(reason, start, end, scale, ladder)
        for start, end in product(before, after)
        if start != end
    )


def _can_move(reason: str, start: str, end: str, scale: Scale, ladder: Ladder) -> bool:
    if reason in ("reversal", "conflict"):
        return scale[start].side != scale[end].side
    if reason == "shift":
        return scale[start].side == scale[end].side
    if reason == "advanced":
        return _is_forward(ladder[start], ladder[end])
    if reason == "set-back":
        return ladder[end].rank is None and ladder[end].makes == "set-back"
    return True


def _is_forward(start: StageEntry, end: StageEntry) -> bool:
    if end.rank is None:
        return end.makes == "advanced"
    return start.rank is None or start.rank < end.rank


# --- keywords and examples ---------------------------------------------------------------------


def _keywords(path: Path, rule: AlertRule) -> Iterator[Finding]:
    words = rule.keywords
    needed = _folded(words.any)
    if needed and needed <= _folded(words.none):
        problem = "every word of `any` stands in `none` too, so the rule can never fire"
        yield Finding((*path, "keywords", "any"), problem, "cannot-fire")
    # One language's words suffice for `all`: a text cannot hold the words of every language.
    barred = [
        _folded({language: items}) & _folded(words.none) for language, items in words.all.items()
    ]
    if barred and all(barred):
        problem = f"`{min(barred[0])}` stands in `all` and in `none`, so the rule can never fire"
        yield Finding((*path, "keywords", "all"), problem, "cannot-fire")


def _folded(words: Words) -> set[str]:
    """Spellings of all languages: a keyword is looked for in a text of any of them."""
    return {item.casefold() for items in words.values() for item in items}


def _examples(path: Path, rule: AlertRule) -> Iterator[Finding]:
    if rule.status != "active":
        return
    for key, texts in (("match", rule.examples.match), ("ignore", rule.examples.ignore)):
        if not texts:
            problem = (
                f"an active rule needs at least one example under `examples.{key}`; "
                "add it, or write `status: draft`"
            )
            yield Finding((*path, "examples", key), problem, "missing-example", above=True)
