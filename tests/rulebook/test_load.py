"""Loading a folder: whole or refused, the same each time, and nothing by accident."""

import os
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from monitor.errors import PackError
from monitor.rulebook.load import MAX_FILES, check_pack, load_pack
from monitor.rulebook.words import word_lists
from tests.rulebook.packs import MINIMAL, change, copy_of_minimal

# Each example loads a pack from disk: making a found one smaller would take a minute, for nothing.
LAW = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
FILES = sorted(path.relative_to(MINIMAL).as_posix() for path in MINIMAL.rglob("*.yaml"))


def test_the_minimal_pack_of_another_field_loads_without_complaint() -> None:
    report = check_pack(MINIMAL)

    assert (report.errors, report.warnings) == ((), ())
    assert report.counts["actors"] == 3
    assert report.counts["alerts"] == 2


def test_a_loaded_pack_holds_plain_words_only() -> None:
    pack = load_pack(MINIMAL)

    assert pack.topics.relevance.place["no"] == ("Norge*", "norsk*", "Svalbard")
    items = [word for _, words in word_lists(pack) for part in words.values() for word in part]
    assert not [word for word in items if word.startswith("@")]


def test_loading_twice_gives_equal_packs() -> None:
    assert load_pack(MINIMAL) == load_pack(MINIMAL)


def test_words_that_yaml_1_1_would_turn_into_values_stay_words(tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    change(folder, "stances.yaml", "en: [considers]", "no: [no, on, off, yes, y, 22:00]")

    # when
    pack = load_pack(folder)

    # then
    assert pack.stances.softened_by == {"no": ("no", "on", "off", "yes", "y", "22:00")}


def test_faults_of_all_files_are_told_at_once_in_order(tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    change(folder, "topics.yaml", "id: quotas", "id: Quotas")
    change(folder, "topics.yaml", "title: how many may be taken", "titel: how many")
    change(folder, "actors.yaml", "since: 2021-10-14", "since: soon")
    (folder / "channels.yaml").unlink()

    # when
    with pytest.raises(PackError) as refused:
        load_pack(folder)

    # then
    told = [(c.file, c.line, c.code) for c in refused.value.complaints]
    assert told == [
        ("actors.yaml", 13, "wrong-date"),
        ("channels.yaml", 0, "missing-file"),
        ("topics.yaml", 15, "missing-key"),
        ("topics.yaml", 15, "wrong-form"),
        ("topics.yaml", 16, "unknown-key"),
    ]


def test_a_folder_that_is_not_there_is_a_complaint(tmp_path: Path) -> None:
    report = check_pack(tmp_path / "nowhere")

    assert [complaint.code for complaint in report.errors] == ["missing-folder"]


@pytest.mark.parametrize("kind", ["folder", "pipe", "link-to-nothing"])
def test_what_is_no_file_is_refused_without_waiting_for_it(kind: str, tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    path = folder / "lexicon.yaml"
    path.unlink()
    {
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
        "link-to-nothing": lambda: path.symlink_to(tmp_path / "gone.yaml"),
    }[kind]()

    # when
    report = check_pack(folder)

    # then
    assert [complaint.file for complaint in report.errors] == ["lexicon.yaml"]


def test_hidden_copies_of_editors_and_volumes_are_left_alone(tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    (folder / "alerts" / ".#turns.yaml").write_text("[", "utf-8")
    (folder / "alerts" / "..2026").mkdir()
    (folder / "alerts" / "..2026" / "turns.yaml").write_text("[", "utf-8")

    # when
    report = check_pack(folder)

    # then
    assert report.errors == ()


def test_a_rule_file_in_a_deeper_folder_is_refused_rather_than_ignored(tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    (folder / "alerts" / "team").mkdir()
    (folder / "alerts" / "team" / "more.yaml").write_text("alerts: []\n", "utf-8")

    # when
    report = check_pack(folder)

    # then
    assert [(c.file, c.code) for c in report.errors] == [("alerts/team/more.yaml", "unknown-file")]
    assert "move it up into alerts/" in report.errors[0].problem


def test_more_files_than_the_limit_are_refused(tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    for number in range(MAX_FILES):
        (folder / "alerts" / f"{number}.yaml").write_text("alerts: []\n", "utf-8")

    # when
    report = check_pack(folder)

    # then
    assert [complaint.code for complaint in report.errors] == ["too-many-files"]


@pytest.mark.parametrize(
    "text",
    [
        "lists: " + "[" * 1_000_000,
        "lists: " + "{a: " * 250_000,
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{n}: &{n} [{', '.join(['*' + p] * 9)}]\n" for p, n in pairwise("abcde")),
        "a: &a [*a, *a]\n",
    ],
    ids=["brackets", "braces", "aliases", "alias-of-itself"],
)
def test_a_bomb_is_refused_at_once(text: str, tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    (folder / "lexicon.yaml").write_text(text, "utf-8")

    # when
    began = time.monotonic()
    report = check_pack(folder)

    # then
    assert {complaint.file for complaint in report.errors} == {"lexicon.yaml"}
    assert time.monotonic() - began < 3  # seconds; a third of one on an idle machine


# --- laws --------------------------------------------------------------------------------------


def _spots(node: Node) -> list[tuple[int, int, bool]]:
    """Line, column and style of every key in the node."""
    found: list[tuple[int, int, bool]] = []
    if isinstance(node, MappingNode):
        for key, value in node.value:
            found.append((key.start_mark.line, key.start_mark.column, node.flow_style))
            found.extend(_spots(value))
    elif isinstance(node, SequenceNode):
        for item in node.value:
            found.extend(_spots(item))
    return found


def _with_key(text: str, spot: tuple[int, int, bool], name: str) -> str:
    line, column, flow = spot
    lines = text.split("\n")
    before, after = lines[line][:column], lines[line][column:]
    lines[line] = f"{before}{name}: 1, {after}" if flow else f"{before}{name}: 1"
    if not flow:
        lines.insert(line + 1, " " * column + after)
    return "\n".join(lines)


INSERTIONS = [
    (file, spot)
    for file in FILES
    for spot in _spots(YAML(typ="safe", pure=True).compose((MINIMAL / file).read_text("utf-8")))
]


@given(place=st.sampled_from(INSERTIONS), name=st.from_regex("zz[a-z]{1,9}", fullmatch=True))
@settings(LAW, max_examples=40)
def test_a_key_that_nobody_knows_is_refused_on_its_very_line(
    place: tuple[str, tuple[int, int, bool]], name: str, tmp_path: Path
) -> None:
    # given
    file, spot = place
    folder = copy_of_minimal(tmp_path)
    text = (folder / file).read_text("utf-8")
    (folder / file).write_text(_with_key(text, spot, name), "utf-8")

    # when
    report = check_pack(folder)

    # then
    assert {(complaint.file, complaint.line) for complaint in report.errors} == {
        (file, spot[0] + 1)
    }
    assert name in report.errors[0].key


@given(file=st.sampled_from(FILES), content=st.binary(max_size=60))
@settings(LAW, max_examples=40)
def test_checking_never_raises(file: str, content: bytes, tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    (folder / file).write_bytes((folder / file).read_bytes()[:200] + content)

    # when
    report = check_pack(folder)

    # then
    assert all(complaint.file for complaint in report.errors)


@given(file=st.sampled_from(FILES), comment=st.from_regex("[a-z ]{0,5}", fullmatch=True))
@settings(LAW, max_examples=15)
def test_the_digest_changes_with_any_byte(file: str, comment: str, tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    with (folder / file).open("a", encoding="utf-8") as opened:
        opened.write(f"#{comment}")

    # when
    changed, original = load_pack(folder), load_pack(MINIMAL)

    # then
    assert changed.digest != original.digest
    assert changed.model_copy(update={"digest": ""}) == original.model_copy(update={"digest": ""})


@pytest.mark.parametrize("key", ["weights", "story_weights"])
def test_the_digest_changes_with_the_weights(key: str, tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    (folder / f"{key}.json").write_text("{}")

    # when
    weighted = load_pack(folder)

    # then
    assert getattr(weighted, key) == {}
    assert weighted.digest != load_pack(MINIMAL).digest


@pytest.mark.parametrize("file", ["weights.json", "story_weights.json"])
@pytest.mark.parametrize(
    "written",
    [b"{", b"[]", b'{"limits": NaN}', b"\xff", b"[" * 100_000, b" " * 5_000_000],
    ids=["cut", "a list", "no number", "no text", "deep", "large"],
)
def test_weights_that_cannot_be_used_refuse_the_pack_beside_its_other_faults(
    file: str, written: bytes, tmp_path: Path
) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    (folder / file).write_bytes(written)
    change(folder, "channels.yaml", "channels:", "chanels:")

    # when
    report = check_pack(folder)

    # then
    assert {complaint.file for complaint in report.errors} == {"channels.yaml", file}
    [told] = [each.problem for each in report.errors if each.file == file]
    assert "run `make train` to write it anew, or delete it" in told


def test_the_digest_changes_with_the_name_of_a_file(tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    (folder / "alerts" / "turns.yaml").rename(folder / "alerts" / "sides.yaml")

    # when
    renamed = load_pack(folder)

    # then
    assert renamed.digest != load_pack(MINIMAL).digest
