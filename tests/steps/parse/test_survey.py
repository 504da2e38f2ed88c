"""What a person is told of a body; nothing in it can stop the telling."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Fetched, Source, SourceKind, Tier
from monitor.steps.identify import canonical
from monitor.steps.parse.survey import MAX_FEEDS, Form, Survey, survey

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
SOURCE = Source(
    id="it",
    url="https://cod.example/",
    kind=SourceKind.FEED,
    tier=Tier.PRESS,
    newsroom="Cod",
    language=None,
    interval=timedelta(hours=1),
)


def surveyed(body: str | bytes, content_type: str = "text/html") -> Survey:
    content = body.encode() if isinstance(body, str) else body
    fetched = Fetched("it", "https://cod.example/a/", content, content_type, None, None, NOW)
    return survey(SOURCE, fetched, canonical=canonical, now=NOW)


@pytest.mark.parametrize(
    ("body", "form", "title"),
    [
        ("<rss version='2.0'><channel><title>Cod</title></channel></rss>", Form.FEED, "Cod"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><title>Eel</title></feed>", Form.FEED, "Eel"),
        (
            '{"version": "https://jsonfeed.org/version/1.1", "title": "Hake", "items": []}',
            Form.FEED,
            "Hake",
        ),
        ("<!doctype html><title>Fish &amp; Co</title>", Form.HTML, "Fish & Co"),
        ("<?xml version='1.0'?><html><title>Fish</title></html>", Form.HTML, "Fish"),
        ("plain words", Form.OTHER, ""),
    ],
)
def test_a_body_is_what_stands_in_it_whatever_the_server_calls_it(
    body: str, form: Form, title: str
) -> None:
    found = surveyed(body)

    assert (found.form, found.title) == (form, title)


def test_feeds_of_a_page_are_found_and_nothing_that_only_looks_like_one() -> None:
    page = (
        "<html><head><base href='https://cdn.example/'>"
        "<link rel='alternate' type='application/rss+xml' href='/feed' title='News'>"
        "<link rel='ALTERNATE home' type='application/atom+xml; charset=utf-8' href='//x.example/'>"
        "<link rel='alternate' type='application/rss+xml' href='/feed'>"
        "<link rel='alternate' type='application/json' href='/wp-json'>"
        "<link rel='alternate' hreflang='ru' href='/ru'>"
        "<link rel='alternate' type='application/rss+xml' href='javascript:alert(1)'>"
        "<link rel='stylesheet' type='application/rss+xml' href='/style'>"
    )

    found = [(link.url, link.title) for link in surveyed(page).feeds]

    assert found == [("https://cdn.example/feed", "News"), ("https://x.example/", "")]


def test_a_page_of_a_thousand_feeds_names_a_few() -> None:
    link = "<link rel=alternate type=application/rss+xml href=/{}>"

    assert len(surveyed("<html>" + "".join(map(link.format, range(1000)))).feeds) == MAX_FEEDS


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode), st.text(max_size=40))
def test_no_body_stops_the_telling(body: bytes, content_type: str) -> None:
    assert surveyed(b"<rss><channel><item>" + body, content_type).form
    assert surveyed(body, content_type).form
