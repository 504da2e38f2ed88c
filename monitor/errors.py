"""The tree of errors. Foreign errors stop at the door that met them and become one of these.

MonitorError
├── UsageError            a command was asked for something it cannot do         exit 2
├── SettingsError         an environment variable has no meaning                 exit 2
├── PackError             the rule pack is refused; holds every Complaint        exit 1
├── SeedError             the seed corpus cannot be read                         exit 1
├── ArticleError          one line of input is no article
├── FetchError            a source could not be read (reason is a FetchReason)
├── ParseError            bytes came, but no feed or page is in them
├── SandboxError          a parser outlived its limits and was killed
├── StoreError            the database refused
│   ├── StoreBusy         another instance holds it; try again later             exit 75
│   └── StoreNewer        the database was written by a newer release
├── WindowError          the status page cannot be served at its address         exit 1
├── RenderError           a message's body cannot be shown as it is
└── SendError             a target refused or did not answer (permanent or not)

Wide stages (polling many sources, sending to many targets) return failures as values, so that
one bad source cannot stop the others; these classes are for where work is deep.
"""

from dataclasses import dataclass
from datetime import timedelta


class MonitorError(Exception):
    """Root of all errors that `monitor` raises on purpose. Its text is for people."""

    exit_code = 1


class UsageError(MonitorError):
    exit_code = 2


class SettingsError(MonitorError):
    exit_code = 2


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One thing that is wrong in the pack: where, which key, what, and the remedy."""

    file: str
    line: int
    """1-based; 0 where the file as a whole is meant."""
    column: int
    key: str
    """Dotted path inside the file, such as `alerts.0.when`."""
    problem: str
    code: str = "invalid"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{where}: {self.key}: {self.problem}" if self.key else f"{where}: {self.problem}"


class PackError(MonitorError):
    """The pack is refused as a whole; the last good one stays in force."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        self.complaints = complaints
        super().__init__("\n".join(str(complaint) for complaint in complaints))


class SeedError(MonitorError):
    pass


class ArticleError(MonitorError):
    pass


class FetchError(MonitorError):
    """A source could not be read. `reason` is a word of the house, `detail` is for people."""

    def __init__(self, reason: str, detail: str, *, retry_after: timedelta | None = None) -> None:
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
        super().__init__(f"{reason}: {detail}")


class ParseError(MonitorError):
    pass


class SandboxError(MonitorError):
    pass


class StoreError(MonitorError):
    pass


class StoreBusy(StoreError):
    exit_code = 75


class StoreNewer(StoreError):
    pass


class WindowError(MonitorError):
    """The address of the window cannot be listened at: taken, not allowed, not of this machine."""


class RenderError(MonitorError):
    """A message's body is not what was composed: damaged, or of a newer release."""


class SendError(MonitorError):
    """A target refused or did not answer. `permanent` ends the delivery as dead."""

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        ambiguous: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        self.reason = reason
        self.permanent = permanent
        self.ambiguous = ambiguous
        """The target may have taken the message before the link died."""
        self.retry_after = retry_after
        super().__init__(reason)
