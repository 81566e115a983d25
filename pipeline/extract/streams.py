"""A stream over chunks that come on demand, which hands out what arrived before it reports damage."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pipeline.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from _typeshed import WriteableBuffer

HEAD = 64 * 1024
"""Bytes looked at to tell what a stream holds."""
CHUNK = 256 * 1024
"""Bytes read at once."""


class Chunks(io.BufferedIOBase):
    """A readable binary stream over an iterator of chunks.

    When the iterator raises Unreadable, the bytes that came before it are read first; then every read
    raises it. (`io.BufferedReader` would drop the bytes of the read in which it happens.)
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._chunk = b""
        self._at = 0
        self.damage: Unreadable | None = None

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """`size` bytes (all when negative or None); fewer only at the end or before damage."""
        missing = -1 if size is None or size < 0 else size
        parts: list[bytes] = []
        while missing:
            try:
                part = self.read1(missing)
            except Unreadable:
                if parts:
                    break
                raise
            if not part:
                break
            parts.append(part)
            if missing > 0:
                missing -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def read1(self, size: int = -1, /) -> bytes:
        """What is at hand, at most `size` bytes; pulls one chunk when nothing is."""
        if self._at >= len(self._chunk) and not self._pull():
            return b""
        if self._at == 0 and (size < 0 or size >= len(self._chunk)):
            part, self._chunk = self._chunk, b""
            return part
        end = len(self._chunk) if size < 0 else self._at + size
        part = self._chunk[self._at : end]
        self._at += len(part)
        return part

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into `buffer`; returns the number of bytes, 0 at the end."""
        view = memoryview(buffer).cast("B")
        part = self.read(len(view))
        view[: len(part)] = part
        return len(part)

    def readinto1(self, buffer: WriteableBuffer, /) -> int:
        """Read what is at hand into `buffer`."""
        view = memoryview(buffer).cast("B")
        part = self.read1(len(view))
        view[: len(part)] = part
        return len(part)

    def peek(self, size: int = 0, /) -> bytes:  # noqa: ARG002
        """At least one byte unless at the end, without moving on (this makes `readline` fast)."""
        if self._at >= len(self._chunk):
            self._pull()
        return self._chunk[self._at : self._at + HEAD]

    def head(self, size: int = HEAD) -> bytes:
        """The first `size` bytes, or as many as come before the end or damage; they will be read again."""
        parts = [self._chunk[self._at :]]
        have = len(parts[0])
        self._chunk, self._at = b"", 0
        try:
            while have < size and self._pull():
                parts.append(self._chunk)
                have += len(self._chunk)
                self._chunk = b""
        except Unreadable:
            pass  # kept in self.damage: raised after the bytes that came
        self._chunk = b"".join(parts)
        return self._chunk[:size]

    def _pull(self) -> bool:
        """Put the next chunk at hand; False at the end."""
        if self.damage is not None:
            raise self.damage
        self._chunk, self._at = b"", 0
        try:
            for chunk in self._chunks:
                if chunk:
                    self._chunk = chunk
                    return True
        except Unreadable as damage:
            self.damage = damage
            raise
        return False


def in_chunks(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file from where it stands."""
    while chunk := file.read(CHUNK):
        yield chunk
