"""Reading a member's bytes: looking ahead without consuming, and how much of a stream is taken at once."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final, Protocol

from pipeline.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK: Final = 256 * 1024
EXCERPT: Final = 4096


class Readable(Protocol):
    """What is read from; `read` may raise Unreadable."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


class Reader:
    """A stream one can look ahead in. What goes wrong ahead is raised when reading gets there."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._ahead = b""
        self._ended = False
        self._broken: Unreadable | None = None

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end (or where it breaks off)."""
        if len(self._ahead) < size and not self._ended:
            parts = [self._ahead]
            missing = size - len(self._ahead)
            while missing > 0 and (part := self._take(min(missing, CHUNK))):
                parts.append(part)
                missing -= len(part)
            self._ahead = b"".join(parts)
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end. Raises Unreadable where the stream breaks off."""
        if self._ahead:
            part, self._ahead = self._ahead[:size], self._ahead[size:]
            return part
        part = self._take(size)
        if not part and self._broken is not None:
            raise self._broken
        return part

    def chunks(self) -> Iterator[bytes]:
        """All that is left, in chunks. Raises Unreadable where the stream breaks off."""
        if self._ahead:
            part, self._ahead = self._ahead, b""
            yield part
            del part  # it may be large
        while part := self.read(CHUNK):
            yield part

    def whole(self, limit: int) -> bytes | None:
        """All that is left, when that is at most `limit` bytes; None: it is more, and was not kept."""
        parts, size = [], 0
        for part in self.chunks():
            parts.append(part)
            size += len(part)
            if size > limit:
                return None
        return b"".join(parts)

    @property
    def broken(self) -> bool:
        """Whether looking ahead came to where the stream breaks off."""
        return self._broken is not None

    def _take(self, size: int) -> bytes:
        if self._ended:
            return b""
        try:
            part = self._stream.read(size)
        except Unreadable as error:
            self._ended, self._broken = True, error
            return b""
        self._ended = not part
        return part


class Recoded:
    """A stream of another encoding, as UTF-8. Bytes that mean nothing in it become U+FFFD."""

    def __init__(self, stream: Readable, codec: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(codec)("replace")
        self._ahead = b""
        self._ended = False

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; none at the end."""
        while not self._ahead and not self._ended:
            part = self._stream.read(CHUNK)
            self._ended = not part
            self._ahead = self._decoder.decode(part, final=self._ended).encode("utf-8", "replace")
        size = len(self._ahead) if size < 0 else size
        part, self._ahead = self._ahead[:size], self._ahead[size:]
        return part
