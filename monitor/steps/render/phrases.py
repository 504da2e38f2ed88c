"""The sentences that every layout shares, so that mail, Slack and console never contradict."""

from datetime import datetime

from monitor.steps.render.clean import clean, host_of
from monitor.steps.render.content import Bulletin, Card, Named
from monitor.steps.render.notice import Sheet

UNKNOWN = "not known before"
NOT_READ = "not in the ledger"  # a seed tells of it, though nothing was read out of it
SUBJECT_LIMIT = 200  # characters; longer ones are cut by phones and folded by mail servers


def subject(bulletin: Bulletin) -> str:
    """`Bank of Russia on mining: restrict -> regulate (reversal)`, and how many more."""
    first = headline(bulletin.cards[0], arrow="->")
    others = len(bulletin.cards) - 1
    tail = f" and {others} more" if others else ""
    return clean(first, SUBJECT_LIMIT - len(tail)) + tail


def notice_subject(sheet: Sheet) -> str:
    return f"Notice: {sheet.title}"


def notice_foot(sheet: Sheet) -> str:
    """Says that the service speaks of itself: no position and no law has changed."""
    return f"About the watch itself · {moment(sheet.created_at)} · Message {sheet.message}"


def notice_thread(sheet: Sheet) -> str:
    """Trouble and recovery of one source belong together."""
    return f"notice-{sheet.subject}"


def headline(card: Card, arrow: str) -> str:
    """News is the rule, so that only what is known says so."""
    known = f", known since {_day(card.known_since)}" if card.known_since else ""
    return f"{holder(card)}: {move(card, arrow)} ({card.reason}{known})"


def holder(card: Card) -> str:
    return f"{card.actor.name} on {_word(card.topic)}"


def move(card: Card, arrow: str) -> str:
    """Where a position is confirmed before and after are one level: then it is told once."""
    if card.before is None or card.before.slug == card.after.slug:
        return after_word(card)
    return f"{before_word(card)} {arrow} {after_word(card)}"


def before_word(card: Card) -> str:
    if card.before:
        return _word(card.before)
    return NOT_READ if card.known_by else UNKNOWN


def after_word(card: Card) -> str:
    return _word(card.after)


def gloss_line(card: Card) -> str:
    """What the short words mean, where the pack's titles say more than they do."""
    short = (card.before, card.after, card.topic)
    told = [f"{_word(each)}: {each.name}" for each in short if each and each.name != _word(each)]
    return " · ".join(_distinct(told))


def reason_line(card: Card) -> str:
    background = ", told as background" if card.background else ""
    return f"{card.reason_words} ({card.reason}{background})"


def novelty(card: Card) -> tuple[str, str]:
    """`New` or `Known since 2022-01-27`, and what was known; the second may be empty."""
    if card.known_since:
        return f"Known since {_day(card.known_since)}", _known_by(card)
    if card.before and card.before_since:
        return "New", f"until now {before_word(card)}, known since {_day(card.before_since)}"
    return "New", ""


def novelty_line(card: Card) -> str:
    return ": ".join(filter(None, novelty(card)))


def _known_by(card: Card) -> str:
    if card.known_by:
        return f"the reference article {card.known_by} tells of it"
    return "the ledger has it since then"


def certainty_line(card: Card) -> str:
    if card.certainty == "confirmed":
        return "Confirmed"
    return "Reported; not yet confirmed by an official or a second independent source"


def source_line(card: Card) -> str:
    """Newsroom, host, tier and whose news it is."""
    parts = [card.newsroom, host_of(card.url), f"{card.tier} source"]
    if card.origin and card.origin != card.newsroom:
        parts.append(f"as told by {card.origin}")
    return " · ".join(_distinct(parts))


def time_lines(card: Card) -> tuple[str, str]:
    said = "Undated" if card.undated else f"Said {moment(card.said_at)}"
    return said, f"Learnt {moment(card.learnt_at)}"


def measure_lines(card: Card) -> list[tuple[str, str]]:
    """What is known of the measure, as label and value; empty for a stance."""
    rows = [
        ("Measure", _given_name(card.measure)),
        ("Effect", _name(card.effect)),
        ("In force from", card.effective_on),
        ("Comments until", card.comments_until),
    ]
    return [(label, value) for label, value in rows if value]


def rule_line(card: Card) -> str:
    return f"Rule “{card.rule_title}” ({card.rule})"


def why_line(card: Card) -> str:
    return f"Matched on {card.why}" if card.why else ""


def thread_of(bulletin: Bulletin) -> str:
    """The rule, where all cards are of one; else the digest thread."""
    rules = {card.rule for card in bulletin.cards}
    return rules.pop() if len(rules) == 1 else "digest"


def more_line(hidden: int) -> str:
    return f"… and {hidden} more: `monitor alerts` lists them all."


def moment(iso: str) -> str:
    """`2026-03-02 09:30 +00:00`: the offset is always written."""
    at = datetime.fromisoformat(iso)
    offset = at.strftime("%z")
    return f"{at:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"


def _day(iso: str) -> str:
    return datetime.fromisoformat(iso).date().isoformat()


def _word(named: Named) -> str:
    """The slug as a word: short, the same in every pack edition, and what rules are written in."""
    return named.slug.replace("-", " ")


def _name(named: Named | None) -> str | None:
    return named.name if named else None


def _given_name(named: Named | None) -> str | None:
    """A measure without a name has an id that tells people nothing."""
    return named.name if named and named.name != named.slug else None


def _distinct(parts: list[str]) -> list[str]:
    return list(dict.fromkeys(part for part in parts if part))
