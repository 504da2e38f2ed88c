"""Bulletin or notice -> plain text, for the console, for Apprise and as the text part of a mail."""

from monitor.model import Message
from monitor.steps.render.clean import clean
from monitor.steps.render.content import Bulletin, Card
from monitor.steps.render.notice import Sheet
from monitor.steps.render.phrases import (
    after_word,
    before_word,
    certainty_line,
    gloss_line,
    holder,
    measure_lines,
    more_line,
    notice_foot,
    novelty_line,
    reason_line,
    rule_line,
    source_line,
    time_lines,
    why_line,
)

MOST_CARDS = 10  # about 8 kB; more than that nobody reads in a chat or a terminal


def plain_text(bulletin: Bulletin) -> str:
    blocks = [_card(card) for card in bulletin.cards[:MOST_CARDS]]
    hidden = len(bulletin.cards) - MOST_CARDS
    if hidden > 0:
        blocks.append(more_line(hidden))
    blocks.append(f"Message {bulletin.message}")
    return "\n\n".join(blocks) + "\n"


def notice_text(sheet: Sheet) -> str:
    return "\n".join([sheet.title, "", *sheet.lines, "", notice_foot(sheet)]) + "\n"


def bare_notice(message: Message) -> str:
    """What is sent where a body cannot be laid out: only our own ids, nothing that could fail."""
    alerts = ", ".join(clean(alert_id, 80) for alert_id in message.alert_ids[:MOST_CARDS])
    lines = [
        bare_subject(message),
        *([f"Alerts: {alerts}"] if alerts else []),
        "`monitor alerts` lists changes with their quotes and sources, `monitor doctor` tells "
        "what is amiss.",
        f"Message {clean(message.id, 80)}",
    ]
    return "\n".join(lines) + "\n"


def bare_subject(message: Message) -> str:
    found = "A change was found" if message.alert_ids else "The watch has a notice"
    return f"{found}, but its message cannot be shown"


def _card(card: Card) -> str:
    lines = [
        f"{before_word(card)} -> {after_word(card)}",
        holder(card),
        reason_line(card),
        novelty_line(card),
        certainty_line(card),
        *_if(gloss_line(card)),
        "",
        f"> {card.quote}",
        "",
        *_if(card.title),
        *_if(card.url),
        source_line(card),
        *time_lines(card),
        *(f"{label}: {value}" for label, value in measure_lines(card)),
        "",
        rule_line(card),
        *_if(why_line(card)),
    ]
    return "\n".join(lines)


def _if(line: str) -> list[str]:
    return [line] if line else []
