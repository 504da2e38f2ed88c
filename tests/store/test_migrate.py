"""The one revision builds what the tables say; a newer database is refused; all or nothing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from setuptools import find_packages
from sqlalchemy import Engine, inspect, text

from monitor.errors import StoreError, StoreNewer
from monitor.store import migrate, open_store, upgrade
from monitor.store.engine import open_engine, reading, writing
from monitor.store.tables import METADATA


@pytest.fixture
def engine(url):
    engine = open_engine(url)
    yield engine
    engine.dispose()


def written(index: Any) -> dict[str, object]:
    """With its condition as text: two reflections of one partial index are not equal."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def reflected(engine: Engine) -> dict[str, object]:
    """All that the database knows of our tables, in one comparable shape."""
    seen = inspect(engine)
    return {
        name: {
            "columns": [
                {key: str(value) for key, value in column.items()}
                for column in seen.get_columns(name)
            ],
            "primary key": seen.get_pk_constraint(name),
            "foreign keys": sorted(seen.get_foreign_keys(name), key=str),
            "unique": sorted(seen.get_unique_constraints(name), key=str),
            "indexes": sorted(str(written(index)) for index in seen.get_indexes(name)),
        }
        for name in seen.get_table_names()
        if name != "alembic_version"
    }


def test_the_revision_builds_exactly_the_tables(engine, url):
    open_store(url, exclusive=False).close()
    by_revision = reflected(engine)

    with writing(engine) as connection:
        METADATA.drop_all(connection)
        METADATA.create_all(connection)

    assert by_revision == reflected(engine)


def test_a_database_of_a_newer_release_is_refused_and_left_as_it_is(engine, url):
    open_store(url, exclusive=True).close()
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    stood = reflected(engine)

    for exclusive in (True, False):
        with pytest.raises(StoreNewer, match="newer release"):
            open_store(url, exclusive=exclusive)

    assert reflected(engine) == stood


def test_a_build_that_fails_half_way_leaves_no_table_behind(engine, url):
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE delivery_attempt (in_the_way INTEGER)"))

    with pytest.raises(StoreError, match="delivery_attempt"):
        open_store(url, exclusive=True)

    assert inspect(engine).get_table_names() == ["delivery_attempt"]


def test_programs_that_open_an_empty_database_at_once_build_it_once(url):
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: open_store(url, exclusive=False), range(4)))

    assert {store.counts()["source"] for store in stores} == {0}
    for store in stores:
        store.close()


def test_opening_again_changes_nothing(engine, url):
    open_store(url, exclusive=True).close()
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    stood = reflected(engine)

    open_store(url, exclusive=True).close()

    assert reflected(engine) == stood


def test_the_revisions_known_without_alembic_are_those_of_the_scripts():
    assert upgrade.revisions() == migrate.REVISIONS


def test_the_scripts_are_part_of_the_installed_package():
    root = Path(migrate.__file__).parents[2]

    packages = find_packages(root, include=["monitor.store.*"])

    assert {"monitor.store.migrations", "monitor.store.migrations.versions"} <= set(packages)
