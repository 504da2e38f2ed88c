"""Addresses and URLs that may not be visited, in all the ways they can be written."""

import socket

import pytest

from monitor.errors import FetchError
from monitor.fetch.guard import AddressVerdict, Guard, check_url, split_port
from tests.fetch.conftest import fetch

CLOSED = """
127.0.0.1 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1
169.254.169.254 100.64.0.1 100.127.255.255 192.0.0.1 192.0.2.1 192.88.99.1 198.18.0.1
198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
64:ff9b:1::1 2002:7f00:1:: 2002:808:808:: 2001:0:53aa:64c:0:0:f5ff:fffe 2001:db8::1 3fff::1
fc00::1 fd00:ec2::254 fe80::1 fe80::1%lo fec0::1 ff02::1 100::1 5f00::1
""".split()
OPEN = """
1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.32.0.1 172.15.0.1 192.0.1.1 198.20.0.1 223.255.255.1
::ffff:8.8.8.8 64:ff9b::808:808 2606:4700:4700::1111 2a00:1450::1 2001:4860:4860::8888
""".split()


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_not_public_is_refused(address):
    assert Guard().judge(address, 80) is AddressVerdict.NOT_GLOBAL


@pytest.mark.parametrize("address", OPEN)
def test_what_is_public_is_visited(address):
    assert Guard().judge(address, 80) is AddressVerdict.GLOBAL


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "017700000001", "0x7f.1",
        "[::1]", "[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "①②⑦.⓪.⓪.①",
        "１２７.０.０.１", "127。0。0。1",
        "localhost", "LOCALHOST", "localhost.", "0", "0.0.0.0", "[::]", "[0:0:0:0:0:ffff:7f00:1]",
    ],
)  # fmt: skip
def test_no_spelling_of_loopback_reaches_a_server(serve, host):
    canary = serve(lambda connection, request: None)

    poll = fetch(f"http://{host}:{canary.port}/", allow_private_hosts=())

    assert poll.reason in {"blocked-address", "bad-url", "dns"}
    assert canary.requests == []


@pytest.mark.parametrize(
    ("entry", "address", "port", "host", "verdict"),
    [
        ("10.0.0.0/8", "10.1.2.3", 80, "", "allowed"),
        ("10.0.0.0/8", "192.168.0.1", 80, "", "not-global"),
        ("127.0.0.1", "127.0.0.1", 81, "", "allowed"),
        ("127.0.0.1:80", "127.0.0.1", 80, "", "allowed"),
        ("127.0.0.1:80", "127.0.0.1", 81, "", "not-global"),
        ("127.0.0.1", "::ffff:127.0.0.1", 80, "", "allowed"),
        ("[::1]:80", "::1", 80, "", "allowed"),
        ("[::1]:80", "::1", 81, "", "not-global"),
        ("::1", "::1", 81, "", "allowed"),
        ("fd00::/8", "fd12::1", 81, "", "allowed"),
        ("feeds.internal", "10.0.0.1", 80, "feeds.internal", "allowed"),
        ("feeds.internal", "10.0.0.1", 80, "evil.example", "not-global"),
    ],
)
def test_the_operator_opens_single_places(entry, address, port, host, verdict):
    assert Guard([entry]).judge(address, port, host) == verdict


def test_a_socket_is_made_only_for_a_public_address():
    where = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80))

    with pytest.raises(OSError, match=r"127\.0\.0\.1 is not a public address"):
        Guard().make_socket(where)

    Guard(["127.0.0.1"]).make_socket(where).close()


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254:80\\@public.example/",
        "http://public.example\\.evil/",
        "http://public.example/feed\\..\\x",
        "http://user@public.example/",
        "http://user:secret@public.example/",
        "http://@public.example/",
        "http://public.example/a b",
        "http://public.example/\r\nHost: evil",
        "http://public.example/\x00",
        "http://public.example/\x85",
        " http://public.example/",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "file:etc",
        "source:file:///etc/passwd",
        "view-source:http://public.example/",
        "ftp://public.example/",
        "gopher://public.example/",
        "//public.example/",
        "public.example",
        "/etc/passwd",
        "http://",
        "http:///path",
        "http://public.example:99999/",
        "http://public.example:0/",
        "http://[::1/",
        "",
        "http://public.example/" + "x" * 2000,
    ],
)
def test_a_url_that_two_readers_could_read_differently_is_refused(url):
    with pytest.raises(FetchError) as refused:
        check_url(url)

    assert refused.value.reason == "bad-url"


@pytest.mark.parametrize(
    "url",
    [
        "http://public.example/feed?a=b&c=d#part",
        "https://public.example:8443/feed",
        "HTTPS://Public.Example/",
        "https://пример.рф/лента",
        "https://public.example/@author/feed",
    ],
)
def test_ordinary_urls_pass(url):
    assert check_url(url).scheme in {"http", "https"}


@pytest.mark.parametrize(
    ("entry", "parts"),
    [
        ("host", ("host", None)),
        ("host:80", ("host", 80)),
        ("::1", ("::1", None)),
        ("[::1]", ("::1", None)),
        ("[::1]:80", ("::1", 80)),
        ("10.0.0.0/8", ("10.0.0.0/8", None)),
    ],
)
def test_an_entry_is_split_into_host_and_port(entry, parts):
    assert split_port(entry) == parts
