import base64
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import SettingsError
from monitor.notify.mail import read_server
from monitor.notify.secrets import Redactor, open_setting, secrets_of_url


def test_a_name_is_opened_from_the_environment_it_is_given():
    opened = open_setting("https://h/${USER}/${PASS}", {"USER": "ann", "PASS": "${USER}"})

    assert opened.text == "https://h/ann/${USER}"
    assert opened.secrets == ("ann", "${USER}")
    assert "ann" not in repr(opened)


def test_a_password_may_hold_the_marks_of_a_url():
    opened = open_setting("smtp://ann:${PASS}@h:587", {"PASS": "p@ss/w:rd%"})

    assert read_server(opened.text).password == "p@ss/w:rd%"
    assert opened.secrets == ("p@ss/w:rd%",)


def test_a_value_outside_the_user_part_comes_in_as_it_is():
    environment = {"REST": "T0/B0/x", "TOKEN": "123:abc"}

    assert (
        open_setting("https://h/services/${REST}", environment).text == "https://h/services/T0/B0/x"
    )
    assert open_setting("tgram://${TOKEN}/1", environment).text == "tgram://123:abc/1"


def test_a_file_is_opened_without_its_line_end(tmp_path: Path):
    (tmp_path / "hook").write_text("https://hooks.example/T0/canary\n")

    opened = open_setting(f"file:{tmp_path / 'hook'}", {})

    assert opened.text == "https://hooks.example/T0/canary"
    assert opened.secrets == (opened.text,)


@pytest.mark.parametrize("environment", [{}, {"HOOK": ""}])
def test_a_variable_that_is_not_set_is_named_with_the_remedy(environment: dict[str, str]):
    with pytest.raises(SettingsError, match="variable HOOK is not set; set it"):
        open_setting("${HOOK}", environment)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is empty"),
        (b"x" * (64 * 1024 + 1), "is larger than 65536 bytes"),
        (b"\xff\xfe", "it is not UTF-8"),
    ],
)
def test_a_file_that_holds_no_secret_is_refused(
    tmp_path: Path, content: bytes | None, problem: str
):
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SettingsError, match=problem):
        open_setting(f"file:{path}", {})


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path):
    (tmp_path / "secret").write_bytes(b"x" * 64 * 1024)

    assert len(open_setting(f"file:{tmp_path / 'secret'}", {}).text) == 64 * 1024


# A NUL parts the secret from what is around it: within one it would be part of both.
SECRETS = st.text(min_size=1, max_size=30).filter(
    lambda text: text.strip("* ") == text != "" and "\x00" not in text
)


@given(SECRETS)
def test_no_spelling_of_a_secret_survives(secret: str):
    redact = Redactor([secret])
    spellings = (secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode())

    for spelling in spellings:
        assert redact(f"\x00{spelling}\x00") == "\x00***\x00"


def test_a_secret_that_holds_another_is_hidden_whole():
    redact = Redactor(["pass", "password-of-ann"])

    assert redact("it was password-of-ann") == "it was ***"


def test_credentials_of_an_unknown_url_are_hidden_too():
    text = Redactor([])("cannot reach https://ann:p@ss@host/x")

    assert text == "cannot reach https://***@host/x"


def test_what_is_cut_is_cut_after_it_was_hidden():
    secret = "canary" * 20

    text = Redactor([secret])("x" * 290 + secret)

    assert "canary" not in text
    assert len(text) <= 300


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("https://hooks.slack.example/services/T00/B00/canarytoken", "canarytoken"),
        (
            "https://hooks.slack.example/services/T00/B00/canarytoken",
            "services/T00/B00/canarytoken",
        ),
        ("smtp://ann:canary%21pass@host", "canary!pass"),
        ("json://host/p?+X-Api-Key=canaryheader", "canaryheader"),
        ("tgram://123456789:canarytoken/111", "canarytoken"),
    ],
)
def test_every_key_of_an_address_is_taken_for_a_secret(url: str, part: str):
    redact = Redactor(secrets_of_url(url))

    assert "canary" not in redact(f"the answer held {part} and {url}")
