"""Look-ups against a name server of our own, in a network of their own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSIDE = '''
import asyncio, fcntl, json, os, socket, struct, threading
from datetime import timedelta
from tests.fetch.conftest import SMALL, RawServer, fetch_all, head

def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS

def serve_names(listening):
    """Knows that `gone` does not exist, where `good` lives, and never says a word about `slow`."""
    while True:
        asked, client = listening.recvfrom(512)
        end = asked.index(b"\\0", 12) + 5
        header, question = asked[:2], asked[12:end]
        wants_v4 = question[-3] == 1
        if b"\\4gone" in question:
            listening.sendto(header + struct.pack(">5H", 0x8183, 1, 0, 0, 0) + question, client)
        elif b"\\4good" in question:
            answer = struct.pack(">HHHIH4B", 0xC00C, 1, 1, 1, 4, 127, 0, 0, 1) if wants_v4 else b""
            counts = struct.pack(">5H", 0x8180, 1, int(wants_v4), 0, 0)
            listening.sendto(header + counts + question + answer, client)

raise_loopback()
names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
names.bind(("127.0.0.1", 53))
threading.Thread(target=serve_names, args=(names,), daemon=True).start()
good = RawServer(lambda connection, _: connection.sendall(head("Content-Length: 4") + b"feed"))
urls = [f"http://slow{n}.example/" for n in range(10)]
urls += ["http://gone.example/", f"http://good.example:{good.port}/"]
polls = fetch_all(urls, limits=SMALL, allow_private_hosts=("127.0.0.1",))
print(json.dumps([getattr(poll, "reason", "fetched") for poll in polls]), flush=True)
os._exit(0)  # the look-ups that nobody answers are still waiting
'''


def test_a_name_that_is_gone_or_unanswered_fails_alone(tmp_path: Path):
    unshare = shutil.which("unshare")
    allowed = unshare and subprocess.run([unshare, "-rmn", "true"], capture_output=True)
    if not allowed or allowed.returncode != 0:
        pytest.skip("needs leave to make a network of its own")
    # given a resolver that asks our server, and waits two seconds where nobody answers
    settings, script = tmp_path / "resolv.conf", tmp_path / "inside.py"
    settings.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:2\n")
    script.write_text(INSIDE)

    # when ten names are not answered, one does not exist and one is good
    said = subprocess.run(
        ["unshare", "-rmn", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$1" "$2"',
         str(settings), sys.executable, str(script)],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    # then each has the reason that is its own
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout) == ["timeout"] * 10 + ["dns", "fetched"]
