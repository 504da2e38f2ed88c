# ruff: noqa: T201 - it tells a person why they wait
"""The peers' own environment, .venv-bench: made on first use, never mixed with the project's."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv-bench"
PINS = ROOT / "bench" / "requirements.txt"


def peer_python() -> Path:
    """The interpreter that has the peers, as they are pinned."""
    python, stamp = FOLDER / "bin" / "python", FOLDER / ".set-up"
    if not stamp.exists() or stamp.read_bytes() != PINS.read_bytes():
        set_up(python)
        stamp.write_bytes(PINS.read_bytes())
    return python


def set_up(python: Path) -> None:
    print(f"setting up {FOLDER.name} for the peers", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER], check=True)
    (FOLDER / ".gitignore").write_text("*\n")
    # As the project's own set-up: no compiler, and nothing whose hash was not written down.
    # The pins are whole: what an old peer asks for beyond them has no wheel and is done without.
    wanted = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(PINS)]
    pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, *wanted], check=True)
