"""One Slack webhook (or a look-alike: the whole address is the setting). One try a call.

Status codes: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
"""

import asyncio
import json
import logging
import ssl
import time
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from monitor.errors import SendError
from monitor.model import ChannelKind, Rendered
from monitor.notify.pace import Pace
from monitor.notify.secrets import Redactor

ONE_EVERY = timedelta(seconds=1)
"""Slack's rate for one webhook: https://docs.slack.dev/apis/web-api/rate-limits"""
AT_ONCE = 5
"""Posts before the rate counts: Slack bears short bursts, and most days bring fewer."""
ANSWER_BYTES = 4096
"""Slack answers `ok` or one word; what is longer comes from something else and is cut."""
RETRY_AFTER_CAP = timedelta(hours=24)
TRY_AGAIN = frozenset((408, 425, 429))
"""Client errors that are not about the message (RFC 9110, 6585): all other 4xx are for good."""

# The library logs the whole webhook address at DEBUG; nobody may read it there.
_SILENT = logging.getLogger("monitor.notify.slack.library")
_SILENT.setLevel(logging.CRITICAL + 1)


class SlackChannel:
    kind = ChannelKind.SLACK

    def __init__(
        self, name: str, url: str, redact: Redactor, *, every: timedelta = ONE_EVERY
    ) -> None:
        self.name = name
        self._url = url
        self._redact = redact
        self._pace = Pace(every, at_once=AT_ONCE)
        # Given by name: what None means to aiohttp (verify or not) has changed between releases.
        self._tls = ssl.create_default_context()

    def send(self, rendered: Rendered, *, delivery_id: str, deadline: timedelta) -> str:
        began = time.monotonic()
        self._pace.wait()
        left = deadline - timedelta(seconds=time.monotonic() - began)
        response = asyncio.run(self._post(rendered, delivery_id, left))
        answer = self._redact(f"{response.status_code} {response.body}")
        if response.status_code == 200:
            return answer
        raise refusal(response.status_code, answer, response.headers)

    def rest(self) -> None:
        """Nothing is kept open."""

    async def _post(
        self, rendered: Rendered, delivery_id: str, deadline: timedelta
    ) -> WebhookResponse:
        try:
            async with _session(deadline) as session:
                return await self._client(session).send(
                    text=rendered.text,
                    blocks=json.loads(rendered.blocks_json) if rendered.blocks_json else None,
                    unfurl_links=False,
                    unfurl_media=False,
                    headers={"Idempotency-Key": delivery_id},
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self._broken(error) from error

    def _client(self, session: aiohttp.ClientSession) -> AsyncWebhookClient:
        client = AsyncWebhookClient(
            self._url,
            session=session,
            ssl=self._tls,
            logger=_SILENT,
            retry_handlers=[],  # the outbox retries; a retry in here would outlive the lease
        )
        client.proxy = None  # the session's trust_env heeds NO_PROXY, the library does not
        return client

    def _broken(self, error: Exception) -> SendError:
        """Before the connection stands nothing was sent; afterwards nobody knows."""
        never_sent = isinstance(error, (aiohttp.ClientConnectorError, aiohttp.InvalidURL))
        never_sent = never_sent or isinstance(error, aiohttp.ConnectionTimeoutError)
        what = "no answer in time" if isinstance(error, TimeoutError) else str(error)
        reason = self._redact(f"{type(error).__name__}: {what}")
        return SendError(reason, ambiguous=not never_sent)


def refusal(status: int, answer: str, headers: Mapping[str, str]) -> SendError:
    """What an answer other than 200 means for the delivery."""
    permanent = 400 <= status < 500 and status not in TRY_AGAIN
    remedy = "; is the webhook still valid?" if status in (403, 404, 410) else ""
    return SendError(
        f"the target answered {answer}{remedy}",
        permanent=permanent,
        retry_after=_retry_after(headers) if not permanent else None,
    )


def _session(deadline: timedelta) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=deadline.total_seconds()),
        response_class=_ShortResponse,
        middlewares=(_no_redirect,),
        auto_decompress=False,
        trust_env=True,
    )


class _ShortResponse(aiohttp.ClientResponse):
    """Reads the head of an answer only, so that an endless one costs no memory."""

    async def text(self, encoding: str | None = None, errors: str = "strict") -> str:
        head = await self.content.read(ANSWER_BYTES)
        return head.decode(encoding or "utf-8", "replace")


async def _no_redirect(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """A followed redirect turns POST into GET: the page behind it answers 200 to nothing sent."""
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise SendError(
            f"the target answered {response.status}, a redirect; give its final address",
            permanent=True,
        )
    return response


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Seconds, or a date counted from the server's own Date (RFC 9110, 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), RETRY_AFTER_CAP.total_seconds()))
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return min(max(wait, timedelta(0)), RETRY_AFTER_CAP)
