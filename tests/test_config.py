from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import CHECKOUT, KNOWN, hide_password, read_settings, show
from monitor.errors import SettingsError


def test_without_variables_a_checkout_keeps_its_database_in_var() -> None:
    settings = read_settings({})

    assert settings.database_url == "sqlite:///var/monitor.db"
    assert settings.data_dir == Path("var")
    assert settings.rules_dir == CHECKOUT / "rules"
    assert settings.seeds_dir == CHECKOUT / "seeds"
    assert settings.allow_private_hosts == ()


def test_the_database_lies_in_the_data_folder_that_was_asked_for(tmp_path: Path) -> None:
    settings = read_settings({"MONITOR_DATA_DIR": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path}/monitor.db"


def test_a_misspelt_variable_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(SettingsError, match="MONITOR_RULE_DIR.*did you mean MONITOR_RULES_DIR"):
        read_settings({"MONITOR_RULE_DIR": "elsewhere"})


def test_a_variable_like_none_is_refused_with_all_that_there_are() -> None:
    with pytest.raises(SettingsError, match="MONITOR_SEEDS_DIR"):
        read_settings({"MONITOR_XYZZY": "1"})


def test_variables_of_other_programs_are_none_of_ours() -> None:
    settings = read_settings({"PATH": "/bin", "DATABASE_URL": "postgresql://other/"})

    assert settings.database_url.startswith("sqlite:")


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://monitor:pass@db/monitor\n")

    settings = read_settings({"MONITOR_DATABASE_URL_FILE": str(file)})

    assert settings.database_url == "postgresql://monitor:pass@db/monitor"


def test_a_secret_that_comes_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="both set"):
        read_settings({"MONITOR_DATABASE_URL": "a", "MONITOR_DATABASE_URL_FILE": "b"})


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"x" * 70_000])
def test_a_secret_file_that_holds_no_secret_is_refused_by_name(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(SettingsError, match="MONITOR_DATABASE_URL_FILE.*secret"):
        read_settings({"MONITOR_DATABASE_URL_FILE": str(file)})


def test_private_hosts_are_named_one_by_one() -> None:
    settings = read_settings({"MONITOR_ALLOW_PRIVATE_HOSTS": "feeds.example:8080, 192.168.7.0/24"})

    assert settings.allow_private_hosts == ("feeds.example:8080", "192.168.7.0/24")


def test_private_hosts_are_no_switch() -> None:
    with pytest.raises(SettingsError, match="'true' is no host"):
        read_settings({"MONITOR_ALLOW_PRIVATE_HOSTS": "true"})


def test_without_variables_the_window_opens_to_this_machine_alone() -> None:
    settings = read_settings({})

    assert (settings.host, settings.port) == ("127.0.0.1", 8787)
    assert (settings.public_hosts, settings.metrics_token) == ((), "")
    assert settings.keep_days == 365


@pytest.mark.parametrize(
    ("given", "host"), [("0.0.0.0", "0.0.0.0"), ("[::1]", "::1"), ("Desk.Example", "desk.example")]
)
def test_the_window_may_open_elsewhere_where_that_is_said(given: str, host: str) -> None:
    assert read_settings({"MONITOR_HOST": given}).host == host


@pytest.mark.parametrize("given", ["0.0.0.0:80", "http://desk.example", "a b", "*", "x" * 300])
def test_a_host_that_is_no_host_is_refused_with_one_that_is(given: str) -> None:
    with pytest.raises(SettingsError, match=r"MONITOR_HOST: .*0\.0\.0\.0.*MONITOR_PORT"):
        read_settings({"MONITOR_HOST": given})


@pytest.mark.parametrize("given", ["-1", "65536", "http", "1e3", "٨٠"])
def test_a_port_that_is_no_port_is_refused_with_the_default(given: str) -> None:
    with pytest.raises(SettingsError, match="MONITOR_PORT: .*0 to 65535.*8787"):
        read_settings({"MONITOR_PORT": given})


@pytest.mark.parametrize("given", ["0", "forever", "9" * 400])
def test_texts_are_kept_for_a_number_of_days(given: str) -> None:
    assert read_settings({"MONITOR_KEEP_DAYS": "30"}).keep_days == 30
    with pytest.raises(SettingsError, match="MONITOR_KEEP_DAYS: .*days.*365"):
        read_settings({"MONITOR_KEEP_DAYS": given})


def test_public_names_are_names_without_scheme_or_port() -> None:
    settings = read_settings({"MONITOR_PUBLIC_HOSTS": "Watch.Example, monitor"})

    assert settings.public_hosts == ("watch.example", "monitor")
    with pytest.raises(SettingsError, match="MONITOR_PUBLIC_HOSTS: .*watch.example:80"):
        read_settings({"MONITOR_PUBLIC_HOSTS": "https://watch.example:80/"})


def test_what_is_shown_names_every_setting() -> None:
    shown = show(read_settings({}))

    assert sorted(shown) == [name for name in KNOWN if not name.endswith("_FILE")]


def test_what_is_shown_and_what_is_printed_hide_passwords_and_secrets() -> None:
    settings = read_settings(
        {
            "MONITOR_DATABASE_URL": "postgresql://me:canary@db/x",
            "MONITOR_METRICS_TOKEN": "canary",
            "SLACK_URL": "canary",
        }
    )

    assert "canary" not in str(show(settings))
    assert "canary" not in repr(settings)
    assert show(settings)["MONITOR_DATABASE_URL"] == "postgresql://me:***@db/x"


@pytest.mark.parametrize(
    ("url", "hidden"),
    [
        ("sqlite:///var/monitor.db", "sqlite:///var/monitor.db"),
        ("postgresql://db/x", "postgresql://db/x"),
        ("postgresql://db:5432/x", "postgresql://db:5432/x"),
        ("postgresql://me@db/x", "postgresql://me@db/x"),
        ("postgresql://db/x?user=me&password=canary", "postgresql://db/x?user=me&password=***"),
        ("postgresql://me:can@ary/@db/x", "postgresql://me:***@db/x"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, hidden: str) -> None:
    assert hide_password(url) == hidden


PASSWORDS = st.text(st.characters(exclude_characters="*&#"), min_size=12)


@given(PASSWORDS)
def test_no_password_before_the_host_survives(password: str) -> None:
    assert password not in hide_password(f"postgresql://me:{password}@db/x")


@given(PASSWORDS)
def test_no_password_in_the_query_survives(password: str) -> None:
    assert password not in hide_password(f"postgresql://me@db/x?password={password}")
