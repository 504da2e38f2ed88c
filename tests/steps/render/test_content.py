import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import RenderError
from monitor.model import ChangeKind, Reason
from monitor.steps.render import compose
from monitor.steps.render.content import REASONS, read_back
from tests.steps.render.builders import MADE, alert, alert_at, alert_quoting


def test_the_same_alerts_in_any_order_make_the_same_message_id():
    forth = compose((alert("a"), alert("b")), created_at=MADE)
    back = compose((alert("b"), alert("a")), created_at=MADE + timedelta(days=1))

    assert forth.id == back.id
    assert forth.id != compose((alert("a"),), created_at=MADE).id


def test_the_body_is_canonical_json_under_its_hash():
    message = compose((alert(),), created_at=MADE)

    body = json.loads(message.body)
    again = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert message.body == again
    assert message.digest == hashlib.sha256(message.body.encode()).hexdigest()


def test_the_body_holds_all_that_a_reader_needs():
    measure = {
        "kind": ChangeKind.STAGE,
        "before": "first-reading",
        "after": "second-reading",
        "reason": Reason.ADVANCED,
        "measure": "bill-12",
        "effect": "permits",
        "effective_on": date(2026, 9, 1),
        "comments_until": date(2026, 4, 1),
    }
    message = compose((alert(**measure),), created_at=MADE)

    card = json.loads(message.body)["cards"][0]
    assert card["actor"] == {"slug": "harbour-board", "name": "Harbour Board"}
    assert card["before"] == {"slug": "first-reading", "name": "first reading"}
    assert card["after"] == {"slug": "second-reading", "name": "second reading"}
    assert card["reason_words"] == "The measure moved forward"
    assert card["measure"]["name"] == "Bill No. 12"
    assert (card["effective_on"], card["comments_until"]) == ("2026-09-01", "2026-04-01")
    assert (card["said_at"], card["learnt_at"]) == (
        "2026-03-02T09:30:00+00:00",
        "2026-03-02T09:41:00+00:00",
    )
    assert (card["tier"], card["newsroom"], card["origin"]) == (
        "official",
        "Harbour Board",
        "Wire One",
    )


def test_what_was_composed_is_read_back_whole():
    message = compose((alert("a"), alert("b", before=None)), created_at=MADE)

    bulletin = read_back(message)

    assert bulletin.message == message.id
    assert [card.alert for card in bulletin.cards] == ["a", "b"]
    assert bulletin.cards[0].before is not None
    assert bulletin.cards[1].before is None


@pytest.mark.parametrize("body", ["{", "[]", '{"format":1}', '{"format":99,"cards":[]}', "null"])
def test_a_body_that_is_not_ours_is_refused(body):
    message = compose((alert(),), created_at=MADE)
    strange = replace(message, body=body, digest=hashlib.sha256(body.encode()).hexdigest())

    with pytest.raises(RenderError, match=message.id):
        read_back(strange)


def test_a_body_that_was_touched_after_it_was_kept_is_refused():
    message = compose((alert(),), created_at=MADE)

    with pytest.raises(RenderError, match="does not match its hash"):
        read_back(replace(message, body=message.body.replace("regulate", "prohibit")))


def test_every_reason_has_words_for_both_kinds_of_change():
    of_positions = {Reason.SHIFT, Reason.REVERSAL, Reason.CONFLICT}
    of_measures = {Reason.ADVANCED, Reason.SET_BACK, Reason.OUT_OF_ORDER}

    assert set(REASONS[ChangeKind.STANCE]) == set(Reason) - of_measures
    assert set(REASONS[ChangeKind.STAGE]) == set(Reason) - of_positions


@given(st.text(max_size=600))
def test_whatever_the_article_says_the_body_is_one_line_and_utf8(text):
    message = compose((alert_quoting(text),), created_at=MADE)

    card = read_back(message).cards[0]
    assert message.body.encode("utf-8")
    assert len(message.body.splitlines()) == 1
    assert len(card.title) <= 300
    assert len(card.quote) <= 400
    assert all(char.isprintable() for char in card.title)


def test_a_title_of_a_megabyte_is_cut_where_the_message_is_made():
    message = compose((alert(title="word " * 200_000),), created_at=MADE)

    assert len(message.body) < 5000


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://news.example/a?b=1&c=2#d", "https://news.example/a?b=1&c=2#d"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("https://bank.example@evil.example/", "https://evil.example/"),
        ("https://news.example/<a>|b\"'", "https://news.example/%3Ca%3E%7Cb%22'"),
        ("https://новости.example/я", "https://xn--b1amnebsh.example/%D1%8F"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//news.example/a", ""),
        ("https://", ""),
        ("https://[oops/", ""),
        ("https://news.example/" + "a" * 3000, ""),
        ("https://news.example:99999/", ""),
    ],
)
def test_only_plain_web_addresses_become_links(written, kept):
    message = compose((alert_at(written),), created_at=MADE)

    assert read_back(message).cards[0].url == kept
