"""A Postgres for the one test that must see a database hang."""

from collections.abc import Iterator

import pytest

from tests.postgres import NoPostgres, fresh_schema, server, skip_or_fail


@pytest.fixture
def postgres_url() -> Iterator[str]:
    try:
        with server() as running, fresh_schema(running) as url:
            yield url
    except NoPostgres as reason:
        skip_or_fail(reason)
