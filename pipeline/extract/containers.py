"""From a dropped file to the plain streams in it: compression peeled off, archives opened.

Web archives stay as they are: their gzip members are records, each of which may be damaged by itself.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from pipeline.errors import Unreadable
from pipeline.extract.budget import Budget
from pipeline.extract.compression import Expansion, sniff, without_suffix
from pipeline.extract.member_name import Names, is_clutter, unsafe, visible
from pipeline.extract.streams import HEAD, Chunks, in_chunks
from pipeline.extract.tar_archive import is_tar, tar_entries
from pipeline.extract.warc_frames import is_warc
from pipeline.extract.zip_archive import is_zip, zip_entries
from pipeline.record import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.settings import Limits

_EXCERPT = 4096


@dataclass(slots=True)
class Member:
    """One plain stream of a dropped file, or a web archive as it is.

    Attributes:
        at: "" for the whole file; `dir/a.txt` for a member of an archive; `b.zip!a.txt` when nested.
            Compression alone adds nothing. Unique within the dropped file.
        name: file name without compression suffix; a hint only.
        stream: positioned at 0, to be consumed before the next member is asked for. Reading raises
            Unreadable (truncated, corrupt, bomb) after the bytes that came before the damage.
        head: the first bytes (at most 64 KiB); `stream` yields them again.
        seekable: whether `stream` can be moved in.
    """

    at: str
    name: str
    stream: BinaryIO
    head: bytes
    seekable: bool


@dataclass(frozen=True, slots=True)
class _Stream:
    """A stream on its way to becoming members, `depth` layers down."""

    file: BinaryIO
    at: str
    name: str
    depth: int
    seekable: bool = False

    @property
    def where(self) -> str:
        return self.at or self.name or "the file"


def unpack(file: BinaryIO, name: str, *, limits: Limits) -> Iterator[Member | Rejection]:
    """Every plain stream in `file`, in archive order; a Rejection for each that cannot be read.

    `file` stands at its beginning. What holds what is told by content, never by name. Never raises for
    bad input: damage inside a member is raised by reading it, and the next member can still be asked
    for. A `~rest` in `at` stands for what follows in an archive or compressed file.
    """
    if file.seekable():
        yield from _open(_Stream(file, "", name, 0, seekable=True), Budget(limits))
    else:
        yield from _open(_Stream(_stream(in_chunks(file)), "", name, 0), Budget(limits))


def _stream(chunks: Iterator[bytes]) -> BinaryIO:
    return cast("BinaryIO", Chunks(chunks))


def _open(stream: _Stream, budget: Budget) -> Iterator[Member | Rejection]:
    if isinstance(stream.file, Chunks):
        head, damage = stream.file.head(), stream.file.damage
        if damage is not None and not head:
            yield Rejection(at=stream.at, reason=damage.reason, detail=damage.detail)
            return
    else:
        head = stream.file.read(HEAD)
        stream.file.seek(0)
    compression = sniff(head)
    web_archive = compression == "gzip" and is_warc(head, stream.name)
    if web_archive or (compression is None and not is_zip(head) and not is_tar(head)):
        yield Member(stream.at, stream.name, stream.file, head, stream.seekable)
    elif stream.depth >= budget.limits.archive_depth:
        detail = (
            f"{stream.where} is packed more than {budget.limits.archive_depth} layers deep. Unpack it before "
            "dropping it, or raise DAGSPRESS_MAX_ARCHIVE_DEPTH."
        )
        yield Rejection(at=stream.at, reason="bomb", detail=detail, excerpt=head[:_EXCERPT])
    elif compression is not None:
        yield from _compressed(stream, compression, budget)
    elif is_zip(head):
        yield from _zip(stream, budget, excerpt=head[:_EXCERPT])
    else:
        yield from _tar(stream, budget)


def _compressed(stream: _Stream, kind: str, budget: Budget) -> Iterator[Member | Rejection]:
    expansion = Expansion(stream.file, kind, budget=budget, where=stream.where)
    file = _stream(expansion.chunks())
    yield from _open(
        _Stream(file, stream.at, without_suffix(stream.name, kind), stream.depth + 1),
        budget,
    )
    if expansion.trailing:
        detail = (
            f"{expansion.trailing} bytes that are not {kind} data follow the compressed data of "
            f"{stream.where}. What came before them was read; look at the end of the file."
        )
        yield Rejection(at=Names(stream.at).rest(), reason="corrupt", detail=detail)


def _zip(stream: _Stream, budget: Budget, *, excerpt: bytes) -> Iterator[Member | Rejection]:
    names = Names(stream.at)
    with ExitStack() as opened:
        file = stream.file
        try:
            if not stream.seekable:
                # The directory stands at the end: that needs a file to go back and forth in.
                spool = opened.enter_context(tempfile.TemporaryFile())
                shutil.copyfileobj(stream.file, spool, 1024 * 1024)
                file = cast("BinaryIO", spool)
            for count, entry in enumerate(zip_entries(file, budget=budget, where=stream.where), 1):
                if stop := _stop(names, count, budget, stream.where):
                    yield stop
                    return
                if is_clutter(entry.name):
                    continue
                at = names.give(entry.name)
                if refused := _refused(at, entry.name, entry.refusal, stream.where):
                    yield refused
                    continue
                chunks = entry.chunks(file, budget=budget, where=at)
                yield from _open(_inner(chunks, at, entry.name, stream), budget)
        except Unreadable as damage:
            yield Rejection(at=stream.at, reason=damage.reason, detail=damage.detail, excerpt=excerpt)


def _tar(stream: _Stream, budget: Budget) -> Iterator[Member | Rejection]:
    names = Names(stream.at)
    try:
        for count, entry in enumerate(tar_entries(stream.file, where=stream.where), 1):
            if stop := _stop(names, count, budget, stream.where):
                yield stop
                return
            if is_clutter(entry.name):
                continue
            at = names.give(entry.name)
            if refused := _refused(at, entry.name, entry.refusal, stream.where):
                yield refused
                continue
            yield from _open(_inner(entry.chunks(at), at, entry.name, stream), budget)
    except Unreadable as damage:
        yield Rejection(at=names.rest(), reason=damage.reason, detail=damage.detail)


def _inner(chunks: Iterator[bytes], at: str, name: str, archive: _Stream) -> _Stream:
    return _Stream(_stream(chunks), at, name.rsplit("/", 1)[-1], archive.depth + 1)


def _stop(names: Names, count: int, budget: Budget, where: str) -> Rejection | None:
    """The Rejection for the rest of an archive once a limit on the whole is hit."""
    if budget.exhausted:
        return Rejection(at=names.rest(), reason="bomb", detail=budget.describe(where))
    if count > budget.limits.archive_members:
        detail = (
            f"{where} holds more than {budget.limits.archive_members} members; the rest was not read. "
            "Split it, or raise DAGSPRESS_MAX_ARCHIVE_MEMBERS."
        )
        return Rejection(at=names.rest(), reason="bomb", detail=detail)
    return None


def _refused(at: str, name: str, refusal: Unreadable | None, where: str) -> Rejection | None:
    if (why := unsafe(name)) is not None:
        reason = "unsafe_name"
    elif refusal is not None:
        reason, why = refusal.reason, refusal.detail
    else:
        return None
    detail = f"The member {visible(name)} of {where} was not opened: {why}."
    return Rejection(at=at, reason=reason, detail=detail)
