"""The pack grows in YAML alone: an actor, a cue, a topic, a whole language are read at once."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from monitor.model import Article, Reading
from monitor.pipeline.reading import PackReader, build_reader
from monitor.rulebook.load import load_pack
from tests.packs import shipped_reader

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "rules.md").read_text("utf-8")
SAID = datetime(2026, 3, 10, tzinfo=UTC)
SIDES = {"prohibit": -1, "restrict": -1, "neutral": 0, "regulate": 1, "promote": 1}

Fragment = dict[str, Any]


def grow(folder: Path, file: str, fragment: Fragment) -> None:
    """What an editor does by hand: each line of the fragment goes beside those that are there.

    Written as JSON, which is YAML too and takes a tenth of the time.
    """
    path = folder / file
    written = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    _merge(written, fragment)
    path.write_text(json.dumps(written, ensure_ascii=False, indent=1, default=str), "utf-8")


def _merge(written: Fragment, fragment: Fragment) -> None:
    for key, value in fragment.items():
        if key not in written:
            written[key] = value
        elif isinstance(value, dict):
            _merge(written[key], value)
        else:
            _merge_entries(written[key], value)


def _merge_entries(written: list[Fragment], entries: list[Fragment]) -> None:
    by_id = {one["id"]: one for one in written}
    for entry in entries:
        if entry["id"] in by_id:
            _merge(by_id[entry["id"]], {k: v for k, v in entry.items() if k != "id"})
        else:
            written.append(entry)


def example() -> dict[str, Fragment]:
    """The manual's: file -> what it writes there."""
    section = MANUAL.split("## Add a language\n")[1].split("\n## ")[0]
    blocks = [block.split("```")[0] for block in section.split("```yaml\n")[1:]]
    yaml = YAML(typ="safe", pure=True)
    return {block.splitlines()[0].removeprefix("# "): yaml.load(block) for block in blocks}


OFFICE = {"id": "harbour-office", "title": "Harbour Office", "words": {"en": ["Harbour Office"]}}
SCUTTLE = {"id": "scuttling", "level": "prohibit", "words": {"en": ["scuttl*"]}}
PAWNING = {"id": "pawning", "title": "loans on it", "words": {"en": ["crypto pawn*"]}}


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> PackReader:
    """The shipped pack with an actor, a cue, a topic and a language more."""
    folder = Path(shutil.copytree(ROOT / "rules", tmp_path_factory.mktemp("pack") / "rules"))
    for file, fragment in example().items():
        grow(folder, file, fragment)
    grow(folder, "actors.yaml", {"actors": [OFFICE]})
    grow(folder, "stances.yaml", {"cues": [SCUTTLE]})
    grow(folder, "topics.yaml", {"topics": [PAWNING]})
    return build_reader(load_pack(folder))


@pytest.fixture(scope="module")
def plain() -> PackReader:
    return shipped_reader()


def read(reader: PackReader, title: str, text: str, language: str | None = "en") -> Reading:
    return reader.read(Article("a", "", title, text, SAID, SAID, language))


def positions(reading: Reading) -> set[tuple[str, str, int]]:
    return {(one.actor, one.topic, SIDES[one.stance]) for one in reading.stances}


# --- one word ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text", "said"),
    [
        (
            "Harbour Office proposes to ban crypto mining in Russia",
            "The Harbour Office wants a ban on cryptocurrency mining, it said.",
            ("harbour-office", "mining", -1),
        ),
        (
            "Bank of Russia wants to scuttle crypto mining",
            "The Bank of Russia proposes scuttling cryptocurrency mining.",
            ("bank-of-russia", "mining", -1),
        ),
        (
            "Bank of Russia proposes to ban crypto pawning",
            "The Bank of Russia wants a ban on crypto pawning, it said.",
            ("bank-of-russia", "pawning", -1),
        ),
    ],
    ids=["actor", "cue", "topic"],
)
def test_what_was_written_down_is_read_at_once(
    title: str, text: str, said: tuple[str, str, int], grown: PackReader, plain: PackReader
) -> None:
    assert said in positions(read(grown, title, text)) - positions(read(plain, title, text))


# --- a language: the worked example of the manual -----------------------------------------------


def test_the_example_writes_into_five_files() -> None:
    assert set(example()) == {
        f"{name}.yaml" for name in ("lexicon", "topics", "actors", "stances", "stages")
    }


@pytest.mark.parametrize("language", ["nl", None])
def test_a_position_in_the_new_language_is_read(grown: PackReader, language: str | None) -> None:
    found = read(
        grown,
        "Russische centrale bank wil cryptomining verbieden",
        "De Bank van Rusland stelde voor om cryptomining in heel Rusland te verbieden. "
        "Volgens de toezichthouder bedreigt het delven van crypto de stroomvoorziening.",
        language,
    )

    assert found.language == "nl"
    assert ("bank-of-russia", "mining", -1) in positions(found)
    assert ("proposed", "mining") in {(one.stage, one.topic) for one in found.acts}


def test_another_side_in_the_new_language_is_read(grown: PackReader) -> None:
    found = read(
        grown,
        "Ministerie van Financiën steunt handel in crypto",
        "Het Russische ministerie van Financiën wil de handel in cryptomunten bevorderen.",
        "nl",
    )

    assert ("ministry-of-finance", "trading", 1) in positions(found)


def test_a_turned_cue_in_the_new_language_is_read(grown: PackReader) -> None:
    found = read(
        grown,
        "Ministerie van Financiën tegen verbod op cryptomining",
        "Het ministerie van Financiën is tegen een verbod op cryptomining in Rusland.",
        "nl",
    )

    assert ("ministry-of-finance", "mining", 1) in positions(found)


def test_an_act_and_its_day_in_the_new_language_are_read(grown: PackReader) -> None:
    found = read(
        grown,
        "Doema neemt wet over cryptomining aan in derde lezing",
        "De Russische Doema nam de wet aan in derde lezing. De wet treedt op 1 september in "
        "werking.",
        "nl",
    )

    acts = {(one.topic, one.stage, one.body, str(one.effective_on)) for one in found.acts}
    assert ("mining", "passed", "state-duma", "2026-09-01") in acts


def test_what_is_not_ours_stays_out_in_the_new_language(grown: PackReader) -> None:
    found = read(grown, "Regen in Utrecht", "Het regent al drie dagen in Utrecht.", "nl")

    assert not found.relevant


def test_the_other_languages_are_read_as_before(grown: PackReader, plain: PackReader) -> None:
    article = (
        "Bank of Russia proposes to ban crypto mining",
        "The Bank of Russia wants a ban on cryptocurrency mining, it said.",
    )

    assert read(grown, *article) == read(plain, *article)
