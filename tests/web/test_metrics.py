"""What is counted and what stands, under the names that dashboards ask for."""

from prometheus_client.parser import text_string_to_metric_families

from monitor.model import Condition, DeliveryState
from monitor.web.lookout import Glance
from monitor.web.meter import Meter
from monitor.web.metrics import expose
from tests.web.seen import HOUR, a_glance, waiting

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(meter: Meter, seen: Glance | None) -> Samples:
    text = expose(meter.counts(), seen=seen, idle={"poll": 1.5}, pack="abc").decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_events_are_counted() -> None:
    meter = Meter()
    meter.event("polled", source="a", articles=9, fresh=3, changes=1, alerts=2)
    meter.event("polled", source="a", articles=9, fresh=0, changes=0, alerts=0)
    meter.event("unchanged", source="a")
    meter.event("failed", source="a", error="timeout: 30 s", failures=1, again=None)
    meter.event("changed", who="bank", reason="reversal", quote="", rules=["turns", "all"])
    meter.event("sent", target="desk:ann@post.example", delivery="d", reason="")
    meter.event("dead", target="team", delivery="d", reason="no")
    meter.event("started", sources=1)

    found = samples(meter, None)

    assert {key: value for key, value in found.items() if key[0].endswith("_total")} == {
        ("feed_fetch_total", (("result", "new"),)): 1,
        ("feed_fetch_total", (("result", "nothing-new"),)): 1,
        ("feed_fetch_total", (("result", "unchanged"),)): 1,
        ("feed_fetch_total", (("result", "timeout"),)): 1,
        ("items_new_total", ()): 3,
        ("changes_total", (("reason", "reversal"),)): 1,
        ("alerts_total", (("rule", "turns"),)): 1,
        ("alerts_total", (("rule", "all"),)): 1,
        ("deliveries_total", (("result", "sent"), ("target", "desk"))): 1,
        ("deliveries_total", (("result", "dead"), ("target", "team"))): 1,
    }


def test_what_stands_is_told_at_the_time_of_the_scrape() -> None:
    seen = a_glance(
        Condition.WELL,
        Condition.FROZEN,
        waiting=[
            waiting(DeliveryState.PENDING, age=HOUR),
            waiting(DeliveryState.SENT, age=9 * HOUR),
        ],
    )
    seen.held["source-1"] = 40

    found = samples(Meter(), seen)

    assert found["delivery_oldest_pending_seconds", ()] == 3600
    assert found["held_items", (("source", "source-1"),)] == 40
    assert found["source_condition", (("condition", "frozen"), ("source", "source-1"))] == 1
    assert found["source_condition", (("condition", "well"), ("source", "source-1"))] == 0
    assert found["scheduler_lag_seconds", (("job", "poll"),)] == 1.5
    since = found["feed_last_success_timestamp_seconds", (("source", "source-0"),)]
    assert since == (seen.at - HOUR).timestamp()
    assert found["database_up", ()] == 1
    assert [key for key in found if key[0] == "build_info"]


def test_without_the_database_what_was_counted_is_told_all_the_same() -> None:
    found = samples(Meter(), None)

    assert found["database_up", ()] == 0
    assert found["items_new_total", ()] == 0
    assert ("delivery_oldest_pending_seconds", ()) not in found
