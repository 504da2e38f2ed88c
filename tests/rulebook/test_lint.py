"""What lint lets pass: the near misses of its checks. What it refuses is in tests/bad_rules."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.rulebook.lint_words import ORDINARY, check_item
from monitor.rulebook.load import check_pack
from tests.rulebook.packs import change, copy_of_minimal

KIND = "when: [stage-advanced, stage-set-back]\n    to: [passed, dropped]"


@pytest.mark.parametrize(
    ("file", "find", "put"),
    [
        # a capital letter is no second alphabet, and neither is a word after a hyphen
        ("lexicon.yaml", "Svalbard]\n    no", 'Svalbard, "IT-кит*"]\n    no'),
        # the star may end any word of a phrase
        ("topics.yaml", '["quota*"]', '["quota* of whale*"]'),
        # three letters before the star are enough
        ("topics.yaml", '["quota*"]', '["quo*"]'),
        # two actors may share what means them only beside their names
        ("actors.yaml", "en: [Storting]", "en: [Storting]\n    weak:\n      en: [the ministry]"),
        # an alias of a retired actor is free again
        (
            "actors.yaml",
            "  - id: somebody\n    title: a body that is not named\n    words: {}",
            "  - id: old\n    title: Old\n    status: retired\n    words: {en: [Storting]}\n"
            "  - id: somebody\n    title: a body that is not named\n    words: {}",
        ),
        # one word in two languages means no one thing
        ("actors.yaml", "no: [Stortinget]", "no: [fisheries ministry]"),
        # who returns to an office has two tenures
        (
            "actors.yaml",
            "name: Ola Example\n        words:\n          en: [Ola Example]",
            "name: Kari Example\n        words:\n          en: [Kari Example]",
        ),
        # `all` of one language suffices, so a barred word of another does not hinder
        (
            "alerts/turns.yaml",
            "en: [opinion]",
            "en: [opinion, whale]\n      all: {en: [whale], no: [hval]}",
        ),
        # one wanted word that is not unwanted suffices
        ("alerts/turns.yaml", "en: [opinion]", 'en: [opinion, "season*"]'),
        # a draft may lack its examples
        ("alerts/stages.yaml", "status: test", "status: draft"),
        # what is confirmed goes from a level to itself
        (
            "alerts/stages.yaml",
            KIND,
            "when: [stance-confirmed]\n    from: [allow]\n    to: [allow]",
        ),
        # a rule of both domains may name levels and stages
        (
            "alerts/stages.yaml",
            KIND,
            "when: [stage-advanced, stance-reversal]\n    to: [passed, forbid]",
        ),
        # the topic of an article may be general and retired at once, if another is general
        (
            "topics.yaml",
            "  - id: quotas\n",
            "  - {id: old, title: Old, general: true, status: retired, words: {}}\n"
            "  - id: quotas\n",
        ),
        # secrets elsewhere are no secrets in the file
        ("channels.yaml", "url: ${WHALING_SLACK_URL}", "url: file:/run/secrets/slack"),
        # a server without a password holds no secret
        ("channels.yaml", "${WHALING_MAIL_SERVER}", "smtp://mail.example:25"),
    ],
)
def test_a_near_miss_passes(file: str, find: str, put: str, tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    change(folder, file, find, put)

    # when
    report = check_pack(folder)

    # then
    assert (report.errors, report.warnings) == ((), ())


def test_a_cycle_is_told_once_however_long(tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    ring = "".join(f'  l{n}:\n    en: ["@l{(n + 1) % 5}"]\n' for n in range(5))
    change(folder, "lexicon.yaml", "lists:\n", f"lists:\n{ring}")

    # when
    report = check_pack(folder)

    # then
    assert [(complaint.line, complaint.code) for complaint in report.errors] == [(3, "list-cycle")]


def test_a_pack_with_many_faults_of_meaning_tells_each_in_order(tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    change(folder, "topics.yaml", '["quota*"]', '["q*", "@nobody"]')
    change(folder, "actors.yaml", "since: 2021-10-14", "since: 2025-10-14")
    change(folder, "channels.yaml", "kind: mail", "kind: apprise")

    # when
    report = check_pack(folder)

    # then
    told = [(complaint.file, complaint.line, complaint.code) for complaint in report.errors]
    assert told == [
        ("actors.yaml", 14, "tenure-order"),
        ("channels.yaml", 5, "channel-fields"),
        ("channels.yaml", 7, "channel-fields"),
        ("channels.yaml", 8, "channel-fields"),
        ("channels.yaml", 9, "channel-fields"),
        ("topics.yaml", 18, "short-stem"),
        ("topics.yaml", 18, "unknown-list"),
    ]


@given(st.from_regex(ORDINARY, fullmatch=True) | st.text("abcде*é- @1ѐ_\u1c80", max_size=8))
@example("mixеd")  # with a Cyrillic letter
@example("ab*")
@example("abc*d")
@example("two  spaces")
def test_no_check_has_anything_to_say_of_an_item_that_is_passed_at_a_glance(item: str) -> None:
    if ORDINARY.fullmatch(item):
        assert list(check_item((), item)) == []
