"""The window: probes, metrics and a status page. Reads through the app and decides nothing."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.web.window import Window, open_window

    __all__ = ["Window", "open_window"]
else:

    def __getattr__(name: str) -> object:
        # FastAPI, uvicorn and prometheus-client take a quarter of a second to import. Only
        # `monitor run` opens a window; every other command would wait for it too.
        return getattr(import_module("monitor.web.window"), name)
