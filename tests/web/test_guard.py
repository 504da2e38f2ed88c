"""Who may ask, what may be asked, what every answer says."""

from collections.abc import Mapping

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from monitor.web.guard import Guard
from tests.web.asking import ask

STRANGE = "<script>alert(1)</script>"


class Notes:
    """A Watch that takes notes."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Mapping[str, object]]] = []

    def event(self, name: str, **fields: object) -> None:
        self.told.append((name, fields))


def guard(watch: Notes | None = None, *names: str) -> Guard:
    inner = PlainTextResponse("inside")
    return Guard(inner, names=names, style="'sha256-x'", watch=watch or Notes())


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8787",
        "localhost",
        "LOCALHOST:8787",
        "localhost.",
        "[::1]:8787",
        "10.2.3.4:80",  # a probe in a cluster asks by address
        "watch.example:443",
    ],
)
def test_it_answers_under_its_own_names_and_every_address(host: str) -> None:
    assert ask(guard(None, "watch.example"), headers={"host": host}).body == "inside"


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil@127.0.0.1",
        "[x",
    ],
)
def test_a_name_that_is_not_its_own_may_be_another_pages_trick(host: str) -> None:
    answer = ask(guard(None, "watch.example"), headers={"host": host})

    assert answer.status == 421
    assert "MONITOR_PUBLIC_HOSTS" in answer.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", STRANGE])
def test_only_reading_is_asked_for(method: str) -> None:
    answer = ask(guard(), method=method)

    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("header", [{"content-length": "9"}, {"transfer-encoding": "chunked"}])
def test_a_body_is_refused_unread_and_its_connection_closed(header: dict[str, str]) -> None:
    answer = ask(guard(), headers=header)

    assert (answer.status, answer.headers["connection"]) == (413, "close")


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        ("GET", {"host": STRANGE}),
        (STRANGE, {}),
        ("GET", {"content-length": STRANGE}),
    ],
)
def test_every_answer_forbids_what_a_page_could_load_and_repeats_nothing(
    method: str, headers: dict[str, str]
) -> None:
    answer = ask(guard(), f"/{STRANGE}", method=method, headers=headers)

    policy = answer.headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not any(part.startswith(("script-src", "img-src", "connect-src")) for part in policy)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-type"].startswith("text/plain")
    assert "<" not in answer.body


def test_what_breaks_inside_is_told_and_answered_without_its_text() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError(STRANGE)

    notes = Notes()

    answer = ask(Guard(broken, names=(), style="", watch=notes))

    assert (answer.status, answer.body) == (500, "this could not be answered\n")
    assert notes.told == [("window-trouble", {"error": f"RuntimeError: {STRANGE}"})]
