"""How `monitor rules explain` prints an article: text for people, a JSON line for programs."""

from collections.abc import Iterator, Mapping

from monitor.app import Effect, Explained, Explanation, Weighed
from monitor.cli import show
from monitor.cli.ledger import change_json
from monitor.model import Act, Stance


def print_one(explanation: Explanation | Mapping[str, object], *, json: bool) -> bool:
    """False for a line that was no article."""
    if not isinstance(explanation, Explanation):
        show.as_line(explanation)
        return False
    if json:
        show.as_line(_as_json(explanation))
    else:
        for line in _as_text(explanation):
            print(show.plain(line))
    return True


# --- for people --------------------------------------------------------------------------------


def _as_text(one: Explanation) -> Iterator[str]:
    why = one.why
    yield one.article.title
    yield f"{one.article.id}, {why.language}, {one.verdict}" + (
        f" of {one.copy_of}" if one.copy_of else ""
    )
    yield f"{'Ours' if why.relevant else 'Not ours'}: {why.because}"
    for title, kind in (("Stances", Stance), ("Acts", Act)):
        labels = [each for each in why.labels if isinstance(each.label, kind)]
        if why.relevant:
            yield ""
            yield title if labels else f"{title}: no cue, no candidate"
        for each in labels:
            yield from _label_text(each)
    yield ""
    yield "The ledger" if one.effects else "The ledger: nothing to change it"
    for effect in one.effects:
        yield from _effect_text(effect)
    yield ""


def _label_text(one: Explained) -> Iterator[str]:
    label = one.label
    head = "said" if one.said else "not said"
    yield f"  {head} {label.confidence:.2f}  {_named(label)}{_marks(label)}"
    if one.why_not:
        yield f"    because {one.why_not}"
    yield f"    “{label.quote.text}”"
    yield f"    cue “{label.cue}”; {_holder(one)}; topic: {one.topic_rule}"
    for question in one.weighed:
        yield f"    {_question(question)}"


def _named(label: Stance | Act) -> str:
    if isinstance(label, Stance):
        return f"{label.actor} on {label.topic}: {label.stance}"
    return f"{label.body} on {label.topic}: {label.stage}, {label.effect}"


def _marks(label: Stance | Act) -> str:
    if isinstance(label, Stance):
        marks = [
            word
            for word, holds in (("background", label.background), ("turn", label.turn))
            if holds
        ]
    else:
        days = (
            ("number", label.number),
            ("from", label.effective_on),
            ("comments", label.comments_until),
        )
        marks = [f"{word} {value}" for word, value in days if value]
    return f" ({', '.join(marks)})" if marks else ""


def _holder(one: Explained) -> str:
    label = one.label
    if isinstance(label, Act):
        return f"body: {one.holder_rule}"
    by = f", {label.speaker}" if label.speaker else ""
    return f"holder {label.holder}{by} (rule: {one.holder_rule})"


def _question(one: Weighed) -> str:
    least = "" if one.least is None else f" (enough from {one.least:.2f})"
    counted = ", ".join(f"{name} {value:+.2f}" for name, value in one.counted)
    return f"{one.question} {one.probability:.2f}{least}: {counted or 'nothing counted'}"


def _effect_text(one: Effect) -> Iterator[str]:
    change = one.change
    if change is not None:
        moved = f"{change.before or 'unknown'} -> {change.after}"
        yield f"  {change.actor} on {change.topic}: {moved} ({change.reason}, {change.certainty})"
    elif one.label is not None:
        yield f"  {_named(one.label)}: no change ({one.because})"
    if change is not None and not one.decisions:
        yield "    no rule is in force"
    for each in one.decisions:
        yield f"    rule {each.rule_id}: {each.outcome} ({each.detail})"


# --- for programs ------------------------------------------------------------------------------


def _as_json(one: Explanation) -> dict[str, object]:
    labels = one.why.labels
    return {
        "id": one.article.id,
        "title": one.article.title,
        "url": one.article.url,
        "status": one.verdict,
        "copy_of": one.copy_of,
        "language": one.why.language,
        "relevant": one.why.relevant,
        "because": one.why.because,
        "stances": [_label_json(each) for each in labels if isinstance(each.label, Stance)],
        "regulation": [_label_json(each) for each in labels if isinstance(each.label, Act)],
        "ledger": [_effect_json(each) for each in one.effects],
        "alert": any(each.outcome == "alert" for one_ in one.effects for each in one_.decisions),
    }


def _label_json(one: Explained) -> dict[str, object]:
    label = one.label
    return {
        "said": one.said,
        "why_not": one.why_not,
        **_label_fields(label),
        "confidence": label.confidence,
        "cue": label.cue,
        "holder_rule": one.holder_rule,
        "topic_rule": one.topic_rule,
        "quote": label.quote.text,
        "start": label.quote.start,
        "end": label.quote.end,
        "weighed": [
            {
                "question": each.question,
                "probability": each.probability,
                "enough_from": each.least,
                "counted": dict(each.counted),
            }
            for each in one.weighed
        ],
    }


def _label_fields(label: Stance | Act) -> dict[str, object]:
    if isinstance(label, Stance):
        return {
            "actor": label.actor,
            "topic": label.topic,
            "stance": label.stance,
            "background": label.background,
            "turn": label.turn,
            "holder": label.holder,
            "speaker": label.speaker,
        }
    return {
        "topic": label.topic,
        "body": label.body,
        "stage": label.stage,
        "effect": label.effect,
        "number": label.number,
        "effective_on": show.iso(label.effective_on),
        "comments_until": show.iso(label.comments_until),
    }


def _effect_json(one: Effect) -> dict[str, object]:
    return {
        "label": _label_fields(one.label) if one.label else None,
        "because": one.because,
        "change": change_json(one.change) if one.change else None,
        "rules": [
            {"rule": each.rule_id, "outcome": each.outcome, "detail": each.detail}
            for each in one.decisions
        ],
    }
