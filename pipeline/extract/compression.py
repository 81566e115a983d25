"""gzip, zstd, bz2 and xz, told by their first bytes and expanded in bounded steps."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

import zstandard

from pipeline.errors import Unreadable
from pipeline.extract.streams import CHUNK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.extract.budget import Budget

_SUFFIXES: Final = {
    "gzip": (".gz", ".gzip"),
    "zstd": (".zst", ".zstd"),
    "bz2": (".bz2",),
    "xz": (".xz",),
}
_SHORT_FOR_TAR: Final = {
    "gzip": (".tgz",),
    "zstd": (".tzst",),
    "bz2": (".tbz2", ".tbz"),
    "xz": (".txz",),
}

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_SKIPPABLE: Final = b"\x2a\x4d\x18"
"""After one byte 0x50 to 0x5f (RFC 8878, 3.1.2)."""
_XZ: Final = b"\xfd7zXZ\x00"
_BZ2_BLOCK: Final = b"\x31\x41\x59\x26\x53\x59"
_BZ2_END: Final = b"\x17\x72\x45\x38\x50\x90"

WINDOW: Final = 128 * 1024 * 1024
"""Most memory that a compressed stream may ask for to be expanded (zstd's own limit; xz -9 takes 65 MiB)."""
_OUT: Final = 1024 * 1024
_FIRST_STEP: Final = 4096
_LOOK: Final = 16
_DAMAGE: Final = (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError, zstandard.ZstdError)


def sniff(head: bytes) -> str | None:
    """The compression that a stream begins with: gzip, zstd, bz2, xz or None.

    A stream cut inside the magic number still counts when three bytes of it are there.
    """
    if head.startswith(_GZIP):
        return "gzip"
    if _begins(head, _ZSTD) or (len(head) >= 4 and 0x50 <= head[0] <= 0x5F and head[1:4] == _SKIPPABLE):
        return "zstd"
    if _begins(head, _XZ):
        return "xz"
    # "BZh9" alone may be the beginning of a text: the block's own mark must follow.
    if head[:3] == b"BZh" and len(head) > 4 and head[3] in b"123456789":
        block = head[4:10]
        if _BZ2_BLOCK.startswith(block) or _BZ2_END.startswith(block):
            return "bz2"
    return None


def _begins(head: bytes, magic: bytes) -> bool:
    return head.startswith(magic) or (3 <= len(head) < len(magic) and magic.startswith(head))


def without_suffix(name: str, kind: str) -> str:
    """The file name with the suffix of its compression taken off: a.txt.gz is a.txt, a.tgz is a.tar."""
    lower = name.lower()
    for suffix in _SHORT_FOR_TAR[kind]:
        if lower.endswith(suffix):
            return name[: -len(suffix)] + ".tar"
    for suffix in _SUFFIXES[kind]:
        if lower.endswith(suffix):
            return name[: -len(suffix)]
    return name


class Expansion:
    """The expanded bytes of one compressed stream.

    Follows multi-member gzip, multi-frame zstd and multi-stream bz2 and xz to the end. Zero padding
    after the last is skipped.

    Attributes:
        trailing: how many other bytes followed the compressed data; known when `chunks` has ended.
    """

    def __init__(self, source: BinaryIO, kind: str, *, budget: Budget, where: str) -> None:
        self._intake = _Intake(source)
        self._kind = kind
        self._budget = budget
        self._where = where
        self.trailing = 0

    def chunks(self) -> Iterator[bytes]:
        """Chunks of about 1 MiB at most; raises Unreadable (truncated, corrupt, bomb)."""
        intake, came_out = self._intake, 0
        while intake.fill(_LOOK):
            if intake.taken:
                intake.skip_zeros()
                if not intake.fill(_LOOK):
                    return
                if sniff(intake.look(_LOOK)) != self._kind:
                    self.trailing = intake.drain()
                    return
            for chunk in self._one():
                came_out += len(chunk)
                self._budget.spend(len(chunk), self._where)
                self._budget.judge(came_out, intake.taken, self._where)
                yield chunk

    def _one(self) -> Iterator[bytes]:
        if self._kind == "zstd":
            return _zstd_frame(self._intake, self._where)
        return steps(self._intake, _DECOMPRESSORS[self._kind](), kind=self._kind, where=self._where)


class Decompressor(Protocol):
    """What bz2 and lzma offer, and `Inflate` imitates for zlib."""

    @property
    def eof(self) -> bool:
        """Whether the compressed stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether more output needs more input."""

    @property
    def unused_data(self) -> bytes:
        """What was fed beyond the end."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Feed `data`; at most `max_length` bytes come out."""


class Inflate:
    """zlib's decompressor with the interface of bz2's and lzma's."""

    def __init__(self, wbits: int = 31) -> None:
        self._zlib = zlib.decompressobj(wbits)
        self._full = False

    @property
    def eof(self) -> bool:
        """Whether the compressed stream has ended."""
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        """Whether more output needs more input."""
        return not self._full and not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        """What was fed beyond the end."""
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Feed `data`; at most `max_length` bytes come out."""
        tail = self._zlib.unconsumed_tail
        out = self._zlib.decompress(tail + data if tail else data, max_length)
        self._full = len(out) == max_length
        return out


_DECOMPRESSORS: Final[dict[str, Callable[[], Decompressor]]] = {
    "gzip": Inflate,
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=WINDOW),
}


class _Intake:
    """Compressed bytes, read in large chunks and handed out in pieces; counts what was taken."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._buffer = b""
        self._at = 0
        self.taken = 0

    def fill(self, size: int) -> bool:
        """Have `size` bytes at hand if the source has them; False when not one is left."""
        while len(self._buffer) - self._at < size:
            try:
                more = self._source.read(CHUNK)
            except Unreadable:
                if self._at < len(self._buffer):
                    break  # use what came; the source will raise again
                raise
            if not more:
                break
            self._buffer = self._buffer[self._at :] + more
            self._at = 0
        return self._at < len(self._buffer)

    def look(self, size: int) -> bytes:
        return self._buffer[self._at : self._at + size]

    def take(self, size: int) -> bytes:
        """The next `size` bytes; fewer only when the source ends."""
        self.fill(size)
        part = self.look(size)
        self._at += len(part)
        self.taken += len(part)
        return part

    def give_back(self, size: int) -> None:
        self._at -= size
        self.taken -= size

    def skip_zeros(self) -> None:
        while self.fill(1):
            part = self.look(_FIRST_STEP)
            other = len(part.lstrip(b"\0"))
            self._at += len(part) - other
            if other:
                return

    def drain(self) -> int:
        """Read to the end; returns how many bytes there were."""
        count = len(self._buffer) - self._at
        self._buffer, self._at = b"", 0
        while more := self._source.read(CHUNK):
            count += len(more)
        return count


class Intake(Protocol):
    """Where `steps` takes compressed bytes from."""

    def take(self, size: int) -> bytes:
        """The next bytes: `size` of them, or what is left."""

    def give_back(self, size: int) -> None:
        """The last `size` bytes taken were not wanted."""


def steps(intake: Intake, decompressor: Decompressor, *, kind: str, where: str) -> Iterator[bytes]:
    """Expand one compressed stream in chunks of at most 1 MiB; raises Unreadable."""
    # Small steps first: what is fed beyond the end of a small gzip member is copied by zlib, which
    # would make a file of a million tiny members slow.
    step = _FIRST_STEP
    while not decompressor.eof:
        data = b""
        if decompressor.needs_input:
            data = intake.take(step)
            step = min(2 * step, CHUNK)
            if not data:
                raise ends_early(where)
        try:
            out = decompressor.decompress(data, _OUT)
        except _DAMAGE as error:
            raise _damaged(error, kind, where) from error
        if out:
            yield out
    intake.give_back(len(decompressor.unused_data))


def _zstd_frame(intake: _Intake, where: str) -> Iterator[bytes]:
    """One frame (RFC 8878, 3.1), fed block by block: a block holds at most 128 KiB when expanded.

    zstandard's own streaming gives either unbounded output for a chunk of input, or no way to tell what
    follows the frame.
    """

    def exactly(size: int) -> bytes:
        part = intake.take(size)
        if len(part) < size:
            intake.take(1)  # raises what the source has to say, if it is the source that is damaged
            raise ends_early(where)
        return part

    magic = exactly(4)
    if magic[1:] == _SKIPPABLE:
        left = int.from_bytes(exactly(4), "little")
        while left:
            left -= len(exactly(min(left, CHUNK)))
        return
    descriptor = exactly(1)
    flags = descriptor[0]
    single_segment = flags >> 5 & 1
    content_size = (single_segment, 2, 4, 8)[flags >> 6]
    header = exactly(1 - single_segment + (0, 1, 2, 4)[flags & 3] + content_size)
    frame = zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()
    pending = [magic, descriptor, header]
    blocks = 0
    last = False
    while not last:
        damage: Unreadable | None = None
        try:
            pending.append(exactly(3))
            bits = int.from_bytes(pending[-1], "little")
            last = bool(bits & 1)
            run_length = bits >> 1 & 3 == 1
            pending.append(exactly(1 if run_length else bits >> 3))
            if last and flags & 4:
                pending.append(exactly(4))
        except Unreadable as error:
            damage = error  # after the blocks that came
        blocks += 1
        if blocks == 8 or last or damage:
            try:
                out = frame.decompress(b"".join(pending))
            except _DAMAGE as error:
                raise damage or _damaged(error, "zstd", where) from error
            if out:
                yield out
            pending, blocks = [], 0
        if damage:
            raise damage
    if not frame.eof:
        raise Unreadable("corrupt", f"The zstd data of {where} is damaged: its last block does not end it.")


def ends_early(where: str) -> Unreadable:
    """The Unreadable for data that stops before its end."""
    return Unreadable("truncated", f"The data of {where} ends too early. Fetch or copy the file again.")


def _damaged(error: Exception, kind: str, where: str) -> Unreadable:
    said = str(error)
    if "emory" in said:  # xz: "Memory usage limit exceeded"; zstd: "Frame requires too much memory"
        return Unreadable(
            "bomb",
            f"{where} ({kind}) asks for more than {WINDOW >> 20} MiB of memory to be expanded. "
            "Compress it with a smaller window (zstd without --long, xz up to -9).",
        )
    return Unreadable(
        "corrupt", f"The {kind} data of {where} is damaged ({said}). Fetch or copy the file again."
    )
