import html
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Alert, ChannelKind, Reason, Rendered
from monitor.steps.render import compose, render, render_bare
from tests.steps.render.builders import ALERT, MADE, alert, alert_at, alert_quoting

ATTACKS = [
    "<!channel>",
    "<!here>",
    "<@U012ABCDEF>",
    "<https://evil.example|your bank>",
    "@channel @here @everyone",
    "<script>alert(1)</script>",
    '<img src="https://evil.example/pixel.gif">',
    '"><a href="https://evil.example">bank</a>',
    "{{7*7}} ${HOME} %(name)s {card.url}",
    "Title\r\nBcc: victim@example.org",
    "invoice\u202egpj.exe",
    "\x00\x1b[31m\x07 red",
]


LONG_AGO = datetime(2024, 7, 31, 21, tzinfo=UTC)


def everything(sent: Rendered) -> str:
    """All that a reader of this kind of channel sees."""
    if sent.blocks_json:
        return "\n".join(texts_of(sent.blocks_json))
    return Page(sent.html).words if sent.html else sent.text


def shown(one: Alert, kind: ChannelKind):
    return render(compose((one,), created_at=MADE), kind)


def texts_of(blocks_json: str) -> list[str]:
    """Every text that Slack would lay out."""
    blocks = json.loads(blocks_json)
    holders = [b["text"] for b in blocks if "text" in b]
    holders += [element for b in blocks for element in b.get("elements", ())]
    return [holder["text"] for holder in holders if holder["type"] == "mrkdwn"]


class Page(HTMLParser):
    """Tags and links of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src", "background")]

    def handle_data(self, data):
        self.words += data


def test_the_subject_tells_who_what_and_why():
    assert shown(ALERT, ChannelKind.MAIL).subject == (
        "Harbour Board on mooring: restrict -> regulate (reversal)"
    )


def test_the_subject_of_a_first_position_names_no_before():
    first = alert(before=None, reason=Reason.FIRST)

    assert shown(first, ChannelKind.MAIL).subject == "Harbour Board on mooring: regulate (first)"


def test_the_subject_of_several_alerts_counts_the_others():
    message = compose((alert("a"), alert("b"), alert("c")), created_at=MADE)

    assert render(message, ChannelKind.MAIL).subject.endswith("(reversal) and 2 more")


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_every_kind_shows_before_and_after_quote_source_time_rule_and_message(kind):
    rendered = shown(ALERT, kind)

    whole = " ".join((rendered.text, *map(html.unescape, (rendered.blocks_json, rendered.html))))
    for words in (
        "restrict",
        "regulate",
        "regulate: allow under rules",
        "The board now wants to license mooring.",
        "harbour.example",
        "2026-03-02 09:30 +00:00",
        "A body changes sides",
        "Changed sides",
        "official",
        rendered.message_id,
    ):
        assert words in whole


@pytest.mark.parametrize("kind", ChannelKind)
def test_every_alert_says_that_it_is_new_and_since_when_the_past_stood(kind):
    sent = shown(alert(before_since=LONG_AGO), kind)

    first, rest = "New", "until now restrict, known since 2024-07-31"
    words = everything(sent)
    assert first in words
    assert rest in words
    assert json.loads(sent.body)["cards"][0]["novelty"] == "new"
    assert "known since" not in sent.subject


@pytest.mark.parametrize("kind", ChannelKind)
def test_every_alert_says_since_when_it_was_known_and_by_what(kind):
    by_the_ledger = shown(alert(known_since=LONG_AGO), kind)
    by_a_seed = shown(alert(known_since=LONG_AGO, known_by="seed-moorings"), kind)

    for sent, what in (
        (by_the_ledger, "the ledger has it since then"),
        (by_a_seed, "the reference article seed-moorings tells of it"),
    ):
        assert "Known since 2024-07-31" in everything(sent)
        assert what in everything(sent)
        assert sent.subject.endswith("(reversal, known since 2024-07-31)")
        card = json.loads(sent.body)["cards"][0]
        assert (card["novelty"], card["known_since"]) == ("known", "2024-07-31T21:00:00+00:00")


@pytest.mark.parametrize("kind", [ChannelKind.MAIL, ChannelKind.CONSOLE])
def test_an_unknown_past_is_said_in_words(kind):
    assert shown(alert(before=None), kind).text.startswith("not known before -> regulate")


@pytest.mark.parametrize("attack", ATTACKS)
def test_slack_text_of_an_article_mentions_links_and_formats_nobody(attack):
    rendered = shown(alert_quoting(attack), ChannelKind.SLACK)

    for text in [rendered.text, *texts_of(rendered.blocks_json)]:
        ours = "<https://www.harbour.example/news/1?lang=en|harbour.example>"
        rest = text.replace(ours, "")
        assert "<" not in rest
        assert not re.search(r"(^|[^\n])>", rest.removeprefix("> "))
        assert not re.search(r"@\w", rest)


def test_slack_never_makes_links_of_bare_words_by_itself():
    rendered = shown(alert_quoting("see evil.example and #general"), ChannelKind.SLACK)

    blocks = json.loads(rendered.blocks_json)
    words = [b["text"] for b in blocks if b["type"] == "section"]
    words += [element for b in blocks for element in b.get("elements", ())]
    assert all(each["verbatim"] for each in words)


@given(st.lists(st.text(max_size=500), min_size=1, max_size=14))
def test_slack_stays_within_the_limits_of_blocks_for_any_text(texts):
    alerts = tuple(
        alert(f"al{n}", title=text, after=text or "x", before=text) for n, text in enumerate(texts)
    )

    rendered = render(compose(alerts, created_at=MADE), ChannelKind.SLACK)

    blocks = json.loads(rendered.blocks_json)
    assert len(blocks) <= 50
    assert all(0 < len(text) <= 3000 for text in texts_of(rendered.blocks_json))
    headers = [b["text"]["text"] for b in blocks if b["type"] == "header"]
    assert all(0 < len(text) <= 150 for text in headers)
    assert len(rendered.text) <= 3000


def test_a_text_full_of_ampersands_is_not_cut_through_an_entity():
    rendered = shown(alert_quoting("&" * 400), ChannelKind.SLACK)

    for text in texts_of(rendered.blocks_json):
        assert not re.search(r"&(?!amp;|lt;|gt;)", text)


@pytest.mark.parametrize("attack", ATTACKS)
def test_mail_shows_an_attack_as_words_and_loads_nothing(attack):
    page = Page(shown(alert_quoting(attack), ChannelKind.MAIL).html)

    assert not page.tags & {"script", "img", "iframe", "link", "object", "form"}
    assert page.links == ["https://www.harbour.example/news/1?lang=en"]


def test_mail_without_an_address_has_no_link():
    page = Page(shown(alert_at("javascript:alert(1)"), ChannelKind.MAIL).html)

    assert page.links == []


def test_mail_says_where_a_link_leads():
    page = Page(shown(alert_at("https://аpple.example/login"), ChannelKind.MAIL).html)

    assert "Read at xn--pple-43d.example" in page.words


def test_template_words_of_an_article_stay_as_they_are():
    page = Page(shown(alert_quoting("{{7*7}} ${HOME}"), ChannelKind.MAIL).html)

    assert "{{7*7}} ${HOME}" in page.words


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("kind", list(ChannelKind))
def test_no_control_or_direction_mark_survives(attack, kind):
    rendered = shown(alert_quoting(attack), kind)

    for text in (rendered.subject, rendered.text, rendered.html, rendered.blocks_json):
        seen = text.replace("\n", "").replace("\u2060", "")
        assert all(char.isprintable() for char in seen)
    assert "\n" not in rendered.subject


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_a_hundred_alerts_fit_and_say_how_many_are_not_shown(kind):
    alerts = tuple(alert(f"al{n}") for n in range(100))

    rendered = render(compose(alerts, created_at=MADE), kind)

    assert len(rendered.html) < 102_000  # bytes after which Gmail hides the rest
    assert "more: `monitor alerts` lists them all" in rendered.text + rendered.blocks_json


def test_messages_of_one_rule_share_a_thread():
    one = shown(ALERT, ChannelKind.MAIL)
    other = shown(alert("another"), ChannelKind.MAIL)

    assert one.thread == other.thread == "reversals"


def test_the_same_message_always_looks_the_same():
    assert shown(ALERT, ChannelKind.MAIL) == shown(ALERT, ChannelKind.MAIL)


def test_the_bare_notice_needs_nothing_of_the_body():
    message = compose((ALERT,), created_at=MADE)

    notice = render_bare(message)

    assert message.id in notice.text
    assert "al1" in notice.text


def test_what_a_seed_tells_is_not_called_unknown():
    text = shown(alert(before=None, known_since=LONG_AGO, known_by="seed"), ChannelKind.MAIL).text

    assert text.startswith("not in the ledger -> regulate")
