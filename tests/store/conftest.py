"""Every test that asks for `url` or `store` runs twice: on SQLite and on Postgres."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import SqlStore, open_store
from tests.postgres import NoPostgres, fresh_schema, server, skip_or_fail


@pytest.fixture(scope="session")
def postgres() -> Iterator[str | NoPostgres]:
    try:
        with server() as url:
            yield url
    except NoPostgres as reason:
        yield reason


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'monitor.db'}"
        return
    running = request.getfixturevalue("postgres")
    if isinstance(running, NoPostgres):
        skip_or_fail(running)
    with fresh_schema(running) as fresh:
        yield fresh


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    store = open_store(url, exclusive=True)
    yield store
    store.close()
