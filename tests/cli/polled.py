"""A pack, a database and one alert in its outbox, for tests of commands that look after them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.app import App, build
from monitor.config import read_settings
from monitor.model import Fetched
from tests.deployment import BANS, SO_IT_SAYS, write_seed
from tests.rulebook.packs import change, copy_of_minimal

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


class Silent:
    def event(self, name: str, **fields: object) -> None:
        pass


def lay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pack's folder, named in the environment like the data folder `var` and the seeds."""
    folder = copy_of_minimal(tmp_path)
    change(folder, "sources.yaml", "language: no", "language: en")
    (folder / "channels.yaml").write_text("channels:\n  - {id: team, kind: console}\n")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    write_seed(seeds)
    monkeypatch.setenv("MONITOR_RULES_DIR", str(folder))
    monkeypatch.setenv("MONITOR_SEEDS_DIR", str(seeds))
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path / "var"))
    return folder


def opened(*, exclusive: bool = False) -> App:
    return build(read_settings(), watch=Silent(), write=lambda text: None, exclusive=exclusive)


def poll_a_reversal() -> None:
    """One alert in the outbox of `team`."""
    app = opened(exclusive=True)
    try:
        app.start(NOW)
        source, cursor = app.due(NOW)[0]
        body = (
            "<rss version='2.0'><channel><title>News</title><item><guid>1</guid>"
            f"<link>https://fisheries.example/1</link><title>{BANS}</title>"
            f"<description>{SO_IT_SAYS}</description>"
            f"<pubDate>{NOW:%a, %d %b %Y} 11:00:00 +0000</pubDate></item></channel></rss>"
        )
        poll = Fetched(source.id, source.url, body.encode(), "application/rss+xml", None, None, NOW)
        app.take(source, cursor, poll, NOW)
    finally:
        app.close()
