"""The members of a tar archive, read as a stream.

tarfile parses the headers; the walk from header to header is ours, because tarfile ends silently at a
damaged header, keeps every member in memory, and reads extended headers of any size whole.
"""

from __future__ import annotations

import re
import tarfile
from typing import TYPE_CHECKING, BinaryIO, Final

from pipeline.errors import Unreadable
from pipeline.extract.compression import ends_early
from pipeline.extract.streams import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK: Final = tarfile.BLOCKSIZE
_LARGEST_HEADER: Final = 1024 * 1024
_EXTENDED: Final = frozenset({tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.XGLTYPE})
_PAX_RECORD: Final = re.compile(rb"([0-9]{1,20}) ([^=]+)=")
_NOT_FILES: Final = {
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.LNKTYPE: "a hard link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a pipe",
}


def is_tar(head: bytes) -> bool:
    """Whether a stream begins with a tar header: a valid checksum, or the mark of POSIX or GNU tar."""
    block = head[:BLOCK]
    if len(block) < BLOCK or not block[0]:
        return False
    if block[257:265] in (b"ustar\x0000", b"ustar  \x00"):
        return True
    try:
        return int(block[148:156].strip(b" \0"), 8) == sum(block) - sum(block[148:156]) + 8 * 32
    except ValueError:
        return False


class TarEntry:
    """A file in the archive: its `name` as written, and why it must not be opened, when that is so."""

    def __init__(self, source: BinaryIO, name: str, size: int, refusal: Unreadable | None) -> None:
        self.name = name
        self.refusal = refusal
        self._source = source
        self._left = size
        self._padding = -size % BLOCK

    def chunks(self, where: str) -> Iterator[bytes]:
        """The member's bytes; raises Unreadable when the archive ends in it."""
        while self._left:
            chunk = self._source.read(min(self._left, CHUNK))
            if not chunk:
                raise ends_early(where)
            self._left -= len(chunk)
            yield chunk

    def skip(self, where: str) -> None:
        """Go to the next header."""
        for _ in self.chunks(where):
            pass
        _exactly(self._source, self._padding, where)


def tar_entries(source: BinaryIO, *, where: str) -> Iterator[TarEntry]:
    """The files of a tar archive, in order, without directories. Goes on in concatenated archives.

    Raises Unreadable (truncated, corrupt) where the archive cannot be followed any further.
    """
    own: dict[str, str] = {}
    common: dict[str, str] = {}
    ended = False
    while block := _read(source, BLOCK):
        if not any(block):
            ended = True
            continue
        if len(block) < BLOCK and not ended:
            raise ends_early(where)
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except (tarfile.HeaderError, ValueError) as error:
            if ended:
                raise Unreadable(
                    "corrupt",
                    f"{len(block) + _drain(source)} bytes that are no tar archive follow the end of {where}.",
                ) from error
            raise Unreadable(
                "corrupt",
                f"A header of {where} is damaged ({error}): what follows in the archive cannot be found. "
                "Make the archive again.",
            ) from error
        ended = False
        if info.size < 0:
            raise Unreadable("corrupt", f"A header of {where} declares a negative size. Make it again.")
        if info.type in (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK):
            content = _extended(source, info.size, where)
            if info.type == tarfile.GNUTYPE_LONGNAME:
                own["path"] = content.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
            continue
        if info.type in _EXTENDED:
            target = common if info.type == tarfile.XGLTYPE else own
            target.update(_pax(_extended(source, info.size, where), where))
            continue
        settings, own = common | own, {}
        entry = _entry(source, info, settings, where)
        if not info.isdir():
            yield entry
        entry.skip(where)
    if not ended:
        raise Unreadable(
            "truncated",
            f"{where} stops without the end mark of a tar archive: members may be missing. Copy it again.",
        )


def _entry(source: BinaryIO, info: tarfile.TarInfo, settings: dict[str, str], where: str) -> TarEntry:
    name = settings.get("GNU.sparse.name") or settings.get("path") or info.name
    sparse = info.type == tarfile.GNUTYPE_SPARSE or any(key.startswith("GNU.sparse.") for key in settings)
    size, refusal = info.size, None
    if info.type in _NOT_FILES or info.isdir():
        size = 0  # nothing follows their headers, whatever size is written there
    elif "size" in settings:
        if re.fullmatch(r"[0-9]{1,19}", settings["size"], re.ASCII) is None:
            raise Unreadable("corrupt", f"An extended header of {where} declares an impossible size.")
        size = int(settings["size"])
    if info.type in _NOT_FILES:
        refusal = Unreadable("unsafe_name", f"it is {_NOT_FILES[info.type]}")
    elif sparse:
        refusal = Unreadable("corrupt", "it is stored as a sparse file; make the archive without --sparse")
    if info.type == tarfile.GNUTYPE_SPARSE:
        _skip_sparse_map(source, info, where)
    return TarEntry(source, name, size, refusal)


def _skip_sparse_map(source: BinaryIO, info: tarfile.TarInfo, where: str) -> None:
    # frombuf keeps (structs, isextended, origsize) of an old GNU sparse header.
    extended = bool(getattr(info, "_sparse_structs", (None, False))[1])
    while extended:
        extended = bool(_exactly(source, BLOCK, where)[504])


def _extended(source: BinaryIO, size: int, where: str) -> bytes:
    if size > _LARGEST_HEADER:
        raise Unreadable("corrupt", f"An extended header of {where} declares {size} bytes. Make it again.")
    return _exactly(source, size + -size % BLOCK, where)[:size]


def _pax(content: bytes, where: str) -> dict[str, str]:
    """The records of a pax header: `<length> <key>=<value>\\n`."""
    found = {}
    at = 0
    while at < len(content) and content[at]:
        match = _PAX_RECORD.match(content, at)
        end = at + int(match[1]) if match else 0
        if match is None or not match.end() < end <= len(content):
            raise Unreadable("corrupt", f"An extended header of {where} is damaged. Make the archive again.")
        key = match[2].decode("utf-8", "replace")
        if key in ("path", "size") or key.startswith("GNU.sparse."):
            found[key] = content[match.end() : end - 1].decode("utf-8", "surrogateescape")
        at = end
    return found


def _read(source: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer only at the end of the stream."""
    part = source.read(size)
    while len(part) < size and (more := source.read(size - len(part))):
        part += more
    return part


def _exactly(source: BinaryIO, size: int, where: str) -> bytes:
    part = _read(source, size) if size else b""
    if len(part) < size:
        raise ends_early(where)
    return part


def _drain(source: BinaryIO) -> int:
    count = 0
    while more := source.read(CHUNK):
        count += len(more)
    return count
