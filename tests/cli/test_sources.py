"""The sources at a terminal: asked, added, carried as OPML; servers on loopback."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner, Result

from monitor.app import build
from monitor.cli.main import commands
from monitor.clock import utcnow
from monitor.config import read_settings
from monitor.errors import MonitorError
from monitor.model import Article, ArticleRecord, Condition, Cursor, Intake, Verdict
from monitor.rulebook.load import load_pack
from tests.rulebook.packs import copy_of_minimal

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
TITLES = ["Cod quotas are cut again this spring", "The fleet waits for the storm to pass"]


def rss(*titles: str, name: str = "Cod Weekly", dated: bool = True, age: int = 1) -> str:
    at = f"<pubDate>{format_datetime(utcnow() - timedelta(days=age))}</pubDate>" if dated else ""
    items = "".join(
        f"<item><guid>{n}</guid><link>https://cod.example/{n}</link><title>{title}</title>{at}</item>"
        for n, title in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = copy_of_minimal(tmp_path)
    (folder / "sources.yaml").write_text("# ours\nsources: []\n")
    (folder / "channels.yaml").write_text("channels: []\n")
    for kind in ("alerts", "tests"):
        for path in (folder / kind).iterdir():
            path.unlink()
    monkeypatch.setenv("MONITOR_RULES_DIR", str(folder))
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("MONITOR_ALLOW_PRIVATE_HOSTS", "127.0.0.1 localhost")
    return folder


def watch(rules: Path, **urls: str) -> str:
    """A pack of these sources; the text of the file."""
    entries = "".join(
        f"  - id: {name} # {name}\n    title: {name}\n    url: {url}\n    tier: press\n"
        f"    newsroom: {name}\n    verified: never\n"
        for name, url in urls.items()
    )
    (rules / "sources.yaml").write_text(f"# ours\nsources:\n{entries}")
    return (rules / "sources.yaml").read_text()


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(commands, list(arguments), input=given)


def answer(*arguments: str, code: int = 0) -> str:
    done = run(*arguments)
    assert done.exit_code == code, done.output
    return done.stdout


def refusal(*arguments: str) -> MonitorError:
    done = run(*arguments)
    assert isinstance(done.exception, MonitorError), done.output
    return done.exception


Serve = Callable[..., str]


@pytest.fixture
def serve(httpserver: HTTPServer) -> Serve:
    """Puts a body under a path; its address."""

    def put(path: str, body: str | bytes, kind: str = "application/rss+xml", **more: Any) -> str:
        httpserver.expect_request(path).respond_with_data(body, content_type=kind, **more)
        return httpserver.url_for(path)

    return put


# --- check -------------------------------------------------------------------------------------


def test_a_check_says_what_answered_and_writes_the_day_where_items_came(
    rules: Path, serve: Serve, tmp_path: Path
) -> None:
    before = watch(rules, good=serve("/good", rss(*TITLES)), gone=serve("/gone", "no", status=404))

    found = json.loads(answer("sources", "check", "--json", code=1))

    assert [(each["id"], each["ok"], each["items"]) for each in found] == [
        ("good", True, 2),
        ("gone", False, None),
    ]
    assert found[0]["newest"]
    assert found[0]["remarks"] == []
    assert "404" in found[1]["failed"]
    after = (rules / "sources.yaml").read_text()
    assert after == before.replace("never", utcnow().date().isoformat(), 1)
    assert not (tmp_path / "var").exists()


def test_a_dry_check_of_one_source_asks_it_alone_and_writes_nothing(
    rules: Path, serve: Serve, httpserver: HTTPServer
) -> None:
    before = watch(rules, good=serve("/good", rss(*TITLES)), other=serve("/other", rss(*TITLES)))

    printed = answer("sources", "check", "good", "--dry-run")

    assert "1 of 1 source answered with items." in printed
    assert [request.path for request, _ in httpserver.log] == ["/good"]
    assert (rules / "sources.yaml").read_text() == before


LINK = "<link rel='alternate' type='application/rss+xml' href='{}' title='{}'>"

REMARKS: dict[str, tuple[str | bytes, str]] = {
    "undated": (rss(*TITLES, dated=False), "no item bears a date"),
    "empty": (rss(), "no items in it"),
    "old": (rss(*TITLES, age=100), "its newest item is 100 days old"),
    "page": ("<html><body>Hi</body></html>", "a web page instead of a feed"),
    "site": (f"<html>{LINK.format('/feed', 'x')}</html>", "a web page, its feed is http"),
    "other": ("{}", "not a feed"),
    "cp1251": (rss("Рыба подорожала").encode("cp1251"), "its charset is guessed"),
    "koi8-r": (
        b"<?xml version='1.0' encoding='koi8-r'?>" + rss("Рыба подорожала").encode(),
        "declared as koi8-r and is UTF-8",
    ),
}


def test_a_check_tells_what_a_person_must_know(rules: Path, serve: Serve) -> None:
    urls = {name: serve(f"/{name}", body, "application/xml") for name, (body, _) in REMARKS.items()}
    new = serve("/new", rss(*TITLES))
    urls["moved"] = serve("/moved", "", status=301, headers={"Location": new})
    urls["for-now"] = serve("/for-now", "", status=302, headers={"Location": new})
    watch(rules, **urls)

    printed = run("sources", "check", "--json", "--dry-run").stdout

    said = {each["id"]: "; ".join(each["remarks"]) for each in json.loads(printed)}
    assert {name: says for name, (_, says) in REMARKS.items() if says not in said[name]} == {}
    assert said["moved"] == f"moved for good: write `url: {new}`"
    assert said["for-now"] == f"answered from {new}"


def test_a_check_of_an_unknown_source_names_the_one_that_was_meant(rules: Path) -> None:
    watch(rules, harbour="https://harbour.example/")

    error = refusal("sources", "check", "harbor")

    assert error.exit_code == 2
    assert "did you mean `harbour`?" in str(error)


# --- add ---------------------------------------------------------------------------------------


def test_a_feed_is_added_with_what_it_says_of_itself(rules: Path, serve: Serve) -> None:
    url = serve("/feed", rss(*TITLES))

    answer("sources", "add", url, "--tier", "trade")

    [entry] = load_pack(rules).sources.sources
    assert (entry.id, entry.title, entry.url) == ("cod-weekly", "Cod Weekly", url)
    assert (entry.tier, entry.newsroom, entry.language) == ("trade", "Cod Weekly", "en")
    assert entry.verified == utcnow().date()
    assert (rules / "sources.yaml").read_text().startswith("# ours\nsources:\n  - id: cod-weekly\n")


def test_a_site_gives_its_one_feed_and_not_that_of_its_comments(rules: Path, serve: Serve) -> None:
    serve("/feed", rss(*TITLES))
    links = LINK.format("/feed", "News") + LINK.format("/feed/comments", "Comments")
    site = serve("/", f"<html><head>{links}</head></html>", "text/html")

    answer("sources", "add", site)

    assert load_pack(rules).sources.sources[0].url == f"{site}feed"


def test_several_feeds_of_a_site_are_named_and_none_is_taken(rules: Path, serve: Serve) -> None:
    links = LINK.format("/fish", "Fish") + LINK.format("/ships", "Ships")
    site = serve("/", f"<html><head>{links}</head></html>", "text/html")

    error = refusal("sources", "add", site)

    assert f"{site}fish  Fish" in str(error)
    assert f"{site}ships  Ships" in str(error)
    assert load_pack(rules).sources.sources == ()


def test_a_page_is_added_with_its_selector(rules: Path, serve: Serve) -> None:
    page = serve("/list", "<html><li class=x><a href='/1'>Cod</a></li></html>", "text/html")

    answer("sources", "add", page, "--kind", "page", "--item", "li.x", "--id", "drafts")

    [entry] = load_pack(rules).sources.sources
    assert (entry.kind, entry.page and entry.page.item) == ("page", "li.x")


def test_a_dry_add_prints_the_entry_and_writes_nothing(rules: Path, serve: Serve) -> None:
    before = (rules / "sources.yaml").read_text()

    printed = answer("sources", "add", serve("/feed", rss(*TITLES)), "--dry-run")

    assert printed.startswith("  - id: cod-weekly\n    title: Cod Weekly\n")
    assert (rules / "sources.yaml").read_text() == before


@pytest.mark.parametrize(
    ("arguments", "says", "code"),
    [
        (["{base}/known/?utm_source=x"], "is the address of `known` already", 2),
        (["{base}/gone"], "404", 1),
        (["{base}/empty"], "gives no articles: it holds no item", 1),
        (["{base}/bare"], "names no feed", 1),
        (["file:///etc/passwd"], "only http and https are asked", 2),
        (["http://169.254.169.254/latest"], "blocked-address", 1),
        (["{base}/feed", "--kind", "page"], "needs --item", 2),
        (["{base}/feed", "--id", "Not A Slug"], "sources.0.id|sources.1.id", 1),
    ],
)
def test_what_cannot_be_added_is_refused_and_the_file_stays(
    rules: Path, serve: Serve, httpserver: HTTPServer, arguments: list[str], says: str, code: int
) -> None:
    base = httpserver.url_for("").rstrip("/")
    serve("/feed", rss(*TITLES))
    serve("/gone", "no", status=404)
    serve("/empty", rss())
    serve("/bare", "<html><body>Hi</body></html>", "text/html")
    before = watch(rules, known=f"{base}/known")

    error = refusal("sources", "add", *(each.format(base=base) for each in arguments))

    assert any(part in str(error) for part in says.split("|")), str(error)
    assert error.exit_code == code
    assert (rules / "sources.yaml").read_text() == before


def test_a_name_from_a_hostile_feed_is_text_in_the_pack(rules: Path, serve: Serve) -> None:
    hostile = "x: y # \"{[ ${HOME} '*&amp;!tag @list &#10;- id: evil"

    answer("sources", "add", serve("/feed", rss(*TITLES, name=hostile)))

    [entry] = load_pack(rules).sources.sources
    assert "\n" not in entry.title
    assert entry.title.startswith("x: y # \"{[ ${HOME} '*&!tag @list")


# --- OPML --------------------------------------------------------------------------------------


def test_an_import_is_previewed_then_made_and_made_twice_adds_nothing(
    rules: Path, tmp_path: Path
) -> None:
    file = tmp_path / "in.opml"
    file.write_text(
        "<opml version='2.0'><body>\n"
        "<outline text='Cod Weekly' xmlUrl='https://cod.example/feed'/>\n"
        "<outline text='Bad' xmlUrl='file:///etc/passwd'/>\n"
        "</body></opml>"
    )
    before = (rules / "sources.yaml").read_text()

    preview = run("sources", "import", str(file), "--dry-run")
    assert (rules / "sources.yaml").read_text() == before
    first = run("sources", "import", str(file))
    second = run("sources", "import", str(file))

    assert "- id: cod-weekly" in preview.stdout
    assert f"{file}:3: refused: Bad" in preview.stderr
    assert (preview.exit_code, first.exit_code, second.exit_code) == (1, 1, 1)
    assert "0 new, 1 known already, 1 refused." in second.stderr
    assert [entry.id for entry in load_pack(rules).sources.sources] == ["cod-weekly"]


def test_an_export_is_an_import(rules: Path, tmp_path: Path) -> None:
    watch(rules, cod="https://cod.example/", eel="https://eel.example/")
    entries = load_pack(rules).sources.sources
    file = tmp_path / "out.opml"

    answer("sources", "export", "--output", str(file))
    (rules / "sources.yaml").write_text("sources: []\n")
    answer("sources", "import", str(file))

    assert load_pack(rules).sources.sources == entries
    assert answer("sources", "export").startswith("<?xml")


# --- list, held, release -----------------------------------------------------------------------


class Silent:
    def event(self, name: str, **fields: object) -> None:
        pass


def remember(*cursors: Cursor, held: str | None = None) -> None:
    app = build(read_settings(), watch=Silent(), write=lambda text: None)
    try:
        for cursor in cursors:
            app.store.put_cursor(cursor)
        if held:
            with app.store.deciding() as deciding:
                deciding.write(Intake(cursor=None, articles=(held_article(held),)))
    finally:
        app.close()


def held_article(source: str) -> ArticleRecord:
    article = Article("a1", "https://cod.example/1", TITLES[0], "", NOW, NOW, "en", source)
    reading = '{"relevant":false,"because":"","language":"en"}'
    return ArticleRecord(article, "v1", Verdict.IRRELEVANT, None, "s1", reading, held=True)


def test_the_list_tells_conditions_and_can_be_narrowed_to_trouble(rules: Path) -> None:
    watch(rules, well="https://w.example/", frozen="https://f.example/", never="https://n.example/")
    remember(
        Cursor("well", NOW, condition=Condition.WELL, condition_since=NOW, pace_seconds=7200),
        Cursor(
            "frozen",
            NOW,
            condition=Condition.FROZEN,
            condition_since=NOW,
            moved_to="https://new.example/",
        ),
        Cursor("never", NOW, failures=3, last_error="dns: no such host"),
        held="well",
    )

    everything, troubled = (
        json.loads(answer("sources", "list", *more, "--json")) for more in ([], ["--broken"])
    )
    shown = answer("sources", "list")

    assert [(each["id"], each["condition"], each["held"]) for each in everything] == [
        ("well", "well", 1),
        ("frozen", "frozen", 0),
        ("never", "new", 0),
    ]
    assert everything[0]["pace"] == 7200
    assert [each["id"] for each in troubled] == ["frozen", "never"]
    assert "frozen since 2026-03-09 12:00" in shown
    assert "moved to https://new.example/" in shown
    assert "3 failures: dns: no such host" in shown
    assert "1 article held" in shown


def test_what_is_held_is_shown_and_let_go(rules: Path) -> None:
    watch(rules, cod="https://cod.example/", eel="https://eel.example/")
    remember(held="cod")

    assert json.loads(answer("sources", "held", "--json")) == {"cod": 1}
    assert TITLES[0] in answer("sources", "held", "cod")
    assert answer("sources", "held", "eel") == "Nothing of eel is held.\n"
    assert "did you mean `cod`?" in str(refusal("sources", "held", "codd"))
    assert refusal("sources", "release", "cod", "--drop", "--baseline").exit_code == 2

    assert answer("sources", "release", "cod", "--drop").startswith("1 article of cod dropped")
    assert answer("sources", "held") == "Nothing is held.\n"
    assert answer("sources", "release", "cod") == "Nothing of cod is held.\n"
