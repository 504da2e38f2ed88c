# ruff: noqa: T201 - it is a story told to people
"""Plays story.yaml to the real service on loopback and shows what it makes of it: `make demo`.

The pack is the shipped one but for its sources (the story's papers) and its channels (a local SMTP
server, a local webhook). Exit code 1 where an alert that the story promises does not come, or
another one does.
"""

import json
import logging
import sys
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import zip_longest
from pathlib import Path

from typer.testing import CliRunner

from monitor.cli.main import commands
from tests.demo.stage import (
    Broken,
    Change,
    Press,
    Stage,
    environment_of,
    message_in,
    printing,
    running,
    write_pack,
)
from tests.demo.story import Piece, Step, Story, Told, read_story
from tests.notify.servers import Postbox, smtp_server

# --- what people see -----------------------------------------------------------------------------


def tell_opening(story: Story) -> None:
    print(
        f"The service watches {len(story.papers)} papers on this machine for {len(story.steps)} "
        f"days: {len(list(story.pieces))} articles, English and Russian.\n"
        "Papers, days and sentences are made up; what they tell follows the years 2022 to 2025.\n"
        "Mail goes to a local SMTP server, Slack to a local webhook. Nothing leaves this machine.\n"
        "Two seconds make a day: in a message, “Said” is the day of the story, “Learnt” is now."
    )


def tell(stage: Stage, number: int, step: Step, messages: list[str]) -> None:
    print(f"\n--- Day {number}, {step.date:%d %B} · {step.day}")
    for piece in step.pieces:
        print(f"\n  {piece.paper.title}: {piece.title}{' (edited)' if piece.edit else ''}")
        for line in what_became(stage, piece):
            print(f"      {line}")
    for message in messages:
        tell_message(stage.mails()[message])
    if not messages:
        print("\n  Nothing is sent.")


def what_became(stage: Stage, piece: Piece) -> Iterator[str]:
    changes = stage.changes_of(piece)
    for change in changes:
        yield f"{'ALERT ' if change.alerted else 'ledger'}  {change}"
    if not any(change.alerted for change in changes):
        yield f"silent  {why_silent(*stage.filed(piece), changes)}"


def why_silent(verdict: str, because: str, original: str | None, changes: list[Change]) -> str:
    if verdict == "copy":
        return f"the words of {original}"
    if verdict == "irrelevant":
        return f"not ours: {because}"
    if any(change.reason == "baseline" for change in changes):
        return "told before the first look: it founds the ledger"
    if changes:
        return "no rule asks for this"
    if verdict == "known":
        return "an edit that changes no position"
    return "says nothing that the ledger does not hold"


def tell_message(mail: EmailMessage) -> None:
    body = mail.get_body(("plain",))
    text = body.get_content() if body else ""
    print(f"\n  To {mail['To']} and to Slack: {str(mail['Subject']).strip()}")
    print(textwrap.indent(text.strip(), "  | ", lambda _: True))


def tell_end(stage: Stage, ledger: str, seconds: float) -> None:
    count = stage.service.ask("SELECT count(*) FROM change")[0][0]
    print(f"\n--- What stands now (monitor ledger)\n\n{ledger.rstrip()}")
    print(
        f"\n{len(stage.press.out)} articles, {count} changes of the ledger (seeds included), "
        f"{len(stage.postbox.mails)} messages by mail and {len(stage.press.posts)} to Slack, "
        f"{seconds:.0f} seconds."
    )


# --- what was promised ---------------------------------------------------------------------------


def broken_promises(stage: Stage) -> list[str]:
    """Alerts that were promised and did not come, or came and were not promised."""
    wrong = []
    for number, step in enumerate(stage.press.story.steps, 1):
        changes = [change for piece in step.pieces for change in stage.changes_of(piece)]
        came = [change.told for change in changes if change.alerted]
        wrong += [f"day {number}: {line}" for line in compare(step.alerts, came)]
    messages = [message for step in stage.press.story.steps for message in stage.messages_of(step)]
    mails = [message_in(str(mail["Message-ID"])) for mail in stage.read_mails()]
    posts = [message_in(json.dumps(post)) for post in stage.press.posts]
    wrong += [f"mail: {line}" for line in compare(messages, mails)]
    wrong += [f"Slack: {line}" for line in compare(messages, posts)]
    code = stage.service.process.returncode
    wrong += [f"the service ended with exit code {code}"] if code else []
    return [*wrong, *(f"the service said: {line}" for line in stage.service.noise)]


def compare(promised: Iterable[Hashable], came: Iterable[Hashable]) -> list[str]:
    """What is missing and what is too much; what came twice was promised once."""
    wanted, got = Counter(promised), Counter(came)
    return [
        *(f"{told(one)} did not come" for one in (wanted - got).elements()),
        *(f"{told(one)} came unasked" for one in (got - wanted).elements()),
    ]


def told(one: Hashable) -> str:
    if isinstance(one, Told):
        return f"{one.who}, {one.topic}: {one.before or 'nothing known'} -> {one.after}"
    return str(one)


def play(folder: Path) -> list[str]:
    """Tells the story on stdout; the promises that were broken."""
    started = time.monotonic()
    story, postbox = read_story(datetime.now(UTC)), Postbox()
    press = Press(story)
    press.publish(story.steps[0])
    tell_opening(story)
    with printing(press), smtp_server(postbox) as mail_server:
        rules = write_pack(folder, story.papers, press.base)
        environment = environment_of(folder, rules, press.base, mail_server)
        with running(folder, environment) as service:
            stage = Stage(press, postbox, service)
            perform(stage)
            # Beside the running service, as anybody may ask it.
            ledger = CliRunner().invoke(commands, ["ledger"], env=environment).stdout
            tell_end(stage, ledger, time.monotonic() - started)
        return broken_promises(stage)


def perform(stage: Stage) -> None:
    """Each day is published as soon as the one before is decided; its alerts are under way then."""
    stage.service.wait(stage.service.has_started, "the service to start")
    days = list(enumerate(stage.press.story.steps, 1))
    for (number, step), following in zip_longest(days, stage.press.story.steps[1:]):
        stage.wait_until_read(step)
        if following:
            stage.press.publish(following)
        messages = stage.messages_of(step)
        stage.wait_until_sent(messages)
        tell(stage, number, step, messages)
    stage.wait_until_settled()


def main() -> int:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # one line a request hides the story
    with tempfile.TemporaryDirectory(prefix="monitor-demo-") as folder:
        try:
            wrong = play(Path(folder))
        except Broken as error:
            wrong = [str(error)]
    for line in wrong:
        print(f"NOT AS PROMISED  {line}")
    if not wrong:
        print("Every alert that the story promises came, and no other.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
