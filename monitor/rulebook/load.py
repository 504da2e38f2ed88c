"""YAML -> Pack. Every complaint names file, line, column and key; a pack is taken whole or refused."""

import hashlib
from pathlib import Path

from ruamel.yaml import YAML

from monitor.rulebook.types import (
    ActorsFile,
    AlertsFile,
    ChannelsFile,
    LexiconFile,
    Pack,
    SourcesFile,
    StagesFile,
    StancesFile,
    TestsFile,
    TopicsFile,
)
from monitor.rulebook.words import resolve_all


def load_pack(folder: Path) -> Pack:
    """Read the folder. PackError with every complaint where anything is wrong."""
    yaml = YAML(typ="safe", pure=True)

    def read(name, kind):
        return kind.model_validate(yaml.load((folder / name).read_text("utf-8")) or {})

    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    pack = Pack(
        sources=read("sources.yaml", SourcesFile),
        lexicon=read("lexicon.yaml", LexiconFile),
        topics=read("topics.yaml", TopicsFile),
        actors=read("actors.yaml", ActorsFile),
        stances=read("stances.yaml", StancesFile),
        stages=read("stages.yaml", StagesFile),
        alerts=tuple(r for p in sorted((folder / "alerts").glob("*.yaml")) for r in read(f"alerts/{p.name}", AlertsFile).alerts),
        channels=read("channels.yaml", ChannelsFile),
        tests=tuple(t for p in sorted((folder / "tests").glob("*.yaml")) for t in read(f"tests/{p.name}", TestsFile).tests),
        digest=digest.hexdigest(),
    )
    return resolve_all(pack, pack.lexicon)
