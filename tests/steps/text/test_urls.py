"""One spelling for each address."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.steps.text.urls import canonical, newsroom_of


@pytest.mark.parametrize(
    ("why", "url", "spelt"),
    [
        ("as it is", "https://a.example/x", "https://a.example/x"),
        ("http is https", "http://a.example/x", "https://a.example/x"),
        ("case of the host", "HTTPS://A.Example/X", "https://a.example/X"),
        ("default port", "https://a.example:443/x", "https://a.example/x"),
        ("another port", "https://a.example:8443/x", "https://a.example:8443/x"),
        ("root dot", "https://a.example./x", "https://a.example/x"),
        ("fragment", "https://a.example/x#top", "https://a.example/x"),
        ("last slash", "https://a.example/x/", "https://a.example/x"),
        ("order of parameters", "https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2"),
        ("tracking", "https://a.example/x?utm_source=n&fbclid=1&id=7", "https://a.example/x?id=7"),
        ("a phone's host", "https://m.a.example/x", "https://a.example/x"),
        ("AMP by host", "https://amp.a.example/x", "https://a.example/x"),
        ("AMP by path", "https://a.example/x/amp/", "https://a.example/x"),
        ("AMP by file", "https://a.example/x/amp.html", "https://a.example/x"),
        ("AMP by parameter", "https://a.example/x?amp=1", "https://a.example/x"),
        ("a host that is called m", "https://m.example/x", "https://m.example/x"),
        ("www stays", "https://www.a.example/x", "https://www.a.example/x"),
        ("letters of any script", "https://пример.рф/д", "https://xn--e1afmkfd.xn--p1ai/%D0%B4"),
        ("dots in the path", "https://a.example/b/../x", "https://a.example/x"),
        ("space around", "  https://a.example/x\n", "https://a.example/x"),
    ],
    ids=lambda value: value if " " in value and "/" not in value else "",
)
def test_what_does_not_tell_articles_apart_is_dropped(why: str, url: str, spelt: str) -> None:
    assert canonical(url) == spelt


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no address",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://[::1",
        "http://a.example:99999/",
        "http://public.example\\@private.example/",
        "http://.",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_what_is_no_web_address_has_no_spelling(url: str) -> None:
    assert canonical(url) == ""


PIECES = some.sampled_from(
    "http:// HTTPS:// // www. m. amp. a.example . :80 :443 :8080 / /amp /amp.html /a/../b %2f %7e"
    " % ? a=1 & utm_source=x #f é й ; = + [::1] @ amp=1 \\ ¡ \t \x00".split(" ")
)


@given(some.lists(PIECES, max_size=9).map("".join) | some.text(max_size=20).map("http://".__add__))
def test_spelling_twice_is_spelling_once(url: str) -> None:
    once = canonical(url)

    assert canonical(once) == once


def test_a_newsroom_is_the_host_without_www() -> None:
    assert newsroom_of("https://www.a.example/x") == "a.example"
    assert newsroom_of("") == ""
