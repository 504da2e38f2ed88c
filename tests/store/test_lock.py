"""One running service per database."""

from pathlib import Path

import pytest

from monitor.errors import StoreBusy
from monitor.store import open_store


def test_a_second_instance_is_refused_with_the_remedy_and_exit_75(store, url):
    with pytest.raises(StoreBusy, match="another instance of monitor holds") as refusal:
        open_store(url, exclusive=True)

    assert refusal.value.exit_code == 75
    assert "stop it first" in str(refusal.value)


def test_the_terminal_may_read_while_the_service_runs(store, url):
    reader = open_store(url, exclusive=False)

    assert reader.counts()["source"] == 0
    reader.close()


def test_the_next_instance_may_start_once_the_first_has_closed(store, url):
    store.close()

    open_store(url, exclusive=True).close()
    store.close()  # closing twice does no harm


def test_two_names_of_one_file_are_one_database(tmp_path: Path):
    (tmp_path / "link.db").symlink_to(tmp_path / "monitor.db")
    first = open_store(f"sqlite:///{tmp_path / 'monitor.db'}", exclusive=True)

    with pytest.raises(StoreBusy):
        open_store(f"sqlite:///{tmp_path / 'link.db'}", exclusive=True)

    first.close()
