"""JSON Lines: one object a line. The path that most articles take, so the common line costs little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from pipeline.errors import Unreadable
from pipeline.extract import encoding as encodings, fields, json_value
from pipeline.extract.reading import EXCERPT
from pipeline.extract.sniff import BOM
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.encoding import Encoding
    from pipeline.extract.reading import Reader


def read(reader: Reader, at: str, *, encoding: Encoding | None, limit: int) -> Iterator[Record | Rejection]:
    """The record of each line, at `offset+length`; lines longer than `limit` bytes are passed over.

    A line that the stream breaks off in is no record, even where it could be read.
    """
    number = 0
    found = False
    for offset, size, line in lines(reader, limit):
        number += 1
        if type(line) is bytes:
            if offset == 0 and line.startswith(BOM):
                offset, line = len(BOM), line[len(BOM) :]
            if not line or line.isspace():
                continue
            found = True
            yield _record(line, f"{at}@{offset}+{len(line)}", number, encoding)
        elif isinstance(line, Unreadable):
            yield Rejection(
                at=f"{at}@{offset}+{size}",
                reason=line.reason,
                detail=f"{line.detail} It broke in line {number}; the lines before were read.",
            )
            return
        elif isinstance(line, TooLong):
            found = True
            yield Rejection(
                at=f"{at}@{offset}+{size}",
                reason="too_large",
                detail=f"Line {number} is {size} bytes long and the limit is {limit}. If it is one article, "
                "raise DAGSPRESS_MAX_RECORD_BYTES; else put one article on a line.",
                excerpt=line.first,
            )
    if not found:
        yield Rejection(at=at, reason="empty", detail="There are only blank lines: nothing was lost.")


class TooLong:
    """A line above the limit, of which only the first bytes were kept."""

    __slots__ = ("first",)

    def __init__(self, first: bytes) -> None:
        self.first = first


def lines(reader: Reader, limit: int) -> Iterator[tuple[int, int, bytes | TooLong | Unreadable]]:
    r"""(offset, length, line) of each line, without `\n` or `\r\n`; last, maybe, how the stream broke off.

    Memory is bounded by the limit: what is longer is counted and forgotten.
    """
    offset = 0  # of the line being read
    parts: list[bytes] = []  # of it, from former chunks
    size = 0  # of those
    chunks = reader.chunks()
    while True:
        try:
            chunk = next(chunks, None)
        except Unreadable as error:
            yield offset, size, error
            return
        if chunk is None:
            break
        *ended, rest = chunk.split(b"\n")
        for end in ended:
            line: bytes | TooLong = end
            length = size + len(end)
            if length > limit:
                line = TooLong(_first(parts, end))
            elif size:
                line = b"".join([*parts, end])
            if size:
                parts, size = [], 0
            if type(line) is bytes and line.endswith(b"\r"):
                yield offset, length - 1, line[:-1]
            else:
                yield offset, length, line
            offset += length + 1
        if rest:
            size += len(rest)
            parts = [*parts, rest] if size <= limit else [_first(parts, rest)]
    if size > limit:
        yield offset, size, TooLong(_first(parts, b""))
    elif size:
        last = b"".join(parts).removesuffix(b"\r")
        yield offset, len(last), last


def _first(parts: list[bytes], last: bytes) -> bytes:
    """The excerpt of a line in parts."""
    first = b""
    for part in (*parts, last):
        first += part[: EXCERPT - len(first)]
        if len(first) == EXCERPT:
            break
    return first


def _record(line: bytes, at: str, number: int, encoding: Encoding | None) -> Record | Rejection:
    rules: tuple[str, ...] = ()
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            value, rules = decoded(line, encoding)
        except ValueError as error:
            return Rejection(
                at=at,
                reason="not_json",
                detail=f"Line {number} is not JSON: {error}. Mend that line and drop it again.",
                excerpt=line[:EXCERPT],
            )
    if type(value) is not dict:
        return Rejection(
            at=at,
            reason="not_an_object",
            detail=f"Line {number} holds a JSON value without fields. Make it an object such as "
            '{"text": "...", "date": "..."}.',
            excerpt=line[:EXCERPT],
        )
    return fields.build(value, at=at, raw=line, rules=rules)


def decoded(data: bytes, encoding: Encoding | None) -> tuple[Any, tuple[str, ...]]:
    """The JSON value, and `encoding` where its characters had to be repaired. Raises ValueError."""
    text: bytes | str = data
    changed = False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text, changed = encodings.decode_line(data, encoding)
    value, mended = json_value.parse(text)
    return value, ("encoding",) if changed or mended else ()
