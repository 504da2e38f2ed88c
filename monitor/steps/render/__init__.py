"""Alerts -> message -> what one kind of channel takes. Pure: no wire, no disk, no clock."""

from monitor.model import ChannelKind, Message, Rendered
from monitor.steps.render.clean import clean
from monitor.steps.render.content import compose, read_back
from monitor.steps.render.email import html_page
from monitor.steps.render.phrases import subject, thread_of
from monitor.steps.render.plain import bare_notice, plain_text
from monitor.steps.render.slack import blocks_json, fallback_text

__all__ = ["compose", "render", "render_bare"]


def render(message: Message, kind: ChannelKind) -> Rendered:
    """The message as `kind` of channel takes it. RenderError where the body is damaged."""
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


def render_bare(message: Message) -> Rendered:
    """The notice that goes out where `render` fails: of our own words and ids only."""
    return Rendered(
        message_id=clean(message.id, 80),
        subject="A change was found, but its message cannot be shown",
        text=bare_notice(message),
        created_at=message.created_at,
        thread="damaged",
    )
