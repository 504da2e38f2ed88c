"""Delivery against a real outbox (SQLite) and targets that do as they are told."""

import email
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Response

from monitor.errors import SendError
from monitor.model import ChannelKind, Delivery, DeliveryState, Intake, Message, Rendered
from monitor.notify import Target, build_channels
from monitor.notify.console import ConsoleChannel
from monitor.pipeline.delivery import (
    GIVE_UP_AFTER,
    GIVE_UP_ATTEMPTS,
    LONGEST_WAIT,
    RESORT,
    TURN,
    Fate,
    backoff,
    deliver_due,
)
from monitor.ports import Channel
from monitor.steps.render import compose
from monitor.store import SqlStore, open_store
from tests.notify.servers import Postbox, smtp_server
from tests.steps.render.builders import MADE, alert

NOW = MADE + timedelta(minutes=1)
SOON = timedelta(seconds=5)


class Desk:
    """A target that keeps what it gets and answers as told."""

    def __init__(
        self, name: str, answer: Callable[[], str] = lambda: "ok", kind: str = "console"
    ) -> None:
        self.name = name
        self.kind = ChannelKind(kind)
        self.answer = answer
        self.got: list[Rendered] = []

    def send(self, rendered: Rendered, *, delivery_id: str, deadline: timedelta) -> str:
        self.got.append(rendered)
        return self.answer()

    def rest(self) -> None:
        pass


def refusing(reason: str = "busy", **how: object) -> Callable[[], str]:
    def refuse() -> str:
        raise SendError(reason, **how)  # type: ignore[arg-type]

    return refuse


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}", exclusive=True)
    yield store
    store.close()


def a_message(name: str = "al1") -> Message:
    return made_at(MADE, name)


def made_at(moment: datetime, name: str) -> Message:
    return replace(compose((alert(name),), created_at=moment), alert_ids=())


def the_resort(folder: Path) -> ConsoleChannel:
    return ConsoleChannel(RESORT, data_dir=folder, write=lambda text: None)


def mail_to(server: str, folder: Path) -> dict[str, Channel]:
    """Channels to one recipient on this server."""
    desk = Target(
        "desk",
        ChannelKind.MAIL,
        recipients=("ann@example.org",),
        sender="monitor@example.org",
        server=server,
    )
    return build_channels([desk], environment={}, data_dir=folder, write=lambda text: None)


def put(
    store: SqlStore, *targets: str, message: Message | None = None, due: datetime = MADE
) -> Message:
    """A message on its way to these targets."""
    message = message or a_message()
    deliveries = [
        Delivery(f"{message.id}-{target}", message.id, target, DeliveryState.PENDING, 0, due)
        for target in targets
    ]
    with store.deciding() as deciding:
        intake = Intake(cursor=None, messages=(message,), deliveries=tuple(deliveries))
        deciding.write(intake)
    return message


def deliver(store: SqlStore, *desks: Desk, now: datetime = NOW, **how: object):
    channels = {desk.name: desk for desk in desks}
    report = deliver_due(store, channels, now=now, jitter=lambda: 0.0, **how)  # type: ignore[arg-type]
    return {each.target: each for each in report.settled}


def kept(store: SqlStore, target: str) -> Delivery:
    [delivery] = [each for each, _ in store.outbox(list(DeliveryState)) if each.target == target]
    return delivery


def test_nothing_due_is_nothing_done(store: SqlStore):
    assert deliver(store, Desk("desk")) == {}


def test_what_is_due_is_rendered_for_each_kind_sent_once_and_settled(store: SqlStore):
    message = put(store, "team", "box")
    team, box = Desk("team", kind="slack"), Desk("box", kind="mail")

    settled = deliver(store, team, box)
    again = deliver(store, team, box, now=NOW + timedelta(days=1))

    assert {each.fate for each in settled.values()} == {Fate.SENT}
    assert again == {}
    assert [(r.message_id, bool(r.blocks_json), bool(r.html)) for r in team.got + box.got] == [
        (message.id, True, False),
        (message.id, False, True),
    ]
    assert kept(store, "team").state is DeliveryState.SENT


def test_only_the_target_that_failed_is_tried_again(store: SqlStore):
    put(store, "good", "bad")
    good, bad = Desk("good"), Desk("bad", refusing())

    deliver(store, good, bad)
    bad.answer = lambda: "ok"
    deliver(store, good, bad, now=NOW + timedelta(minutes=2))

    assert (len(good.got), len(bad.got)) == (1, 2)
    assert kept(store, "bad").state is DeliveryState.SENT


def test_a_target_that_hangs_does_not_delay_the_others(store: SqlStore):
    # The slow target answers only after the good one was settled: waiting for it would deadlock.
    put(store, "slow", "good")
    good_was_settled = threading.Event()

    def when_the_other_is_settled() -> str:
        assert good_was_settled.wait(10)
        return "ok"

    settle = store.settle

    class Told:
        """The store, which tells when it has settled the good target."""

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def settle(self, delivery: Delivery, **how: object) -> bool:
            done = settle(delivery, **how)  # type: ignore[arg-type]
            if delivery.target == "good":
                good_was_settled.set()
            return done

    settled = deliver(Told(), Desk("slow", when_the_other_is_settled), Desk("good"))  # type: ignore[arg-type]

    assert {each.fate for each in settled.values()} == {Fate.SENT}


def test_a_refusal_for_good_is_dead_with_its_reason_and_not_tried_again(store: SqlStore):
    put(store, "desk")
    desk = Desk("desk", refusing("the target answered 404 no_service", permanent=True))

    deliver(store, desk)
    deliver(store, desk, now=NOW + timedelta(days=1))

    assert kept(store, "desk").state is DeliveryState.DEAD
    assert kept(store, "desk").last_error == "the target answered 404 no_service"
    assert len(desk.got) == 1


def test_a_target_that_left_the_pack_is_dead_with_the_remedy(store: SqlStore):
    put(store, "gone", "desk")

    settled = deliver(store, Desk("desk"))

    assert settled["desk"].fate is Fate.SENT
    assert settled["gone"].fate is Fate.DEAD
    assert "put it back into channels.yaml" in (kept(store, "gone").last_error or "")


def test_a_target_is_held_as_long_as_it_asks_and_no_other_is(store: SqlStore):
    put(store, "limited", "busy")
    wait = timedelta(hours=2)

    deliver(store, Desk("limited", refusing(retry_after=wait)), Desk("busy", refusing()))

    assert NOW + wait <= kept(store, "limited").next_attempt_at < NOW + wait + SOON
    assert kept(store, "busy").next_attempt_at < NOW + timedelta(minutes=1)


def test_a_short_wish_does_not_undo_the_back_off(store: SqlStore):
    put(store, "desk")

    deliver(store, Desk("desk", refusing(retry_after=timedelta(0))))

    assert kept(store, "desk").next_attempt_at >= NOW + timedelta(seconds=30)


def test_after_two_failures_the_rest_of_that_targets_queue_is_held_untried(store: SqlStore):
    for name in ("one", "two", "three", "four"):
        put(store, "desk", message=a_message(name))
    desk = Desk("desk", refusing())

    report = deliver_due(store, {"desk": desk}, now=NOW, jitter=lambda: 0.0)

    assert [each.fate for each in report.settled] == [Fate.RETRY, Fate.RETRY, Fate.HELD, Fate.HELD]
    assert report.count(Fate.HELD) == 2
    assert len(desk.got) == 2
    assert {d.state for d, _ in store.outbox(list(DeliveryState))} == {DeliveryState.PENDING}


def test_a_refusal_for_good_holds_nothing_back(store: SqlStore):
    put(store, "desk", message=a_message("one"))
    put(store, "desk", message=a_message("two"))
    answers = iter([refusing(permanent=True), lambda: "ok"])
    desk = Desk("desk", lambda: next(answers)())

    report = deliver_due(store, {"desk": desk}, now=NOW)

    assert [each.fate for each in report.settled] == [Fate.DEAD, Fate.SENT]


def test_a_message_is_given_up_when_it_is_old_and_was_tried_often(store: SqlStore):
    put(store, "desk")
    desk = Desk("desk", refusing("refused"))
    late = NOW + GIVE_UP_AFTER

    fates = [
        deliver(store, desk, now=late + n * 2 * LONGEST_WAIT)["desk"].fate
        for n in range(GIVE_UP_ATTEMPTS)
    ]

    assert fates == [Fate.RETRY] * (GIVE_UP_ATTEMPTS - 1) + [Fate.DEAD]
    assert kept(store, "desk").last_error == "given up after 5 attempts: refused"


def test_a_young_message_is_never_given_up(store: SqlStore):
    put(store, "desk")
    desk = Desk("desk", refusing())

    fates = [
        deliver(store, desk, now=NOW + n * 2 * LONGEST_WAIT)["desk"].fate
        for n in range(GIVE_UP_ATTEMPTS + 2)
    ]

    assert set(fates) == {Fate.RETRY}


def test_a_damaged_message_goes_out_as_a_bare_notice_and_is_dead_with_its_reason(store: SqlStore):
    put(store, "desk", message=replace(a_message("bad"), body='{"format":1}'))
    good = put(store, "desk", message=a_message("good"))
    desk = Desk("desk")

    deliver(store, desk)

    states = {m.id: (d.state, d.last_error) for d, m in store.outbox(list(DeliveryState))}
    [(state, reason)] = [value for key, value in states.items() if key != good.id]
    assert state is DeliveryState.DEAD
    assert "does not match its hash; a bare notice was sent instead" in (reason or "")
    assert states[good.id][0] is DeliveryState.SENT
    assert any("cannot be shown" in rendered.text for rendered in desk.got)


def test_a_damaged_message_waits_for_a_target_that_is_down(store: SqlStore):
    put(store, "desk", message=replace(a_message(), body="{"))

    settled = deliver(store, Desk("desk", refusing()))

    assert settled["desk"].fate is Fate.RETRY


def test_a_bug_in_a_channel_costs_a_retry_and_shows_no_text_of_the_error(store: SqlStore):
    put(store, "buggy", "desk")

    def trip() -> str:
        raise KeyError("https://hooks.example/canary")

    settled = deliver(store, Desk("buggy", trip), Desk("desk"))

    assert settled["desk"].fate is Fate.SENT
    assert settled["buggy"].fate is Fate.RETRY
    assert kept(store, "buggy").last_error == "unexpected KeyError"


def test_an_ambiguous_failure_is_tried_again_and_told_as_such(store: SqlStore):
    put(store, "desk")

    settled = deliver(store, Desk("desk", refusing("dropped", ambiguous=True)))

    assert settled["desk"].fate is Fate.RETRY
    assert settled["desk"].ambiguous


def test_nothing_starts_that_could_outlive_its_lease(store: SqlStore):
    put(store, "desk")
    desk = Desk("desk")

    settled = deliver(store, desk, lease=timedelta(seconds=10), deadline=timedelta(seconds=30))

    assert settled["desk"].fate is Fate.HELD
    assert desk.got == []


def test_a_lease_that_another_process_took_meanwhile_is_told_as_lost(store: SqlStore):
    put(store, "desk")

    def while_another_claims() -> str:
        store.claim(NOW + timedelta(hours=1), lease_for=timedelta(minutes=5), limit=9)
        return "ok"

    settled = deliver(store, Desk("desk", while_another_claims))

    assert settled["desk"].fate is Fate.LOST
    assert kept(store, "desk").state is DeliveryState.LEASED


def test_no_more_than_eight_senders_work_at_once(store: SqlStore):
    names = [f"desk{n}" for n in range(20)]
    put(store, *names)
    lock, at_work, most = threading.Lock(), [0], [0]
    crowd = threading.Barrier(9)

    def count() -> str:
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        try:
            crowd.wait(0.3)  # eight wait in vain for a ninth
        except threading.BrokenBarrierError:
            pass
        with lock:
            at_work[0] -= 1
        return "ok"

    deliver(store, *(Desk(name, count) for name in names))

    assert most[0] == 8


@given(st.integers(-5, 10_000), st.floats(0, 1))
def test_the_wait_grows_to_an_hour_and_never_falls_below_three_quarters(attempts, jitter):
    plain = backoff(attempts, 0.0)

    assert timedelta(seconds=30) <= plain <= LONGEST_WAIT
    assert plain <= backoff(attempts + 1, 0.0)
    assert plain * 0.75 <= backoff(attempts, jitter) <= plain


def test_a_target_that_asks_to_wait_is_left_alone_by_what_is_made_meanwhile(store: SqlStore):
    holds: dict[str, datetime] = {}
    put(store, "limited", message=a_message("one"))
    limited = Desk("limited", refusing(retry_after=timedelta(minutes=10)))
    deliver(store, limited, holds=holds)
    put(store, "limited", "other", message=a_message("two"))

    meanwhile = deliver(store, limited, Desk("other"), now=NOW + SOON, holds=holds)
    limited.answer = lambda: "ok"
    after = deliver(store, limited, now=NOW + timedelta(minutes=11), holds=holds)

    assert list(meanwhile) == ["other"]
    assert after["limited"].fate is Fate.SENT
    assert len(limited.got) == 3
    assert holds == {}


def test_a_clock_that_is_set_back_holds_no_target_for_years(store: SqlStore):
    holds = {"desk": NOW + timedelta(days=3650)}
    put(store, "desk")

    assert deliver(store, Desk("desk"), holds=holds)["desk"].fate is Fate.SENT


def test_a_target_that_is_down_is_asked_twice_a_minute_however_long_its_queue(store: SqlStore):
    holds: dict[str, datetime] = {}
    for number in range(3 * TURN):
        put(store, "desk", message=a_message(f"al{number}"))
    desk = Desk("desk", refusing())

    for second in range(5):
        now = NOW + timedelta(seconds=second)
        while deliver_due(store, {"desk": desk}, now=now, holds=holds).settled:
            pass

    assert len(desk.got) == 2


def test_one_message_that_its_target_cannot_take_blocks_no_other(store: SqlStore):
    first = put(store, "desk", message=made_at(MADE, "odd"))
    for number in range(3):
        put(store, "desk", message=made_at(MADE + (number + 1) * SOON, f"al{number}"))

    class Choosy(Desk):
        def send(self, rendered: Rendered, **how: object) -> str:  # type: ignore[override]
            self.got.append(rendered)
            if rendered.message_id == first.id:
                raise SendError("500 on this one")
            return "ok"

    report = deliver_due(store, {"desk": Choosy("desk")}, now=NOW)

    assert [each.fate for each in report.settled] == [Fate.RETRY] + [Fate.SENT] * 3


def test_the_oldest_message_goes_first_whatever_it_waited_for(store: SqlStore):
    young = put(store, "desk", message=made_at(NOW - SOON, "young"), due=MADE)
    old = put(store, "desk", message=made_at(MADE, "old"), due=NOW)
    desk = Desk("desk")

    deliver(store, desk)

    assert [each.message_id for each in desk.got] == [old.id, young.id]


# --- the last resort ---------------------------------------------------------------------------


def test_what_every_target_refused_is_kept_in_the_data_folder_once_and_told(
    store: SqlStore, tmp_path: Path
):
    message = put(store, "gone", "closed", message=a_message())
    resort = the_resort(tmp_path)
    closed = Desk("closed", refusing("the target answered 404", permanent=True))

    first = deliver(store, closed, resort=resort)
    second = deliver(store, closed, resort=resort)
    third = deliver(store, closed, resort=resort)

    assert {each.fate for each in first.values()} == {Fate.DEAD}
    assert {name: each.fate for name, each in second.items()} == {RESORT: Fate.SENT}
    assert third == {}
    [line] = (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["message"] == message.id


def test_what_one_target_took_or_may_still_take_is_not_kept(store: SqlStore, tmp_path: Path):
    put(store, "good", "gone", message=a_message("one"))
    put(store, "late", "gone", message=a_message("two"))
    resort = the_resort(tmp_path)

    for _ in range(3):
        deliver_due(
            store, {"good": Desk("good"), "late": Desk("late", refusing())}, now=NOW, resort=resort
        )

    assert not (tmp_path / "alerts.jsonl").exists()


def test_a_last_resort_that_cannot_be_written_is_tried_again(store: SqlStore, tmp_path: Path):
    put(store, "gone")
    (tmp_path / "blocked").write_text("a file where the folder should be")

    deliver(store, resort=the_resort(tmp_path / "blocked"))
    blocked = deliver(store, resort=the_resort(tmp_path / "blocked"))
    later = deliver(store, resort=the_resort(tmp_path), now=NOW + timedelta(minutes=1))

    assert blocked[RESORT].fate is Fate.RETRY
    assert later[RESORT].fate is Fate.SENT


def test_the_errors_of_a_target_make_no_message(store: SqlStore, tmp_path: Path):
    put(store, "bad", "gone")
    bad = Desk("bad", refusing(retry_after=timedelta(0)))

    for minute in range(10):
        deliver(store, bad, now=NOW + timedelta(minutes=minute), resort=the_resort(tmp_path))

    assert store.counts()["message"] == 1
    assert len({each.message_id for each in bad.got}) == 1


# --- through real doors ------------------------------------------------------------------------


def test_an_answer_that_was_lost_is_logged_and_the_mail_comes_again_as_the_same(
    store: SqlStore, tmp_path: Path
):
    postbox = Postbox(DATA="drop")
    with smtp_server(postbox) as server:
        channels = mail_to(server, tmp_path)
        put(store, *channels)
        deliver_due(store, channels, now=NOW)
        postbox.answers.clear()
        deliver_due(store, channels, now=NOW + timedelta(minutes=1))

    ids = {email.message_from_bytes(mail.content)["Message-ID"] for mail in postbox.mails}
    [(delivery, _)] = store.outbox([DeliveryState.SENT])
    assert (len(postbox.mails), len(ids)) == (2, 1)
    log = [(line.outcome, line.ambiguous) for line in store.attempts(delivery.id)]
    assert log == [(DeliveryState.PENDING, True), (DeliveryState.SENT, False)]


def test_a_server_that_was_off_for_three_days_gets_everything_oldest_first(
    store: SqlStore, tmp_path: Path
):
    # given a server that is off, and a message every three hours for three days
    postbox, holds = Postbox(), dict[str, datetime]()
    with smtp_server(postbox) as server:
        port = int(server.rpartition(":")[2])
    channels = mail_to(server, tmp_path)
    made = [made_at(NOW + hour * timedelta(hours=1), f"al{hour}") for hour in range(0, 72, 3)]
    for message in made:
        put(store, *channels, message=message, due=message.created_at)
        deliver_due(store, channels, now=message.created_at, holds=holds)

    # when it is back within the longest wait
    with smtp_server(postbox, port):
        for minute in range(0, 180, 10):
            now = NOW + timedelta(hours=72, minutes=minute)
            while deliver_due(store, channels, now=now, holds=holds).settled:
                pass

    # then nothing was given up, and each came once, in its order
    ids = [email.message_from_bytes(mail.content)["Message-ID"] for mail in postbox.mails]
    assert ids == [f"<{message.id}@example.org>" for message in made]
    assert store.outbox([DeliveryState.DEAD, DeliveryState.PENDING]) == []


def test_a_hundred_mails_go_through_few_connections(store: SqlStore, tmp_path: Path):
    postbox = Postbox()
    for number in range(100):
        put(store, "desk:ann@example.org", message=a_message(f"al{number}"))

    with smtp_server(postbox) as server:
        channels = mail_to(server, tmp_path)
        while deliver_due(store, channels, now=NOW).settled:
            pass

    assert len(postbox.mails) == 100
    assert postbox.greeted == 100 / TURN


def test_through_real_doors_a_limited_webhook_delays_nobody_and_comes_through_in_the_end(
    store: SqlStore, httpserver: HTTPServer, tmp_path: Path
):
    httpserver.expect_ordered_request("/hook").respond_with_response(
        Response("rate_limited", 429, {"Retry-After": "120"})
    )
    httpserver.expect_ordered_request("/hook").respond_with_data("ok")
    channels = build_channels(
        [
            Target("team", ChannelKind.SLACK, url="${HOOK}"),
            Target("screen", ChannelKind.CONSOLE),
        ],
        environment={"HOOK": httpserver.url_for("/hook")},
        data_dir=tmp_path,
        write=lambda text: None,
    )
    put(store, *channels)

    deliver_due(store, channels, now=NOW)
    waiting = kept(store, "team")
    deliver_due(store, channels, now=NOW + timedelta(minutes=1))
    deliver_due(store, channels, now=NOW + timedelta(minutes=3))

    assert waiting.next_attempt_at >= NOW + timedelta(minutes=2)
    assert len(httpserver.log) == 2
    assert {d.state for d, _ in store.outbox(list(DeliveryState))} == {DeliveryState.SENT}
    assert (tmp_path / "alerts.jsonl").read_text("utf-8").count("\n") == 1
