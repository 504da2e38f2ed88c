"""Bytes -> str, for servers that lie about their charset.

feedparser alone reads windows-1251 declared as UTF-8 as windows-1252: "Áèòêîèí" for "Биткоин".
"""

import codecs
import re

from charset_normalizer import from_bytes

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What pages mean by these labels (WHATWG Encoding Standard): the larger set of the family.
MEANT = {
    "latin-1": "cp1252", "iso8859-1": "cp1252", "ascii": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
REFUSED = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape"})
HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
XML_CHARSET = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
HEAD = 4096
"""Bytes in which a declaration is looked for."""
SAMPLE = 32_768
"""Bytes that charset-normalizer reads; it takes about a second for each megabyte."""
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
MARKUP = re.compile(rb"<[^>]{0,2000}>|&#?\w{1,10};")
CYRILLIC_CHARSETS = ["cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic"]
CYRILLIC_LETTER = re.compile("[А-Яа-яЁёІіЇїЄє]")
NON_ASCII = re.compile("[^\x00-\x7f]")


def decode(body: bytes, content_type: str) -> str:
    """The body's text; never raises. Wrong bytes become U+FFFD.

    In this order: byte order mark; UTF-8 where the bytes are UTF-8, whatever was declared (chance
    makes no such text); what was declared, if the bytes agree; UTF-8 with a few broken characters;
    a guess.
    """
    for mark, name in BOMS:
        if body.startswith(mark):
            return (
                body[len(mark) :].decode("utf-8", "replace")
                if name == "utf-8"
                else (body.decode(name, "replace"))
            )
    declared = declared_charset(body, content_type)
    if not body.isascii() or declared in (None, "utf-8"):
        text = strictly(body, "utf-8")
        if text is not None:
            return text
    text = strictly(body, declared) if declared and declared != "utf-8" else None
    if text is not None:
        return text
    if mostly_utf8(body):
        return body.decode("utf-8", "replace")
    return guessed(body)


def declared_charset(body: bytes, content_type: str) -> str | None:
    """Python's name of the charset that HTTP, else the XML declaration, else a meta tag names."""
    head = body[:HEAD]
    found = HTTP_CHARSET.search(content_type)
    labels = [found.group(1)] if found else []
    for pattern in (XML_CHARSET, META_CHARSET):
        match = pattern.search(head)
        if match:
            labels.append(match.group(1).decode("ascii"))
    return next((name for label in labels if (name := known_charset(label))), None)


def known_charset(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
        "".encode(name)  # codecs such as `hex` and `zip` turn bytes into bytes
    except (LookupError, UnicodeError):
        return None
    return None if name in REFUSED else MEANT.get(name, name)


def strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeError:
        return None


def mostly_utf8(body: bytes) -> bool:
    """UTF-8 that was cut or patched by hand: far more good characters than broken ones."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return len(NON_ASCII.findall(text)) - broken >= 10 * broken


def guessed(body: bytes) -> str:
    """By what the words look like: markup is left out, for ASCII tells nothing.

    charset-normalizer takes short Cyrillic texts for Western ones; asked again among Cyrillic
    charsets alone, it is right, and `is_cyrillic` tells when there was no Cyrillic at all.
    """
    words = MARKUP.sub(b" ", body[: 8 * SAMPLE])[:SAMPLE]
    if not has_foreign_words(words):
        return body.decode("cp1252", "replace")
    best = from_bytes(words).best()
    if best is None or not is_cyrillic(str(best)):
        cyrillic = from_bytes(words, cp_isolation=CYRILLIC_CHARSETS).best()
        if cyrillic is not None and is_cyrillic(str(cyrillic)):
            best = cyrillic
    return body.decode(best.encoding if best else "cp1252", "replace")


def has_foreign_words(words: bytes) -> bool:
    """Whole words of high bytes; Western languages have single ones among ASCII letters."""
    runs = HIGH_RUN.findall(words)
    return bool(runs) and sum(map(len, runs)) / len(runs) >= 2.5


def is_cyrillic(text: str) -> bool:
    """Most of what is not ASCII is Cyrillic, and most of that is lower case.

    KOI8-R read as windows-1251 is Cyrillic too, with the cases swapped.
    """
    letters = CYRILLIC_LETTER.findall(text)
    lower = sum(letter.islower() for letter in letters)
    return len(letters) >= 0.8 * len(NON_ASCII.findall(text)) > 0 and lower >= 0.6 * len(letters)
