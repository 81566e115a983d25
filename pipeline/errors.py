"""The errors Dagspress raises. Each reads like a sentence: what was wrong, where, and what to do.

DagspressError
├── ConfigurationError      a setting is missing or wrong
├── LakeError               the object store refused or failed
│   ├── LakeUnreachable     no endpoint there, or it keeps failing after every retry
│   ├── LakeAccessDenied    wrong credentials, or not allowed
│   ├── BucketMissing
│   ├── ObjectMissing
│   └── IntegrityError      bytes read back are not the bytes written
├── Unreadable              a capture, or a record in it, cannot be read (becomes a rejection)
├── InboxChanged            a dropped file changed while it was being captured
├── FetchError              a resource could not be had; says why, and whether trying again may help
│   ├── Unreachable         no such host, no answer, cut off, or too slow
│   ├── HttpError           the server answered with an error (4xx, 5xx)
│   ├── Forbidden           not ours to ask: robots.txt, or an address that is not public
│   ├── OverLimit           too large, too many redirects, expands too far
│   └── NotDue              asked to wait: Retry-After, backoff
├── SourceFailed            a source gave nothing; the others are not concerned
├── AccountingError         G1's equation does not hold: a bug of ours, nothing was published
└── ValidationError         an expectation itself raised: an error of ours, never bad data
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.acquire.exchange import Exchange


class DagspressError(Exception):
    """Base of every error that Dagspress raises on purpose."""


class ConfigurationError(DagspressError):
    """A setting is missing or wrong; the message names it."""


class LakeError(DagspressError):
    """The object store refused or failed."""


class LakeUnreachable(LakeError):
    """Nothing answers at the endpoint, or it kept failing after every retry."""


class LakeAccessDenied(LakeError):
    """The credentials are wrong, or lack a permission."""


class BucketMissing(LakeError):
    """The bucket does not exist."""


class ObjectMissing(LakeError):
    """The object does not exist."""


class IntegrityError(LakeError):
    """The bytes read back are not the bytes that were written."""


class Unreadable(DagspressError):
    """A capture, or one record of it, cannot be read.

    `reason` is one of the codes of `pipeline.record.REASONS`; `detail` a sentence for a person.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class InboxChanged(DagspressError):
    """A dropped file changed while it was being captured; it stays in the inbox for the next run."""


class FetchError(DagspressError):
    """A resource could not be had.

    Attributes:
        transient: whether it may be had later.
        not_before: do not ask again before this UTC instant, where one is known.
        exchange: what was received all the same, if anything.
    """

    def __init__(
        self,
        message: str,
        *,
        transient: bool = False,
        not_before: dt.datetime | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        super().__init__(message)
        self.transient = transient
        self.not_before = not_before
        self.exchange = exchange


class Unreachable(FetchError):
    """No such host, no answer, cut off, or too slow."""


class HttpError(FetchError):
    """The server answered with an error; `exchange` holds the answer."""


class Forbidden(FetchError):
    """Not ours to ask: robots.txt disallows it, or the address is not a public one."""


class OverLimit(FetchError):
    """Too large, too many redirects, or it expands too far."""


class NotDue(FetchError):
    """The host asked us to wait, or we are backing off."""


class SourceFailed(DagspressError):
    """A source gave nothing this time. The others are not concerned."""


class AccountingError(DagspressError):
    """G1's equation does not hold. Nothing was written."""


class ValidationError(DagspressError):
    """An expectation itself raised an exception. Never counted as bad data."""
