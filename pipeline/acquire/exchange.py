"""What went over the wire: an `Exchange` of one or more `Hop`s (redirects)."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - fields of dataclasses
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request and the response to it.

    Attributes:
        url: what was asked for.
        request: request line and header fields as sent, CRLF, ending with the empty line.
        head: status line and header fields as received, CRLF, ending with the empty line. A
            `Transfer-Encoding` is renamed `X-Archive-Orig-Transfer-Encoding`, since `body` is without it.
        body: as received, its content encoding (gzip, br, ...) still on.
        at: UTC instant at which the request was sent.
        address: IP address that answered.
        truncated: why the body is not whole: `length`, `time` or `disconnect` (WARC-Truncated), else None.
    """

    url: str
    request: bytes
    head: bytes
    body: bytes
    status: int
    at: dt.datetime
    address: str | None = None
    truncated: str | None = None

    def __repr__(self) -> str:
        return f"<Hop {self.status} {self.url}, {len(self.body)} bytes>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A resource as it was had.

    Attributes:
        hops: the redirects and, last, the response that counts. Never empty.
        body: of the last hop, decoded (gzip, br, zstd, deflate undone).
        content_type: media type in lower case, without parameters; "" when the server gave none.
        charset: of the Content-Type header; None when it names none.
        etag, last_modified: validators, as received.
        fresh_until: UTC instant before which there is no need to ask again (max-age, Expires), if given.
        moved_to: where it has moved for good, when every redirect on the way was permanent (301, 308).
    """

    hops: tuple[Hop, ...]
    body: bytes
    content_type: str = ""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fresh_until: dt.datetime | None = None
    moved_to: str | None = None

    def __repr__(self) -> str:
        return f"<Exchange {self.status} {self.url}, {len(self.body)} bytes decoded>"

    @property
    def url(self) -> str:
        """Where it was found in the end."""
        return self.hops[-1].url

    @property
    def status(self) -> int:
        """Of the response that counts; 304 means: as it was."""
        return self.hops[-1].status
