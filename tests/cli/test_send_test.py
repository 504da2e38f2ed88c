"""`monitor send-test`: real targets on loopback, and no secret of theirs anywhere."""

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner, Result
from werkzeug import Request, Response

from monitor.cli.main import commands
from monitor.errors import UsageError
from tests.deployment import Deployment, deploy
from tests.notify.servers import Postbox, smtp_server

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""Apprise looks for it on Python 3.11 and 3.12, when it first reads an address."""

CANARIES = {
    "CANARY_HOOK": "canaryhooktoken",
    "CANARY_MAIL": "canary/mail@word",
    "CANARY_KEY": "canaryheaderkey",
}


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def deployment(
    tmp_path: Path, httpserver: HTTPServer, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Deployment]:
    with smtp_server(postbox) as address:
        deployment = deploy(tmp_path, httpserver, address)
        for name, value in deployment.environment.items():
            monkeypatch.setenv(name, value)
        yield deployment


def send_test(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["send-test", *arguments])


def read(*arguments: str) -> Any:
    return json.loads(send_test(*arguments, "--json").stdout)


def test_each_target_gets_a_marked_test_and_its_answer_is_shown(
    deployment: Deployment, postbox: Postbox
) -> None:
    slack, mail, screen = (send_test(channel) for channel in ("team", "desk", "screen"))

    assert [done.exit_code for done in (slack, mail, screen)] == [0, 0, 0]
    assert "200 ok" in slack.stdout
    assert "desk:desk@post.example" in mail.stdout
    assert "250 taken as 4711" in mail.stdout
    [post], [letter] = deployment.webhook.posts, postbox.mails
    assert "Test of the channel team: nothing has changed" in json.dumps(post)
    assert b"Subject: Notice: Test of the channel desk: nothing has changed" in letter.content
    assert "Test of the channel screen: nothing has changed" in screen.stdout


def test_nothing_of_it_waits_in_the_outbox(deployment: Deployment) -> None:
    send_test("team")

    assert deployment.read("outbox") == []
    assert deployment.read("alerts") == []


def test_a_refusal_is_shown_in_the_targets_own_words_and_ends_with_1(
    deployment: Deployment,
) -> None:
    deployment.webhook.status = 404

    done = send_test("team")
    [told] = read("team")

    assert done.exit_code == 1
    assert told["took_it"] is False
    assert told["answer"].startswith("the target answered 404 no; is the webhook still valid?")
    assert told["answer"] in done.stdout


def test_one_of_two_recipients_that_is_refused_is_told_by_name(
    deployment: Deployment, postbox: Postbox
) -> None:
    channels = Path(deployment.environment["MONITOR_RULES_DIR"]) / "channels.yaml"
    channels.write_text(channels.read_text().replace("[desk@", "[bob@post.example, desk@"))
    postbox.answers["bob@post.example"] = "550 no such user"

    told = read("desk")

    assert [(each["target"], each["took_it"]) for each in told] == [
        ("desk:bob@post.example", False),
        ("desk:desk@post.example", True),
    ]


@pytest.mark.usefixtures("deployment")
def test_without_a_channel_they_are_listed() -> None:
    assert [(each["id"], each["kind"]) for each in read()] == [
        ("team", "slack"),
        ("desk", "mail"),
        ("screen", "console"),
    ]
    assert "slack" in send_test().stdout


@pytest.mark.usefixtures("deployment")
def test_a_channel_that_nobody_knows_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(UsageError, match="'taem' is no channel of the pack; did you mean `team`"):
        commands(["send-test", "taem"], standalone_mode=False)


def test_no_secret_of_any_target_is_printed_logged_or_kept(
    deployment: Deployment,
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # given targets of every form that fail and say back all they were told
    def say_it_back(request: Request) -> Response:
        told = f"{request.url} {dict(request.headers)}"
        return Response(told, 500, {"X-Echo": "no"})

    httpserver.expect_request("/services/canaryhooktoken").respond_with_handler(say_it_back)
    httpserver.expect_request("/canaryfiletoken").respond_with_handler(say_it_back)
    httpserver.expect_request("/canarypath").respond_with_handler(say_it_back)
    hook_file = deployment.folder / "hook"
    hook_file.write_text(httpserver.url_for("/canaryfiletoken"))
    for name, value in CANARIES.items():
        monkeypatch.setenv(name, value)
    port, mail = httpserver.port, deployment.environment["DESK_SERVER"].rpartition(":")[2]
    targets = f"""\
channels:
  - {{id: hook, kind: slack, url: "http://127.0.0.1:{port}/services/${{CANARY_HOOK}}"}}
  - {{id: filed, kind: slack, url: "file:{hook_file}"}}
  - {{id: desk, kind: mail, to: [desk@post.example], from: monitor@post.example,
     server: "smtp://canaryuser:${{CANARY_MAIL}}@127.0.0.1:{mail}"}}
  - {{id: phone, kind: apprise, url:
     "json://canaryuser:canarypass@127.0.0.1:{port}/canarypath?+X-Api-Key=${{CANARY_KEY}}"}}
"""
    (Path(deployment.environment["MONITOR_RULES_DIR"]) / "channels.yaml").write_text(targets)
    deployment.is_about_to_see_a_reversal()
    caplog.set_level(logging.DEBUG)

    # when everything is run that prints or keeps anything of a target
    printed = [
        CliRunner().invoke(commands, arguments).output
        for arguments in (
            ["run", "--once"],
            *(["send-test", channel] for channel in ("hook", "filed", "desk", "phone")),
            ["outbox"],
            ["outbox", "--json"],
            ["config", "show", "--json"],
            ["alerts", "--json"],
        )
    ]

    # then each target was really asked, and nothing holds a secret
    errors = json.loads(printed[6])
    assert {each["target"] for each in errors} == {
        "hook", "filed", "desk:desk@post.example", "phone",
    }  # fmt: skip
    assert all(each["attempts"] == 1 and each["last_error"] for each in errors)
    kept = [path.read_bytes() for path in (deployment.folder / "var").iterdir()]
    logged = [
        f"{record.getMessage()} {record.exc_info}"
        for record in caplog.records
        if not record.name.startswith("werkzeug")  # the target's own log
    ]
    assert len(kept) >= 1
    for place in (*printed, *logged, *(content.decode("latin-1") for content in kept)):
        for secret in (*CANARIES.values(), "canaryfiletoken", "canarypass"):
            assert secret not in place
            assert base64.b64encode(secret.encode()).decode() not in place
            assert base64.b64encode(f"canaryuser:{secret}".encode()).decode() not in place
