"""Why a fetch failed, in words that end in the ledger of a source, in logs and in `doctor`.

An HTTP status has its number in its word (`http-404`); every other word stands here.
"""

from enum import StrEnum


class FetchReason(StrEnum):
    BAD_URL = "bad-url"
    BLOCKED_ADDRESS = "blocked-address"
    DNS = "dns"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    DISCONNECTED = "disconnected"
    TRUNCATED = "truncated"
    """The body ended before its announced end."""
    BAD_HTTP = "bad-http"
    """What came back is no HTTP, or its headers are larger than any honest server's."""
    BAD_ENCODING = "bad-encoding"
    """A content coding that was not asked for, stacked codings, or broken gzip."""
    TOO_LARGE = "too-large"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    BAD_REDIRECT = "bad-redirect"
    CHALLENGE = "challenge"
    """A bot check stands where the feed should be."""
    EMPTY_BODY = "empty-body"
    ROBOTS = "robots"
    """robots.txt does not let us read the page, or could not be read itself."""
    NOT_A_PAGE = "not-a-page"
    """A PDF, a picture, a film."""
    HOST_HELD = "host-held"
    """The host asked for a pause (429 or 503 with Retry-After) that is not over."""


def of_status(status: int) -> str:
    return f"http-{status}"
