"""Puts a file in its place whole: either all of it stands there, or what stood there before.

Not here: what is in it.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import StoreError


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A name in the same folder for what will become `path`; gone when the block ends. Hidden, so
    that nobody takes half a file for a whole one."""
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield made
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        made.unlink(missing_ok=True)


def settle(made: Path, path: Path) -> None:
    """Give it its name where nothing has that name; StoreError where something has."""
    sync(made)
    try:
        # A link, because a rename would take the place of a file that came in the meantime.
        os.link(made, path)
    except FileExistsError as error:
        raise StoreError(f"{path} is there already; give another name, or move it away") from error
    except OSError:  # a file system without links
        if path.exists():
            raise StoreError(f"{path} is there already; give another name") from None
        made.replace(path)
    sync(path.parent)


def replace(made: Path, path: Path) -> None:
    """Put it in the place of what stands there."""
    sync(made)
    made.replace(path)
    sync(path.parent)


def replace_text(path: Path, content: bytes, *, expected: bytes) -> None:
    """Replace a file that somebody else may be editing. StoreError where it no longer holds what
    was expected, or cannot be written; then it stays as it is."""
    path = path.resolve()  # a link stays a link
    with beside(path) as made:
        made.write_bytes(content)
        shutil.copymode(path, made)
        if path.read_bytes() != expected:
            raise StoreError(f"{path} was changed meanwhile and stays as it is; run this once more")
        replace(made, path)


def add_text(path: Path, content: bytes) -> None:
    """A new file. StoreError where another stands there, or it cannot be written; one that holds
    the same is left as it is."""
    if path.exists() and path.read_bytes() == content:
        return
    with beside(path) as made:
        made.write_bytes(content)
        settle(made, path)


def sync(path: Path) -> None:
    """What was written is on the disk, and not only on its way there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
