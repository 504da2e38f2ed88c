"""A headless Chromium for tests: what becomes of a page, and what it asks for."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def dumped(url: str, folder: Path) -> str:
    """The document of this address after its scripts have run, as HTML. Skips where there is no
    Chromium; with CI=true that is a failure."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        reason = f"no Chromium: none of {', '.join(NAMES)} is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",  # in containers there is none to be had; the pages are our own
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            f"--user-data-dir={folder / 'profile'}",
            "--virtual-time-budget=2000",  # ms of the page's own time: timers come to their end
            "--dump-dom",
            url,
        ],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert "<html" in done.stdout, f"Chromium ended with {done.returncode}: {done.stderr}"
    return done.stdout
