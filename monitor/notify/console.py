"""The target that is always there: a text for a person, a line in alerts.jsonl for a script."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from monitor.errors import SendError
from monitor.model import ChannelKind, Rendered

FILE_NAME = "alerts.jsonl"


class ConsoleChannel:
    """`write` shows a text to whoever watches; its failure loses nothing, the file has it."""

    kind = ChannelKind.CONSOLE

    def __init__(self, name: str, *, data_dir: Path, write: Callable[[str], None]) -> None:
        self.name = name
        self._file = data_dir / FILE_NAME
        self._write = write

    def send(self, rendered: Rendered, *, delivery_id: str, deadline: timedelta) -> str:
        try:
            _append(self._file, _line(rendered))
        except OSError as error:
            reason = f"{self._file} cannot be written: {error.strerror or error}"
            raise SendError(reason) from error
        try:
            self._write(rendered.text)
        except (OSError, ValueError):  # the terminal is gone, or the stream is closed
            return f"kept in {FILE_NAME}; nobody reads the console"
        return f"printed, and kept in {FILE_NAME}"

    def rest(self) -> None:
        """Nothing is kept open."""


def _line(rendered: Rendered) -> str:
    if rendered.body:
        return rendered.body
    notice = {"message": rendered.message_id, "text": rendered.text}
    return json.dumps(notice, ensure_ascii=False, sort_keys=True)


def _append(path: Path, line: str) -> None:
    """On disk when it returns. A line that a power cut tore is closed off before the next."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        _write_all(file, _torn_end(file) + line.encode("utf-8", "replace") + b"\n")
        os.fsync(file)
    finally:
        os.close(file)
    if new:
        _sync_folder(path.parent)


def _torn_end(file: int) -> bytes:
    size = os.fstat(file).st_size
    return b"\n" if size and os.pread(file, 1, size - 1) != b"\n" else b""


def _write_all(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]


def _sync_folder(folder: Path) -> None:
    """Without this the file's name itself can be lost with the power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
