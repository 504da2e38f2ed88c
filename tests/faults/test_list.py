"""The manual's list of faults and attacks: every row is there, every test it names exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = {
    *(f"F{number:02}" for number in (1, 2, 3, 4, 8, 9, 10, 15, 16, 17, 18, 23, 24, 29)),
    *(f"F{number}" for number in (*range(31, 51), *range(52, 56))),
    *(f"A{number:02}" for number in range(1, 13)),
    *(f"A{number}" for number in (14, 29, 31, 37, 41, 43, 45)),
}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> dict[str, str]:
    section = (ROOT / "docs" / "operations.md").read_text().partition("\n## Faults and attacks")[2]
    lines = re.findall(r"^\| ([FA]\d\d) \| (.*) \|$", section.partition("\n## ")[0], re.MULTILINE)
    return dict(lines)


def named() -> list[tuple[str, str]]:
    return sorted({test for row in rows().values() for test in TEST.findall(row)})


def test_every_row_stands_in_the_manual_with_a_test_or_a_reason() -> None:
    assert NEEDED - set(rows()) == set()
    assert [row for row, told in rows().items() if not told.partition(" | ")[2].strip()] == []


@pytest.mark.parametrize("path", sorted({path for path, _ in named()}))
def test_every_test_that_the_manual_names_exists(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    defined = {node.name for node in ast.walk(tree) if isinstance(node, functions)}

    assert {name for file, name in named() if file == path} - defined == set()


def test_nothing_of_ours_pickles_and_no_schedule_is_kept_outside_our_tables() -> None:
    unpickling = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal"}
    found = []
    for path in sorted((ROOT / "monitor").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            for module in modules:
                if module.split(".")[0] in unpickling or module.startswith("apscheduler.jobstores"):
                    found.append((path.name, module))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr == "add_jobstore":
                    found.append((path.name, "add_jobstore"))

    assert found == []
