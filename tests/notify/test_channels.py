from datetime import timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from monitor.errors import SettingsError
from monitor.model import ChannelKind
from monitor.notify import Target, build_channels
from monitor.rulebook.types import ChannelsFile
from tests.notify.servers import RENDERED

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""Apprise looks for it on Python 3.11 and 3.12, when it first reads an address."""

RULES = Path(__file__).parents[2] / "rules"

DESK = Target(
    "desk",
    ChannelKind.MAIL,
    recipients=("ann@example.org", "Bob <bob@example.org>"),
    sender="monitor@example.org",
    server="${SMTP}",
)
HOOK = Target("team", ChannelKind.SLACK, url="${HOOK}")
PHONE = Target("phone", ChannelKind.APPRISE, url="tgram://123456789:abcdefg_hijklmnop/111/222")
ENVIRONMENT = {"SMTP": "smtp://ann:canary@127.0.0.1:25", "HOOK": "https://hooks.example/canary"}


def build(tmp_path: Path, *entries: Target, environment: dict[str, str] | None = None):
    return build_channels(
        entries,
        environment=ENVIRONMENT if environment is None else environment,
        data_dir=tmp_path,
        write=lambda text: None,
    )


def test_each_recipient_is_a_target_of_its_own(tmp_path: Path):
    channels = build(tmp_path, DESK, HOOK, PHONE)

    kinds = {name: channel.kind for name, channel in channels.items()}
    phones = [name for name in kinds if name.startswith("phone:")]
    assert kinds.pop("desk:ann@example.org") is ChannelKind.MAIL
    assert kinds.pop("desk:bob@example.org") is ChannelKind.MAIL
    assert kinds.pop("team") is ChannelKind.SLACK
    assert len(phones) == 2
    assert set(kinds) == set(phones)
    assert all(name == channel.name for name, channel in channels.items())


def test_names_of_targets_stay_when_another_recipient_goes(tmp_path: Path):
    fewer = Target("phone", ChannelKind.APPRISE, url=PHONE.url.replace("/222", "/333"))

    before, after = set(build(tmp_path, PHONE)), set(build(tmp_path, fewer))

    assert len(before & after) == 1


def test_the_console_is_a_target_like_others(tmp_path: Path):
    channels = build(tmp_path, Target("console", ChannelKind.CONSOLE))

    channels["console"].send(RENDERED, delivery_id="d1", deadline=timedelta(seconds=1))

    assert list(channels) == ["console"]
    assert (tmp_path / "alerts.jsonl").exists()


def test_everything_that_is_wrong_is_said_at_once_and_no_secret_is(tmp_path: Path):
    entries = (
        HOOK,
        Target("nobody", ChannelKind.MAIL, sender="m@example.org", server="smtp://a:canary@h"),
        Target("odd", ChannelKind.MAIL, ("ann@example.org",), server="canary"),
        Target("wild", ChannelKind.APPRISE, url="canary://x"),
    )

    with pytest.raises(SettingsError) as refused:
        build(tmp_path, *entries, environment={})

    said = str(refused.value)
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "channel team",
        "channel nobody",
        "channel odd",
        "channel wild",
    ]
    assert "HOOK is not set" in said
    assert "canary" not in said


def test_a_webhook_that_is_no_address_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match="channel team: `url` must be the webhook's address"):
        build(tmp_path, HOOK, environment={"HOOK": "ftp://hooks.example/x"})


def test_every_example_of_the_shipped_channels_file_works_once_it_is_uncommented(tmp_path: Path):
    shipped = (RULES / "channels.yaml").read_text("utf-8")
    head, examples = shipped.split("channels: []\n")
    bare = "\n".join(line.removeprefix("#") for line in examples.splitlines())
    read = ChannelsFile.model_validate(YAML(typ="safe", pure=True).load("channels:\n" + bare))
    environment = {
        "SLACK_WEBHOOK": "https://hooks.example/services/x",
        "SMTP_PASSWORD": "p@ss/word",
        "TELEGRAM_TOKEN": "123456789:abcdefg_hijklmnop",
    }
    entries = [
        Target(one.id, ChannelKind(one.kind), one.url, one.to, one.sender, one.server)
        for one in read.channels
    ]

    channels = build(tmp_path, *entries, environment=environment)

    assert head.startswith("# yaml-language-server: $schema=schema/channels.json")
    assert {channel.kind for channel in channels.values()} == set(ChannelKind)
