"""The trivial system of mail.py: the same number of small mails over one connection, no outbox."""

import argparse
import json
import smtplib
from email.message import EmailMessage
from pathlib import Path

from bench.meter import Meter


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--result", type=Path, required=True)
    asked.add_argument("--mails", type=int, required=True)
    asked.add_argument("--port", type=int, required=True)
    given = asked.parse_args()
    meter = Meter()
    with smtplib.SMTP("127.0.0.1", given.port) as server:
        for turn in range(given.mails):
            server.send_message(mail(turn))
    given.result.write_text(json.dumps({**meter.read(), "sent": given.mails}))


def mail(turn: int) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "monitor@example.org", "ann@example.org"
    made["Subject"] = f"Board drops objection number {turn}"
    made.set_content("restrict -> regulate")
    return made


if __name__ == "__main__":
    main()
