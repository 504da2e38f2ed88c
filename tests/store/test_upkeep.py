"""What may be rewritten beside the ledger, on both databases: holds, pages to ask, memory."""

from collections.abc import Iterable
from dataclasses import replace

from monitor.model import ArticleRecord, Intake, TextDue
from monitor.store import SqlStore
from tests.store.made import MINUTE, NOON, a_stance, an_article, written

LATER = NOON + 60 * MINUTE


def articles(*records: ArticleRecord) -> Intake:
    return Intake(cursor=None, articles=records)


def held(number: int, *, source: str = "gazette") -> ArticleRecord:
    record = an_article(number)
    return replace(record, held=True, article=replace(record.article, source_id=source))


def ids(records: Iterable[ArticleRecord]) -> list[str]:
    return [record.article.id for record in records]


def stored(store: SqlStore, number: int) -> list[ArticleRecord]:
    with store.deciding() as deciding:
        return deciding.versions_of(f"article-{number}")


def known(store: SqlStore, *numbers: int) -> set[str]:
    with store.deciding() as deciding:
        return set(deciding.known([f"guid-{number}" for number in numbers]).values())


# --- holds -------------------------------------------------------------------------------------


def test_held_articles_are_found_by_source_in_the_order_of_their_coming(store: SqlStore) -> None:
    written(store, articles(held(2), held(1), held(3, source="other"), an_article(4)))

    with store.deciding() as deciding:
        assert ids(deciding.held("gazette")) == ["article-1", "article-2"]
        assert deciding.holders(["article-1", "article-3", "article-4", "unknown"]) == {
            "article-1": "gazette",
            "article-3": "other",
        }
    assert store.held_counts() == {"gazette": 2, "other": 1}


def test_a_hold_ends_for_every_version_of_an_article_and_for_no_other(store: SqlStore) -> None:
    edited = replace(held(1), version="edited")
    written(store, articles(held(1), edited, held(2)))

    written(store, Intake(cursor=None, released=("article-1",)))

    assert store.held_counts() == {"gazette": 1}
    assert [record.held for record in stored(store, 1)] == [False, False]


def test_a_dropped_article_is_known_by_its_keys_alone(store: SqlStore) -> None:
    written(store, articles(held(1), held(2)))

    written(store, Intake(cursor=None, dropped=("article-1",)))

    assert stored(store, 1) == []
    assert known(store, 1, 2) == {"article-1", "article-2"}
    assert store.held_counts() == {"gazette": 1}


def test_a_ledger_is_founded_by_its_first_statement(store: SqlStore) -> None:
    with store.deciding() as deciding:
        assert not deciding.is_founded()

    written(store, articles(an_article(1)))
    with store.deciding() as deciding:
        assert not deciding.is_founded()

    written(store, Intake(cursor=None, statements=(a_stance(1),)))
    with store.deciding() as deciding:
        assert deciding.is_founded()


# --- pages to ask ------------------------------------------------------------------------------


def a_page(number: int, *, minutes: int = 0, tries: int = 0) -> TextDue:
    due_at = NOON + minutes * MINUTE
    url = f"https://news.example/{number}"
    return TextDue(f"article-{number}", "gazette", url, due_at, tries)


def test_pages_come_up_when_they_are_due_the_longest_due_first(store: SqlStore) -> None:
    written(store, articles(*map(an_article, (1, 2, 3))))
    pages = a_page(1, minutes=5), a_page(2), a_page(3, minutes=9)
    written(store, Intake(cursor=None, texts_due=pages))

    assert store.texts_due(NOON + 5 * MINUTE, limit=9) == [pages[1], pages[0]]
    assert store.texts_due(LATER, limit=1) == [pages[1]]


def test_a_page_that_is_put_off_takes_the_place_of_the_one_before(store: SqlStore) -> None:
    written(store, articles(an_article(1)))
    written(store, Intake(cursor=None, texts_due=(a_page(1),)))
    again = replace(a_page(1, minutes=5, tries=1), last_error="timeout: \x00 it took too long")

    written(store, Intake(cursor=None, texts_due=(again,)))

    assert store.texts_due(NOON, limit=9) == []
    [found] = store.texts_due(LATER, limit=9)
    assert (found.tries, found.last_error) == (1, "timeout:  it took too long")


def test_a_page_that_is_done_is_asked_for_no_more(store: SqlStore) -> None:
    written(store, articles(an_article(1), an_article(2)))
    written(store, Intake(cursor=None, texts_due=(a_page(1), a_page(2))))

    written(store, Intake(cursor=None, texts_done=("article-1",)))

    assert [page.article_id for page in store.texts_due(LATER, limit=9)] == ["article-2"]


# --- memory ------------------------------------------------------------------------------------


def test_what_is_remembered_last_is_recalled(store: SqlStore) -> None:
    assert store.recall("network") is None

    written(store, Intake(cursor=None, remembered=(("network", "lost"), ("other", "x"))))
    written(store, Intake(cursor=None, remembered=(("network", "back"),)))

    assert store.recall("network") == "back"
    assert store.recall("other") == "x"


# --- purge -------------------------------------------------------------------------------------


def test_old_texts_go_and_their_keys_stay(store: SqlStore) -> None:
    written(store, articles(an_article(1), an_article(2)))
    written(store, Intake(cursor=None, texts_due=(a_page(1),)))

    assert store.purge(NOON + 2 * MINUTE, limit=9) == 1

    assert stored(store, 1) == []
    assert len(stored(store, 2)) == 1
    assert known(store, 1, 2) == {"article-1", "article-2"}
    assert store.texts_due(LATER, limit=9) == []
    assert store.purge(NOON + 2 * MINUTE, limit=9) == 0


def test_what_the_ledger_stands_on_seeds_held_articles_and_edited_ones_keep_their_texts(
    store: SqlStore,
) -> None:
    edited = an_article(4)
    edit = replace(edited, version="edited", article=replace(edited.article, arrived_at=LATER))
    written(
        store,
        Intake(
            cursor=None,
            articles=(an_article(1), replace(an_article(2), seed=True), held(3), edited, edit),
            statements=(a_stance(1),),
        ),
    )

    assert store.purge(NOON + 30 * MINUTE, limit=9) == 0


def test_a_purge_goes_batch_by_batch(store: SqlStore) -> None:
    written(store, articles(*map(an_article, range(5))))

    purged = [store.purge(LATER, limit=2) for _ in range(4)]

    assert purged == [2, 2, 1, 0]
