import json
import logging
import socket
import struct
import threading
import time
from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from monitor.errors import SendError
from monitor.notify.secrets import Redactor, secrets_of_url
from monitor.notify.slack import AT_ONCE, SlackChannel
from tests.notify.servers import RENDERED, read_request, tcp_peer

PATH = "/services/T000/B000/canarysecret"
SOON = timedelta(seconds=5)


def channel_to(url: str) -> SlackChannel:
    return SlackChannel("desk", url, Redactor(secrets_of_url(url)))


def send(url: str, deadline: timedelta = SOON) -> str:
    return channel_to(url).send(RENDERED, delivery_id="d1", deadline=deadline)


def refused_by(httpserver: HTTPServer, status: int, body: str = "", **headers: str) -> SendError:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    httpserver.expect_request(PATH).respond_with_response(Response(body, status, fields))
    with pytest.raises(SendError) as refused:
        send(httpserver.url_for(PATH))
    return refused.value


def test_blocks_and_fallback_text_arrive_without_previews(httpserver: HTTPServer):
    httpserver.expect_request(PATH).respond_with_data("ok")

    answer = send(httpserver.url_for(PATH))

    [(request, _)] = httpserver.log
    assert answer == "200 ok"
    assert request.headers["Idempotency-Key"] == "d1"
    assert json.loads(request.data) == {
        "text": RENDERED.text,
        "blocks": [{"type": "divider"}],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_429_is_tried_again_when_the_target_says(httpserver: HTTPServer):
    error = refused_by(httpserver, 429, "rate_limited", Retry_After="30")

    assert error.retry_after == timedelta(seconds=30)
    assert not error.permanent


def test_a_retry_date_counts_from_the_servers_own_clock():
    def busy(connection: socket.socket, closing: threading.Event) -> None:
        read_request(connection)
        connection.sendall(
            b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n"
            b"Date: Wed, 21 Oct 2015 07:28:00 GMT\r\n"
            b"Retry-After: Wed, 21 Oct 2015 07:30:00 GMT\r\n\r\n"
        )

    with tcp_peer(busy) as port, pytest.raises(SendError) as refused:
        send(f"http://127.0.0.1:{port}{PATH}")

    assert refused.value.retry_after == timedelta(minutes=2)


@pytest.mark.parametrize("value", ["soon", "-5", "١٢", ""])
def test_a_retry_time_without_meaning_is_left_out(httpserver: HTTPServer, value: str):
    assert (
        refused_by(httpserver, 429, Retry_After=value.encode().decode("latin-1")).retry_after
        is None
    )


def test_a_retry_time_of_years_is_capped_at_a_day(httpserver: HTTPServer):
    assert refused_by(httpserver, 429, Retry_After="9" * 30).retry_after == timedelta(hours=24)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again(httpserver: HTTPServer, status: int):
    error = refused_by(httpserver, status)

    assert not error.permanent
    assert not error.ambiguous


@pytest.mark.parametrize(
    ("status", "word"), [(400, "invalid_blocks"), (403, "invalid_token"), (404, "no_service")]
)
def test_other_client_errors_are_final_with_slacks_own_word(
    httpserver: HTTPServer, status: int, word: str
):
    error = refused_by(httpserver, status, word)

    assert error.permanent
    assert f"{status} {word}" in error.reason


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(httpserver: HTTPServer, status: int):
    httpserver.expect_request("/elsewhere").respond_with_data("ok")

    error = refused_by(httpserver, status, Location=httpserver.url_for("/elsewhere"))

    assert error.permanent
    assert [request.path for request, _ in httpserver.log] == [PATH]


def test_a_target_that_never_answers_is_left_at_the_deadline_and_may_have_it():
    def hang(connection: socket.socket, closing: threading.Event) -> None:
        read_request(connection)
        closing.wait(10)

    with tcp_peer(hang) as port, pytest.raises(SendError, match="no answer in time") as broken:
        send(f"http://127.0.0.1:{port}{PATH}", timedelta(seconds=0.3))

    assert broken.value.ambiguous
    assert not broken.value.permanent


def test_a_target_that_drips_its_answer_is_left_at_the_deadline():
    def drip(connection: socket.socket, closing: threading.Event) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not closing.wait(0.05):
            connection.sendall(b"X")

    with tcp_peer(drip) as port, pytest.raises(SendError, match="no answer in time"):
        send(f"http://127.0.0.1:{port}{PATH}", timedelta(seconds=0.4))


def test_a_link_that_dies_after_the_request_is_ambiguous():
    def drop(connection: socket.socket, closing: threading.Event) -> None:
        read_request(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with tcp_peer(drop) as port, pytest.raises(SendError) as broken:
        send(f"http://127.0.0.1:{port}{PATH}")

    assert broken.value.ambiguous


def test_a_target_that_is_not_there_took_nothing():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with pytest.raises(SendError) as broken:
        send(f"http://127.0.0.1:{port}{PATH}")

    assert not broken.value.ambiguous
    assert not broken.value.permanent


def test_an_endless_answer_is_read_at_its_head_only():
    def babble(connection: socket.socket, closing: threading.Event) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not closing.is_set():
            connection.sendall(b"x" * 65536)

    with tcp_peer(babble) as port:
        answer = send(f"http://127.0.0.1:{port}{PATH}")

    assert answer.startswith("200 xxx")
    assert len(answer) <= 300


def test_no_error_and_no_log_line_holds_the_webhook(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)

    error = refused_by(httpserver, 404, f"nothing at {httpserver.url_for(PATH)} or canarysecret")

    assert "canarysecret" not in error.reason
    ours = [r.getMessage() for r in caplog.records if r.name.startswith(("monitor", "slack_sdk"))]
    assert not any("canarysecret" in line for line in ours)


def test_a_burst_goes_at_once_and_a_queue_at_the_targets_rate(httpserver: HTTPServer):
    httpserver.expect_request(PATH).respond_with_data("ok")
    url, every = httpserver.url_for(PATH), timedelta(seconds=0.1)
    channel = SlackChannel("desk", url, Redactor(secrets_of_url(url)), every=every)

    began = time.monotonic()
    for _ in range(AT_ONCE):
        channel.send(RENDERED, delivery_id="d1", deadline=SOON)
    burst = time.monotonic() - began
    for _ in range(4):
        channel.send(RENDERED, delivery_id="d1", deadline=SOON)
    whole = time.monotonic() - began

    assert len(httpserver.log) == AT_ONCE + 4
    assert whole >= 4 * every.total_seconds()
    assert burst < whole
