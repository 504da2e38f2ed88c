"""One mother process for all faults: it costs two seconds to start."""

from collections.abc import Iterator

import pytest

from tests.faults.lives import Mother, mother


@pytest.fixture(scope="session")
def lives() -> Iterator[Mother]:
    with mother() as running:
        yield running
