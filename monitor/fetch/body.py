"""Reads a response's body within limits: on the wire, and of what it unfolds to, while it unfolds.

aiohttp's own decoding is switched off: it undoes stacked codings and answers a whole chunk at a
time, so that 200 kB become 200 MB before anybody could count them.
"""

import zlib
from collections.abc import AsyncIterable, AsyncIterator

from monitor.errors import FetchError
from monitor.fetch.reasons import FetchReason

GZIP = 16 + zlib.MAX_WBITS
PLAIN_CODINGS = frozenset({"", "identity"})
GZIP_CODINGS = frozenset({"gzip", "x-gzip"})
MEMBER = b"\x1f\x8b"


async def read_body(
    chunks: AsyncIterable[bytes], coding: str, *, wire_cap: int, body_cap: int
) -> bytes:
    """The decoded body. FetchError: too-large, bad-encoding, truncated."""
    counted = _within(chunks, wire_cap)
    coding = coding.strip().lower()
    if coding in PLAIN_CODINGS:
        return b"".join([chunk async for chunk in _within(counted, body_cap)])
    if coding in GZIP_CODINGS:
        return await _unzip(counted, body_cap)
    raise FetchError(FetchReason.BAD_ENCODING, f"content coding {coding[:60]!r}; gzip was offered")


async def _within(chunks: AsyncIterable[bytes], cap: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > cap:
            raise too_large(cap)
        yield chunk


async def _unzip(chunks: AsyncIterable[bytes], cap: int) -> bytes:
    body = bytearray()
    inflater = zlib.decompressobj(GZIP)
    async for chunk in chunks:
        while chunk:
            body += _inflate(inflater, chunk, cap - len(body) + 1)
            if len(body) > cap:
                raise too_large(cap)
            chunk = b""
            if inflater.eof and inflater.unused_data.startswith(MEMBER):
                chunk, inflater = inflater.unused_data, zlib.decompressobj(GZIP)
    if not inflater.eof and body:
        raise FetchError(FetchReason.TRUNCATED, "the gzip stream ends in the middle")
    return bytes(body)


def _inflate(inflater: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    """At most `room` bytes; what is left over can only mean that the cap was passed."""
    try:
        return inflater.decompress(chunk, room)
    except zlib.error as error:
        raise FetchError(FetchReason.BAD_ENCODING, f"broken gzip: {error}") from error


def too_large(cap: int) -> FetchError:
    return FetchError(FetchReason.TOO_LARGE, f"more than {cap // 1024} KiB")
