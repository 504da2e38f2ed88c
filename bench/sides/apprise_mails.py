"""The peer's side of mail.py: one Apprise object, as its manual has it, with its own throttle."""

import argparse
import json
from pathlib import Path

from apprise import Apprise

from bench.meter import Meter


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--result", type=Path, required=True)
    asked.add_argument("--mails", type=int, required=True)
    asked.add_argument("--port", type=int, required=True)
    given = asked.parse_args()
    apprise = Apprise()
    apprise.add(
        f"mailto://127.0.0.1:{given.port}/?smtp=127.0.0.1&from=monitor@example.org"
        "&to=ann@example.org&mode=insecure"
    )
    meter = Meter()
    sent = sum(
        bool(
            apprise.notify(
                title=f"Board drops objection number {turn}", body="restrict -> regulate"
            )
        )
        for turn in range(given.mails)
    )
    given.result.write_text(json.dumps({**meter.read(), "sent": sent}))


if __name__ == "__main__":
    main()
