"""The program as a whole: exit codes, messages, quiet pipes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli.main import main
from monitor.steps.extract.weights import RULES
from monitor.store import open_store
from tests.rulebook.packs import copy_of_minimal


def outcome(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of `monitor ARGUMENTS`, in this process."""
    monkeypatch.setattr(sys, "argv", ["monitor", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


@pytest.fixture(autouse=True)
def _pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_RULES_DIR", str(copy_of_minimal(tmp_path)))
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path / "var"))


def test_the_version_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = outcome(monkeypatch, capsys, "--version")

    assert (code, out.split()[0]) == (0, "monitor")


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["ledger", "--as-of", "yesterday"],
        ["analyze", "no-such-file.jsonl"],
        ["alerts", "--limit", "0"],
    ],
)
def test_what_cannot_be_asked_for_is_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, out, err = outcome(monkeypatch, capsys, *arguments)

    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_a_misspelt_setting_is_exit_code_2_and_names_the_right_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MONITOR_DATADIR", "x")

    code, _, err = outcome(monkeypatch, capsys, "ledger")

    assert code == 2
    assert "did you mean MONITOR_DATA_DIR?" in err


def test_a_run_on_a_refused_pack_is_exit_code_1_with_the_line_that_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with (tmp_path / "pack" / "topics.yaml").open("a") as topics:
        topics.write("\nwrong: key\n")

    code, out, err = outcome(monkeypatch, capsys, "run", "--once")

    assert (code, out) == (1, "")
    assert "topics.yaml:" in err
    assert "Traceback" not in err


def test_weights_of_another_kind_are_refused_by_the_check_as_by_the_service(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    without_a_limit = RULES.to_json() | {"limits": {"holder": 0.3}}
    (tmp_path / "pack" / "weights.json").write_text(json.dumps(without_a_limit))

    checked, out, _ = outcome(monkeypatch, capsys, "rules", "check")
    run, _, err = outcome(monkeypatch, capsys, "run", "--once")

    assert (checked, run) == (1, 1)
    assert "weights.json: cannot be used: it lacks or garbles 'pair'" in out
    assert "weights.json: cannot be used: it lacks or garbles 'pair'" in err


def test_a_run_on_a_database_that_cannot_be_made_is_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MONITOR_DATABASE_URL", "oracle://me:canary@db/x")

    code, _, err = outcome(monkeypatch, capsys, "ledger")

    assert code == 1
    assert "canary" not in err
    assert "Traceback" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
def test_an_output_that_cannot_be_written_is_told_without_a_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "monitor", "config", "show"],
            env={"PYTHONUNBUFFERED": "1"},
            cwd=Path(__file__).parents[2],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=50,
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr == "monitor: the output cannot be written: No space left on device\n"


def test_a_seeds_folder_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("MONITOR_SEEDS_DIR", str(tmp_path / "nowhere"))

    code, _, err = outcome(monkeypatch, capsys, "replay", "/dev/null")

    assert code == 1
    assert "nowhere: there is no such folder; give the one that holds manifest.yaml" in err


def test_a_reader_that_stops_reading_hears_no_complaint(tmp_path: Path) -> None:
    articles = "".join(f'{{"id": "{n}", "title": "Norway"}}\n' for n in range(3000))

    piped = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m monitor analyze | head -n 1'],
        input=articles,
        env={"PATH": "/usr/bin:/bin", "MONITOR_RULES_DIR": str(tmp_path / "pack")},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert len(piped.stdout.splitlines()) == 1
    assert piped.stderr == ""


STARTS = """
import sys
from monitor.cli.opening import opened
from monitor.clock import utcnow
from monitor.web import open_window
from monitor.web.meter import Meter

with opened(exclusive=True) as app, open_window(app, Meter()):
    app.desk, app.due(utcnow())
print(*sys.modules, sep="\\n")
"""
OF_FEW = {"alembic", "apprise", "bs4", "dateparser", "feedparser", "slack_sdk", "trafilatura"}


def test_a_start_on_a_database_of_this_release_loads_no_library_that_it_does_not_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes a tenth of a second and some megabytes; the pack names only a console."""
    channels = Path(os.environ["MONITOR_RULES_DIR"]) / "channels.yaml"
    channels.write_text(
        "channels: [{id: team, kind: console}, {id: desk, kind: console}]\n", "utf-8"
    )
    (tmp_path / "var").mkdir()
    open_store(f"sqlite:///{tmp_path / 'var' / 'monitor.db'}", exclusive=True).close()
    monkeypatch.setenv("MONITOR_PORT", "0")

    said = subprocess.run(
        [sys.executable, "-c", STARTS], capture_output=True, text=True, check=True
    )

    assert not OF_FEW & set(said.stdout.split())
