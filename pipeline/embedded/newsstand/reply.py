"""An answer of the newsstand, and how it goes out: validators, 304, compression."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import zlib
from dataclasses import dataclass, field
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from typing import TYPE_CHECKING, Final

import brotli
import zstandard
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COMPRESSIONS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
    "br": lambda body: bytes(brotli.compress(body, quality=4)),
    "zstd": lambda body: zstandard.ZstdCompressor(level=3, write_content_size=False).compress(body),
}
_SMALL: Final = 200
"""Bytes below which nothing is compressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer. `changed`: when it was last touched; `max_age`: seconds it stays fresh (None: not said)."""

    body: bytes
    content_type: str
    status: int = 200
    changed: dt.datetime | None = None
    max_age: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    compressible: bool = True


def redirect(location: str, *, status: int) -> Reply:
    """A redirect."""
    return Reply(
        body=f"See {location}\n".encode(),
        content_type="text/plain; charset=utf-8",
        status=status,
        headers={"Location": location},
    )


def plain(text: str, *, status: int = 200) -> Reply:
    """A few words."""
    return Reply(body=text.encode(), content_type="text/plain; charset=utf-8", status=status)


def not_found(path: str) -> Reply:
    """A page that says that there is nothing."""
    body = f"<!DOCTYPE html><title>404</title><h1>404</h1><p>{escape(path)}</p>\n"
    return Reply(body=body.encode(), content_type="text/html; charset=utf-8", status=404)


def response(reply: Reply, request: web.BaseRequest, *, prefer: str) -> web.Response:
    """The answer to a request: 304 when the client has it already, compressed when it can take that.

    `prefer`: the compression used where the client takes several.
    """
    headers = dict(reply.headers)
    headers["Content-Type"] = reply.content_type
    coding = _coding(request, prefer) if reply.compressible and len(reply.body) >= _SMALL else None
    if reply.status == 200:
        tag = hashlib.sha256(reply.body).hexdigest()[:20]
        # strong only for the bytes themselves: RFC 9110, 8.8.1
        headers["ETag"] = f'W/"{tag}"' if coding else f'"{tag}"'
        if reply.changed is not None:
            headers["Last-Modified"] = format_datetime(reply.changed.astimezone(dt.UTC), usegmt=True)
        if reply.max_age is not None:
            headers["Cache-Control"] = f"max-age={reply.max_age}"
        if reply.compressible:
            headers["Vary"] = "Accept-Encoding"
        if _has_it(request, tag, reply.changed):
            del headers["Content-Type"]
            return web.Response(status=304, headers=headers)
    body = reply.body
    if coding:
        headers["Content-Encoding"] = coding
        body = COMPRESSIONS[coding](body)
    return web.Response(status=reply.status, headers=headers, body=body)


def preference(name: str) -> str:
    """The compression a paper prefers: another for each, so that all are met."""
    return sorted(COMPRESSIONS)[zlib.crc32(name.encode()) % len(COMPRESSIONS)]


def _coding(request: web.BaseRequest, prefer: str) -> str | None:
    takes = {part.split(";")[0].strip() for part in request.headers.get("Accept-Encoding", "").split(",")}
    return next((name for name in (prefer, *COMPRESSIONS) if name in takes), None)


def _has_it(request: web.BaseRequest, tag: str, changed: dt.datetime | None) -> bool:
    """RFC 9110, 13.1: If-None-Match decides where it is given; weak comparison."""
    match = request.headers.get("If-None-Match")
    if match is not None:
        return match.strip() == "*" or any(
            part.strip().removeprefix("W/") == f'"{tag}"' for part in match.split(",")
        )
    since = request.headers.get("If-Modified-Since")
    if since is None or changed is None:
        return False
    try:
        return changed.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
