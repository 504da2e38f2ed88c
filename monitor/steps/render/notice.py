"""What the service says of itself -> the message that is kept, and back.

A notice carries no alert. Its words may quote a server or a source, so that they are cleaned like
those of an article. How it looks is not here: slack.py, email.py and plain.py lay it out.
"""

from dataclasses import asdict, dataclass

from monitor.errors import RenderError
from monitor.model import Message, Notice, NoticeKind
from monitor.steps.render.body import instant, seal, short_hash, unseal
from monitor.steps.render.clean import clean

FORMAT = "notice-1"
"""Edition of the body. A word, where alerts have a number: whoever knows only alerts refuses it."""

TITLE_LIMIT = 150  # one headline; Slack's header takes no more
LINE_LIMIT = 400
MOST_LINES = 20
SUBJECT_LIMIT = 120

GOOD_NEWS = frozenset((NoticeKind.RECOVERED, NoticeKind.NETWORK_BACK))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A notice for a reader. All text is one line, cleaned and cut; the instant is ISO 8601 UTC."""

    message: str
    created_at: str
    kind: str
    subject: str
    title: str
    lines: tuple[str, ...]

    @property
    def is_good_news(self) -> bool:
        return self.kind in GOOD_NEWS

    @property
    def is_trouble(self) -> bool:
        return not self.is_good_news and self.kind != NoticeKind.TEST


def compose_notice(notice: Notice) -> Message:
    """The message of a notice. Its id depends on kind, subject and moment, so that a rerun makes
    the same message and the outbox takes it once.
    """
    message_id = "n" + short_hash(notice.kind, notice.subject, instant(notice.at))
    sheet = Sheet(
        message=message_id,
        created_at=instant(notice.at),
        kind=notice.kind,
        subject=clean(notice.subject, SUBJECT_LIMIT),
        title=clean(notice.title, TITLE_LIMIT) or notice.kind,  # Slack refuses an empty header
        lines=_lines(notice.lines),
    )
    return seal(message_id, (), asdict(sheet), edition=FORMAT, created_at=notice.at)


def is_notice(message: Message) -> bool:
    """RenderError where the body is damaged."""
    return unseal(message).get("format") == FORMAT


def read_notice(message: Message) -> Sheet:
    """The body as values. RenderError where it is not what `compose_notice` wrote."""
    values = unseal(message)
    try:
        if values.pop("format") != FORMAT:
            raise RenderError(f"message {message.id}: it is no notice of this edition")
        return Sheet(**{**values, "lines": tuple(values["lines"])})  # type: ignore[arg-type]
    except (KeyError, TypeError) as error:
        raise RenderError(f"message {message.id}: the body cannot be read: {error!r}") from error


def _lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(filter(None, (clean(line, LINE_LIMIT) for line in lines[:MOST_LINES])))
    hidden = len(lines) - MOST_LINES
    return (*kept, f"… and {hidden} more lines.") if hidden > 0 else kept
