"""Each file of tests/bad_rules is one defect and the complaint it must cause (see its README)."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from monitor.errors import Complaint, PackError
from monitor.rulebook.load import check_pack, load_pack
from tests.rulebook.packs import change, copy_of_minimal

BAD_RULES = Path(__file__).parents[1] / "bad_rules"
CASES = sorted(BAD_RULES.glob("*.yaml"))


def _break(folder: Path, case: dict[str, Any]) -> None:
    path = folder / case["file"]
    if case.get("remove"):
        path.unlink()
    elif "find" in case:
        change(folder, case["file"], case["find"], case["put"])
    else:
        text = case["put"] * case.get("copies", 1)
        path.write_text(text, "latin-1" if case.get("latin1") else "utf-8")


def _as_expected(complaint: Complaint) -> dict[str, object]:
    keys = ("file", "line", "column", "key", "code")
    return {key: getattr(complaint, key) for key in keys}


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_a_defect_is_told_once_with_its_place_and_remedy(file: Path, tmp_path: Path) -> None:
    # given
    case = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
    expected = case["expect"]
    refused = expected.pop("refused", True)
    says = expected.pop("says")
    folder = copy_of_minimal(tmp_path)
    _break(folder, case)

    # when
    report = check_pack(folder)

    # then
    told, others = (report.errors, ()) if refused else (report.warnings, report.errors)
    assert [_as_expected(complaint) for complaint in told] == [expected]
    assert says in told[0].problem
    assert not others


@pytest.mark.parametrize("name", ["unknown-key", "unknown-actor"])
def test_a_pack_with_an_error_is_refused_as_a_whole(name: str, tmp_path: Path) -> None:
    # given
    case = YAML(typ="safe", pure=True).load((BAD_RULES / f"{name}.yaml").read_text("utf-8"))
    folder = copy_of_minimal(tmp_path)
    _break(folder, case)

    # when
    with pytest.raises(PackError) as refused:
        load_pack(folder)

    # then
    assert refused.value.complaints == check_pack(folder).errors


def test_a_doubt_does_not_refuse(tmp_path: Path) -> None:
    # given
    folder = copy_of_minimal(tmp_path)
    change(folder, "sources.yaml", "interval: 15m", "interval: 10s")

    # when
    pack = load_pack(folder)

    # then
    assert pack.sources.sources[0].interval.total_seconds() == 10


def test_there_are_cases() -> None:
    assert len(CASES) >= 24
