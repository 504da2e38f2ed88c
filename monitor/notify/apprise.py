"""Every scheme but Slack and mail, through Apprise: one recipient a channel, one try a call.

Retries and waiting are the outbox's; Apprise is asked once and its reason is read from its log.
"""

import copy
import logging
from datetime import timedelta

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat
from apprise.common import OverflowMode, PersistentStoreMode
from apprise.exception import AppriseException
from apprise.result import AppriseResult, AppriseResultStatus

from monitor.errors import SendError, SettingsError
from monitor.model import ChannelKind, Rendered
from monitor.notify.secrets import Redactor

RECIPIENTS = ("targets", "channels", "topics", "rooms")
"""Where Apprise's services keep to whom they send."""

# At DEBUG Apprise and what it posts with log addresses and headers with their keys.
for library in ("apprise", "urllib3", "requests"):
    logging.getLogger(library).setLevel(logging.WARNING)


def read_services(url: str) -> list[NotifyBase]:
    """The address as services of one recipient each, where the service lets itself be split.

    SettingsError (which never shows the address) where Apprise does not know what it means.
    """
    service = Apprise.instantiate(url, asset=_asset())
    if service is None or not Apprise(asset=_asset()).add(service):
        raise SettingsError(
            "Apprise cannot read the address; its forms: https://appriseit.com/services/"
        )
    service.retry = 0
    service.optional = False  # `optional=yes` reports every failure as a success
    service.overflow_mode = OverflowMode.SPLIT  # else a long message is refused for ever
    return _split(service)


def recipient_of(service: NotifyBase) -> str:
    """To whom the service sends, as its own settings say it; not fit to be shown."""
    field = _recipient_field(service)
    return repr(getattr(service, field)) if field else ""


class AppriseChannel:
    kind = ChannelKind.APPRISE

    def __init__(self, name: str, service: NotifyBase, redact: Redactor) -> None:
        self.name = name
        self._service = service
        self._redact = redact

    def send(self, rendered: Rendered, *, delivery_id: str, deadline: timedelta) -> str:
        try:
            result = self._notify(rendered, deadline)
        except AppriseException as error:
            raise SendError(self._redact(f"{type(error).__name__}: {error}")) from error
        # Neither `result is True` nor `== True` holds on success: only the status tells.
        if result.status is AppriseResultStatus.SUCCESS:
            return self._redact(f"{self._service.service_name} took it")
        raise self._refusal(result)

    def rest(self) -> None:
        """Nothing is kept open."""

    def _notify(self, rendered: Rendered, deadline: timedelta) -> AppriseResult:
        post = Apprise(asset=_asset())
        post.add(self._service)
        return post.notify(
            title=rendered.subject,
            body=rendered.text,
            # TEXT makes each service escape what would be markup or a mention there.
            body_format=NotifyFormat.TEXT,
            interpret_escapes=False,
            timeout=deadline.total_seconds(),
        )

    def _refusal(self, result: AppriseResult) -> SendError:
        said = "; ".join(entry.message for entry in result.logs())
        reason = self._redact(f"{result.status.name.lower()}: {said or 'Apprise gave no reason'}")
        return SendError(
            reason,
            permanent=result.status is AppriseResultStatus.NOMATCH,
            ambiguous=result.status in (AppriseResultStatus.TIMEOUT, AppriseResultStatus.PARTIAL),
        )


def _split(service: NotifyBase) -> list[NotifyBase]:
    """Several recipients in one address are one result: a retry would tell the others twice."""
    field = _recipient_field(service)
    if field is None or len(getattr(service, field)) < 2:
        return [service]
    parts = [_only(service, field, each) for each in getattr(service, field)]
    return parts if all(len(part) == 1 for part in parts) else [service]


def _only(service: NotifyBase, field: str, recipient: object) -> NotifyBase:
    part = copy.copy(service)
    setattr(part, field, [recipient])
    return part


def _recipient_field(service: NotifyBase) -> str | None:
    for field in RECIPIENTS:
        if isinstance(getattr(service, field, None), list):
            return field
    return None


def _asset() -> AppriseAsset:
    asset = AppriseAsset(storage_mode=PersistentStoreMode.MEMORY)
    asset.interpret_emojis = False  # type: ignore[assignment]  # typed None; `:fire:` in a quote is a quote
    return asset
