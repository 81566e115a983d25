"""A JSON array of objects, an object that wraps one, or a single object.

Arrays are cut into their items as they stream by and each item is parsed by itself: one that is wrong,
or larger than the limit, costs itself alone (a streaming parser gives up at the first, and holds a
string of any length).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.errors import Unreadable
from pipeline.extract import fields, json_value
from pipeline.extract.jsonl import decoded
from pipeline.extract.reading import EXCERPT
from pipeline.extract.sniff import BOM, WRAPPERS, wrapper_start
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.encoding import Encoding
    from pipeline.extract.reading import Reader

_STRING: Final = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_STRUCTURE: Final = re.compile(rb'["\[\]{},]')
_QUOTE: Final = ord('"')


def read(reader: Reader, at: str, *, encoding: Encoding | None, limit: int) -> Iterator[Record | Rejection]:
    """The record of each item of the array that is ahead, at `item N`."""
    return _items(reader.chunks(), at, start=0, end=b"]", encoding=encoding, limit=limit)


def read_object(
    reader: Reader, at: str, *, encoding: Encoding | None, limit: int
) -> Iterator[Record | Rejection]:
    """The record of the object that is ahead, or of each item of the array that it wraps."""
    start = wrapper_start(reader)
    head = reader.peek(EXCERPT)
    large = len(reader.peek(limit + 1)) > limit
    if start is not None and (large or reader.broken):
        yield from _items(reader.chunks(), at, start=start, end=b"}", encoding=encoding, limit=limit)
        return
    if large:
        yield Rejection(
            at=at,
            reason="too_large",
            detail=f"The JSON object is larger than {limit} bytes. Put each article on a line of its own "
            "(JSON Lines), or raise DAGSPRESS_MAX_RECORD_BYTES.",
            excerpt=head,
        )
        return
    try:
        data = reader.whole(limit) or b""
    except Unreadable as error:
        yield Rejection(at=at, reason=error.reason, detail=error.detail, excerpt=head)
        return
    try:
        value, rules = decoded(data.removeprefix(BOM), encoding)
    except ValueError as error:
        if start is not None:
            yield from _items(iter([data]), at, start=start, end=b"}", encoding=encoding, limit=limit)
            return
        yield Rejection(
            at=at,
            reason="not_json",
            detail=f"The file is not JSON: {error}. Mend it and drop it again.",
            excerpt=head,
        )
        return
    if type(value) is not dict:
        yield _not_an_object(at, "The file", data)
        return
    wrapped = _wrapped(value)
    if wrapped is None:
        yield fields.build(value, at=at, raw=json_value.canonical(value), rules=rules)
        return
    if not wrapped:
        yield _no_items(at)
    for number, item in enumerate(wrapped):
        yield _of_value(item, f"{at}@item {number}", number, rules)


def _wrapped(value: dict[str, object]) -> list[object] | None:
    """The array of records in an object that is not a record itself."""
    if not fields.ALIASED_TEXT.isdisjoint(value):
        return None
    for name in WRAPPERS:
        items = value.get(name)
        if isinstance(items, list) and all(isinstance(item, dict) for item in items[:1]):
            return items
    return None


def _of_value(value: object, at: str, number: int, rules: tuple[str, ...]) -> Record | Rejection:
    raw = json_value.canonical(value)
    if type(value) is not dict:
        return _not_an_object(at, f"Item {number}", raw)
    return fields.build(value, at=at, raw=raw, rules=rules)


def _not_an_object(at: str, what: str, raw: bytes) -> Rejection:
    return Rejection(
        at=at,
        reason="not_an_object",
        detail=f"{what} is a JSON value without fields. Make it an object such as "
        '{"text": "...", "date": "..."}.',
        excerpt=raw[:EXCERPT],
    )


def _no_items(at: str) -> Rejection:
    return Rejection(at=at, reason="empty", detail="The JSON array has no items: nothing was lost.")


# --- cutting an array into items ----------------------------------------------------------------------


def _items(
    chunks: Iterator[bytes], at: str, *, start: int, end: bytes, encoding: Encoding | None, limit: int
) -> Iterator[Record | Rejection]:
    """Read the array that begins `start` bytes ahead, in a value that ends with `end`."""
    number = 0
    cutter = Cutter(start, limit)
    broken: Unreadable | None = None
    while True:
        try:
            chunk = next(chunks, None)
        except Unreadable as error:
            broken = error
            break
        if chunk is None:
            break
        for item, size in cutter.cut(chunk):
            yield _item(item, size, f"{at}@item {number}", number, encoding, limit)
            number += 1
    if (last := cutter.last()) is not None:
        yield _item(last, len(last), f"{at}@item {number}", number, encoding, limit)
        number += 1
    here = f"{at}@item {number}"
    if broken is not None:
        yield Rejection(
            at=here,
            reason=broken.reason,
            detail=f"{broken.detail} The {number} items before were read.",
            excerpt=cutter.left(),
        )
    elif not cutter.closed or (end == b"}" and cutter.end != end):
        yield Rejection(
            at=here,
            reason="not_json",
            detail=f"The JSON ends too early, or is damaged, after {number} items. Those were read; get a "
            "whole copy of the file and drop that.",
            excerpt=cutter.left(),
        )
    elif end == b"]" and cutter.after:
        yield Rejection(
            at=here,
            reason="not_json",
            detail=f"Something follows the end of the JSON array. The {number} items in it were read; drop "
            "what follows as a file of its own.",
            excerpt=cutter.after,
        )
    elif number == 0:
        yield _no_items(at)


def _item(
    item: bytes, size: int, at: str, number: int, encoding: Encoding | None, limit: int
) -> Record | Rejection:
    if size > limit:
        return Rejection(
            at=at,
            reason="too_large",
            detail=f"Item {number} is {size} bytes long and the limit is {limit}. If it is one article, "
            "raise DAGSPRESS_MAX_RECORD_BYTES.",
            excerpt=item[:EXCERPT],
        )
    try:
        value, rules = decoded(item, encoding)
    except ValueError as error:
        return Rejection(
            at=at,
            reason="not_json",
            detail=f"Item {number} is not JSON: {error}. Mend it and drop it again.",
            excerpt=item[:EXCERPT],
        )
    return _of_value(value, at, number, rules)


class Cutter:
    """Where the items of an array begin and end, from chunk to chunk, without parsing them."""

    def __init__(self, start: int, limit: int) -> None:
        self.closed = False
        self.after = b""  # the first bytes that follow the array
        self.end = b"]"  # the last byte of all that is not blank
        self._skip = start
        self._limit = limit
        self._depth = 0  # 0: before the array; 1: between its items; more: within one
        self._quoted = False
        self._escaped = False  # the last chunk ended between a backslash and what it escapes
        self._parts: list[bytes] = []
        self._size = 0

    def left(self) -> bytes:
        """The first bytes of an item that did not end."""
        return b"".join(self._parts)[:EXCERPT].lstrip()

    def last(self) -> bytes | None:
        """The item after which the array breaks off, when it is whole."""
        if self._depth != 1 or self.closed or self._quoted or not 0 < self._size <= self._limit:
            return None
        item = b"".join(self._parts).strip()
        if not item.endswith(b"}"):
            return None
        self._take()
        return item

    def cut(self, chunk: bytes) -> Iterator[tuple[bytes, int]]:
        """Each item that ends in `chunk`, and its size; of one above the limit only the first bytes."""
        if self._skip:
            chunk, self._skip = chunk[self._skip :], max(0, self._skip - len(chunk))
        position = begun = 0
        if self._escaped and chunk:
            position, self._escaped = 1, False
        while position < len(chunk) and not self.closed:
            if self._quoted:
                position = self._pass_string(chunk, position)
                continue
            match = _STRUCTURE.search(chunk, position)
            if match is None:
                break
            position = match.end()
            token = match.group()
            if token == b'"':
                self._quoted = True
            elif token in b"[{":
                self._depth += 1
                if self._depth == 1:
                    begun = position
            elif token == b",":
                if self._depth == 1:
                    self._keep(chunk[begun : position - 1])
                    yield self._take()
                    begun = position
            else:
                self._depth -= 1
                if self._depth <= 0:
                    self._keep(chunk[begun : position - 1])
                    item, size = self._take()
                    if item:  # else the array is empty, or ends with a comma
                        yield item, size
                    self.closed = True
                    begun = position
        if self.closed:
            self._follow(chunk[begun:].strip())
        elif self._depth:
            self._keep(chunk[begun:])

    def _pass_string(self, chunk: bytes, position: int) -> int:
        match = _STRING.match(chunk, position)
        end = position if match is None else match.end()
        if end == len(chunk):
            return end
        if chunk[end] == _QUOTE:
            self._quoted = False
        else:
            self._escaped = True  # a backslash ends the chunk
        return end + 1

    def _keep(self, part: bytes) -> None:
        if not self._parts:
            part = part.lstrip()
        if not part:
            return
        self._size += len(part)
        if self._size <= self._limit:
            self._parts.append(part)
        else:
            self._parts = [b"".join([*self._parts, part[:EXCERPT]])[:EXCERPT]]

    def _take(self) -> tuple[bytes, int]:
        item, size = b"".join(self._parts).strip(), self._size
        self._parts, self._size = [], 0
        return item, size

    def _follow(self, rest: bytes) -> None:
        if rest:
            self.after = (self.after + rest[:EXCERPT])[:EXCERPT]
            self.end = rest[-1:]
