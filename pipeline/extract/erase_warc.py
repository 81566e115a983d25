"""Erasing records of a web archive: what stands in their room is a record of no meaning, of the same length.

Its type is `x-purged`; whoever reads web archives leaves out types that it does not know (ISO 28500, 5.5).
"""

from __future__ import annotations

import re
import struct
import uuid
import zlib
from collections import defaultdict
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

import orjson

from pipeline.errors import DagspressError, Unreadable
from pipeline.extract.budget import Budget
from pipeline.extract.warc_frames import GZIP, Frame, frames
from pipeline.extract.warc_http import HEAD, head_of, payload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.settings import Limits

_PLACE: Final = re.compile(r"@(\d{1,18})\+(\d{1,18})\Z", re.ASCII)
_INNER: Final = re.compile(r"@(\d{1,18}):(\d{1,18})\+(\d{1,18})\Z", re.ASCII)
_NAMESPACE: Final = uuid.UUID("8d7f0f52-5d4b-5b0c-9d55-3a1c2f7be0a6")
_NO_DATE: Final = "1970-01-01T00:00:00Z"
_EMPTY_BLOCK: Final = b"\x00\x00\x00\xff\xff"
"""A stored block of deflate (RFC 1951, 3.2.4) that holds nothing."""
_LAST_BLOCK: Final = b"\x03\x00"
_COMMENT: Final = 0x10
_LISTS: Final = ("feed", "sitemap")
_DESCRIBES_BODY: Final = ("content-encoding", "transfer-encoding", "content-length")
_DIGESTS: Final = ("warc-block-digest", "warc-payload-digest", "content-length")
_ENTRY: Final = re.compile(rb"<((?:\w+:)?(?:item|entry|url))\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def erase_records(file: BinaryIO, places: Iterable[str], *, limits: Limits) -> None:
    """Put records of no meaning in the room of those at some places. Raises DagspressError."""
    inner: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for place in places:
        if match := _PLACE.match(place):
            start, length = int(match[1]), int(match[2])
            _write(file, start, _filler(file, start, length, limits))
        elif match := _INNER.match(place):
            inner[int(match[1])].append((int(match[2]), int(match[3])))
        else:
            raise DagspressError(f"{place!r} is no place in a web archive.")
    for start, spans in inner.items():
        _erase_in_member(file, start, spans)


class Marks(Protocol):
    """What tells that bytes hold something of an article."""

    def in_entry(self, data: bytes, /) -> bool:
        """Whether an entry of a feed, or a feed with such an entry, is about it."""

    def in_text(self, data: bytes, /) -> bool:
        """Whether the bytes hold its text."""


def documents(file: BinaryIO, marks: Marks, *, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Where documents that are no article's page hold something of one, and what is to take their room.

    Of our own captures alone. Entries of feeds and sitemaps go one by one, anything else as a whole.
    """
    about = kind = ""
    for frame in frames(file, budget=Budget(limits)):
        if not isinstance(frame, Frame):
            continue
        if frame.kind == "metadata":
            kind = _kind(frame, limits)
            about = frame.fields.get("warc-refers-to", "") if kind else ""
        elif frame.kind == "response" and about and frame.fields.get("warc-record-id") == about:
            block = frame.read()
            head = head_of(block[:HEAD])
            if head is None or frame.inner or frame.length > limits.record_bytes:
                continue
            try:
                body = payload(block[head.size :], head, limits=limits)
            except Unreadable:
                body = block[head.size :]
            mentions = marks.in_entry if kind in _LISTS else marks.in_text
            if mentions(body):
                yield f"@{frame.position}", _without(frame, block[: head.size], body, mentions)


def erase_documents(file: BinaryIO, found: Iterable[tuple[str, bytes]], *, limits: Limits) -> None:
    """Put what `documents` found in the room of the documents; where there is too little, nothing."""
    for place, record in found:
        match = _PLACE.match(place)
        if match is None:
            raise DagspressError(f"{place!r} is no place in a web archive.")
        start, length = int(match[1]), int(match[2])
        file.seek(start)
        filled = gzip_of(record, length) if file.read(len(GZIP)) == GZIP else None
        _write(file, start, filled or _filler(file, start, length, limits))


def gzip_of(content: bytes, length: int) -> bytes | None:
    """A gzip member of exactly this length that expands to `content`; None where that is too short."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)
    end = _LAST_BLOCK + struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    room = length - 10 - len(body) - len(end)
    if room < 0:
        return None
    blocks, rest = divmod(room, len(_EMPTY_BLOCK))
    head = GZIP + bytes([_COMMENT if rest else 0, 0, 0, 0, 0, 0, 255])
    comment = b"-" * (rest - 1) + b"\0" if rest else b""
    return head + comment + body + _EMPTY_BLOCK * blocks + end


def _filler(file: BinaryIO, start: int, length: int, limits: Limits) -> bytes:
    first = next(iter(frames(file, budget=Budget(limits), start=start, end=start + 1)), None)
    date = first.fields.get("warc-date", _NO_DATE) if isinstance(first, Frame) else _NO_DATE
    file.seek(start)
    if file.read(len(GZIP)) != GZIP:
        return _record(start, length, date)
    found = gzip_of(_record(start, 0, date), length) or gzip_of(b"", length)
    if found is None:
        raise DagspressError(f"The record at byte {start} is too short to be a record.")
    return found


def _record(at: int, length: int, date: str) -> bytes:
    """A record of this length (blanks where it is too short for one); the shortest for 0."""
    head = (
        f"WARC/1.1\r\nWARC-Type: x-purged\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid5(_NAMESPACE, str(at))}>\r\n"
        f"WARC-Date: {date}\r\nContent-Length: %015d\r\n\r\n"
    )
    size = len(head % 0) + 4
    if 0 < length < size:
        return b"\n" * length
    block = max(0, length - size)
    return (head % block).encode() + b" " * block + b"\r\n\r\n"


def _erase_in_member(file: BinaryIO, start: int, spans: list[tuple[int, int]]) -> None:
    """Erase some of the records that one gzip member holds."""
    size = file.seek(0, 2)
    file.seek(start)
    expander, parts = zlib.decompressobj(31), []
    while not expander.eof and (piece := file.read(256 * 1024)):
        parts.append(expander.decompress(piece))
    end = file.tell() - len(expander.unused_data)
    content = bytearray(b"".join(parts))
    for at, length in spans:
        if at + length > len(content):
            raise DagspressError(f"The record at {start}:{at} runs on in another gzip member.")
        content[at : at + length] = _record(at, length, _NO_DATE)
    packed = gzip_of(bytes(content), end - start)
    if packed is None and end == size:  # nothing follows that has to stay where it is
        compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = compressor.compress(bytes(content)) + compressor.flush()
    if packed is None:
        raise DagspressError(
            f"The gzip member at byte {start} cannot be packed as tightly as it was. Drop the archive packed "
            "record by record, and remove this capture."
        )
    _write(file, start, packed)
    if end == size:
        file.truncate(start + len(packed))


def _kind(frame: Frame, limits: Limits) -> str:
    """What kind of document our own `metadata` says that it is about; "" where it says none."""
    if frame.length > limits.record_bytes:
        return ""
    try:
        value = orjson.loads(frame.read())
    except orjson.JSONDecodeError:
        return ""
    kind = value.get("kind") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else ""


def _without(frame: Frame, head: bytes, body: bytes, mentions: Callable[[bytes], bool]) -> bytes:
    """The response again, its body as plain text without the entries that mention the article."""
    kept = _without_items(body, mentions)
    if kept is None:
        kept = _ENTRY.sub(lambda m: b" " * len(m[0]) if mentions(m[0]) else m[0], body)
    if mentions(kept):
        kept = b""
    lines = head.decode("latin-1").splitlines()
    lines = [line for line in lines if line.partition(":")[0].strip().lower() not in _DESCRIBES_BODY]
    block = "\r\n".join([*(line for line in lines if line), f"Content-Length: {len(kept)}", "", ""])
    content = block.encode("latin-1") + kept
    fields = [f"{name}: {value}" for name, value in frame.fields.items() if name not in _DIGESTS]
    header = "\r\n".join(["WARC/1.1", *fields, f"content-length: {len(content)}", "", ""])
    return header.encode() + content + b"\r\n\r\n"


def _without_items(body: bytes, mentions: Callable[[bytes], bool]) -> bytes | None:
    """A JSON feed without the items that mention the article; None: it is none."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("items"), list):
        return None
    value["items"] = [item for item in value["items"] if not mentions(orjson.dumps(item))]
    return orjson.dumps(value)


def _write(file: BinaryIO, at: int, data: bytes) -> None:
    file.seek(at)
    file.write(data)
    file.flush()
