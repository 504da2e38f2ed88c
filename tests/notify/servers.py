"""Targets on loopback that misbehave in named ways: a raw TCP peer and an SMTP server."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.model import Rendered
from tests.steps.render.builders import MADE

RENDERED = Rendered(
    message_id="m1",
    subject="Harbour Board on mooring: restrict -> regulate (reversal)",
    text="restrict -> regulate\nПравление за лицензии\n",
    created_at=MADE,
    html="<p>restrict → regulate</p>",
    blocks_json='[{"type": "divider"}]',
    thread="reversals",
    body='{"message":"m1"}',
)


@contextmanager
def tcp_peer(behave: Callable[[socket.socket, threading.Event], None]) -> Iterator[int]:
    """The port of a server that treats each connection with `behave(connection, closing)`."""
    listener = socket.create_server(("127.0.0.1", 0))
    closing = threading.Event()
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                behave(connection, closing)
            except OSError:
                pass  # the client hung up first, as it may

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=(connection,)))
            threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield listener.getsockname()[1]
    finally:
        closing.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (acceptor, *threads):
            thread.join(5)


def read_request(connection: socket.socket) -> bytes:
    """One HTTP request to the end of its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    ]
    while len(body) < sum(lengths):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class Postbox:
    """An SMTP server's handler. `answers` gives the reply to a command; the mails it took."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.answers_once: dict[str, str] = {}
        self.mails: list[Envelope] = []
        self.helo = ""
        self.greeted = 0

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = self.helo = hostname
        self.greeted += 1
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.answers_once.pop("MAIL", None) or self.answers.get("MAIL")
        if refusal == "drop":
            server.transport.abort()
        if refusal:
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self.answers.get(address) or self.answers.get("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.get("DATA", "250 taken as 4711")
        if answer == "drop":
            self.mails.append(envelope)
            server.transport.abort()
            return "250 never read"
        if answer.startswith("250"):
            self.mails.append(envelope)
        return answer


@contextmanager
def smtp_server(postbox: Postbox, port: int = 0) -> Iterator[str]:
    """Address of a running server, `smtp://127.0.0.1:port`; on any free port where none is asked
    for."""
    with socket.create_server(("127.0.0.1", port)) as free:
        port = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
