"""The house keeps its own rules: who imports whom, what the documents say, which errors get out."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from monitor.cli.main import commands
from monitor.config import read_settings
from monitor.errors import MonitorError, PackError, SandboxError, SettingsError, StoreError
from monitor.fetch import HttpFetcher
from monitor.model import Cursor, FetchFailed, Source, SourceKind, Tier
from monitor.rulebook.load import check_pack, load_pack
from monitor.sandbox import ChildSandbox
from monitor.store import open_store

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2024, 5, 1, tzinfo=UTC)


# --- imports -----------------------------------------------------------------------------------


def test_imports_point_down_the_house() -> None:
    lint = Path(sys.executable).with_name("lint-imports")

    outcome = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert outcome.returncode == 0, outcome.stdout


# --- documents ---------------------------------------------------------------------------------


def test_the_map_in_the_readme_is_the_tree() -> None:
    tree = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "monitor").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != "__init__.py"
    }

    mapped = set(map_of((ROOT / "README.md").read_text("utf-8")))

    assert mapped == tree


def map_of(readme: str) -> Iterator[str]:
    """Files of the block under "## The map": two spaces a level, folders end in a slash."""
    block = readme.split("## The map", 1)[1].split("```", 2)[1]
    folders: list[str] = []
    for line in filter(str.strip, block.splitlines()[1:]):
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        folders[depth:] = [name]
        if not name.endswith("/"):
            yield "".join(folders)


def test_the_rule_in_the_readme_is_one_that_the_shipped_pack_would_take(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))
    example = (ROOT / "README.md").read_text("utf-8").split("```yaml\n")[1].split("```")[0]

    (rules / "alerts" / "mine.yaml").write_text(example)

    assert [str(each) for each in check_pack(rules).errors] == []


def commands_of(group: typer.core.TyperGroup, path: str = "monitor") -> Iterator[tuple[str, str]]:
    """(path, help) of every command."""
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from commands_of(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command.help or ""


def every_command() -> list[tuple[str, str]]:
    tree = typer.main.get_command(commands)
    assert isinstance(tree, typer.core.TyperGroup)
    return list(commands_of(tree))


@pytest.mark.parametrize(("path", "text"), every_command())
def test_each_command_has_help_with_an_example_of_itself(path: str, text: str) -> None:
    _, _, examples = text.partition("Examples:")

    assert text.splitlines()[0].endswith(".") or "." in text
    assert path in examples


@pytest.mark.parametrize(("path", "text"), every_command())
def test_each_command_stands_in_the_operations_manual(path: str, text: str) -> None:
    manual = (ROOT / "docs" / "operations.md").read_text("utf-8")

    assert f"`{path}" in manual


def test_each_setting_stands_in_the_operations_manual() -> None:
    from monitor.config import KNOWN

    manual = (ROOT / "docs" / "operations.md").read_text("utf-8")

    assert [name for name in KNOWN if f"`{name}`" not in manual] == []


# --- foreign errors ----------------------------------------------------------------------------


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_an_unreadable_secret_is_a_settings_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        read_settings({"MONITOR_DATABASE_URL_FILE": str(tmp_path)})


def test_a_pack_that_is_no_yaml_is_a_pack_error(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_bytes(b"[\xff")

    with pytest.raises(PackError):
        load_pack(tmp_path)


@pytest.mark.parametrize(
    "url", ["sqlite:///{folder}/junk.db/x.db", "sqlite:///{folder}/junk.db", "oracle://x", "://"]
)
def test_a_database_that_cannot_be_opened_is_a_store_error(tmp_path: Path, url: str) -> None:
    (tmp_path / "junk.db").write_bytes(b"no database at all" * 500)

    with pytest.raises(StoreError):
        open_store(url.format(folder=tmp_path), exclusive=True)


def test_a_database_server_that_is_not_there_is_a_store_error() -> None:
    with pytest.raises(StoreError):
        open_store(f"postgresql://127.0.0.1:{closed_port()}/monitor", exclusive=True)


def test_a_parser_that_dies_is_a_sandbox_error() -> None:
    sandbox = ChildSandbox(deadline=timedelta(seconds=20))
    try:
        with pytest.raises(SandboxError):
            sandbox.call(os._exit, 3)
    finally:
        sandbox.close()


def test_a_server_that_is_not_there_is_a_failure_as_a_value() -> None:
    source = Source(
        id="gone",
        url=f"http://127.0.0.1:{closed_port()}/feed",
        kind=SourceKind.FEED,
        tier=Tier.PRESS,
        newsroom="gone",
        language=None,
        interval=timedelta(minutes=30),
    )

    async def fetched() -> object:
        fetcher = HttpFetcher(allow_private_hosts=["127.0.0.1"])
        try:
            return await fetcher.fetch(source, Cursor("gone", NOW))
        finally:
            await fetcher.close()

    assert isinstance(asyncio.run(fetched()), FetchFailed)


def test_every_error_of_the_house_stands_in_the_tree_that_its_file_draws() -> None:
    from monitor import errors

    def below(kind: type[MonitorError]) -> Iterator[type[MonitorError]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    missing = [each.__name__ for each in below(MonitorError) if each.__name__ not in errors.__doc__]

    assert missing == []


# --- what may stand in a file ------------------------------------------------------------------


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


REGISTRIES = re.compile(
    # In pieces, so that this file does not accuse itself.
    "|".join(
        re.escape(".".join(host))
        for host in [
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("deb", "debian", "org"),
            ("crates", "io"),
        ]
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.:/~-])/(?:root|work|home|Users)/\w|\.\./shared")


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE_PATHS], ids=["registry", "machine"])
def test_no_file_names_a_registry_or_a_path_of_one_machine(pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        for match in pattern.finditer(path.read_bytes().decode("utf-8", "replace"))
    ]

    assert found == []
