"""Markup gives the same text whether a tree is made of it or not."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from monitor.steps.parse.plain import in_lines, strip_tags, text_of

TAGS = "p br b a div li pre title table td script style template ruby rt rp svg noscript".split()
WORDS = [
    "word", "яблоко", " ", "\n", "\r\n", "\t", "a & b", "&amp;", "&nbsp;", "&bogus;", "&#8364;",
    "<", ">", "<!-- aside -->", "<!--", "<![CDATA[kept]]>", "<?pi x?>", "<!DOCTYPE html>",
]  # fmt: skip

markup = st.lists(
    st.sampled_from(WORDS)
    | st.sampled_from(TAGS).map("<{}>".format)
    | st.sampled_from(TAGS).map("</{}>".format),
    min_size=1,
).map("".join)


@given(markup)
def test_the_text_of_markup_is_that_of_its_tree(told: str) -> None:
    # a tag first, as wherever tags are taken out
    told = f"<i>{told}"

    of_the_tree = text_of(BeautifulSoup(told, "lxml"))

    assert in_lines(strip_tags(told)) == in_lines(of_the_tree)


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("<p>One<p>two<br>three", "One\ntwo\nthree"),
        ("<b>bold</b>ly", "boldly"),
        ("a<script>x<b>y</b></script>b<style>z</style>c", "abc"),
        ("<template>a<p>b</p></template>c", "c"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字", "漢字"),
        ("<!-- nothing -->", ""),
        ("</p>", ""),
    ],
)
def test_what_no_reader_sees_is_left_out_and_edges_part_words(told: str, read: str) -> None:
    assert in_lines(strip_tags(told)) == read
