"""Labelled articles: read in file order, kept together by event, named by a digest."""

from datetime import date
from pathlib import Path

import pytest

from tests.gold.corpus import FOLDS, digest_of, fold_of, held_back, read_gold, said_on


def test_rows_come_in_file_order_without_the_empty_lines(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"id": "b"}\n\n{"id": "ä"}\n', encoding="utf-8")

    assert [one["id"] for one in read_gold(tmp_path)] == ["b", "ä"]


def test_a_folder_without_labelled_articles_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_gold(tmp_path)


def test_articles_of_one_event_share_a_fold() -> None:
    folds = [{fold_of({"id": f"{n}-{m}", "event": f"e{n}"}) for m in range(5)} for n in range(50)]

    assert all(len(one) == 1 for one in folds)
    assert set.union(*folds) == set(range(FOLDS))


def test_an_article_of_no_event_has_a_fold_of_its_own_id_and_is_never_held_back() -> None:
    rows = [{"id": f"article-{n}", "event": None} for n in range(50)]

    assert {fold_of(one) for one in rows} == set(range(FOLDS))
    assert not any(held_back(one) for one in rows)
    assert any(held_back({"id": "x", "event": f"e{n}"}) for n in range(50))


def test_a_date_may_be_missing() -> None:
    assert said_on({"date": "2024-02-01"}) == date(2024, 2, 1)
    assert said_on({"date": None}) is said_on({}) is None


def test_the_digest_names_the_rows_and_their_order_but_not_the_order_of_their_keys() -> None:
    one, other = {"id": "a", "title": "ä"}, {"id": "b"}

    assert digest_of([one, other]) == digest_of([{"title": "ä", "id": "a"}, other])
    assert len({digest_of(rows) for rows in ([one, other], [other, one], [one], [])}) == 4
