"""One mailbox through one SMTP server. One recipient a message, one try a call (RFC 5321, 5322)."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import aiosmtplib

from monitor.errors import SendError, SettingsError
from monitor.model import ChannelKind, Rendered
from monitor.notify.secrets import Redactor

QUIT_SECONDS = 2.0
# 7bit: a server without 8BITMIME (RFC 6152) takes it as well.
_POLICY = SMTP_POLICY.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    tls: bool
    """From the first byte (smtps)."""
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"

    @property
    def starttls(self) -> bool | None:
        """None: where the server offers it. A login never crosses a network in the clear; on this
        machine itself a certificate is seldom valid, and nobody listens in between."""
        if self.tls or _is_loopback(self.host):
            return False
        return True if self.user else None


def read_server(url: str) -> Server:
    """`smtp://user:password@host:port` or `smtps://…`. SettingsError never shows the value."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise SettingsError("the mail server's port is no number from 1 to 65535") from error
    if parts.scheme not in ("smtp", "smtps") or not host:
        raise SettingsError("the mail server must be written smtp://host:port or smtps://host:port")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    usual = 465 if parts.scheme == "smtps" else 587 if user else 25
    return Server(host, port or usual, parts.scheme == "smtps", user, password)


def read_address(written: str) -> Address:
    """`name@host` or `Name <name@host>`, in ASCII: not every server takes more (RFC 6531)."""
    name, bracket, rest = written.strip().rpartition("<")
    spec = rest.removesuffix(">") if bracket else written.strip()
    try:
        address = Address(name.strip().strip('"'), addr_spec=spec)
        address.addr_spec.encode("ascii")
    except (ValueError, IndexError, MessageError) as error:
        raise SettingsError(f"{written!r} is no mail address such as desk@example.org") from error
    if not address.username or not address.domain or "@" in address.domain:
        raise SettingsError(f"{written!r} is no mail address such as desk@example.org")
    return address


class MailChannel:
    kind = ChannelKind.MAIL

    def __init__(
        self, name: str, *, server: Server, sender: Address, recipient: Address, redact: Redactor
    ) -> None:
        self.name = name
        self._server = server
        self._sender = sender
        self._recipient = recipient
        self._redact = redact
        self._runner: asyncio.Runner | None = None
        self._client: aiosmtplib.SMTP | None = None

    def send(self, rendered: Rendered, *, delivery_id: str, deadline: timedelta) -> str:
        mail = envelope(rendered, self._sender, self._recipient, delivery_id).as_bytes()
        self._runner = self._runner or asyncio.Runner()
        return self._redact(self._runner.run(self._hand_over(mail, deadline)))

    def rest(self) -> None:
        if self._runner:
            self._runner.run(self._part())
            self._runner.close()
            self._runner = None

    async def _hand_over(self, mail: bytes, deadline: timedelta) -> str:
        seconds = deadline.total_seconds()
        handing_over = False
        try:
            async with asyncio.timeout(seconds):
                client = await self._addressed(seconds)
                handing_over = True
                answer = await client.data(mail)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            self._drop()
            raise self._refusal(error, handing_over) from error
        return f"{answer.code} {answer.message}"

    async def _addressed(self, seconds: float) -> aiosmtplib.SMTP:
        """A connection that waits for the mail itself: the one of the mail before, or a new one."""
        if self._client:
            try:
                return await self._address(self._client)
            except (aiosmtplib.SMTPException, OSError):
                # Servers close a connection that has brought enough. Nothing of this mail was
                # handed over, and whatever it is about, a new connection will say it again.
                self._drop()
        self._client = self._new_client(seconds)
        await self._client.connect()
        return await self._address(self._client)

    async def _address(self, client: aiosmtplib.SMTP) -> aiosmtplib.SMTP:
        await client.mail(self._sender.addr_spec)
        await client.rcpt(self._recipient.addr_spec)
        return client

    async def _part(self) -> None:
        """QUIT is a courtesy: the mail is taken, whatever comes back."""
        if self._client:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await self._client.quit(timeout=QUIT_SECONDS)
        self._drop()

    def _drop(self) -> None:
        if self._client:
            self._client.close()
        self._client = None

    def _new_client(self, seconds: float) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            # Else it asks the DNS for this machine's name, which can take longer than the send.
            local_hostname=self._sender.domain,
            timeout=seconds,
            use_tls=server.tls,
            start_tls=server.starttls,
        )

    def _refusal(self, error: Exception, handing_over: bool) -> SendError:
        if isinstance(error, aiosmtplib.SMTPResponseException):
            reason = self._redact(f"the server answered {error.code} {error.message}")
            return SendError(reason, permanent=_is_final(error))
        what = "no answer in time" if isinstance(error, TimeoutError) else str(error)
        reason = self._redact(f"{type(error).__name__}: {what}")
        return SendError(reason, ambiguous=handing_over)


def envelope(
    rendered: Rendered, sender: Address, recipient: Address, delivery_id: str
) -> EmailMessage:
    """The mail, alike at every try: a second copy bears the same Message-ID and Date."""
    domain, thread = sender.domain, _token(rendered.thread or "alerts")
    root = f"<thread.{thread}@{domain}>"
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = _one_line(rendered.subject)
    mail["Date"] = format_datetime(rendered.created_at)
    mail["Message-ID"] = f"<{_token(rendered.message_id)}@{domain}>"
    mail["In-Reply-To"] = root
    mail["References"] = root
    mail["List-Id"] = f"<{thread}.monitor.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office comes back
    mail["X-Monitor-Delivery"] = _token(delivery_id)
    mail.set_content(rendered.text)
    if rendered.html:
        mail.add_alternative(rendered.html, subtype="html")
    return mail


def _is_final(error: aiosmtplib.SMTPResponseException) -> bool:
    """5xx to the message ends it; 5xx to the greeting or the login is a setting that is mended."""
    about_us = (
        aiosmtplib.SMTPAuthenticationError,
        aiosmtplib.SMTPConnectResponseError,
        aiosmtplib.SMTPHeloError,
    )
    return 500 <= error.code < 600 and not isinstance(error, about_us)


def _one_line(text: str) -> str:
    kept = "".join(char for char in text if char.isprintable() or char.isspace())
    return " ".join(kept.split())


def _token(text: str) -> str:
    """Fit for the left side of a Message-ID (RFC 5322, dot-atom)."""
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in text)
    return kept[:100] or "none"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
