"""Fifty kills: nothing is lost, nothing is repeated without a kill, the ledger is as without them.

Two services are killed as forks, a third as the program itself, all at once; a fourth is spared.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.kills import FORKED, STARTED, Campaign, Instant, campaign
from tests.faults.lives import Mother, Program

SEED = 20_260_309
BOARDS = 20
"""A webhook is sent about one message a second: the service that is spared needs that long."""
PLAN = {
    "first": (22, FORKED),
    "second": (22, FORKED),
    "program": (6, STARTED),
    "spared": (0, FORKED),
}


@pytest.fixture(scope="module")
def services(
    tmp_path_factory: pytest.TempPathFactory, lives: Mother
) -> Iterator[dict[str, Campaign]]:
    folder = tmp_path_factory.mktemp("kills")
    with ExitStack() as stack:
        made = {
            name: stack.enter_context(
                campaign(
                    folder / name,
                    Program() if pace is STARTED else lives,
                    seed=SEED + turn,
                    boards=BOARDS,
                    pace=pace,
                )
            )
            for turn, (name, (_, pace)) in enumerate(PLAN.items())
        }
        with ThreadPoolExecutor(len(made)) as threads:
            list(threads.map(play, made.values(), [kills for kills, _ in PLAN.values()]))
        yield made


def play(service: Campaign, kills: int) -> None:
    service.open()
    service.kill(kills)
    service.settle()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", ["first", "second", "program"])
def test_killed_again_and_again_it_loses_nothing_and_repeats_at_most_once_a_kill(
    services: dict[str, Campaign], name: str
) -> None:
    killed = services[name]

    assert len(killed.kills) == PLAN[name][0]
    assert killed.broken_promises(services["spared"]) == []


def test_a_kill_between_a_targets_yes_and_our_commit_repeats_one_message_with_its_id(
    tmp_path: Path, lives: Mother
) -> None:
    with campaign(tmp_path / "one", lives, seed=1, boards=1) as service:
        service.open()
        service.town.show(1.0)
        service.read_everything()

        service.kill_at(Instant.WEBHOOK)
        service.settle()

        [first, again] = service.town.received("team")
        assert first == again
        assert max(service.repeats().values()) == 1
