"""Copies of the minimal pack, and what tests change in them."""

import shutil
from pathlib import Path

MINIMAL = Path(__file__).parent / "minimal"


def copy_of_minimal(parent: Path) -> Path:
    """A fresh copy in a folder of its own, since a pack is judged as a folder."""
    return Path(shutil.copytree(MINIMAL, parent / "pack", dirs_exist_ok=True))


def change(folder: Path, file: str, find: str, put: str) -> None:
    """Replace a text that stands exactly once."""
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(find) == 1, f"{find!r} stands {text.count(find)} times in {file}"
    path.write_text(text.replace(find, put), "utf-8")
