"""Bulletin or notice -> Block Kit blocks as JSON. Article text is escaped and can mention nobody.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks, header 150, section 3000).
Escaping: https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

import json
import re

from monitor.steps.render.clean import clean, host_of
from monitor.steps.render.content import Bulletin, Card
from monitor.steps.render.notice import Sheet
from monitor.steps.render.phrases import (
    after_word,
    before_word,
    certainty_line,
    gloss_line,
    headline,
    holder,
    measure_lines,
    more_line,
    notice_foot,
    notice_subject,
    novelty,
    reason_line,
    rule_line,
    source_line,
    time_lines,
    why_line,
)

Block = dict[str, object]

MOST_BLOCKS = 50
BLOCKS_A_CARD = 5
MOST_CARDS = (MOST_BLOCKS - 2) // BLOCKS_A_CARD
HEADER_LIMIT = 150
SECTION_LIMIT = 3000
FALLBACK_LIMIT = 3000

# Slack itself needs <!here> for a mention, but look-alikes of its webhook read a bare @here.
_MENTION = re.compile(r"@(?=\w)")
_WORD_JOINER = "\u2060"


def blocks_json(bulletin: Bulletin) -> str:
    """The list of blocks, at most 50."""
    blocks = [block for card in bulletin.cards[:MOST_CARDS] for block in _card(card)]
    hidden = len(bulletin.cards) - MOST_CARDS
    if hidden > 0:
        blocks.append(_section(escape(more_line(hidden))))
    blocks.append(_context(f"Message {escape(bulletin.message)}"))
    return json.dumps(blocks, ensure_ascii=False)


def fallback_text(bulletin: Bulletin) -> str:
    """What phones show in the notification, and what is read where blocks are not."""
    lines = [headline(card, "→") for card in bulletin.cards[:MOST_CARDS]]
    return _cut(escape("\n".join(lines)), FALLBACK_LIMIT)


def notice_blocks(sheet: Sheet) -> str:
    lines = escape("\n".join(sheet.lines))
    blocks = [_header(sheet.title), *([_section(lines)] if lines else [])]
    return json.dumps([*blocks, _context(escape(notice_foot(sheet)))], ensure_ascii=False)


def notice_fallback(sheet: Sheet) -> str:
    return _cut(escape(notice_subject(sheet)), FALLBACK_LIMIT)


def escape(text: str) -> str:
    """& < > as entities, and no `@name` that a server could take for a mention."""
    entities = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MENTION.sub("@" + _WORD_JOINER, entities)


def _card(card: Card) -> list[Block]:
    return [
        _header(f"{before_word(card)} → {after_word(card)}"),
        _section(_what(card)),
        _section(f"> {escape(card.quote)}"),
        _context("\n".join((_link(card), escape(source_line(card)), *time_lines(card)))),
        _context(escape("\n".join(filter(None, (rule_line(card), why_line(card)))))),
    ]


def _what(card: Card) -> str:
    lines = [
        f"*{escape(holder(card))}*",
        escape(reason_line(card)),
        _novelty(card),
        escape(certainty_line(card)),
        *([escape(gloss_line(card))] if gloss_line(card) else []),
        *(f"{label}: {escape(value)}" for label, value in measure_lines(card)),
    ]
    return "\n".join(lines)


def _novelty(card: Card) -> str:
    first, rest = novelty(card)
    return f"*{first}*" + (f": {escape(rest)}" if rest else "")


def _link(card: Card) -> str:
    """The only link is our own field; its words are the host it leads to."""
    title = escape(card.title)
    if not card.url:
        return title
    address = card.url.replace("&", "&amp;").replace("|", "%7C")
    return f"{title} <{address}|{escape(host_of(card.url))}>".strip()


def _header(text: str) -> Block:
    words = {"type": "plain_text", "text": clean(text, HEADER_LIMIT), "emoji": False}
    return {"type": "header", "text": words}


def _section(text: str) -> Block:
    return {"type": "section", "text": _words(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_words(text)]}


def _words(text: str) -> Block:
    # verbatim: else Slack turns bare URLs and #names of an article into links by itself.
    return {"type": "mrkdwn", "text": _cut(text, SECTION_LIMIT), "verbatim": True}


def _cut(text: str, limit: int) -> str:
    """Never through an entity or a link: a half `&lt` would show, a half link would not close."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    for opener, closer in (("&", ";"), ("<", ">")):
        start = head.rfind(opener)
        if start >= 0 and closer not in head[start:]:
            head = head[:start]
    return head + "…"
