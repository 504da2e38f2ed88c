# ruff: noqa: T201 - a report for people
"""A hundred alerts by mail, beside Apprise: `python -m bench.mail [--mails 100]`.

Wall seconds, for here waiting is what costs: Apprise pauses 5.5 s between two mails. It is given
few mails, and the rest is reckoned from its pace. Exit code 1 where a mail did not arrive.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bench.attendant import Attendant, attending
from bench.meter import Side, middle
from bench.poll import environment, pack_with

US, PEER, BARE = "monitor", "apprise", "smtplib, no outbox"


def main() -> int:
    parser = argparse.ArgumentParser(description="Alerts by mail, beside Apprise.")
    parser.add_argument("--mails", type=int, default=100)
    parser.add_argument("--peer-mails", type=int, default=3, help="for Apprise (default 3)")
    parser.add_argument("--runs", type=int, default=3, help="interleaved runs (default 3)")
    given = parser.parse_args()
    results: dict[str, list[dict[str, Any]]] = {US: [], PEER: [], BARE: []}
    lost = 0
    with attending("bench.postbox") as postbox:
        for _ in range(given.runs):
            with tempfile.TemporaryDirectory(prefix="bench-mail-") as folder:
                for side, mails in sides(Path(folder), postbox, given.mails, given.peer_mails):
                    results[side.name].append(side.run(Path(folder), "--mails", str(mails)))
                    lost += mails - postbox.ask()["mails"]
    report(results, given.mails, given.peer_mails)
    if lost:
        print(f"NOT THE SAME WORK: {lost} mails did not arrive")
    return 1 if lost else 0


def sides(folder: Path, postbox: Attendant, mails: int, peer_mails: int) -> list[tuple[Side, int]]:
    port = str(postbox.ready["port"])
    own = {
        "MONITOR_RULES_DIR": str(pack_for(port, folder / "rules")),
        "MONITOR_DATA_DIR": str(folder / "monitor"),
    }
    ours = (sys.executable, "-c", "from bench.sides.monitor_mails import main; main()")
    peer = (sys.executable, "-m", "bench.sides.apprise_mails", "--port", port)
    bare = (sys.executable, "-m", "bench.sides.smtplib_mails", "--port", port)
    return [
        (Side(US, ours, environment() | own), mails),
        (Side(PEER, peer, environment()), peer_mails),
        (Side(BARE, bare, environment()), mails),
    ]


def pack_for(port: str, folder: Path) -> Path:
    """The shipped pack with one mail target and one source that is never asked."""
    pack_with(["https://feeds.example/feed.xml"], folder)
    desk = {
        "id": "desk",
        "title": "The desk",
        "kind": "mail",
        "server": f"smtp://127.0.0.1:{port}",
        "from": "monitor@example.org",
        "to": ["ann@example.org"],
    }
    YAML().dump({"channels": [desk]}, folder / "channels.yaml")
    return folder


def report(results: dict[str, list[dict[str, Any]]], mails: int, peer_mails: int) -> None:
    print(f"{mails} alerts by mail to a server on loopback, wall seconds (median)")
    ours, bare = middle(results[US], "wall"), middle(results[BARE], "wall")
    # The first mail waits for nobody: the pace is that of the others.
    pace = middle(results[PEER], "wall") / max(peer_mails - 1, 1)
    print(f"{US:20}{ours:10.2f}   (CPU {middle(results[US]):.2f})")
    print(f"{PEER:20}{pace * (mails - 1):10.2f}   reckoned from {peer_mails}, {pace:.1f} s each")
    print(f"{BARE:20}{bare:10.2f}")
    print(f"ratio to {PEER}: {pace * (mails - 1) / ours:.0f}x")


if __name__ == "__main__":
    raise SystemExit(main())
