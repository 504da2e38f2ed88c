"""Each feed of tests/feeds with what must come out of it, side by side.

`x.xml` has `x.xml.expected.json`: `source` (what differs from a plain feed), and either `articles`
and `wishes` (where it has any) or `error` (a part of the message).
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ParseError
from monitor.model import Article, Edition, Fetched, Selectors, Source, SourceKind, Tier
from monitor.steps.parse import read_source

FEEDS = Path(__file__).parent.parent.parent / "feeds"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NAMES = sorted(path.name for path in FEEDS.iterdir() if not path.name.endswith(".expected.json"))


def canonical(url: str) -> str:
    return url.partition("?")[0]


def source_of(wanted: dict[str, Any]) -> Source:
    plain = Source(
        id="src",
        url="https://news.example/feed",
        kind=SourceKind.FEED,
        tier=Tier.PRESS,
        newsroom="Invented",
        language=None,
        interval=timedelta(minutes=30),
    )
    given = dict(wanted)
    if "selectors" in given:
        given["selectors"] = Selectors(**given["selectors"])
    if "kind" in given:
        given["kind"] = SourceKind(given["kind"])
    if "tier" in given:
        given["tier"] = Tier(given["tier"])
    return replace(plain, **given)


def read(name: str, wanted: dict[str, Any]) -> Edition:
    source = source_of(wanted)
    body = (FEEDS / name).read_bytes()
    fetched = Fetched(source.id, source.url, body, "", None, None, NOW)
    return read_source(source, fetched, canonical=canonical, now=NOW)


def told(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "published": article.published_at.isoformat() if article.published_at else None,
        "language": article.language,
        "newsroom": article.newsroom,
        "keys": list(article.keys),
    }


NONE = {"ttl_seconds": None, "skip_hours": "", "skip_days": ""}


def wishes_of(edition: Edition) -> dict[str, Any]:
    return {name: getattr(edition, name) for name in NONE}


@pytest.mark.parametrize("name", NAMES)
def test_a_body_gives_what_stands_beside_it(name):
    expected = json.loads((FEEDS / f"{name}.expected.json").read_text("utf-8"))

    if "error" in expected:
        with pytest.raises(ParseError) as refused:
            read(name, expected["source"])
        assert expected["error"] in str(refused.value)
    else:
        edition = read(name, expected["source"])
        assert [told(article) for article in edition.articles] == expected["articles"]
        assert wishes_of(edition) == expected.get("wishes", NONE)
