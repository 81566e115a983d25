"""Bodies as they arrive: kept in memory and decoded, or written to a file; never more than was allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from pipeline.acquire.decoding import Damaged, Decoder, looks_plain
from pipeline.errors import OverLimit
from pipeline.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.acquire.exchange import Hop

ASIDE_BYTES: Final = 64 * 1024
"""As much as is kept of the body of a redirect or an error."""
_RATIO_GRACE: Final = MIB
_CONTENT_RANGE: Final = re.compile(r"bytes\s+([0-9]{1,18})-", re.IGNORECASE)


class DiskFailed(Exception):
    """The file cannot be written: nothing that asking again would better. Its cause is the OSError."""


class Body(Protocol):
    """Where the bytes of a response go.

    Attributes:
        wire: as received, what is kept of it.
        full: no more is wanted.
    """

    wire: bytearray
    full: bool

    @property
    def decoded(self) -> bytes:
        """What was asked for."""
        ...

    def expect(self, size: int) -> None:
        """So many bytes are announced. Raises OverLimit when that is too many."""
        ...

    def feed(self, data: bytes) -> None:
        """Take what arrived. Raises OverLimit, Damaged."""
        ...

    def finish(self) -> None:
        """All has arrived. Raises Damaged when it cannot be all."""
        ...


class Kept:
    """A body in memory, its content encoding undone. What is larger than `max_bytes` is refused, or cut."""

    def __init__(
        self, content_encoding: str, *, max_bytes: int, setting: str, ratio: int, cut: bool = False
    ) -> None:
        self.wire = bytearray()
        self.full = False
        self._decoder = Decoder(content_encoding)
        self._decoded = self.wire if self._decoder.is_plain else bytearray()
        self._max_bytes = max_bytes
        self._setting = setting
        self._ratio = ratio
        self._cut = cut

    @property
    def decoded(self) -> bytes:
        """As kept, without its content encoding."""
        return bytes(self._decoded)

    @property
    def is_plain(self) -> bool:
        """Whether it came as it is."""
        return self._decoded is self.wire

    def expect(self, size: int) -> None:
        """Raises OverLimit when so many bytes are too many."""
        # what is too large on the wire is not smaller when decoded
        if not self._cut:
            self._check(size)

    def feed(self, data: bytes) -> None:
        """Take what arrived. Raises OverLimit, Damaged."""
        self.wire += data
        if not self.is_plain:
            try:
                for piece in self._decoder.feed(data):
                    self._decoded += piece
                    self._check(len(self._decoded))
                    self._check_ratio()
                    if self.full:
                        break
            except Damaged:
                self._take_as_plain()
        self._check(len(self.wire))
        if self.full:
            del self._decoded[self._max_bytes :]

    def finish(self) -> None:
        """All has arrived."""
        if not self.is_plain:
            try:
                self._decoder.finish()
            except Damaged:
                self._take_as_plain()

    def _take_as_plain(self) -> None:
        """Some servers declare an encoding and then forget to apply it. Raises the Damaged in hand else."""
        if not looks_plain(bytes(self.wire[:ASIDE_BYTES])):
            raise
        self._decoded = self.wire

    def _check(self, size: int) -> None:
        if size > self._max_bytes:
            if not self._cut:
                raise OverLimit(f"it is larger than {self._max_bytes:,} bytes ({self._setting})")
            self.full = True

    def _check_ratio(self) -> None:
        if len(self._decoded) > max(_RATIO_GRACE, self._ratio * len(self.wire)):
            raise OverLimit(
                f"{len(self.wire):,} bytes of it expand to more than {self._ratio} times as many "
                "(DAGSPRESS_MAX_RESPONSE_RATIO)"
            )


class Aside:
    """The body of a redirect or an error: its beginning, as received, and no complaints."""

    decoded = b""

    def __init__(self) -> None:
        self.wire = bytearray()
        self.full = False

    def expect(self, size: int) -> None:
        """Raises OverLimit when so many bytes are too many."""

    def feed(self, data: bytes) -> None:
        """Take what arrived. Raises OverLimit, Damaged."""
        self.wire += data[: ASIDE_BYTES - len(self.wire)]
        self.full = len(self.wire) >= ASIDE_BYTES

    def finish(self) -> None:
        """All has arrived."""


class Download:
    """A body on its way to a file, as received; continued after an interruption where the server can."""

    decoded = b""

    def __init__(self, file: BinaryIO, *, max_bytes: int, setting: str) -> None:
        self.wire = bytearray()  # nothing is kept
        self.full = False
        self.size = 0
        self.head: tuple[Hop, Mapping[str, str]] | None = None
        """Of the response that the bytes so far began with."""
        self._file = file
        self._start = file.tell()
        self._max_bytes = max_bytes
        self._setting = setting

    def continuation(self) -> dict[str, str]:
        """Header fields that ask for the rest; none without a validator that tells whether it is the same."""
        if not self.size or self.head is None:
            return {}
        headers = self.head[1]
        etag = headers.get("ETag", "")
        validator = etag if etag.startswith('"') else headers.get("Last-Modified")
        return {"Range": f"bytes={self.size}-", "If-Range": validator} if validator else {}

    def begin(self, hop: Hop, headers: Mapping[str, str]) -> None:
        """A response begins: the rest, or all of it anew."""
        match = _CONTENT_RANGE.match(headers.get("Content-Range", ""))
        if hop.status == 206 and match is not None and int(match[1]) == self.size and self.head is not None:
            return
        if hop.status == 206:
            self.restart()
            raise Damaged("it continues at another place than was asked for")
        self.restart()
        self.head = (hop, headers)

    def restart(self) -> None:
        """Forget what has arrived."""
        self.head = None
        if self.size:
            self.size = 0
            try:
                self._file.seek(self._start)
                self._file.truncate()
            except OSError as error:
                raise DiskFailed from error

    def expect(self, size: int) -> None:
        """Raises OverLimit when so many bytes are too many."""
        self._check(self.size + size)

    def feed(self, data: bytes) -> None:
        """Take what arrived. Raises OverLimit, Damaged."""
        self._check(self.size + len(data))
        try:
            self._file.write(data)
        except OSError as error:
            raise DiskFailed from error
        self.size += len(data)

    def finish(self) -> None:
        """All has arrived."""

    def _check(self, size: int) -> None:
        if size > self._max_bytes:
            raise OverLimit(f"it is larger than {self._max_bytes:,} bytes ({self._setting})")
