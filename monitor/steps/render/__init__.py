"""Alerts or a notice -> message -> what one kind of channel takes. Pure: no wire, disk or clock."""

from monitor.model import ChannelKind, Message, Rendered
from monitor.steps.render.clean import clean
from monitor.steps.render.content import compose, read_back
from monitor.steps.render.email import html_page, notice_page
from monitor.steps.render.notice import compose_notice, is_notice, read_notice
from monitor.steps.render.phrases import notice_subject, notice_thread, subject, thread_of
from monitor.steps.render.plain import bare_notice, bare_subject, notice_text, plain_text
from monitor.steps.render.slack import blocks_json, fallback_text, notice_blocks, notice_fallback

__all__ = ["compose", "compose_notice", "render", "render_bare"]


def render(message: Message, kind: ChannelKind) -> Rendered:
    """The message as `kind` of channel takes it. RenderError where the body is damaged."""
    return _notice(message, kind) if is_notice(message) else _alerts(message, kind)


def _alerts(message: Message, kind: ChannelKind) -> Rendered:
    bulletin = read_back(message)
    slack = kind is ChannelKind.SLACK
    return Rendered(
        message_id=message.id,
        subject=subject(bulletin),
        text=fallback_text(bulletin) if slack else plain_text(bulletin),
        created_at=message.created_at,
        html=html_page(bulletin) if kind is ChannelKind.MAIL else "",
        blocks_json=blocks_json(bulletin) if slack else "",
        thread=thread_of(bulletin),
        body=message.body,
    )


def _notice(message: Message, kind: ChannelKind) -> Rendered:
    sheet = read_notice(message)
    slack = kind is ChannelKind.SLACK
    return Rendered(
        message_id=message.id,
        subject=notice_subject(sheet),
        text=notice_fallback(sheet) if slack else notice_text(sheet),
        created_at=message.created_at,
        html=notice_page(sheet) if kind is ChannelKind.MAIL else "",
        blocks_json=notice_blocks(sheet) if slack else "",
        thread=notice_thread(sheet),
        body=message.body,
    )


def render_bare(message: Message) -> Rendered:
    """The notice that goes out where `render` fails: of our own words and ids only."""
    return Rendered(
        message_id=clean(message.id, 80),
        subject=bare_subject(message),
        text=bare_notice(message),
        created_at=message.created_at,
        thread="damaged",
    )
