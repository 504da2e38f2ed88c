"""OPML comes in within limits and goes out without loss."""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.rulebook.opml import MAX_BYTES, Import, plan_import, read_opml, write_opml
from monitor.rulebook.types import PageSelectors, SourceEntry
from monitor.steps.identify import canonical

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


def opml(body: str) -> bytes:
    return f"<?xml version='1.0'?>\n<opml version='2.0'>\n<body>\n{body}\n</body></opml>".encode()


def plan(content: bytes, known: dict[str, str] | None = None, tier: str = "press") -> Import:
    known = known or {}
    return plan_import(
        read_opml(content), known=known, taken=known.values(), canonical=canonical, tier=tier
    )


# --- in ----------------------------------------------------------------------------------------


def test_a_readers_export_becomes_entries_with_its_folders() -> None:
    content = opml(
        "<outline text='Fish'>"
        "<outline type='rss' text='Cod Weekly' xmlUrl='https://www.cod.example/feed'/>"
        "</outline><outline title='trade'>"
        "<outline text='Вести' xmlUrl='https://vesti.example/rss' language='ru-RU'/></outline>"
    )

    assert plan(content).entries == [
        {
            "id": "cod-weekly",
            "title": "Cod Weekly",
            "url": "https://www.cod.example/feed",
            "tier": "press",
            "newsroom": "cod.example",
            "note": "Fish",
            "verified": "never",
        },
        {
            "id": "vesti-example",
            "title": "Вести",
            "url": "https://vesti.example/rss",
            "tier": "trade",
            "newsroom": "vesti.example",
            "language": "ru",
            "verified": "never",
        },
    ]


def test_what_is_known_in_any_spelling_is_skipped_and_named() -> None:
    content = opml(
        "<outline text='A' xmlUrl='http://cod.example/feed/?utm_source=x'/>\n"
        "<outline text='B' xmlUrl='https://eel.example/feed'/>\n"
        "<outline text='C' xmlUrl='https://eel.example/feed'/>"
    )

    planned = plan(content, {canonical("https://cod.example/feed"): "cod"})

    assert [entry["id"] for entry in planned.entries] == ["eel-example"]
    assert [(each.line, each.title, each.why) for each in planned.known] == [
        (4, "A", "is the address of `cod` already"),
        (6, "C", "is the address of `eel-example` already"),
    ]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://cod.example/feed",
        "gopher://cod.example/",
        "javascript:alert(1)",
        "https://",
        "https://cod.example\\@inner.example/",
        "https://cod.example/a b",
        "http://[::1",
        "https://user:canary@cod.example/feed",
        "https://cod.example/" + "a" * 2000,
    ],
)
def test_an_address_that_is_none_costs_itself_alone_and_is_named_by_its_line(address: str) -> None:
    content = opml(
        f"<outline text='bad' xmlUrl='{address}'/>\n"
        "<outline text='good' xmlUrl='https://eel.example/feed'/>"
    )

    planned = plan(content)

    assert [entry["id"] for entry in planned.entries] == ["good"]
    assert [(each.line, each.title) for each in planned.refused] == [(4, "bad")]


BOMB = (
    "<!DOCTYPE opml [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in ["ab", "bc", "cd", "de", "ef", "fi"])
    + "]><opml><body><outline text='&i;' xmlUrl='https://x.example'/></body></opml>"
)  # fmt: skip
OUTSIDE = (
    "<!DOCTYPE opml [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
    "<opml><body><outline text='x' xmlUrl='https://x.example/'/>&f;</body></opml>"
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB.encode(), "DOCTYPE or entities"),
        (OUTSIDE.encode(), "DOCTYPE or entities"),
        (b"<opml><body>", "is no OPML"),
        (b"<rss/>", "is no OPML: it begins with <rss>"),
        (b"", "is no OPML"),
        (b"\xff\xfe\x00", "is no OPML"),
        (b"<?xml version='1.0' encoding='no-such'?><opml/>", "is no OPML"),
        (b" " * (MAX_BYTES + 1), "larger than 5 MiB"),
        (opml("<outline text='x' xmlUrl='https://x.example/'/>" * 5_001), "more than 5000"),
        (opml("<outline text='x'>" * 100_000), "more than 5000 outlines, or 20 folders"),
    ],
    ids=[
        "billion laughs", "external entity", "cut", "no OPML", "empty", "bytes", "charset",
        "too large", "too many", "too deep",
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_as_a_whole(content: bytes, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read_opml(content)


# --- out ---------------------------------------------------------------------------------------


def entry(**given: object) -> SourceEntry:
    minimal = {"id": "a", "title": "A", "url": "https://a.example/", "tier": "press"}
    return SourceEntry.model_validate({**minimal, "newsroom": "N", **given})


def test_no_title_can_close_a_tag_or_break_the_file() -> None:
    hostile = "]]></title>\"'<outline xmlUrl='https://evil.example'/>&amp;\x00\x0b\ud800\uffff"

    written = write_opml([entry(title=hostile, note=hostile)], title=hostile[:40], now=NOW)

    [outline] = ElementTree.fromstring(written).iterfind(".//outline[@xmlUrl]")
    assert outline.get("xmlUrl") == "https://a.example/"
    assert outline.get("title") == hostile.removesuffix("\x00\x0b\ud800\uffff")


def test_other_programs_find_title_and_address_where_they_look() -> None:
    written = write_opml([entry(title="Cod & Eel", language="en")], title="Ours", now=NOW)

    root = ElementTree.fromstring(written)
    [outline] = root.iterfind("body/outline[@text='press']/outline")
    assert root.get("version") == "2.0"
    assert root.findtext("head/dateCreated") == "01 Apr 2026 12:00:00 GMT"
    assert {key: outline.get(key) for key in ("type", "text", "xmlUrl", "language")} == {
        "type": "rss",
        "text": "Cod & Eel",
        "xmlUrl": "https://a.example/",
        "language": "en",
    }


words = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=40,
).filter(str.strip)
pages = st.builds(PageSelectors, item=words, title=words, link=words, date=words, summary=words)


@st.composite
def sources(draw: st.DrawFn) -> list[SourceEntry]:
    page_for = {number: draw(st.none() | pages) for number in range(draw(st.integers(0, 6)))}
    return [
        SourceEntry(
            id=f"s{number}",
            title=draw(words),
            url=f"https://s{number}.example/a?b=c&d='{number}'",
            kind="page" if page else "feed",
            page=page,
            tier=draw(st.sampled_from(["official", "wire", "press", "trade", "search"])),
            newsroom=draw(words),
            actor=draw(st.none() | st.just("bank-of-norway")),
            language=draw(st.none() | st.sampled_from(["en", "ru"])),
            interval=draw(st.none() | st.integers(1, 5000).map(lambda n: timedelta(minutes=n))),
            route=draw(st.sampled_from(["direct", "relay", "ru-only"])),
            verified=draw(st.none() | st.just(date(2026, 3, 1))),
            status=draw(st.sampled_from(["active", "retired"])),
            note=draw(words | st.just("")),
        )
        for number, page in page_for.items()
    ]


@given(sources())
def test_what_goes_out_comes_back_the_same(given_sources: list[SourceEntry]) -> None:
    written = write_opml(given_sources, title="Ours", now=NOW)

    planned = plan(written)

    back = {values["id"]: SourceEntry.model_validate(values) for values in planned.entries}
    assert back == {each.id: each for each in given_sources}
    assert (planned.known, planned.refused) == ([], [])
