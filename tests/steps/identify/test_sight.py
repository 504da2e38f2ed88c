"""Whether an article was met before, and by what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.model import Article, Verdict
from monitor.steps.identify import (
    Identity,
    Sight,
    for_ever,
    identify,
    keys_asked,
    story_of,
    verdict_of,
    version_hash,
)

DAY = datetime(2024, 3, 4, tzinfo=UTC)


def article(name: str = "one", **fields: object) -> Article:
    plain = Article(
        id=name,
        url=f"https://a.example/{name}",
        title="The ministry drafts a law on mining",
        text="Miners are to register, the ministry says.",
        arrived_at=DAY,
        published_at=DAY,
        source_id="feed",
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def met(first: Article, then: Article) -> Identity:
    """How `then` is met after `first` was kept."""
    kept = identify(first, {}, {})
    known = dict.fromkeys(kept.article.keys, kept.article.id)
    return identify(then, known, {kept.article.id: frozenset({kept.version})})


OTHER = {"title": "The bank opposes the law", "text": "It wants a ban, it says."}


@pytest.mark.parametrize(
    ("why", "then", "sight"),
    [
        ("nothing in common", article("two", **OTHER), Sight.FIRST),
        ("same id, same words", article("one"), Sight.AGAIN),
        ("same id, other words", article("one", **OTHER), Sight.EDITED),
        ("same address", article("two", url="http://a.example/one#x"), Sight.AGAIN),
        (
            "same address, edited",
            article("two", url="https://a.example/one", **OTHER),
            Sight.EDITED,
        ),
        ("same words elsewhere", article("two"), Sight.REPRINT),
        ("... in capitals", article("two", title=article().title.upper()), Sight.REPRINT),
        (
            "... ten days later",
            article("two", published_at=DAY + timedelta(days=10)),
            Sight.REPRINT,
        ),
        (
            "... a day before",
            article("two", published_at=DAY - timedelta(days=1)),
            Sight.REPRINT,
        ),
        (
            "... eleven days later",
            article("two", published_at=DAY + timedelta(days=11)),
            Sight.FIRST,
        ),
        (
            "other white space alone",
            article("one", text="Miners  are to register, the ministry\nsays."),
            Sight.AGAIN,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_how_an_article_is_met(why: str, then: Article, sight: Sight) -> None:
    assert met(article("one"), then).sight is sight


def test_an_article_met_again_keeps_the_id_it_had() -> None:
    identity = met(article("one"), article("two", url="https://a.example/one", **OTHER))

    assert (identity.article.id, identity.original) == ("one", "one")


def test_an_item_key_finds_an_article_within_its_source_only() -> None:
    first = article("one", keys=("tag:7",))

    moved = article("two", url="https://a.example/moved", keys=("tag:7",), **OTHER)
    stranger = replace(moved, source_id="another feed")

    assert met(first, moved).sight is Sight.EDITED
    assert met(first, stranger).sight is Sight.FIRST


@pytest.mark.parametrize("guid", ["https://a.example/one", "url:https://a.example/one", "id:one"])
def test_a_guid_cannot_pass_for_the_address_of_anothers_article(guid: str) -> None:
    hostile = article("two", source_id="hostile", keys=(guid,), **OTHER)

    assert met(article("one"), hostile).sight is Sight.FIRST


def test_a_front_page_is_the_address_of_no_article() -> None:
    first = article("one", url="https://a.example/")

    assert met(first, article("two", url="https://a.example/", **OTHER)).sight is Sight.FIRST


def test_the_words_of_a_seed_are_known_for_ever() -> None:
    seed = for_ever(identify(article("seed"), {}, {}))
    known = dict.fromkeys(seed.article.keys, "seed")

    identity = identify(article("two", published_at=DAY + timedelta(days=900)), known, {})

    assert (identity.sight, identity.original) == (Sight.SEED, "seed")


@pytest.mark.parametrize(
    ("sight", "relevant", "verdict"),
    [
        (Sight.AGAIN, False, Verdict.KNOWN),
        (Sight.EDITED, True, Verdict.KNOWN),
        (Sight.SEED, True, Verdict.KNOWN),
        (Sight.REPRINT, False, Verdict.COPY),
        (Sight.FIRST, False, Verdict.IRRELEVANT),
        (Sight.FIRST, True, Verdict.NEW),
    ],
)
def test_the_verdict_is_the_first_that_holds(
    sight: Sight, relevant: bool, verdict: Verdict
) -> None:
    assert verdict_of(sight, relevant=relevant) is verdict


@given(some.text(max_size=40), some.text(max_size=80))
def test_every_article_finds_itself_again(title: str, text: str) -> None:
    it = article("one", title=title, text=text)

    identity = identify(it, {}, {})

    assert "id:one" in set(keys_asked(it)) & set(identity.article.keys)
    assert met(it, it).sight is Sight.AGAIN


@given(some.text(min_size=1, max_size=30))
def test_an_id_shows_neither_in_the_version_nor_in_the_story(name: str) -> None:
    one, other = identify(article("one"), {}, {}), identify(article("one", id=name), {}, {})

    assert version_hash(one.article) == version_hash(other.article)
    assert story_of(one) == story_of(other)


def test_items_of_one_page_are_articles_of_their_own() -> None:
    """A body whose items share an address gives no url key; the guid alone names them."""
    page = "https://a.example/notes"
    first = article("one", url=f"{page}#one", keys=("guid:feed:one",))
    then = article("two", url=f"{page}#two", keys=("guid:feed:two",), **OTHER)

    assert met(first, then).sight is Sight.FIRST


def test_one_address_in_two_sources_is_one_article() -> None:
    address = "https://a.example/one"
    first = article("one", keys=("guid:feed:one", f"url:{address}"))
    then = article("two", url=address, source_id="wire", keys=("guid:wire:7", f"url:{address}"))

    assert met(first, then).sight is Sight.AGAIN


@pytest.mark.parametrize(
    "address",
    [
        "https://amp.a.example/one",
        "https://a.example/one/amp/",
        "https://m.a.example/one",
        "https://a.example./one",
        "http://a.example/one?utm_source=feed&fbclid=7",
    ],
)
def test_an_article_by_another_door_is_met_again(address: str) -> None:
    assert met(article("one"), article("two", url=address, source_id="wire")).sight is Sight.AGAIN


def test_a_rewritten_guid_leads_to_the_same_article_by_its_address() -> None:
    address = "https://a.example/one"
    first = article("one", keys=("guid:feed:7", f"url:{address}"))
    then = article("two", url=address, keys=("guid:feed:7-new", f"url:{address}"), **OTHER)

    assert met(first, then).sight is Sight.EDITED


def test_an_item_without_guid_and_link_is_met_again_by_its_words() -> None:
    first = article("one", url="", keys=("hash:7",))

    assert met(first, article("two", url="", keys=("hash:7",))).sight is Sight.AGAIN


def test_a_search_link_that_cannot_be_decoded_leads_to_the_article_by_title_and_publisher() -> None:
    """Each search gives another address for it; what stays is the headline."""
    search = {"text": "", "newsroom": "The Gazette", "source_id": "search"}
    first = article("one", url="https://search.example/articles/CBMiAA", **search)
    again = article("two", url="https://search.example/articles/CBMiZZ", **search)

    identity = met(first, again)

    assert (identity.sight, identity.original) == (Sight.REPRINT, "one")
