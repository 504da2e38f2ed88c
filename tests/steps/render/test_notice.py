"""What the service says of itself: composed, read back and laid out for each kind of channel."""

import hashlib
import html
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import RenderError
from monitor.model import ChannelKind, Notice, NoticeKind
from monitor.steps.render import compose, compose_notice, render
from monitor.steps.render.content import read_back
from monitor.steps.render.notice import read_notice
from tests.steps.render.builders import ALERT, MADE, NOTICE
from tests.steps.render.test_layouts import ATTACKS, Page, texts_of


def digest_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def shown(notice: Notice, kind: ChannelKind):
    return render(compose_notice(notice), kind)


def test_a_rerun_makes_the_same_message_and_another_moment_another():
    again = compose_notice(replace(NOTICE, title="told in other words"))

    assert compose_notice(NOTICE) == compose_notice(NOTICE)
    assert again.id == compose_notice(NOTICE).id
    for other in (
        replace(NOTICE, at=MADE + timedelta(seconds=1)),
        replace(NOTICE, kind=NoticeKind.RECOVERED),
        replace(NOTICE, subject="other-source"),
    ):
        assert compose_notice(other).id != again.id


def test_a_notice_carries_no_alert_and_is_never_the_message_of_alerts():
    message = compose_notice(NOTICE)

    assert message.alert_ids == ()
    assert message.created_at == NOTICE.at
    assert message.id.startswith("n")
    assert compose((ALERT,), created_at=MADE).id.startswith("m")


def test_who_knows_only_alerts_refuses_a_notice_cleanly_and_the_other_way_round():
    with pytest.raises(RenderError, match="format notice-1 is not known here"):
        read_back(compose_notice(NOTICE))
    with pytest.raises(RenderError, match="no notice of this edition"):
        read_notice(compose((ALERT,), created_at=MADE))


@pytest.mark.parametrize("body", ["[]", "{", '{"format":"notice-1"}', '{"format":"notice-2"}'])
def test_a_body_that_is_no_notice_is_refused_by_name(body: str):
    damaged = replace(compose_notice(NOTICE), body=body)
    whole = replace(damaged, digest=digest_of(body))

    with pytest.raises(RenderError, match="hash"):
        render(damaged, ChannelKind.MAIL)
    with pytest.raises(RenderError, match=damaged.id):
        render(whole, ChannelKind.MAIL)


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_every_kind_shows_headline_what_is_known_the_remedy_and_the_id(kind: ChannelKind):
    rendered = shown(NOTICE, kind)

    whole = " ".join((rendered.text, *map(html.unescape, (rendered.blocks_json, rendered.html))))
    whole = whole.replace("<code>", "`").replace("</code>", "`")
    for words in (
        NOTICE.title,
        *NOTICE.lines,
        "About the watch itself",
        "2026-03-02 09:42 +00:00",
        rendered.message_id,
    ):
        assert words in whole
    assert rendered.subject == f"Notice: {NOTICE.title}"


def test_trouble_and_recovery_of_one_source_share_a_thread():
    recovered = replace(NOTICE, kind=NoticeKind.RECOVERED)

    threads = {shown(each, ChannelKind.MAIL).thread for each in (NOTICE, recovered)}

    assert threads == {"notice-harbour-news"}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("kind", list(ChannelKind))
def test_words_of_a_server_in_a_notice_do_nothing(attack: str, kind: ChannelKind):
    rendered = shown(replace(NOTICE, title=attack, lines=(attack, attack)), kind)

    for text in (rendered.subject, rendered.text, rendered.html, rendered.blocks_json):
        seen = text.replace("\n", "").replace("\u2060", "")
        assert all(char.isprintable() for char in seen)
    page = Page(rendered.html)
    assert page.links == []
    assert not page.tags & {"script", "img", "a", "iframe", "form"}
    if kind is ChannelKind.SLACK:
        assert not any("<" in text or "@channel" in text for text in texts_of(rendered.blocks_json))
        assert "<" not in rendered.text


@given(st.text(max_size=2000), st.lists(st.text(max_size=2000), max_size=40))
def test_slack_stays_within_its_limits_for_any_notice(title: str, lines: list[str]):
    rendered = shown(replace(NOTICE, title=title, lines=tuple(lines)), ChannelKind.SLACK)

    blocks = json.loads(rendered.blocks_json)
    header = blocks[0]["text"]["text"]
    assert 0 < len(header) <= 150
    assert all(0 < len(text) <= 3000 for text in texts_of(rendered.blocks_json))


def test_a_hundred_lines_are_cut_and_say_so():
    rendered = shown(replace(NOTICE, lines=("line",) * 100), ChannelKind.CONSOLE)

    assert "… and 80 more lines." in rendered.text
