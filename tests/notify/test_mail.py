import email
import email.policy
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import SendError, SettingsError
from monitor.notify.mail import MailChannel, read_address, read_server
from monitor.notify.secrets import Redactor, secrets_of_url
from tests.notify.servers import RENDERED, Postbox, smtp_server, tcp_peer

SOON = timedelta(seconds=5)


def channel_to(server: str, recipient: str = "ann@example.org") -> MailChannel:
    return MailChannel(
        f"desk:{recipient}",
        server=read_server(server),
        sender=read_address("Monitor <monitor@example.org>"),
        recipient=read_address(recipient),
        redact=Redactor(secrets_of_url(server)),
    )


def send(channel: MailChannel, rendered=RENDERED, deadline: timedelta = SOON) -> str:
    try:
        return channel.send(rendered, delivery_id="d1", deadline=deadline)
    finally:
        channel.rest()


def read(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def test_a_mail_arrives_with_both_parts_and_its_own_headers():
    postbox = Postbox()

    with smtp_server(postbox) as server:
        answer = send(channel_to(server))

    [envelope] = postbox.mails
    mail = read(envelope)
    assert answer == "250 taken as 4711"
    assert envelope.rcpt_tos == ["ann@example.org"]
    assert mail["Subject"] == RENDERED.subject
    assert mail["Message-ID"] == "<m1@example.org>"
    assert mail["References"] == mail["In-Reply-To"] == "<thread.reversals@example.org>"
    assert mail["List-Id"] == "<reversals.monitor.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Mon, 02 Mar 2026 09:42:00 +0000"
    assert mail["X-Monitor-Delivery"] == "d1"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert "Правление за лицензии" in mail.get_body(("plain",)).get_content()
    assert "restrict → regulate" in mail.get_body(("html",)).get_content()
    assert postbox.helo == "example.org"


def test_every_try_is_the_same_mail():
    postbox = Postbox()

    with smtp_server(postbox) as server:
        send(channel_to(server))
        send(channel_to(server))

    first, second = map(read, postbox.mails)
    for header in ("Message-ID", "Date", "Subject", "References"):
        assert first[header] == second[header]


@pytest.mark.parametrize("path", ["/etc/hostname", "file:///etc/hostname"])
def test_a_path_in_a_text_attaches_no_file(path: str):
    postbox = Postbox()

    with smtp_server(postbox) as server:
        send(channel_to(server), replace(RENDERED, subject=path, text=path, html=path, body=path))

    mail = read(postbox.mails[0])
    assert list(mail.iter_attachments()) == []
    assert mail.get_body(("plain",)).get_content().strip() == path


def test_a_server_that_speaks_no_tls_gets_neither_login_nor_mail():
    def in_the_clear(connection, closing: threading.Event) -> None:
        connection.sendall(b"220 ready\r\n")
        received.append(connection.recv(65536))

    received: list[bytes] = []
    with tcp_peer(in_the_clear) as port, pytest.raises(SendError) as broken:
        send(channel_to(f"smtps://robot:canary@127.0.0.1:{port}"))

    assert not broken.value.permanent
    assert not broken.value.ambiguous
    assert "canary" not in broken.value.reason
    assert b"canary" not in received[0]


def test_a_queue_of_mails_goes_through_one_connection_that_ends_with_the_queue():
    postbox = Postbox()

    with smtp_server(postbox) as server:
        channel = channel_to(server)
        for _ in range(3):
            channel.send(RENDERED, delivery_id="d1", deadline=SOON)
        channel.rest()
        send(channel)

    assert len(postbox.mails) == 4
    assert postbox.greeted == 2


@pytest.mark.parametrize("answer", ["421 enough for one connection", "drop"])
def test_a_server_that_ends_a_connection_between_two_mails_costs_a_new_one_and_no_mail(answer: str):
    postbox = Postbox()

    with smtp_server(postbox) as server:
        channel = channel_to(server)
        channel.send(RENDERED, delivery_id="d1", deadline=SOON)
        postbox.answers_once["MAIL"] = answer
        said = send(channel)

    assert said == "250 taken as 4711"
    assert (len(postbox.mails), postbox.greeted) == (2, 2)


def test_a_refused_mail_leaves_no_trace_in_the_next():
    postbox = Postbox()

    with smtp_server(postbox) as server:
        channel = channel_to(server)
        postbox.answers["DATA"] = "554 looks like spam"
        with pytest.raises(SendError):
            channel.send(RENDERED, delivery_id="d1", deadline=SOON)
        del postbox.answers["DATA"]
        send(channel)

    assert [mail.rcpt_tos for mail in postbox.mails] == [["ann@example.org"]]


def test_a_title_with_line_ends_makes_no_header_and_no_recipient():
    postbox = Postbox()
    crafted = replace(RENDERED, subject="News\r\nBcc: victim@example.org\r\n\r\nHello\x00")

    with smtp_server(postbox) as server:
        send(channel_to(server), crafted)

    [envelope] = postbox.mails
    mail = read(envelope)
    assert envelope.rcpt_tos == ["ann@example.org"]
    assert mail["Bcc"] is None
    assert mail["Subject"] == "News Bcc: victim@example.org Hello"


@pytest.mark.parametrize(
    ("command", "reply", "permanent"),
    [
        ("MAIL", "451 try later", False),
        ("MAIL", "550 who are you", True),
        ("RCPT", "450 mailbox busy", False),
        ("RCPT", "550 no such user", True),
        ("DATA", "452 out of space", False),
        ("DATA", "554 looks like spam", True),
    ],
)
def test_4xx_is_tried_again_and_5xx_is_final(command, reply, permanent):
    postbox = Postbox(**{command: reply})

    with smtp_server(postbox) as server, pytest.raises(SendError) as refused:
        send(channel_to(server))

    assert refused.value.permanent is permanent
    assert not refused.value.ambiguous
    assert reply in refused.value.reason
    assert postbox.mails == []


def test_one_refused_recipient_costs_the_other_nothing():
    postbox = Postbox(**{"bob@example.org": "550 no such user"})

    with smtp_server(postbox) as server:
        send(channel_to(server, "ann@example.org"))
        with pytest.raises(SendError) as refused:
            send(channel_to(server, "bob@example.org"))

    assert refused.value.permanent
    assert [envelope.rcpt_tos for envelope in postbox.mails] == [["ann@example.org"]]


def test_a_link_that_dies_after_the_mail_was_handed_over_is_ambiguous():
    postbox = Postbox(DATA="drop")

    with smtp_server(postbox) as server, pytest.raises(SendError) as broken:
        send(channel_to(server))

    assert broken.value.ambiguous
    assert not broken.value.permanent


def test_a_server_that_is_not_there_is_tried_again_and_took_nothing():
    with smtp_server(Postbox()) as server:
        pass

    with pytest.raises(SendError) as broken:
        send(channel_to(server))

    assert not broken.value.ambiguous
    assert not broken.value.permanent


def test_a_server_that_never_greets_is_left_at_the_deadline():
    def silent(connection, closing: threading.Event) -> None:
        closing.wait(10)

    with tcp_peer(silent) as port, pytest.raises(SendError) as broken:
        send(channel_to(f"smtp://127.0.0.1:{port}"), deadline=timedelta(seconds=0.3))

    assert not broken.value.ambiguous
    assert not broken.value.permanent


def test_a_server_that_drips_is_left_at_the_deadline_as_well():
    def drip(connection, closing: threading.Event) -> None:
        connection.sendall(b"220-")
        while not closing.wait(0.05):
            connection.sendall(b"x")

    with tcp_peer(drip) as port, pytest.raises(SendError, match="no answer in time"):
        send(channel_to(f"smtp://127.0.0.1:{port}"), deadline=timedelta(seconds=0.4))


def test_the_deadline_is_for_the_whole_talk_and_not_for_each_answer():
    def slow(connection, closing: threading.Event) -> None:
        lines = connection.makefile("rwb")
        replies = {b"EHLO": b"250 hi\r\n", b"DATA": b"354 go on\r\n"}
        lines.write(b"220 ready\r\n")
        lines.flush()
        for line in lines:
            closing.wait(0.2)
            lines.write(replies.get(line[:4].upper(), b"250 ok\r\n"))
            lines.flush()

    with tcp_peer(slow) as port, pytest.raises(SendError, match="no answer in time"):
        send(channel_to(f"smtp://127.0.0.1:{port}"), deadline=timedelta(seconds=0.5))


def test_a_refused_login_shows_no_password_and_may_be_mended():
    def refuse_login(connection, closing: threading.Event) -> None:
        lines = connection.makefile("rwb")
        replies = {b"EHLO": b"250-hi\r\n250 AUTH PLAIN\r\n", b"AUTH": b"535 5.7.8 no: %s\r\n"}
        lines.write(b"220 ready\r\n")
        lines.flush()
        for line in lines:
            words = line.split()
            reply = replies.get(words[0].upper(), b"250 ok\r\n")
            lines.write(reply % words[-1] if b"%s" in reply else reply)
            lines.flush()

    with tcp_peer(refuse_login) as port, pytest.raises(SendError) as refused:
        send(channel_to(f"smtp://robot:hunter2%2Fsecret@127.0.0.1:{port}"))

    assert not refused.value.permanent
    assert "535" in refused.value.reason
    # What came back was the login in base64; not even that is kept.
    assert refused.value.reason.endswith("no: ***")


@pytest.mark.parametrize(
    ("server", "starttls", "port"),
    [
        ("smtp://mail.example.org", None, 25),
        ("smtp://ann:pw@mail.example.org", True, 587),
        ("smtp://ann:pw@127.0.0.1:2525", False, 2525),
        ("smtps://ann:pw@mail.example.org", False, 465),
    ],
)
def test_a_login_never_crosses_the_network_in_the_clear(server, starttls, port):
    read_back = read_server(server)

    assert (read_back.starttls, read_back.port) == (starttls, port)
    assert read_back.tls is server.startswith("smtps")


@pytest.mark.parametrize(
    "server", ["", "mail.example.org", "http://canary", "smtp:canary", "smtp://canary:x"]
)
def test_what_is_no_mail_server_is_refused_without_showing_it(server):
    with pytest.raises(SettingsError) as refused:
        read_server(server)

    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    ["", "ann", "ann@", "@example.org", "ann@example.org\r\nBcc: x@y.example", "анна@example.org"],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(SettingsError, match="is no mail address"):
        read_address(address)
