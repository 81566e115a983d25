"""What was fetched, as a web archive: WARC 1.1 (ISO 28500), each record a gzip member of its own.

Same exchanges, same bytes: nothing here asks the clock or chance, and record ids are made from content
and position. A page's item is written as a `metadata` record before the page, so that one pass over the
file knows the item when it meets the page:

    warcinfo, then for each page: request, response (of each redirect), metadata, request, response

The block of that metadata is JSON: `{"item": {...}, "feed": URL}` for a page, with `"missing": {"url",
"error"}` for one that could not be had, `{"kind": "robots"}` for what is no page.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import uuid
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.acquire.exchange import Exchange, Hop
    from pipeline.item import Item

Kind = Literal["feed", "sitemap", "robots", "page"]
"""What a document is: `page` is one that only led to others (a home page in which feeds were looked for)."""

_NAMESPACE: Final = uuid.UUID("6f1c2d0e-3b0f-5c8e-9d0a-52f1f0a4c7b1")
_NOT_IN_A_URI: Final = re.compile(r"[\x00-\x20\x7f]")
_LINE_ENDS: Final = re.compile(r"[\r\n]+")
_LEVEL: Final = 6

_Fields = dict[str, str | None]


class WarcWriter:
    """Appends records to `file`, which stays the caller's to close.

    Attributes:
        records: how many were written.
        size: bytes written, compressed.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._about: str | None = None
        self.records = 0
        self.size = 0

    def __repr__(self) -> str:
        return f"WarcWriter({self.records} records, {self.size} bytes)"

    def info(self, fields: Mapping[str, str], *, at: dt.datetime) -> None:
        """Say what the file is, as its first record: `software`, `source`, `day`, `format`, ...

        `at` is when writing began.
        """
        block = b"".join(f"{k}: {_line(v)}\r\n".encode("utf-8", "replace") for k, v in fields.items())
        about = self._id("warcinfo", at, block)
        self._write("warcinfo", about, at, (block,), {"Content-Type": "application/warc-fields"})
        self._about = about

    def page(self, exchange: Exchange, *, item: Item | None, feed: str | None) -> None:
        """An article's page, or what was answered for it, and the item that led to it."""
        about = {"item": item.as_json() if item else None, "feed": feed}
        self._exchange(exchange, about)

    def document(self, exchange: Exchange, *, kind: Kind) -> None:
        """What is no article's page, even if it looks like one: a feed, a sitemap, a robots.txt."""
        self._exchange(exchange, {"kind": kind})

    def missing(self, item: Item, *, feed: str | None, url: str | None, error: str, at: dt.datetime) -> None:
        """An item whose page could not be had, and why (a sentence); `at` is when that was known."""
        about = {"item": item.as_json(), "feed": feed, "missing": {"url": url, "error": error}}
        block = _json(about)
        fields: _Fields = {"WARC-Target-URI": url, "Content-Type": "application/json"}
        self._write("metadata", self._id("metadata", at, block), at, (block,), fields)

    def _exchange(self, exchange: Exchange, about: dict[str, Any]) -> None:
        for hop in exchange.hops[:-1]:
            self._hop(hop, about=None)
        self._hop(exchange.hops[-1], about=about)

    def _hop(self, hop: Hop, *, about: dict[str, Any] | None) -> None:
        # The response's id is asked for early: what comes before it refers to it.
        response = self._id("response", hop.at, hop.head, hop.body)
        if about is not None:
            block = _json(about)
            fields: _Fields = {
                "WARC-Target-URI": hop.url,
                "WARC-Refers-To": response,
                "Content-Type": "application/json",
            }
            self._write("metadata", self._id("metadata", hop.at, block), hop.at, (block,), fields)
        shared: _Fields = {"WARC-Target-URI": hop.url, "WARC-IP-Address": hop.address}
        self._write(
            "request",
            self._id("request", hop.at, hop.request),
            hop.at,
            (hop.request,),
            shared | {"WARC-Concurrent-To": response, "Content-Type": "application/http; msgtype=request"},
        )
        self._write(
            "response",
            response,
            hop.at,
            (hop.head, hop.body),
            shared
            | {
                "WARC-Payload-Digest": _digest((hop.body,)),
                "WARC-Truncated": hop.truncated,
                "Content-Type": "application/http; msgtype=response",
            },
        )

    def _id(self, kind: str, at: dt.datetime, *parts: bytes) -> str:
        """An id for a record that is written next or soon; of equal ones each has its position."""
        digest = hashlib.sha256()
        for part in (f"{self._about} {self.records} {kind} {_instant(at)}".encode(), *parts):
            digest.update(b"%d:" % len(part))
            digest.update(part)
        return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, digest.hexdigest())}>"

    def _write(
        self, kind: str, name: str, at: dt.datetime, block: tuple[bytes, ...], fields: _Fields
    ) -> None:
        header: _Fields = {
            "WARC-Type": kind,
            "WARC-Record-ID": name,
            "WARC-Date": _instant(at),
            "WARC-Warcinfo-ID": self._about,
            **fields,
            "WARC-Block-Digest": _digest(block),
            "Content-Length": str(sum(map(len, block))),
        }
        if header.get("WARC-Target-URI"):
            header["WARC-Target-URI"] = _uri(header["WARC-Target-URI"] or "")
        lines = "".join(f"{k}: {_line(v)}\r\n" for k, v in header.items() if v)
        compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)  # 31: gzip, with a header that says nothing
        for part in (f"WARC/1.1\r\n{lines}\r\n".encode("utf-8", "replace"), *block, b"\r\n\r\n"):
            self._put(compressor.compress(part))
        self._put(compressor.flush())
        self.records += 1

    def _put(self, data: bytes) -> None:
        if data:
            self._file.write(data)
            self.size += len(data)


def _digest(parts: Iterable[bytes]) -> str:
    """As web archives write it, so that ours can be compared with others': SHA-1 in base 32."""
    sha1 = hashlib.sha1(usedforsecurity=False)
    for part in parts:
        sha1.update(part)
    return f"sha1:{base64.b32encode(sha1.digest()).decode()}"


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _json(value: dict[str, Any]) -> bytes:
    known = {k: v for k, v in value.items() if v is not None}
    return json.dumps(known, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def _line(value: str) -> str:
    return _LINE_ENDS.sub(" ", value)


def _uri(url: str) -> str:
    """White space and controls escaped: a URL from a feed must not write header fields of its own."""
    return _NOT_IN_A_URI.sub(lambda found: quote(found[0]), url)
