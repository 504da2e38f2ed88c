import json
import logging
import socket
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer

from monitor.errors import SendError, SettingsError
from monitor.notify.apprise import AppriseChannel, read_services, recipient_of
from monitor.notify.secrets import Redactor, secrets_of_url
from tests.notify.servers import RENDERED, read_request, tcp_peer

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""Apprise looks for it on Python 3.11 and 3.12, when it first reads an address."""

SOON = timedelta(seconds=5)


def channel_to(url: str) -> AppriseChannel:
    [service] = read_services(url)
    return AppriseChannel("hook", service, Redactor(secrets_of_url(url)))


def send(url: str, deadline: timedelta = SOON) -> str:
    return channel_to(url).send(RENDERED, delivery_id="d1", deadline=deadline)


def test_a_message_arrives_as_plain_text(httpserver: HTTPServer):
    httpserver.expect_request("/hook").respond_with_data("ok")

    send(f"json://127.0.0.1:{httpserver.port}/hook")

    [(request, _)] = httpserver.log
    body = json.loads(request.data)
    assert body["title"] == RENDERED.subject
    assert body["message"].strip() == RENDERED.text.strip()
    assert body["attachments"] == []


@pytest.mark.parametrize("path", ["/etc/hostname", "file:///etc/hostname", "attach=/etc/hostname"])
def test_a_path_in_a_text_attaches_no_file(httpserver: HTTPServer, path: str):
    httpserver.expect_request("/hook").respond_with_data("ok")
    crafted = replace(RENDERED, subject=path, text=path, body=path)

    channel = channel_to(f"json://127.0.0.1:{httpserver.port}/hook")
    channel.send(crafted, delivery_id="d1", deadline=SOON)

    [(request, _)] = httpserver.log
    body = json.loads(request.data)
    assert (body["title"], body["message"], body["attachments"]) == (path, path, [])


@pytest.mark.parametrize("extra", ["", "?retry=5&wait=0", "?optional=yes"])
def test_a_refusal_is_an_error_after_one_request_whatever_the_address_asks(
    httpserver: HTTPServer, extra: str
):
    httpserver.expect_request("/hook").respond_with_data("no", status=500)

    with pytest.raises(SendError) as refused:
        send(f"json://127.0.0.1:{httpserver.port}/hook{extra}")

    assert len(httpserver.log) == 1
    assert not refused.value.permanent
    assert refused.value.reason.startswith("failure: ")
    assert "500" in refused.value.reason


def test_a_target_that_hangs_is_left_at_the_deadline_and_may_have_it():
    def hang(connection: socket.socket, closing: threading.Event) -> None:
        read_request(connection)
        closing.wait(10)

    with tcp_peer(hang) as port, pytest.raises(SendError) as broken:
        send(f"json://127.0.0.1:{port}/hook", timedelta(seconds=0.3))

    assert broken.value.ambiguous
    assert broken.value.reason.startswith("timeout: ")


def test_no_secret_of_the_address_is_in_an_error_or_a_log_line(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
):
    url = (
        f"json://canaryuser:canarypass@127.0.0.1:{httpserver.port}/canarypath"
        "?+X-Api-Key=canaryheader"
    )
    httpserver.expect_request("/canarypath").respond_with_data(
        "canaryuser canarypass canarypath canaryheader", status=403
    )
    caplog.set_level(logging.DEBUG, logger="monitor")

    with pytest.raises(SendError) as refused:
        send(url)

    assert "canary" not in refused.value.reason
    assert "canary" not in "".join(r.getMessage() for r in caplog.records if r.name == "apprise")


@pytest.mark.parametrize(
    ("url", "count"),
    [
        ("json://127.0.0.1/hook", 1),
        ("tgram://123456789:abcdefg_hijklmnop/111/222/333", 3),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#one/#two", 2),
        ("ntfy://push.example.org/first/second", 2),
    ],
)
def test_several_recipients_in_one_address_become_services_of_one_each(url: str, count: int):
    services = read_services(url)

    assert len(services) == count
    assert [len(service) for service in services] == [1] * count
    assert len({recipient_of(service) for service in services}) == count


@pytest.mark.parametrize("url", ["", "nonsense://canary", "json://", "tgram://canary"])
def test_an_address_that_apprise_cannot_read_is_refused_without_showing_it(url: str):
    with pytest.raises(SettingsError) as refused:
        read_services(url)

    assert "canary" not in str(refused.value)
