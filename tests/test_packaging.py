"""What is shipped beside the code says what the code does: image, compose, unit, settings, package.

No daemon is asked: these are the checks that need none.
"""

import fnmatch
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from ruamel.yaml import YAML

from monitor.config import KNOWN, read_settings
from monitor.jobs.service import GRACE

ROOT = Path(__file__).resolve().parent.parent
UNIT = ROOT / "docs" / "deploy" / "monitor.service"
SETTING = re.compile(r"\bMONITOR_[A-Z_]+\b")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


# --- settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Dockerfile", "docker-compose.yml", ".env.example", "docs/deploy/monitor.service"]
)
def test_every_setting_that_is_named_is_one_that_the_service_reads(name: str) -> None:
    named = set(SETTING.findall(read(name))) - {"MONITOR_"}

    assert named
    assert sorted(named - set(KNOWN)) == []


def test_the_example_of_settings_names_every_setting_and_every_secret_of_the_pack() -> None:
    example = re.findall(r"^#?([A-Z_]+)=", read(".env.example"), re.MULTILINE)
    secrets = re.findall(r"\$\{([A-Z_]+)\}", read("rules/channels.yaml"))

    assert sorted({*KNOWN, *secrets} - {*example, "NAME"}) == []


def test_the_example_of_settings_changes_nothing_until_somebody_edits_it() -> None:
    lines = read(".env.example").splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == []


# --- the image ---------------------------------------------------------------------------------


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """(name, arguments), continued lines joined, comments left out."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [
        (name, rest) for name, _, rest in (it.partition(" ") for it in joined.splitlines() if it)
    ]


def final_stage() -> list[tuple[str, str]]:
    every = instructions(read("Dockerfile"))
    last = max(place for place, (name, _) in enumerate(every) if name == "FROM")
    return every[last:]


def image_environment() -> dict[str, str]:
    pairs = [word for name, rest in final_stage() if name == "ENV" for word in rest.split()]
    return dict(pair.split("=", 1) for pair in pairs)


def reaches_the_build(path: str) -> bool:
    """By .dockerignore's rule: the last line that matches decides."""
    kept = True
    for line in read(".dockerignore").split():
        pattern = line.removeprefix("!").removeprefix("**/")
        if fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(path.split("/")[0], pattern):
            kept = line.startswith("!")
    return kept


def test_what_the_image_copies_is_there_and_is_not_ignored() -> None:
    copied = [
        source
        for name, rest in instructions(read("Dockerfile"))
        if name == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]

    assert {"monitor", "rules", "seeds", "requirements.lock"} <= set(copied)
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert [source for source in copied if not reaches_the_build(source)] == []
    assert not reaches_the_build(".env")
    assert not reaches_the_build("secrets/postgres_password")


def test_the_image_ends_as_a_user_without_rights_given_as_a_number() -> None:
    users = [rest for name, rest in final_stage() if name == "USER"]

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])


def test_the_image_starts_the_service_without_a_shell_and_takes_its_signal() -> None:
    stage = dict(final_stage())

    assert json.loads(stage["ENTRYPOINT"]) == ["monitor"]
    assert json.loads(stage["CMD"]) == ["run"]
    assert stage["STOPSIGNAL"] == "SIGTERM"


def test_the_image_serves_on_the_port_that_it_exposes_with_settings_that_hold() -> None:
    environment = image_environment()
    settings = {name: it for name, it in environment.items() if name.startswith("MONITOR_")}

    read_settings(settings)

    assert settings["MONITOR_HOST"] == "0.0.0.0"
    assert dict(final_stage())["EXPOSE"] == settings["MONITOR_PORT"]
    volumes = [rest for name, rest in final_stage() if name == "VOLUME"]
    assert volumes == [settings["MONITOR_DATA_DIR"]]


class Probed(BaseHTTPRequestHandler):
    asked: list[str]
    status: int

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_image_is_well_when_healthz_says_so(status: int, code: int) -> None:
    [health] = [rest for name, rest in final_stage() if name == "HEALTHCHECK"]
    python, *arguments = json.loads(health.partition("CMD ")[2])
    handler = type("Handler", (Probed,), {"asked": [], "status": status})
    server = HTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.handle_request, daemon=True).start()

    done = subprocess.run(
        [sys.executable, *arguments],
        env={"MONITOR_PORT": str(server.server_port), "http_proxy": "http://127.0.0.1:1"},
        timeout=20,
        check=False,
    )
    server.server_close()

    assert python == "/opt/monitor/bin/python"
    assert handler.asked == ["/healthz"]
    assert done.returncode == code


# --- the package -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Files in the wheel that the image installs; built from a copy, for a build leaves traces."""
    source, wheels = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheels")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "monitor", source / "monitor", ignore=ignored)
    build = ["wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "-w", wheels]
    subprocess.run([sys.executable, "-m", "pip", *build, source], check=True, timeout=50)
    [wheel] = wheels.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_package_holds_every_file_of_the_house(packed: set[str]) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "monitor").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert sorted(files - packed) == []


def test_the_package_brings_the_command(packed: set[str]) -> None:
    assert any(name.endswith("entry_points.txt") for name in packed)


# --- compose -----------------------------------------------------------------------------------


def compose() -> dict[str, Any]:
    return dict(YAML(typ="safe").load(read("docker-compose.yml")))


def services() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from compose()["services"].items()


@pytest.mark.parametrize(("name", "service"), list(services()))
def test_each_container_has_no_right_that_it_does_not_need(
    name: str, service: dict[str, Any]
) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service.get("privileged") is None
    assert service.get("network_mode") != "host"


@pytest.mark.parametrize(("name", "service"), list(services()))
def test_each_container_has_limits_and_comes_back(name: str, service: dict[str, Any]) -> None:
    assert {"mem_limit", "pids_limit", "cpus"} <= service.keys()
    assert service["restart"] == "unless-stopped"
    assert int(service["stop_grace_period"].removesuffix("s")) >= 30


def test_ports_are_published_for_this_machine_alone() -> None:
    published = {name: service.get("ports", []) for name, service in services()}
    port = image_environment()["MONITOR_PORT"]

    assert published == {"monitor": [f"127.0.0.1:{port}:{port}"], "postgres": []}


def test_what_compose_mounts_waits_for_and_hands_over_is_declared() -> None:
    whole = compose()
    named = [
        volume.split(":")[0]
        for _, service in services()
        for volume in service["volumes"]
        if not volume.startswith(".")
    ]
    secrets = [secret for _, service in services() for secret in service.get("secrets", [])]
    awaited = [other for _, service in services() for other in service.get("depends_on", {})]

    assert sorted(named) == sorted(whole["volumes"])
    assert sorted(secrets) == sorted(whole["secrets"])
    assert set(awaited) <= whole["services"].keys()


def test_without_a_profile_there_is_sqlite_and_with_it_a_postgres_that_is_waited_for() -> None:
    monitor, postgres = dict(services())["monitor"], dict(services())["postgres"]

    assert "profiles" not in monitor
    assert not [name for name in monitor["environment"] if "DATABASE" in name]
    assert postgres["profiles"] == ["postgres"]
    assert postgres["healthcheck"]["test"][0] == "CMD"
    assert monitor["depends_on"]["postgres"] == {
        "condition": "service_healthy",
        "required": False,
    }


def test_no_password_stands_in_what_is_shipped() -> None:
    postgres = dict(services())["postgres"]
    ignored = read(".gitignore").split()

    assert "POSTGRES_PASSWORD" not in postgres["environment"]
    assert postgres["environment"]["POSTGRES_PASSWORD_FILE"].startswith("/run/secrets/")
    for secret in compose()["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    assert {".env", "secrets/"} <= set(ignored)


def test_the_containers_paths_and_port_are_those_of_the_image() -> None:
    environment = dict(services())["monitor"]["environment"]

    assert environment == {
        name: it for name, it in image_environment().items() if name.startswith("MONITOR_")
    }


# --- the unit ----------------------------------------------------------------------------------


def directives() -> dict[str, list[str]]:
    """Of the unit, comments left out."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_gives_the_service_a_folder_of_its_own_and_nothing_else() -> None:
    unit = directives()

    assert unit["DynamicUser"] == ["yes"]
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["NoNewPrivileges"] == ["yes"]
    assert unit["CapabilityBoundingSet"] == [""]
    assert unit["RestrictAddressFamilies"] == ["AF_INET AF_INET6 AF_UNIX"]
    assert "MemoryMax" in unit
    assert f"MONITOR_DATA_DIR=%S/{unit['StateDirectory'][0]}" in unit["Environment"][0].split()


def test_the_unit_waits_for_an_orderly_end_and_promises_no_notice_that_is_not_sent() -> None:
    unit = directives()

    assert float(unit["TimeoutStopSec"][0]) > GRACE
    assert unit["Type"] == ["exec"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_takes_the_unit_and_finds_it_well_protected(tmp_path: Path) -> None:
    unit = tmp_path / "monitor.service"
    text = UNIT.read_text("utf-8").replace("/opt/monitor/.venv/bin/monitor", sys.executable)
    unit.write_text(text)

    verified = analyze("verify", str(unit))
    judged = analyze("security", "--offline=true", "--threshold=20", str(unit))

    assert (verified.returncode, verified.stderr) == (0, "")
    assert judged.returncode == 0, judged.stdout


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=30, check=False
    )


# --- what every change passes ------------------------------------------------------------------


def test_make_lists_every_target_that_people_call() -> None:
    makefile = read("Makefile")
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)

    assert [
        name for name in phony.split() if name != "help" and f'"make {name} ' not in makefile
    ] == []


def test_what_make_starts_is_there() -> None:
    modules = set(re.findall(r"-m ((?:tests|bench)\.[\w.]+)", read("Makefile")))

    assert {"tests.demo.play", "tests.faults.kills", "bench.poll"} <= modules
    missing = [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").is_file()]
    assert missing == []
