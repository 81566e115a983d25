"""Erase: a capture without the bytes of some of its records, all others where they were.

The counterpart of `extract`: it finds a record by the place that `extract` gave it (`Record.at`). What takes
its room reads as nothing, or as something at the same place. Whoever erases compares what `extract` reads
before and after: here nothing vouches for that.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import itertools
import lzma
import mmap
import re
import shutil
import tarfile
import tempfile
import zipfile
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import zstandard

from pipeline.errors import DagspressError, Unreadable
from pipeline.extract import compression, encoding as encodings
from pipeline.extract.budget import Budget
from pipeline.extract.erase_warc import erase_records
from pipeline.extract.json_array import Cutter
from pipeline.extract.member_name import Names, is_clutter
from pipeline.extract.reading import EXCERPT, Reader, Recoded
from pipeline.extract.sniff import wrapper_start
from pipeline.extract.streams import CHUNK, HEAD, in_chunks
from pipeline.extract.tar_archive import is_tar
from pipeline.extract.warc_frames import is_warc
from pipeline.extract.zip_archive import is_zip, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pipeline.settings import Limits

_LINE: Final = re.compile(r"@(\d{1,18})\+(\d{1,18})\Z", re.ASCII)
_ITEM: Final = re.compile(r"@item (\d{1,12})\Z", re.ASCII)
_ROW: Final = re.compile(r"@row (\d{1,12})\Z", re.ASCII)
_EMPTY: Final = b"{}"
"""What stands for a record of JSON Lines or of an array, with blanks behind it."""

_COMPRESSED: Final[dict[str, Callable[[BinaryIO], BinaryIO]]] = {
    "gzip": lambda out: cast("BinaryIO", gzip.GzipFile("", "wb", 9, out, mtime=0)),
    "bz2": lambda out: cast("BinaryIO", bz2.BZ2File(out, "wb")),
    "xz": lambda out: cast("BinaryIO", lzma.LZMAFile(out, "wb")),  # noqa: SIM115
    "zstd": lambda out: cast("BinaryIO", zstandard.ZstdCompressor().stream_writer(out, closefd=False)),
}


def erase(file: BinaryIO, name: str, places: Collection[str], *, limits: Limits) -> BinaryIO:
    """A temporary file with the bytes of a seekable one, without the records at some places.

    The same bytes and places give the same file, and so does erasing them again. Raises DagspressError where
    a place cannot be erased by itself, with what to do.
    """
    eraser = _Eraser(frozenset(places), limits)
    erased = None
    try:
        erased = eraser.layer(file, "", name)
        return erased
    finally:
        eraser.close(but=erased)


class _Eraser:
    def __init__(self, places: frozenset[str], limits: Limits) -> None:
        self._places = places
        self._limits = limits
        self._files: list[BinaryIO] = []

    def close(self, *, but: BinaryIO | None) -> None:
        """Remove all temporary files but one."""
        for file in self._files:
            if file is not but:
                file.close()

    def layer(self, file: BinaryIO, at: str, name: str) -> BinaryIO:
        """What takes the place of one layer of packing, or of what is in the innermost."""
        file.seek(0)
        head = file.read(HEAD)
        file.seek(0)
        kind = compression.sniff(head)
        if is_warc(head, name) and kind in (None, "gzip"):
            return self._web_archive(file, at)
        if kind is not None:
            return self._compressed(file, at, name, kind)
        if is_zip(head):
            return self._zip(file, at)
        if is_tar(head):
            return self._tar(file, at)
        return self._plain(file, at, head)

    def _compressed(self, file: BinaryIO, at: str, name: str, kind: str) -> BinaryIO:
        inner, out = self._temporary(), self._temporary()
        expansion = compression.Expansion(file, kind, budget=Budget(self._limits), where=name)
        try:
            inner.writelines(expansion.chunks())
        except Unreadable as damage:
            raise _cannot(at or name, damage.detail) from damage
        erased = self.layer(inner, at, compression.without_suffix(name, kind))
        erased.seek(0)
        with _COMPRESSED[kind](out) as packed:
            shutil.copyfileobj(erased, packed, CHUNK)
        return out

    def _zip(self, file: BinaryIO, at: str) -> BinaryIO:
        names, out = Names(at), self._temporary()
        try:
            with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w") as new:
                new.comment = old.comment
                for info in old.infolist():
                    data = old.read(info)
                    name = name_of(info)
                    if not info.filename.endswith("/") and not is_clutter(name):
                        data = self._member(data, names.give(name), name)
                    info.filename = name
                    new.writestr(info, data, compresslevel=9)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
            raise _cannot(at or "the archive", f"It cannot be packed anew ({error}).") from error
        return out

    def _tar(self, file: BinaryIO, at: str) -> BinaryIO:
        names, out = Names(at), self._temporary()
        try:
            with tarfile.open(fileobj=file, mode="r:") as old, tarfile.open(fileobj=out, mode="w") as new:
                for info in old:
                    content = old.extractfile(info) if info.isreg() else None
                    data = content.read() if content is not None else b""
                    if not info.isdir() and not is_clutter(info.name):
                        data = self._member(data, names.give(info.name), info.name)
                    info.size = len(data)
                    new.addfile(info, io.BytesIO(data) if content is not None else None)
        except (tarfile.TarError, OSError, ValueError) as error:
            raise _cannot(at or "the archive", f"It cannot be packed anew ({error}).") from error
        return out

    def _member(self, data: bytes, at: str, name: str) -> bytes:
        if not any(place == at or place.startswith((f"{at}@", f"{at}!")) for place in self._places):
            return data
        erased = self.layer(self._temporary(data), at, name.rsplit("/", 1)[-1])
        erased.seek(0)
        return erased.read()

    def _temporary(self, data: bytes = b"") -> BinaryIO:
        file = cast("BinaryIO", tempfile.TemporaryFile(prefix="dagspress-"))  # noqa: SIM115 - see `close`
        self._files.append(file)
        file.write(data)
        file.flush()
        file.seek(0)
        return file

    def _copy(self, file: BinaryIO) -> BinaryIO:
        out = self._temporary()
        file.seek(0)
        shutil.copyfileobj(file, out, CHUNK)
        out.flush()
        return out

    def _of(self, at: str) -> list[str]:
        """The places in one plain stream, without its own."""
        return sorted(p[len(at) :] for p in self._places if p == at or p.startswith(f"{at}@"))

    def _web_archive(self, file: BinaryIO, at: str) -> BinaryIO:
        out = self._copy(file)
        erase_records(out, self._of(at), limits=self._limits)
        return out

    def _plain(self, file: BinaryIO, at: str, head: bytes) -> BinaryIO:
        places = self._of(at)
        if head.startswith(b"PAR1"):
            return _without_rows(
                file, self._temporary(), {int(_matched(_ROW, place, at)[1]) for place in places}
            )
        encoding = encodings.detect(head)
        if places == [""] or encoding is None or not encoding.name.startswith(("utf-16", "utf-32")):
            out = self._copy(file)
            self._erase_plain(out, places, at)
            return out
        recoded, out = self._temporary(), self._temporary()
        _recode(Recoded(file, encoding.name).read, recoded)
        self._erase_plain(recoded, places, at)
        recoded.seek(0)
        encoder = codecs.getincrementalencoder(encoding.name)()
        decoder = codecs.getincrementaldecoder("utf-8")()
        for chunk in in_chunks(recoded):
            out.write(encoder.encode(decoder.decode(chunk)))
        return out

    def _erase_plain(self, out: BinaryIO, places: list[str], at: str) -> None:
        if not places:
            return
        size = out.seek(0, 2)
        if places == [""]:
            spans = [(0, size)]
        elif all(_ITEM.match(place) for place in places):
            spans = _items(out, {int(_matched(_ITEM, place, at)[1]) for place in places}, self._limits)
        else:
            found = [_matched(_LINE, place, at) for place in places]
            spans = [(int(match[1]), int(match[1]) + int(match[2])) for match in found]
        for start, end in spans:
            if end > size or end - start < len(_EMPTY):
                raise _cannot(at, "There is no such record.")
            out.seek(start)
            if places != [""]:
                start += out.write(_EMPTY)
            while start < end:
                start += out.write(b" " * min(CHUNK, end - start))


def _matched(pattern: re.Pattern[str], place: str, at: str) -> re.Match[str]:
    match = pattern.match(place)
    if match is None:
        raise _cannot(at + place, "There is no such record.")
    return match


def _items(file: BinaryIO, numbers: Collection[int], limits: Limits) -> list[tuple[int, int]]:
    """Where some items of a JSON array, or of an object that wraps one, begin and end."""
    file.seek(0)
    head = file.read(HEAD).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    file.seek(0)
    first = (wrapper_start(Reader(file)) or 0) if head == b"{" else 0
    file.seek(0)
    cutter, position, spans = Cutter(first, limits.record_bytes), first, []
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        items = itertools.chain.from_iterable(cutter.cut(chunk) for chunk in in_chunks(file))
        for number, (item, size) in enumerate(items):
            start = data.find(item[:EXCERPT], position)
            position = start + (len(item) if size <= limits.record_bytes else size)
            if number in numbers:
                spans.append((start, position))
    if len(spans) != len(numbers):
        raise _cannot("the array", "Its items cannot be told apart as bytes.")
    return spans


def _without_rows(file: BinaryIO, out: BinaryIO, rows: Collection[int]) -> BinaryIO:
    """The table with nothing in some of its rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = 0
    table = pq.ParquetFile(file)
    schema = pa.schema([f.with_nullable(True) for f in table.schema_arrow], table.schema_arrow.metadata)
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in table.iter_batches(use_threads=False):
            kept = [None if first + n in rows else n for n in range(len(batch))]
            columns = [column.take(pa.array(kept, pa.int64())) for column in batch.columns]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            first += len(batch)
    return out


def _recode(read: Callable[[int], bytes], to: BinaryIO) -> None:
    while part := read(CHUNK):
        to.write(part)


def _cannot(where: str, why: str) -> DagspressError:
    return DagspressError(
        f"{where or 'The file'} cannot be erased by itself. {why} Nothing was changed: what is withdrawn "
        "stays unpublished. If its bytes have to go, drop the other articles anew and remove this capture."
    )
