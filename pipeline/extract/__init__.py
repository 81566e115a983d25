"""Extract: from a capture of any format to records.

`extract` is the entry. Containers are peeled off first (`containers`), what a plain stream holds is
told by its content (`sniff`), and each format has a module that reads it.
"""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from pipeline.errors import Unreadable
from pipeline.extract import encoding as encodings, json_array, jsonl, text
from pipeline.extract.containers import unpack
from pipeline.extract.hints import NO_HINTS
from pipeline.extract.reading import EXCERPT, Reader, Recoded
from pipeline.extract.sniff import sniff
from pipeline.extract.warc_frames import is_warc
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.containers import Member
    from pipeline.extract.encoding import Encoding
    from pipeline.extract.hints import Hints
    from pipeline.extract.sniff import Format
    from pipeline.settings import Limits

__all__ = ["extract"]


def extract(
    file: BinaryIO, name: str, *, limits: Limits, hints: Hints = NO_HINTS, only: str | None = None
) -> Iterator[Record | Rejection]:
    """Every article in `file`, in the order of its bytes, and a Rejection for all that is none.

    Pure and streaming: the same bytes, name and hints give the same items, and memory is bounded by
    `limits.record_bytes`. Never raises for what is in the file. `name` is a hint only; `hints` are what the
    source's entry says of its pages. With `only` just the item at that place is given, as fast as the format
    allows.
    """
    found = _all(file, name, limits, hints, only)
    if only is None:
        yield from found
    else:
        yield from itertools.islice((item for item in found if item.at == only), 1)


def _all(
    file: BinaryIO, name: str, limits: Limits, hints: Hints, only: str | None
) -> Iterator[Record | Rejection]:
    for member in unpack(file, name, limits=limits):
        if isinstance(member, Rejection):
            yield member
        elif is_warc(member.head, member.name):
            yield from _web_archive(member, limits, hints, only)
        else:
            yield from _read(member, limits.record_bytes)


def _web_archive(
    member: Member, limits: Limits, hints: Hints, only: str | None
) -> Iterator[Record | Rejection]:
    from pipeline.extract import warc

    if only is None:
        yield from warc.read(member.stream, member.at, limits=limits, hints=hints)
    elif only.startswith(f"{member.at}@"):
        found = warc.read_one(member.stream, only, limits=limits, hints=hints)
        if found is not None:
            yield found


def _read(member: Member, limit: int) -> Iterator[Record | Rejection]:
    at, head = member.at, member.head
    reader = Reader(member.stream)
    if not head:
        yield _nothing(reader, at)
        return
    if head.startswith(b"PAR1"):
        from pipeline.extract import parquet

        yield from parquet.read(member.stream, at, head=head, seekable=member.seekable, limit=limit)
        return
    encoding = encodings.detect(head)
    if encoding is None:
        yield _no_text(at, head)
        return
    if encoding.name.startswith(("utf-16", "utf-32")):
        # JSON is cut at bytes that mean something else in these; text and pages are decoded as a whole.
        kind = sniff(Reader(Recoded(io.BytesIO(head), encoding.name)), member.name, limit=limit)
        if kind.startswith("json"):
            recoded = Reader(Recoded(member.stream, encoding.name))
            kind = sniff(recoded, member.name, limit=limit)
            for item in _items(kind, recoded, at, encoding, limit):
                yield replace(item, rules=("encoding",)) if isinstance(item, Record) else item
            return
    else:
        kind = sniff(reader, member.name, limit=limit)
    yield from _items(kind, reader, at, encoding, limit)


def _items(
    kind: Format, reader: Reader, at: str, encoding: Encoding, limit: int
) -> Iterator[Record | Rejection]:
    if kind == "json_lines":
        yield from jsonl.read(reader, at, encoding=encoding, limit=limit)
    elif kind == "json_array":
        yield from json_array.read(reader, at, encoding=encoding, limit=limit)
    elif kind == "json_object":
        yield from json_array.read_object(reader, at, encoding=encoding, limit=limit)
    elif kind == "html":
        from pipeline.extract import html

        yield html.read(reader, at, limit=limit)
    else:
        yield text.read(reader, at, limit=limit)


def _no_text(at: str, head: bytes) -> Rejection:
    if encodings.is_binary(head):
        reason, detail = (
            "binary",
            "The bytes are neither text nor a format that is known: text, JSON Lines, JSON, HTML or parquet, "
            "compressed or in a zip or tar archive. Convert it to one of those.",
        )
    else:
        reason, detail = (
            "undecodable",
            "The bytes make no sense in any encoding that is known. Convert it to UTF-8.",
        )
    return Rejection(at=at, reason=reason, detail=detail, excerpt=head[:EXCERPT])


def _nothing(reader: Reader, at: str) -> Rejection:
    """Why there is not one byte."""
    try:
        reader.read(1)
    except Unreadable as error:
        return Rejection(at=at, reason=error.reason, detail=error.detail)
    return Rejection(at=at, reason="empty", detail="There are no bytes. If there should be, drop it again.")
