"""Feeds made up from a seed: the same number and day give the same bytes, on every machine.

Shaped like real ones (RSS and Atom in turn, 20 to 50 items, about 54 KB, markup in the texts); the
sentences mean nothing, but for the few items on topic, which the shipped pack reads something in.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

STEP = timedelta(hours=7)
FEWEST, MOST = 20, 50
ADDED = 2
"""Items that a feed has more of when it has grown; as many of its oldest are gone."""

WORDS = """
about account acres across after agreement airport almost along annual approach April area
arrive autumn balance bakery before begin behind bicycle board boat bread bridge budget build
busy canal careful carpenter centre century chair change choir church city clear clinic coast
cold college comfort common concert council country course culture daily dairy deliver depot
detail dinner direct distance doctor during early eastern effort engine evening event exhibit
factory family famous farmer ferry festival field finish fisher flour forest forward fresh
garden gather general glass gallery grain harbour harvest heavy height history holiday hospital
hotel house hundred island January journey kitchen ladder lake large library light little local
lorry lunch machine market meadow measure member memory metal minute modern month morning mountain
museum music narrow nearby night north notice number orchard orchestra order ordinary oven owner
paint paper park partner pattern people piano picture pilot plain plant platform pleasant polite
pottery prepare present quarter quiet railway rain reader region repair report result river road
roof round saddle sailor school season second service seven several shelter short silver simple
single sister slow small south spring square stable station stone story street student summer
supper surface table teacher theatre third thousand timber title today together tower town track
traffic travel tunnel uncle under valley village visit voyage wagon warm water weather weekend
western window winter wooden worker yard year yellow
""".split()

ON_TOPIC = (
    "The Bank of Russia supports cryptocurrency payments in foreign trade",
    "The Russian Ministry of Energy wants to restrict cryptocurrency mining in several regions",
    "The Russian Ministry of Finance proposes to regulate cryptocurrency exchanges",
)
"""One position each, always the same: a poll of a thousand feeds restates, it does not reverse."""


Item = tuple[str, str, str, datetime]
"""Address, title, markup, date."""


class FeedMaker:
    """`on_topic`: the share of items that the pack reads something in. `newest`: the date of the
    last item of each grown feed; a feed that ends long ago is taken for frozen."""

    def __init__(self, *, on_topic: float, newest: datetime, seed: int = 1) -> None:
        self._seed = seed
        self._on_topic = on_topic
        self._newest = newest
        chance = random.Random(seed)
        self._sentences = [sentence(chance) for _ in range(5000)]

    def feed(self, number: int, *, grown: bool = False) -> bytes:
        last = self._turns(number, grown=True)[0]
        items = [
            self._item(number, turn, self._newest - (last - turn) * STEP)
            for turn in self._turns(number, grown)
        ]
        write = atom if number % 2 else rss
        return write(number, items).encode()

    def items_in(self, number: int) -> int:
        return len(self._turns(number, grown=False))

    def _turns(self, number: int, grown: bool) -> range:
        """Newest first, as feeds are."""
        many = random.Random(f"{self._seed} {number}").randint(FEWEST, MOST)
        more = ADDED if grown else 0
        return range(many + more - 1, more - 1, -1)

    def _item(self, number: int, turn: int, date: datetime) -> Item:
        chance = random.Random(f"{self._seed} {number} {turn}")
        address = f"https://f{number}.example/{turn}/{chance.choice(WORDS)}"
        said = [chance.choice(self._sentences) for _ in range(chance.randint(6, 14))]
        title = said.pop()[:90]
        if chance.random() < self._on_topic:
            title = chance.choice(ON_TOPIC)
        markup = "".join(f"<p>{escape(one)} <a href='{address}'>more</a></p>" for one in said)
        return address, f"{title} ({number}-{turn})", markup, date


def sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(6, 16))).capitalize() + "."


def rss(number: int, items: Sequence[Item]) -> str:
    body = "".join(
        f"<item><title>{escape(title)}</title><link>{address}</link>"
        f"<guid isPermaLink='true'>{address}</guid><pubDate>{format_datetime(date)}</pubDate>"
        f"<description><![CDATA[{markup}]]></description></item>\n"
        for address, title, markup, date in items
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n<rss version='2.0'><channel>"
        f"<title>Feed {number}</title><link>https://f{number}.example/</link>"
        f"<description>Generated</description><language>en</language>\n{body}</channel></rss>"
    )


def atom(number: int, items: Sequence[Item]) -> str:
    body = "".join(
        f"<entry><title>{escape(title)}</title><link rel='alternate' href='{address}'/>"
        f"<id>{address}</id><published>{date.isoformat()}</published>"
        f"<updated>{date.isoformat()}</updated>"
        f"<content type='html'>{escape(markup)}</content></entry>\n"
        for address, title, markup, date in items
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns='http://www.w3.org/2005/Atom'>"
        f"<title>Feed {number}</title><id>https://f{number}.example/</id>"
        f"<link href='https://f{number}.example/'/><updated>{items[0][3].isoformat()}</updated>\n"
        f"{body}</feed>"
    )
