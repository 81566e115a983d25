"""`dagspress extract`: pages in, articles out."""

from __future__ import annotations

import datetime as dt
import gzip
import zlib
from typing import TYPE_CHECKING, Any, Final

import orjson

from pipeline.article import UNDATED
from pipeline.errors import Unreadable
from pipeline.extract.page import decode, read_page
from pipeline.normalise import detect, parse_date
from pipeline.normalise.language import from_hint
from pipeline.normalise.urls import canonicalise
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one page, decompressed."""


class _Refused(Exception):
    """Why a line gives no article."""


def extract_lines(lines: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    """A line of JSON for every line: the article on the page at `html` (below `folder`), or `error`.

    Each line is an object with `id`, `html` (a path) and, as far as they are known, `url`, `gz` (whether the
    file is gzip), `charset` (of the HTTP header). What comes out is as written, not cleaned yet: `id`,
    `title`, `lead`, `text` (as readers see it: the standfirst above it is its first paragraph as well),
    `authors`, `section`, `tags`, `url`, `canonical_url`, `published` and `updated` (ISO 8601: with the offset
    where it is known, else the day or less), `published_from`, `language`, `paywalled`,
    `rules`. A line that cannot be read, and a page that holds no article, become `{"id": ..., "error": ...}`.
    Lines come out without a line end.
    """
    for number, line in enumerate(lines, start=1):
        row: dict[str, Any] = {}
        try:
            row = _row(line)
            out = _article(row, folder)
        except _Refused as refused:
            out = {"error": f"line {number}: {refused}"}
        yield orjson.dumps({"id": row.get("id"), **out}, default=str)


def _row(line: bytes) -> dict[str, Any]:
    if not line.strip():
        raise _Refused("the line is empty")
    try:
        row = orjson.loads(line)
    except ValueError as error:
        raise _Refused(f"not valid JSON ({error})") from None
    if not isinstance(row, dict):
        raise _Refused("not a JSON object")
    return row


def _article(row: dict[str, Any], folder: Path) -> dict[str, Any]:
    data = _page(row, folder)
    url, charset = row.get("url"), row.get("charset")
    try:
        text, decoded = decode(data, charset=charset if isinstance(charset, str) else None)
    except Unreadable as error:
        raise _Refused(f"{error.reason}: {error.detail}") from None
    found = read_page(
        text,
        at="",
        raw=data,
        url=url if isinstance(url, str) and url else None,
        rules=("encoding",) if decoded else (),
        standfirst=True,
    )
    if isinstance(found, Rejection):
        raise _Refused(f"{found.reason}: {found.detail}")
    return _fields(found)


def _page(row: dict[str, Any], folder: Path) -> bytes:
    name = row.get("html")
    if not isinstance(name, str) or not name:
        raise _Refused("has no `html`, the path of the page")
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise _Refused(f"the page {name!r} is not below the folder of the file")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if row.get("gz") or data.startswith(b"\x1f\x8b"):
            with gzip.open(path) as file:
                data = file.read(LARGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _Refused(f"the page {name!r} is no whole gzip file ({error})") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise _Refused(f"the page {name!r} cannot be read ({reason})") from None
    if len(data) > LARGEST:
        raise _Refused(f"the page {name!r} is larger than {LARGEST} bytes")
    return data


def _fields(record: Record) -> dict[str, Any]:
    text = record.text or ""
    language, _ = detect(text)
    return {
        "title": record.title,
        "lead": record.lead,
        "text": text,
        "authors": record.authors,
        "section": record.section,
        "tags": record.tags,
        "url": record.url,
        "canonical_url": canonicalise(record.canonical_url or record.url or ""),
        "published": _moment(record.published_raw, record.zone),
        "published_from": record.published_from,
        "updated": _moment(record.updated_raw, record.zone),
        "language": language or from_hint(record.language),
        "paywalled": record.paywalled,
        "rules": record.rules,
    }


def _moment(raw: str | None, zone: str | None) -> str | None:
    """A date as written, in ISO 8601; None when it is none."""
    if not raw:
        return None
    date = parse_date(raw, zone=zone)
    if date.at is None:
        return None if date.period == UNDATED else date.period
    sign, hours, minutes = 1, 0, 0
    if date.offset is not None:
        sign = -1 if date.offset[0] == "-" else 1
        hours, minutes = int(date.offset[1:3]), int(date.offset[4:6])
    zone_of = dt.timezone(sign * dt.timedelta(hours=hours, minutes=minutes))
    try:
        return date.at.astimezone(zone_of).isoformat()
    except OverflowError:
        return date.at.isoformat()
