"""What is told while it happens."""

import ast
import io
import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from monitor.cli.watch import SENTENCES, Events, Sentences
from monitor.model import NoticeKind
from tests.deployment import BANS, Deployment, deploy
from tests.notify.servers import Postbox, smtp_server

MONITOR = Path(__file__).parents[2] / "monitor"


def told_in_the_code() -> Iterator[tuple[str, str, frozenset[str]]]:
    """(file, name, fields) of every `….event("name", field=…)`."""
    for path in sorted(MONITOR.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            match call:
                case ast.Call(
                    func=ast.Attribute(attr="event"), args=[ast.Constant(value=str(name))]
                ):
                    fields = frozenset(keyword.arg or "" for keyword in call.keywords)
                    yield path.name, name, fields


@pytest.mark.parametrize(("file", "name", "fields"), list(told_in_the_code()))
def test_each_event_has_a_sentence_that_its_fields_fill(
    capsys: pytest.CaptureFixture[str], file: str, name: str, fields: frozenset[str]
) -> None:
    values: dict[str, object] = dict.fromkeys(fields, 1)
    for moment in fields & {"again", "until"}:
        values[moment] = datetime(2026, 3, 9, tzinfo=UTC)

    with Sentences() as watch:
        watch.event(name, **values)

    told = capsys.readouterr().err
    assert name in SENTENCES
    assert told
    assert "{" not in told


@pytest.mark.parametrize(
    "name", ["sent", "sent-perhaps", "not-sent", "held-back", "dead", "lease-lost"]
)
def test_each_fate_of_a_delivery_has_a_sentence(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    Sentences().event(name, target="desk", delivery="d1", reason="it is away")

    assert "desk" in capsys.readouterr().err


def test_an_event_nobody_wrote_a_sentence_for_is_told_all_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Sentences().event("new-kind", source="x")

    assert "new-kind source=x" in capsys.readouterr().err


def test_text_of_strangers_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    Sentences().event("unchanged", source="x\x1b[2J{0}\r[bold]y")

    assert "\x1b[2J" not in capsys.readouterr().err


def test_events_are_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    Events().event("changed", quote="Запрет\n", again=datetime(2026, 3, 9, tzinfo=UTC))

    [line] = capsys.readouterr().err.splitlines()

    assert "Запрет" in line
    assert json.loads(line)["event"] == "changed"
    assert json.loads(line)["again"] == "2026-03-09T00:00:00+00:00"


def failure(source: str, error: str, minute: int) -> dict[str, object]:
    again = datetime(2026, 3, 9, 12, minute, tzinfo=UTC)
    return {"source": source, "error": error, "failures": 1, "again": again}


def test_a_dead_network_is_one_sentence_and_another_failure_keeps_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Sentences() as watch:
        for number in range(40):
            watch.event("failed", **failure(f"s{number}", f"dns: s{number}: unknown", 50 - number))
        watch.event("failed", **failure("odd", "http-500: Internal Server Error", 7))

    together, alone = capsys.readouterr().err.splitlines()

    assert "40 sources failed with dns: s0, s1, s2 and 37 more; s0: s0: unknown" in together
    assert "first again 12:11 UTC" in together
    assert "odd: http-500: Internal Server Error (failure 1 in a row, again 12:07 UTC)" in alone


class Screen(io.StringIO):
    def __init__(self) -> None:
        super().__init__()
        self.shown = threading.Event()

    def write(self, text: str) -> int:
        length = super().write(text)
        self.shown.set()
        return length


def test_failures_are_told_although_nothing_follows_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)

    Sentences(together=0.01).event("failed", **failure("odd", "dns: odd: unknown", 7))

    assert screen.shown.wait(10)
    assert "odd: dns" in screen.getvalue()


def on_a_terminal(deployment: Deployment, *arguments: str) -> str:
    """What a person sees of `monitor ARGUMENTS`."""
    seen, shown = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", *arguments],
        env={**deployment.environment, "TERM": "dumb"},
        cwd=deployment.folder,
        stdout=shown,
        stderr=shown,
    )
    os.close(shown)
    text = b""
    try:
        while chunk := os.read(seen, 65536):
            text += chunk
    except OSError:  # how Linux says that the other end of a terminal is closed
        pass
    os.close(seen)
    assert process.wait(20) == 0, text.decode()
    return text.decode()


def test_a_person_is_told_in_sentences_what_happens(tmp_path: Path) -> None:
    with HTTPServer() as server, smtp_server(Postbox()) as mail:
        deployment = deploy(tmp_path, server, mail)
        deployment.is_about_to_see_a_reversal()

        told = on_a_terminal(deployment, "run", "--once")

    assert "watching 2 sources, 2 of them due now; alerts go to" in told
    assert "harbour: 1 of 1 articles new, 1 changes, 1 alerts" in told
    assert f"fisheries-ministry on quotas: allow -> forbid (reversal): {BANS}" in told
    assert "broken: http-500" in told
    assert "sent to team" in told
    assert '"event"' not in told


@pytest.mark.parametrize("kind", sorted(set(NoticeKind) - {NoticeKind.TEST}))
def test_each_notice_has_a_sentence(capsys: pytest.CaptureFixture[str], kind: NoticeKind) -> None:
    fields = {"source": "post", "because": "so", "held": 60, "relevant": 2}
    lost = {"failed": 9, "asked": 9, "error": "dns: no such host", "explains": ["dns"]}

    Sentences().event(kind, **fields, **lost)

    [told] = capsys.readouterr().err.splitlines()
    assert kind in SENTENCES
    assert "{" not in told


def test_thirty_sources_without_a_network_are_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    again = datetime(2026, 3, 9, tzinfo=UTC)

    with Sentences(together=60) as watch:
        for number in range(16):
            watch.event("failed", source=f"s{number}", error="dns: away", failures=1, again=again)
        watch.event("failed", source="other", error="http-500: sorry", failures=1, again=again)
        watch.event("no-network", failed=16, asked=31, error="dns: away", explains=["dns"])

    first, second = capsys.readouterr().err.splitlines()
    assert "no network: 16 of 31" in first
    assert "other: http-500" in second
