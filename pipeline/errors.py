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
├── AccountingError         G1's equation does not hold: a bug of ours, nothing was published
└── ValidationError         an expectation itself raised: an error of ours, never bad data
"""

from __future__ import annotations


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


class AccountingError(DagspressError):
    """G1's equation does not hold. Nothing was written."""


class ValidationError(DagspressError):
    """An expectation itself raised an exception. Never counted as bad data."""
