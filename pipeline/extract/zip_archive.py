"""The members of a zip archive.

zipfile reads the directory; the members are expanded here, because zipfile's own reader expands a chunk
of bz2 or LZMA to any size at once and says "bad zip" for every kind of damage.
"""

from __future__ import annotations

import bz2
import lzma
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from pipeline.errors import Unreadable
from pipeline.extract.compression import WINDOW, Decompressor, Inflate, ends_early, steps
from pipeline.extract.streams import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.budget import Budget

_END: Final = b"PK\x05\x06"
_END64: Final = b"PK\x06\x06"
_END64_LOCATOR: Final = b"PK\x06\x07"
_LOCAL: Final = b"PK\x03\x04"
_SMALLEST_ENTRY: Final = 46
_UTF8_FLAG: Final = 0x800
_ENCRYPTED_FLAGS: Final = 0x1 | 0x40 | 0x2000
_UNIX: Final = 3
_NOT_FILES: Final = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}
_DAMAGE: Final = (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, OSError, struct.error)


def is_zip(head: bytes) -> bool:
    """Whether a stream begins like a zip archive (also an empty one)."""
    return head.startswith((_LOCAL, _END)) or head == _LOCAL[:3]


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A file in the archive: its `name` as written, and why it must not be opened, when that is so."""

    name: str
    refusal: Unreadable | None
    _info: zipfile.ZipInfo

    def chunks(self, file: BinaryIO, *, budget: Budget, where: str) -> Iterator[bytes]:
        """The member's bytes, checked against its size and checksum; raises Unreadable."""
        info = self._info
        crc = came_out = 0
        raw = _Range(file, info, where)
        for chunk in _expanded(raw, info, where):
            came_out += len(chunk)
            budget.spend(len(chunk), where)
            budget.judge(came_out, raw.taken, where)
            if came_out > info.file_size:
                raise Unreadable("corrupt", f"{where} is larger than the {info.file_size} bytes it declares.")
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if came_out != info.file_size or crc != info.CRC:
            raise Unreadable(
                "corrupt",
                f"{where} is damaged: its size or checksum is not what the archive says. Make it again.",
            )


def zip_entries(file: BinaryIO, *, budget: Budget, where: str) -> Iterator[ZipEntry]:
    """The files of a zip archive in the order of its directory, without directories.

    Raises Unreadable when the directory itself cannot be read, before the first entry.
    """
    _check_directory(file, budget.limits.archive_members, where)
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise Unreadable(
            "corrupt", f"The directory of {where} is damaged ({error}). Make the zip archive again."
        ) from error
    infos = archive.infolist()
    overlapping = _overlapping(infos)
    for position, info in enumerate(infos):
        if not info.filename.endswith("/"):  # is_dir() fails on a name without characters
            yield ZipEntry(name_of(info), _refusal(info, overlaps=position in overlapping), info)


def _check_directory(file: BinaryIO, most: int, where: str) -> None:
    """Refuse a missing directory, and one that would not fit into memory, before zipfile loads it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 22 - 0xFFFF))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise Unreadable(
            "truncated", f"{where} is a zip archive without its directory: the end is missing. Copy it again."
        )
    directory_size, offset = struct.unpack_from("<II", tail, at + 12)
    if at >= 20 and tail.startswith(_END64_LOCATOR, at - 20):
        file.seek(min(struct.unpack_from("<Q", tail, at - 12)[0], size))
        record = file.read(56)
        if len(record) == 56 and record.startswith(_END64):
            directory_size, offset = struct.unpack_from("<QQ", record, 40)
    if directory_size // _SMALLEST_ENTRY <= most:
        return
    # Names make entries longer than the smallest: count them before calling it too many.
    file.seek(min(offset, size))
    count = walked = 0
    while walked < directory_size and len(entry := file.read(_SMALLEST_ENTRY)) == _SMALLEST_ENTRY:
        skip = sum(struct.unpack_from("<HHH", entry, 28))
        file.seek(skip, 1)
        walked += _SMALLEST_ENTRY + skip
        count += 1
        if count > most:
            raise Unreadable(
                "bomb",
                f"{where} holds more than {most} members. Split it, or raise DAGSPRESS_MAX_ARCHIVE_MEMBERS.",
            )


def _overlapping(infos: list[zipfile.ZipInfo]) -> set[int]:
    """Positions of members whose bytes lie within another's: how small zips hold petabytes."""
    found = set()
    end = 0
    for position in sorted(range(len(infos)), key=lambda i: infos[i].header_offset):
        info = infos[position]
        if info.header_offset < end:
            found.add(position)
        end = max(end, info.header_offset + 30 + info.compress_size)
    return found


def name_of(info: zipfile.ZipInfo) -> str:
    """The name of a member as it is written in the archive."""
    name = info.filename
    if info.flag_bits & _UTF8_FLAG:
        return name
    try:
        return name.encode("cp437").decode("utf-8")  # many tools write UTF-8 without saying so
    except UnicodeError:
        return name


def _refusal(info: zipfile.ZipInfo, *, overlaps: bool) -> Unreadable | None:
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    if kind in _NOT_FILES:
        return Unreadable("unsafe_name", f"it is {_NOT_FILES[kind]}")
    if info.flag_bits & _ENCRYPTED_FLAGS:
        return Unreadable("encrypted", "it is encrypted; drop it decrypted")
    if overlaps:
        return Unreadable("bomb", "its bytes overlap with those of another member, as in a zip bomb")
    return None


class _Range:
    """The compressed bytes of one member. Other members may be read from the same file in between."""

    def __init__(self, file: BinaryIO, info: zipfile.ZipInfo, where: str) -> None:
        self._file = file
        self._where = where
        self._left = info.compress_size
        self._at = info.header_offset
        self.taken = 0
        header = self._read(30)
        if not header.startswith(_LOCAL):
            raise Unreadable("corrupt", f"{where} is not where the archive's directory says. Make it again.")
        self._at += sum(struct.unpack_from("<HH", header, 26))

    def take(self, size: int) -> bytes:
        part = self._read(min(size, self._left)) if self._left else b""
        self._left -= len(part)
        self.taken += len(part)
        return part

    def give_back(self, size: int) -> None:
        self._at -= size
        self._left += size
        self.taken -= size

    def _read(self, size: int) -> bytes:
        if self._at < 0:
            raise Unreadable(
                "corrupt", f"{self._where} is not where the archive's directory says. Make it again."
            )
        self._file.seek(self._at)
        part = self._file.read(size)
        if len(part) < size:
            raise ends_early(self._where)
        self._at += size
        return part


def _expanded(raw: _Range, info: zipfile.ZipInfo, where: str) -> Iterator[bytes]:
    decompressor: Decompressor
    match info.compress_type:
        case zipfile.ZIP_STORED:
            while chunk := raw.take(CHUNK):
                yield chunk
            return
        case zipfile.ZIP_DEFLATED:
            decompressor = Inflate(-15)
        case zipfile.ZIP_BZIP2:
            decompressor = bz2.BZ2Decompressor()
        case zipfile.ZIP_LZMA:
            decompressor = _lzma(raw, where)
        case method:
            raise Unreadable(
                "corrupt",
                f"{where} is compressed with zip method {method}, which we cannot read. "
                "Make the archive again with deflate.",
            )
    left = info.file_size
    for chunk in steps(raw, decompressor, kind="zip", where=where):
        yield chunk
        left -= len(chunk)
        if left == 0 and info.compress_type == zipfile.ZIP_LZMA:
            return  # its end mark is optional


def _lzma(raw: _Range, where: str) -> Decompressor:
    """The LZMA member's own header (APPNOTE 5.8.8): version, length of properties, properties."""
    header = raw.take(4)
    properties = raw.take(int.from_bytes(header[2:], "little"))
    damaged = Unreadable("corrupt", f"The LZMA header of {where} is damaged. Make the archive again.")
    if len(properties) != 5 or properties[0] >= 225:
        raise damaged
    dictionary = int.from_bytes(properties[1:], "little")
    if dictionary > WINDOW:
        raise Unreadable("bomb", f"{where} (LZMA) asks for {dictionary} bytes of memory to be expanded.")
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    if lc + lp > 4:
        raise damaged
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": max(dictionary, 4096), "lc": lc, "lp": lp, "pb": pb}]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
