"""Bulletin or notice -> HTML for mail: what moved first, then the quote, then where it is from.

Everything from an article is escaped text; nothing is loaded from anywhere. Headers, MIME and the
plain part's place are not here: the mail channel makes the envelope.
"""

import re
from html import escape

from monitor.steps.render.clean import host_of
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
    notice_subject,
    novelty,
    reason_line,
    rule_line,
    source_line,
    subject,
    time_lines,
    why_line,
)

MOST_CARDS = 20  # about 60 kB: Gmail hides what comes after 102 kB

# Colours stand inline because Gmail's apps drop <style> for some accounts; the classes let a dark
# client change them. Without `color-scheme` such clients invert by themselves and grey goes black.
_STYLE = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #14171c !important; }
  .card { background: #1d2229 !important; border-color: #343b46 !important; }
  .ink { color: #eef1f5 !important; }
  .soft { color: #a9b3c1 !important; }
  .was { color: #a9b3c1 !important; }
  .now, .link { color: #7cc0ff !important; }
  .high { color: #ff9d8a !important; }
  .trouble { color: #f2c14e !important; }
  .well { color: #7fd6a0 !important; }
  .quote { background: #252c35 !important; border-color: #7cc0ff !important; }
  .line { border-color: #343b46 !important; }
}
@media (max-width: 480px) {
  .page { padding: 8px !important; }
  .card { padding: 18px 16px !important; }
  .move { font-size: 24px !important; }
}
"""

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_SMALL = "margin:0;font-size:13px;line-height:20px"
_CARD = (
    '<div class="card" style="background:#ffffff;border:1px solid #dde2e9;'
    'border-radius:10px;padding:24px;margin:0 0 16px;overflow-wrap:anywhere">'
)


def html_page(bulletin: Bulletin) -> str:
    shown = list(map(_card, bulletin.cards[:MOST_CARDS]))
    hidden = len(bulletin.cards) - MOST_CARDS
    if hidden > 0:
        shown.append(_soft(more_line(hidden)))
    return _page(subject(bulletin), shown, f"Message {bulletin.message}")


def notice_page(sheet: Sheet) -> str:
    return _page(notice_subject(sheet), [_notice(sheet)], notice_foot(sheet))


def _page(title: str, shown: list[str], foot: str) -> str:
    inner = "\n".join(shown)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body class="page" style="margin:0;padding:24px 12px;background:#f2f4f7;{_FONT}">
<div style="max-width:600px;margin:0 auto">
{inner}
{_soft(foot)}
</div>
</body>
</html>
"""


def _notice(sheet: Sheet) -> str:
    tone, colour = _tone(sheet)
    lines = "\n".join(
        f'<p class="ink" style="margin:0 0 8px;font-size:15px;line-height:22px;color:#17202c">'
        f"{_with_commands(line)}</p>"
        for line in sheet.lines
    )
    return f"""{_CARD}
<h1 class="{tone}" style="margin:0 0 14px;font-size:20px;line-height:1.3;font-weight:700;\
color:{colour}">{escape(sheet.title)}</h1>
{lines}
</div>"""


def _tone(sheet: Sheet) -> tuple[str, str]:
    if sheet.is_trouble:
        return "trouble", "#8a5a00"
    return ("well", "#1b6e3c") if sheet.is_good_news else ("now", "#0b5cad")


def _with_commands(line: str) -> str:
    """What stands between backticks is something to type."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(line))


def _card(card: Card) -> str:
    return f"""{_CARD}
{_move(card)}
<p class="ink" style="margin:0 0 4px;font-size:17px;line-height:24px;color:#17202c">\
<strong>{escape(holder(card))}</strong></p>
{_severity(card)}{_line("ink", "#17202c", escape(reason_line(card)))}
{_novelty(card)}
{_soft(certainty_line(card))}
{_soft_if(gloss_line(card))}
{_quote(card)}
{_source(card)}
{_measure(card)}
<div class="line" style="border-top:1px solid #dde2e9;margin:16px 0 12px"></div>
{_soft(rule_line(card))}
{_soft_if(why_line(card))}
</div>"""


def _move(card: Card) -> str:
    was, now = escape(before_word(card)), escape(after_word(card))
    return f"""<h1 class="move" style="margin:0 0 10px;font-size:28px;line-height:1.2;\
font-weight:700"><span class="was" style="color:#5b6675;font-weight:400">{was}</span> \
<span class="was" style="color:#5b6675;font-weight:400">→</span> \
<span class="now" style="color:#0b5cad">{now}</span></h1>"""


def _severity(card: Card) -> str:
    if card.severity != "high":
        return ""
    return f'<p class="high" style="{_SMALL};color:#b3261e"><strong>High severity</strong></p>\n'


def _novelty(card: Card) -> str:
    """What is known before is told softly: it is the one line that makes a reader skip a mail."""
    first, rest = novelty(card)
    inner = f"<strong>{first}</strong>" + (f": {escape(rest)}" if rest else "")
    if card.known_since:
        return _line("soft", "#5b6675", inner)
    return _line("ink", "#17202c", inner)


def _quote(card: Card) -> str:
    return f"""<blockquote class="quote ink" style="margin:16px 0;padding:12px 16px;\
background:#f2f6fb;border-left:4px solid #0b5cad;border-radius:0 6px 6px 0;font-size:16px;\
line-height:24px;color:#17202c">“{escape(card.quote)}”</blockquote>"""


def _source(card: Card) -> str:
    rows = [
        _line("ink", "#17202c", escape(card.title)) if card.title else "",
        _line("link", "#0b5cad", _link(card.url)) if card.url else "",
        _soft(source_line(card)),
        *map(_soft, time_lines(card)),
    ]
    return "\n".join(row for row in rows if row)


def _link(url: str) -> str:
    """The words of the link are the host that it leads to, so it cannot pretend another."""
    return (
        f'<a class="link" href="{escape(url)}" rel="noopener noreferrer" '
        f'style="color:#0b5cad">Read at {escape(host_of(url))}</a>'
    )


def _measure(card: Card) -> str:
    rows = [
        _line("ink", "#17202c", f"<strong>{label}:</strong> {escape(value)}")
        for label, value in measure_lines(card)
    ]
    return f'<div style="margin-top:12px">{"".join(rows)}</div>' if rows else ""


def _soft(text: str) -> str:
    return _line("soft", "#5b6675", escape(text))


def _soft_if(text: str) -> str:
    return _soft(text) if text else ""


def _line(tone: str, colour: str, inner: str) -> str:
    return f'<p class="{tone}" style="{_SMALL};color:{colour}">{inner}</p>'
