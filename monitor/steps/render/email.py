"""Bulletin -> HTML for mail: before -> after first, then the quote, then where it comes from.

Everything from an article is escaped text; nothing is loaded from anywhere. Headers, MIME and the
plain part's place are not here: the mail channel makes the envelope.
"""

from html import escape

from monitor.steps.render.clean import host_of
from monitor.steps.render.content import Bulletin, Card
from monitor.steps.render.phrases import (
    after_word,
    before_word,
    certainty_line,
    gloss_line,
    holder,
    measure_lines,
    more_line,
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


def html_page(bulletin: Bulletin) -> str:
    cards = "\n".join(map(_card, bulletin.cards[:MOST_CARDS]))
    hidden = len(bulletin.cards) - MOST_CARDS
    more = _line("soft", "#5b6675", escape(more_line(hidden))) if hidden > 0 else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(subject(bulletin))}</title>
<style>{_STYLE}</style>
</head>
<body class="page" style="margin:0;padding:24px 12px;background:#f2f4f7;{_FONT}">
<div style="max-width:600px;margin:0 auto">
{cards}
{more}
{_line("soft", "#5b6675", f"Message {escape(bulletin.message)}")}
</div>
</body>
</html>
"""


def _card(card: Card) -> str:
    return f"""<div class="card" style="background:#ffffff;border:1px solid #dde2e9;\
border-radius:10px;padding:24px;margin:0 0 16px;overflow-wrap:anywhere">
{_move(card)}
<p class="ink" style="margin:0 0 4px;font-size:17px;line-height:24px;color:#17202c">\
<strong>{escape(holder(card))}</strong></p>
{_severity(card)}{_line("ink", "#17202c", escape(reason_line(card)))}
{_line("soft", "#5b6675", escape(certainty_line(card)))}
{_line_if("soft", "#5b6675", gloss_line(card))}
{_quote(card)}
{_source(card)}
{_measure(card)}
<div class="line" style="border-top:1px solid #dde2e9;margin:16px 0 12px"></div>
{_line("soft", "#5b6675", escape(rule_line(card)))}
{_line_if("soft", "#5b6675", why_line(card))}
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


def _quote(card: Card) -> str:
    return f"""<blockquote class="quote ink" style="margin:16px 0;padding:12px 16px;\
background:#f2f6fb;border-left:4px solid #0b5cad;border-radius:0 6px 6px 0;font-size:16px;\
line-height:24px;color:#17202c">“{escape(card.quote)}”</blockquote>"""


def _source(card: Card) -> str:
    rows = [
        _line_if("ink", "#17202c", card.title),
        _line("link", "#0b5cad", _link(card.url)) if card.url else "",
        _line("soft", "#5b6675", escape(source_line(card))),
        *(_line("soft", "#5b6675", escape(line)) for line in time_lines(card)),
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


def _line_if(tone: str, colour: str, text: str) -> str:
    return _line(tone, colour, escape(text)) if text else ""


def _line(tone: str, colour: str, inner: str) -> str:
    return f'<p class="{tone}" style="{_SMALL};color:{colour}">{inner}</p>'
