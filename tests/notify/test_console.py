import io
import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import SendError
from monitor.model import ChannelKind
from monitor.notify.console import ConsoleChannel
from monitor.steps.render import compose, render, render_bare
from tests.steps.render.builders import ALERT, MADE, alert

SOON = timedelta(seconds=5)
MESSAGE = compose((ALERT,), created_at=MADE)
RENDERED = render(MESSAGE, ChannelKind.CONSOLE)


def test_a_message_is_printed_and_kept_as_one_line(tmp_path: Path):
    printed: list[str] = []
    channel = ConsoleChannel("console", data_dir=tmp_path, write=printed.append)

    channel.send(RENDERED, delivery_id="d1", deadline=SOON)
    other = render(compose((alert("another"),), created_at=MADE), ChannelKind.CONSOLE)
    channel.send(other, delivery_id="d2", deadline=SOON)

    lines = (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["message"] for line in lines] == [MESSAGE.id, other.message_id]
    assert json.loads(lines[0])["cards"][0]["after"]["slug"] == "regulate"
    assert printed == [RENDERED.text, other.text]


def test_only_its_owner_may_read_the_file(tmp_path: Path):
    channel = ConsoleChannel("console", data_dir=tmp_path / "new", write=lambda text: None)

    channel.send(RENDERED, delivery_id="d1", deadline=SOON)

    mode = (tmp_path / "new" / "alerts.jsonl").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_line_that_was_torn_does_not_spoil_the_next(tmp_path: Path):
    file = tmp_path / "alerts.jsonl"
    file.write_text('{"message":"m0"}\n{"mess')
    channel = ConsoleChannel("console", data_dir=tmp_path, write=lambda text: None)

    channel.send(RENDERED, delivery_id="d1", deadline=SOON)

    assert json.loads(file.read_text("utf-8").splitlines()[-1])["message"] == MESSAGE.id


def test_a_closed_terminal_loses_nothing(tmp_path: Path):
    stream = io.StringIO()
    stream.close()
    channel = ConsoleChannel("console", data_dir=tmp_path, write=stream.write)

    answer = channel.send(RENDERED, delivery_id="d1", deadline=SOON)

    assert "nobody reads the console" in answer
    assert (tmp_path / "alerts.jsonl").read_text("utf-8").count("\n") == 1


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path):
    (tmp_path / "blocked").write_text("a file where the folder should be")
    channel = ConsoleChannel("console", data_dir=tmp_path / "blocked", write=lambda text: None)

    with pytest.raises(SendError, match=r"alerts\.jsonl cannot be written") as refused:
        channel.send(RENDERED, delivery_id="d1", deadline=SOON)

    assert not refused.value.permanent


def test_a_bare_notice_is_kept_as_json_too(tmp_path: Path):
    channel = ConsoleChannel("console", data_dir=tmp_path, write=lambda text: None)

    channel.send(render_bare(MESSAGE), delivery_id="d1", deadline=SOON)

    [line] = (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["message"] == MESSAGE.id
