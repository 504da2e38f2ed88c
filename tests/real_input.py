# ruff: noqa: T201 - it is a report for people
"""Real input through the real service on loopback: is each item read once, does each alert arrive?

Run by hand: `python -m tests.real_input --feeds FEEDS --gold GOLD`. FEEDS holds captures of feeds
(`*.xml`), GOLD a `bare.jsonl` of articles, which are served as one feed a language that grows step
by step. Exit code 1 where a requirement is not met. Not here: whether articles are understood well
(tests/gold).
"""

import argparse
import email
import email.policy
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from monitor.errors import ParseError
from monitor.model import Fetched, Source, SourceKind, Tier
from monitor.steps.parse.articles import MAX_ITEMS, newest, read_listing
from tests.notify.servers import Postbox, smtp_server
from tests.shipped import Pass, Service, Shelf, serving

SEEDS = Path(__file__).parent.parent / "seeds"
STEPS = 12
WINDOW = 80
"""Items a growing feed shows: the newest, as feeds do, so that most are met several times."""
OPENING = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
MESSAGE = re.compile(r"\bm[0-9a-f]{24}\b")
NOTICES = ("broken", "frozen", "empty", "recovered", "flood", "no-network", "network-back")
REPEATED = "the same item twice in its feed"
EMPTY = b'<rss version="2.0"><channel><title>Nothing yet</title></channel></rss>'
OPENED = (
    b'<rss version="2.0"><channel><title>Growing</title><item><guid>open-%d</guid>'
    b"<title>This feed is open now</title></item></channel></rss>"
)
"""A feed is known from its first item on; what comes after that is news, whatever its age."""

Article = dict[str, Any]


# --- what is served ----------------------------------------------------------------------------


def read_captures(folder: Path) -> dict[str, bytes]:
    return {f"/feed/{path.stem}": path.read_bytes() for path in sorted(folder.glob("*.xml"))}


def read_articles(folder: Path) -> list[Article]:
    """Oldest first: by their date, else by the day on which they were met."""
    lines = (folder / "bare.jsonl").read_text(encoding="utf-8").splitlines()
    return sorted(map(json.loads, lines), key=day_of)


def day_of(article: Article) -> str:
    return str(article.get("date") or article.get("arrived"))


def grown(articles: Sequence[Article], languages: Iterable[str], shown: int) -> dict[str, bytes]:
    """The feeds when the first `shown` articles are out, the newest on top."""
    out = articles[:shown]
    return {
        f"/language/{language}": rss([a for a in out if a["lang"] == language][-WINDOW:][::-1])
        for language in languages
    }


def rss(articles: Iterable[Article]) -> bytes:
    return (
        '<rss version="2.0"><channel><title>Growing</title>'
        + "".join(map(item, articles))
        + "</channel></rss>"
    ).encode()


def item(article: Article) -> str:
    """An undated article gets the day on which it was met: the service's clock is today's, and
    said today it would make history of all that follows."""
    link = f"<link>{escape(article['url'])}</link>" if article.get("url") else ""
    moment = format_datetime(datetime.fromisoformat(day_of(article)).replace(tzinfo=UTC))
    return (
        f'<item><guid isPermaLink="false">{article["id"]}</guid>{link}'
        f"<title>{escape(article['title'])}</title><pubDate>{moment}</pubDate>"
        f"<description>{escape(escape(article.get('text') or ''))}</description></item>"
    )


# --- what is asked of it -----------------------------------------------------------------------


class Verdicts:
    """Prints each requirement with what came out, and remembers whether one was not met."""

    def __init__(self) -> None:
        self.failed = 0

    def require(self, what: str, met: bool, found: object = "") -> None:
        self.failed += not met
        print(f"  {'ok  ' if met else 'FAIL'} {what}{f': {found}' if found != '' else ''}")


def first_sight(service: Service, shelf: Shelf, captures: dict[str, bytes], say: Verdicts) -> None:
    """Feeds full of old items are read whole, sent nothing about, and not read again."""
    print("\n== First sight: captures in full, beside the ledger of the seeds")
    shelf.bodies = dict(captures)
    service.watch([])
    idle = service.run()
    service.watch(captures)
    first = service.run()
    second = service.run()
    shelf.forgets_etags = True
    third = service.run()
    shelf.forgets_etags = False
    report_items(service, first, captures, say)
    report_work(idle, first, second, third, say)
    print(f"  answers by status: {dict(shelf.statuses)}")
    asked = len(second.named("unchanged")) + len(second.named("failed"))
    print(f"  a further pass asks {asked} sources; the others wished to be left alone for longer")
    say.require("a further pass asks sources", asked > len(captures) // 2, asked)
    say.require("a further pass reads nothing", not second.total("articles"))
    say.require("nor where a server forgets its ETags", not third.total("articles"))
    told = Counter(name for one in service.passes for name in NOTICES for _ in one.named(name))
    say.require("nothing is sent of captures at first sight but what is true of their sources",
                service.count("message") == told.total() and not service.count("alert"),
                dict(told))  # fmt: skip
    report_found(service)
    show_trouble(service, say)


def as_news(
    service: Service, shelf: Shelf, captures: dict[str, bytes], articles: list[Article],
    postbox: Postbox, say: Verdicts,
) -> None:  # fmt: skip
    """Captures come into feeds that were empty, so that they are archive; articles into feeds that
    are known, so that they are news, whatever their age."""
    print(f"\n== As news: captures at once, then {len(articles)} articles in {STEPS} steps")
    languages = sorted({article["lang"] for article in articles})
    shelf.bodies = dict.fromkeys(captures, EMPTY)
    for number, path in enumerate(grown(articles, languages, 0)):
        shelf.bodies[path] = OPENED % number
    service.watch(shelf.bodies)
    empty = service.run()
    say.require("empty feeds are feeds", not empty.named("failed"), empty.named("failed")[:3] or "")
    shelf.bodies.update(captures)
    service.run()
    report_captures_found(service, say)
    for step in range(1, STEPS + 1):
        shelf.bodies.update(grown(articles, languages, len(articles) * step // STEPS))
        show_step(step, service.run())
    report_articles(service, articles, say)
    report_ledger(service)
    report_alerts(service, shelf, postbox, say)
    sent = len(shelf.posts), len(postbox.mails), len(service.alert_lines())
    further = service.run()
    now = len(shelf.posts), len(postbox.mails), len(service.alert_lines())
    say.require("a further pass sends nothing", sent == now and not further.printed, now)
    say.require("a further pass reads nothing", not further.total("articles"))
    show_trouble(service, say)


def report_items(service: Service, first: Pass, captures: dict[str, bytes], say: Verdicts) -> None:
    read = {event["source"]: event["articles"] for event in first.named("polled")}
    lost = Counter[str]()
    for path, body in captures.items():
        served = len(OPENING.findall(body))
        missing = served - read.get(f"feed-{path.split('/')[2]}", 0)
        reasons = why_lost(path, body, served) if missing else Counter[str]()
        lost += reasons
        if missing:
            say.require(f"{path}: lost items", missing == reasons.total(), dict(reasons))
    served, distinct = sum(len(OPENING.findall(it)) for it in captures.values()), sum(read.values())
    repeated = lost[REPEATED]
    print(
        f"  items served {served}, read {distinct + repeated}: {distinct} and {repeated} repeated"
    )
    articles = service.ask("SELECT count(DISTINCT article_id) FROM article_version WHERE NOT seed")
    stored = service.count("article_version", "NOT seed")
    print(f"  articles {articles[0][0]}, versions {stored}")
    say.require("each item read is stored once", stored == distinct, stored)
    failed = first.named("failed")
    for event in failed:
        print(f"    failed: {event['source']}: {event['error']}")
    polled = len(first.named("polled"))
    say.require("every source was read, or told why not", polled + len(failed) == len(captures),
                f"{polled} of {len(captures)}")  # fmt: skip


def why_lost(path: str, body: bytes, served: int) -> Counter[str]:
    """The rooms of the reader one after another, to see which one let items go."""
    now = datetime.now(UTC)
    source = Source(
        path, f"http://127.0.0.1{path}", SourceKind.FEED, Tier.PRESS, "", None, timedelta(hours=1)
    )
    fetched = Fetched(path, source.url, body, "application/xml", None, None, now)
    try:
        listing = read_listing(source, fetched, now)
    except ParseError as error:
        return Counter({str(error): served})
    kept = newest(listing.items, MAX_ITEMS)
    distinct = {(item.guid, item.link, item.title, item.text) for item in kept}
    return +Counter(
        {
            "half an item, an empty one, or markup in a text": served - len(listing.items),
            "beyond what one poll reads": len(listing.items) - len(kept),
            REPEATED: len(kept) - len(distinct),
        }
    )


def report_work(idle: Pass, first: Pass, second: Pass, third: Pass, say: Verdicts) -> None:
    for what, one in (("no sources", idle), ("first", first), ("unchanged, 304", second),
                      ("unchanged, 200", third)):  # fmt: skip
        print(f"  pass {what:<15} {one.cpu:6.2f} s CPU {one.seconds:6.2f} s")
    work, again = first.cpu - idle.cpu, max(second.cpu - idle.cpu, 0.0)
    print(f"  CPU without start-up: first {work:.2f} s, further {again:.2f} s")
    say.require("a further pass costs under a tenth of the work", again < work / 10)


def report_found(service: Service) -> None:
    found = service.ask(
        "SELECT title, verdict FROM article_version"
        " WHERE NOT seed AND json_extract(reading_json, '$.relevant')"
    )
    print(f"  relevant in the captures: {len(found)}")
    for title, verdict in found:
        print(f"    {verdict}: {title}")
    for actor, topic, stance, stage, quote in service.ask(
        "SELECT coalesce(actor, body), topic, stance, stage, quote_text FROM statement"
        " WHERE article_id IN (SELECT article_id FROM article_version WHERE NOT seed)"
    ):
        print(f"    statement: {actor} on {topic}: {stance or stage}: {quote}")


def report_captures_found(service: Service, say: Verdicts) -> None:
    report_found(service)
    say.require("no alert from the captures", not service.count("alert"), service.count("alert"))


def show_step(step: int, one: Pass) -> None:
    fresh, changes, alerts = map(one.total, ("fresh", "changes", "alerts"))
    print(
        f"  step {step:>2}: {fresh} new of {one.total('articles')} read, {changes} changes, "
        f"{alerts} alerts, {len(one.named('sent'))} deliveries, {one.cpu:.1f} s CPU"
    )


def report_articles(service: Service, articles: list[Article], say: Verdicts) -> None:
    """Each guid is looked up among the keys: which article it became, in how many versions."""
    keys = dict(service.ask("SELECT key, article_id FROM article_key"))
    became = {a["id"]: keys.get(f"item:language-{a['lang']}:guid:language-{a['lang']}:{a['id']}")
              for a in articles}  # fmt: skip
    missing = [a["title"] for a in articles if became[a["id"]] is None]
    ids = Counter(found for found in became.values() if found)
    shared = {found: times for found, times in ids.items() if times > 1}
    rows = service.ask(
        "SELECT verdict, count(*) FROM article_version WHERE source_id LIKE 'language-%' "
        "AND title <> 'This feed is open now' GROUP BY 1"
    )
    print(f"  articles served {len(articles)}, known by their guid {len(articles) - len(missing)}, "
          f"articles {len(ids)}, versions by verdict {dict(rows)}")  # fmt: skip
    for found in shared:
        titles = service.ask("SELECT url, title FROM article_version WHERE article_id = ?", found)
        print(f"    one article for {shared[found]} items: {titles}")
    say.require("each article was read", not missing, missing[:3] or "")
    versions = sum(count for _, count in rows)
    say.require("and once", versions == len(articles), f"{versions} versions")


def report_ledger(service: Service) -> None:
    statements, changes = service.count("statement"), service.count("change")
    print(f"  statements {statements}, changes {changes}, alerts {service.count('alert')}")
    for kind, reason, count in service.ask(
        "SELECT kind, reason, count(*) FROM change GROUP BY 1, 2 ORDER BY 1, 3 DESC"
    ):
        print(f"    {kind} {reason}: {count}")


def report_alerts(service: Service, shelf: Shelf, postbox: Postbox, say: Verdicts) -> None:
    """What was due by the outbox against what the receivers hold, by message id. Notices have ids
    of another letter and are left out: the captures are old, so that most of their sources are
    frozen."""
    mails = [email.message_from_bytes(one.content or b"", policy=email.policy.SMTP)
             for one in postbox.mails]  # fmt: skip
    texts = [str(mail.get_body(("plain",)).get_content()) for mail in mails]
    printed = "".join(one.printed for one in service.passes)
    lines = [line for line in service.alert_lines() if MESSAGE.fullmatch(line["message"])]
    received: dict[str, list[str]] = {
        "team": [id_in(json.dumps(post)) for post in shelf.posts],
        "desk:desk@post.example": [id_in(text) for text in texts],
        "screen": [line["message"] for line in lines],
        "screen (stdout)": MESSAGE.findall(printed),
    }
    for target, ids in received.items():
        asked = "SELECT message_id FROM delivery WHERE target = ? AND message_id LIKE 'm%'"
        ids = [one for one in ids if one]
        due = {row[0] for row in service.ask(asked, target.partition(" ")[0])}
        lost, strange = due - set(ids), set(ids) - due
        twice = [one for one, times in Counter(ids).items() if times > 1]
        told = f"{len(due)} due, {len(lost)} lost, {len(twice)} twice, {len(strange)} not due"
        say.require(f"{target}: each message once", not (lost or twice or strange), told)
    states = dict(service.ask("SELECT state, count(*) FROM delivery GROUP BY 1"))
    say.require("the outbox is settled", set(states) <= {"sent"}, states)
    cards = {line["message"]: line["cards"] for line in lines}
    for what, told in (
        ("webhook", [json.dumps(post, ensure_ascii=False) for post in shelf.posts]),
        ("mail", texts),
        ("mail, HTML", [str(mail.get_body(("html",)).get_content()) for mail in mails]),
    ):
        told = [text for text in told if id_in(text)]
        bare = [text for text in told if not tells(text, cards[id_in(text)])]
        say.require(f"{what}: before, after and quote in each", bool(told) and not bare, len(told))
    for show, found in ((show_post, shelf.posts), (show_mail, mails), (print, split(printed))):
        show_two(show, found)


def id_in(text: str) -> str:
    return (MESSAGE.findall(text) or [""])[-1]


def tells(text: str, cards: list[dict[str, Any]]) -> bool:
    """Words alone: each layout escapes and wraps in its own way."""
    told = words(text)
    return all(
        words(part) in told
        for card in cards
        for part in ((card["before"] or {}).get("slug", "not known before"), card["after"]["slug"],
                     card["quote"])
    )  # fmt: skip


def words(text: str) -> str:
    text = re.sub(r"\\[n\"]|&(?:\w+|#\w+);|<[^>]*>", " ", text)
    return " ".join(re.findall(r"\w+", text)).casefold()


def show_trouble(service: Service, say: Verdicts) -> None:
    for name in ("poll-trouble", "tick-trouble", "not-sent", "dead", "held-back", "lease-lost"):
        found = [event for one in service.passes for event in one.named(name)]
        say.require(f"no {name}", not found, found[:3] or "")
    say.require("nothing raised", not sum(one.tracebacks for one in service.passes))
    codes = Counter(one.code for one in service.passes)
    say.require("every pass ended well", set(codes) == {0}, dict(codes))
    noise = Counter(line for one in service.passes for line in one.noise)
    say.require("stderr holds events alone", not noise, noise.most_common(5) or "")


# --- messages, as people see them --------------------------------------------------------------


def split(printed: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=Message )(m[0-9a-f]{24})", printed)][::2][:-1]


def show_two(show: Callable[[Any], object], found: Sequence[Any]) -> None:
    for one in [*found[:1], *found[-1:]]:
        print("  " + "-" * 60)
        show(one)


def show_post(post: dict[str, Any]) -> None:
    print(f"[Slack] {post['text']}")
    for block in post["blocks"]:
        parts = [block.get("text"), *block.get("elements", [])]
        print("\n".join(f"  {part['text']}" for part in parts if part))


def show_mail(mail: Any) -> None:
    for name in ("From", "To", "Subject", "Message-ID", "References", "Date"):
        print(f"[mail] {name}: {mail[name]}")
    print(mail.get_body(("plain",)).get_content())


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--feeds", type=Path, required=True, help="folder of captures (*.xml)")
    wanted.add_argument("--gold", type=Path, required=True, help="folder with bare.jsonl")
    asked = wanted.parse_args()
    captures, articles = read_captures(asked.feeds), read_articles(asked.gold)
    say, shelf, postbox = Verdicts(), Shelf(), Postbox()
    with (
        tempfile.TemporaryDirectory() as name,
        serving(shelf) as base,
        smtp_server(postbox) as mail_server,
    ):
        folder = Path(name)
        for each in ("first", "news", "no-seeds"):
            (folder / each).mkdir()
        (folder / "no-seeds" / "manifest.yaml").write_text("seeds: []\n")
        first_sight(Service(folder / "first", base, mail_server, SEEDS), shelf, captures, say)
        service = Service(folder / "news", base, mail_server, folder / "no-seeds")
        as_news(service, shelf, captures, articles, postbox, say)
    print(f"\n{say.failed} requirements not met" if say.failed else "\nall requirements met")
    return 1 if say.failed else 0


if __name__ == "__main__":
    sys.exit(main())
