"""The database copied and put back at a terminal; how, is tested in tests/store/test_backup.py."""

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.main import commands
from tests.cli.polled import NOW, lay_out, opened, poll_a_reversal


def run(*arguments: str) -> str:
    done = CliRunner().invoke(commands, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_copy_goes_into_the_data_folder_under_its_date_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, monkeypatch)
    poll_a_reversal()

    printed = run("backup")
    [copy] = (tmp_path / "var").glob(f"monitor-{time.strftime('%Y', time.gmtime())}-*.db")
    restored = run("restore", str(copy))

    assert printed.startswith(f"{copy}: ")
    assert "The one before is kept as" in restored
    assert "1 delivery older than an hour waited in the copy" in restored
    assert "2026-03-09 12:00  team" in restored
    assert len(json.loads(run("timeline", "--json"))) == 2


def test_a_restore_under_a_running_service_is_to_be_tried_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, monkeypatch)
    poll_a_reversal()
    run("backup", str(tmp_path / "copy.db"))
    service = opened(exclusive=True)
    service.start(NOW)
    try:
        done = CliRunner().invoke(commands, ["restore", str(tmp_path / "copy.db")])
    finally:
        service.close()

    assert getattr(done.exception, "exit_code", None) == 75
