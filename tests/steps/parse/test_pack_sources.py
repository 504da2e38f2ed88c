"""The sources that ship can be asked and read: addresses pass the guard, selectors are CSS."""

from datetime import UTC, datetime

import pytest

from monitor.errors import ParseError
from monitor.fetch.guard import check_url
from monitor.model import Fetched, Selectors, Source, SourceKind
from monitor.rulebook.types import SourceEntry
from monitor.steps.parse import read_source
from tests.packs import shipped_pack

SOURCES = shipped_pack().sources.sources
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_the_address_passes_the_guard(source: SourceEntry):
    assert check_url(source.url).host


@pytest.mark.parametrize(
    "entry", [s for s in SOURCES if s.kind is SourceKind.PAGE], ids=lambda source: source.id
)
def test_the_selectors_of_a_page_are_css(entry: SourceEntry):
    assert entry.page is not None
    source = Source(
        entry.id, entry.url, entry.kind, entry.tier, entry.newsroom, entry.language,
        entry.interval, selectors=Selectors(**entry.page.model_dump()),
    )  # fmt: skip
    listing = Fetched(source.id, source.url, b"<p>Another page</p>", "text/html", None, None, NOW)

    with pytest.raises(ParseError, match="no item for the selector"):
        read_source(source, listing, canonical=str, now=NOW)


def test_a_list_of_bills_is_read_by_its_columns():
    entry = next(source for source in SOURCES if source.id == "duma-bills-crypto")
    assert entry.page is not None
    source = Source(
        entry.id, entry.url, entry.kind, entry.tier, entry.newsroom, entry.language,
        entry.interval, selectors=Selectors(**entry.page.model_dump()),
    )  # fmt: skip
    body = """<table class="tbl_search_results"><tr><th>Номер</th></tr>
    <tr><td></td><td><a href="/bill/123456-8">123456-8</a><div>О выдуманных монетах</div></td>
    <td>01.10.2026</td><td>Депутаты</td><td>Принят в первом чтении</td><td>20.11.2026</td></tr>
    </table>"""

    (bill,) = read_source(
        source,
        Fetched(source.id, source.url, body.encode(), "text/html", None, None, NOW),
        canonical=str,
        now=NOW,
    ).articles

    assert bill.title == "123456-8 О выдуманных монетах"
    assert bill.text == "Принят в первом чтении"
    assert bill.url == "https://sozd.duma.gov.ru/bill/123456-8"
    assert bill.published_at == datetime(2026, 11, 19, 21, tzinfo=UTC)
