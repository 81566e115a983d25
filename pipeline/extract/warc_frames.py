"""The records of a web archive as they lie in the file (ISO 28500, WARC 0.17 to 1.1).

What is damaged is told, with its place, and reading goes on at the next record: the next gzip member that
begins with one, or the next version line with a field after it. One framing for plain files, files of
gzip members (one record each, or all in one), and mixtures of them.

Time is linear in the size of the file, whatever is in it: where a record begins is looked for once in each
byte, and what failed to expand is not expanded again without end (`_WASTE`).
"""

from __future__ import annotations

import base64
import hashlib
import re
import tempfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, cast

from pipeline.errors import Unreadable
from pipeline.extract.reading import EXCERPT

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from zlib import _Decompress as Decompress

    from pipeline.extract.budget import Budget

GZIP: Final = b"\x1f\x8b\x08"
MARK: Final = b"WARC/"

_VERSION: Final = re.compile(rb"WARC/\d{1,2}\.\d{1,3}[ \t]*\r?\n")
_FIELDS: Final = re.compile(rb"((?:[!-9;-~]+[ \t]*:[^\n]*\n(?:[ \t]+[^\r\n][^\n]*\n)*)+)\r?\n")
_HEADER_END: Final = re.compile(rb"\n\r?\n")
_FIELD: Final = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]*([^\n]*(?:\n[ \t]+[^\n]*)*)\n")
_LENGTH: Final = re.compile(r"\d{1,15}\Z", re.ASCII)
_BLANK: Final = b"\r\n \t\0"
_CANDIDATE: Final = re.compile(rb"\x1f\x8b\x08|WARC/\d{1,2}\.\d{1,3}[ \t]*\r?\n[A-Za-z-]{1,40}[ \t]*:")
_AFTER: Final = re.compile(rb"(?:\r?\n)*(WARC/\d|\x1f\x8b\x08|\r?\Z)")
_END: Final = b"\r\n\r\n"

_AGAIN: Final = "Fetch or copy the file again."

_NAME: Final = re.compile(r"\.warc(?:\.gz)?\Z", re.IGNORECASE)

_CHUNK: Final = 256 * 1024
_STEP: Final = 16 * 1024
_HEADERS: Final = (4 * 1024, 64 * 1024)
"""Bytes in which a record's header is looked for: first the common size, then the largest taken."""
_OVERLAP: Final = 128
"""More than `_CANDIDATE` matches."""
_WASTE: Final = 4
"""How often, in sizes of the file, bytes may be expanded in vain."""
_IN_MEMORY: Final = 8 * 1024 * 1024
"""Members that expand beyond this wait in a temporary file."""


class Bytes(Protocol):
    """Bytes with places."""

    @property
    def size(self) -> int:
        """How many there are."""

    def read(self, at: int, size: int, /) -> bytes:
        """`size` bytes from `at`; fewer only at the end."""

    def glance(self, at: int, size: int, /) -> bytes:
        """The same, for a few bytes elsewhere."""


class Whole:
    """Bytes in memory."""

    __slots__ = ("_data", "size")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read(self, at: int, size: int, /) -> bytes:
        """`size` bytes from `at`; fewer only at the end."""
        return self._data[at : at + size]

    glance = read


class Window:
    """The bytes of a seekable file, of which a piece is kept at hand."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, 2)
        self._from = 0
        self._piece = b""

    def read(self, at: int, size: int, /) -> bytes:
        """`size` bytes from `at`; fewer only at the end."""
        size = max(0, min(size, self.size - at))
        begin = at - self._from
        if begin < 0 or begin + size > len(self._piece):
            piece = self._fetch(at, max(size, min(_CHUNK, self.size - at)))
            if size > _CHUNK:
                return piece
            self._from, self._piece, begin = at, piece, 0
        return self._piece[begin : begin + size]

    def glance(self, at: int, size: int, /) -> bytes:
        """The same, for a few bytes elsewhere: what is at hand stays so."""
        size = max(0, min(size, self.size - at))
        begin = at - self._from
        if begin < 0 or begin + size > len(self._piece):
            return self._fetch(at, size)
        return self._piece[begin : begin + size]

    def _fetch(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        parts: list[bytes] = []
        while size > 0 and (part := self._file.read(size)):
            parts.append(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


@dataclass(frozen=True, slots=True)
class Frame:
    """A record. Its block can be read until the next frame is asked for.

    Attributes:
        fields: by lower-case name.
        start, end: of its bytes in the file; of the gzip member when it is in one.
        inner: where it is in what the member expands to, `offset+length`; "" when alone in it.
        length: bytes of the block.
        vouched: whether a checksum of the gzip data says that the bytes are as they were written.
    """

    fields: dict[str, str]
    start: int
    end: int
    inner: str
    length: int
    vouched: bool
    _data: Bytes
    _block: int

    @property
    def kind(self) -> str:
        """Its WARC-Type."""
        return self.fields.get("warc-type", "").lower()

    @property
    def position(self) -> str:
        """`offset+length` in the file; for one of several in a gzip member `member:offset+length`."""
        return f"{self.start}:{self.inner}" if self.inner else f"{self.start}+{self.end - self.start}"

    def read(self, size: int | None = None, *, start: int = 0) -> bytes:
        """`size` bytes of the block from `start` on, or all."""
        left = max(0, self.length - start)
        return self._data.read(self._block + start, left if size is None else min(size, left))

    def as_written(self) -> bool | None:
        """Whether the block is what its digest says; None: it has none, or one that is not known."""
        end = self._block + self.length
        places = range(self._block, end, _CHUNK)
        return digest_fits(
            self.fields.get("warc-block-digest", ""),
            (self._data.read(at, min(_CHUNK, end - at)) for at in places),
        )


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that are no record.

    Attributes:
        start: where they begin in the file, or the gzip member that expands to them.
        reason: `damaged`, or `bomb` for what expands beyond the limits.
        detail: what is wrong, a sentence.
        excerpt: the first of the bytes.
    """

    start: int
    position: str
    reason: str
    detail: str
    excerpt: bytes


@dataclass(frozen=True, slots=True)
class _Plain:
    """A record in plain bytes: from `at` to `end`, its block from `block`."""

    at: int
    end: int
    block: int
    length: int
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Bad:
    """Why there is no record: a sentence, and how many bytes in all could make it one (0: none)."""

    detail: str
    wants: int = 0


@dataclass(frozen=True, slots=True)
class _Gap:
    """Plain bytes from `at` to `end` that are no record."""

    at: int
    end: int
    detail: str


@dataclass(frozen=True, slots=True)
class _Member:
    """What a gzip member expands to; it ends at `end` in the file, or `error` was met there.

    `garbled`: of the last of `data` some may not be what was written.
    """

    data: Bytes
    end: int
    error: Unreadable | None
    garbled: bool
    store: _Store


class _Store:
    """Bytes that come one after another; what is beyond `_IN_MEMORY` waits in a temporary file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._file: BinaryIO | None = None
        self.size = 0

    def add(self, part: bytes) -> None:
        self.size += len(part)
        if self._file is None and self.size > _IN_MEMORY:
            self._file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - see `close`
            self._file.write(b"".join(self._parts))
            self._parts = []
        if self._file is None:
            self._parts.append(part)
        else:
            self._file.seek(0, 2)
            self._file.write(part)

    def bytes(self) -> Bytes:
        """What came so far."""
        if self._file is not None:
            return Window(self._file)
        self._parts = [b"".join(self._parts)]
        return Whole(self._parts[0])

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def frames(
    file: BinaryIO, *, budget: Budget, start: int = 0, end: int | None = None
) -> Iterator[Frame | Damage]:
    """Every record of a seekable file, and a Damage for what lies between them.

    With `start` and `end` those that begin from there on and before that; a record must begin at `start`.
    Never raises for what is in the file.
    """
    for found in _Pass(Window(file), budget).all(start):
        if end is not None and found.start >= end:
            return
        yield found


def is_warc(head: bytes, name: str) -> bool:
    """Whether a file that begins so is a web archive, in gzip or not.

    Its name only counts where the first record is damaged.
    """
    if _VERSION.match(head) or (head.startswith(GZIP) and _expands_to_record(head)):
        return True
    return _NAME.search(name) is not None and any(
        match[0] != GZIP or _expands_to_record(head[match.start() : match.start() + 1024])
        for match in _CANDIDATE.finditer(head)
    )


class _Pass:
    """One pass over a file."""

    def __init__(self, data: Window, budget: Budget) -> None:
        self._data = data
        self._budget = budget
        self._wasted = 0

    def all(self, at: int) -> Iterator[Frame | Damage]:
        data = self._data
        while (at := _skip_blank(data, at)) < data.size:
            if data.read(at, 3) == GZIP:
                at = yield from self._member(at)
                if self._budget.exhausted and at < data.size:
                    yield self._damage(at, data.size, self._budget.describe("The archive"), reason="bomb")
                    return
                continue
            found = _plain(data, at)
            if isinstance(found, _Plain):
                yield _frame(found, data, start=at, end=found.end, inner="", vouched=False)
                at = found.end
            else:
                end = self._next(at + 1, plain_from=at + 1)
                yield self._damage(at, end, found.detail)
                at = end

    def _member(self, start: int) -> Generator[Frame | Damage, None, int]:
        """The records of the gzip member at `start`; returns where to go on."""
        member = self._expand(start)
        try:
            if member.error is None:
                yield from self._sound(member, start)
                return member.end
            return (yield from self._broken(member, start, member.error))
        finally:
            member.store.close()

    def _sound(self, member: _Member, start: int) -> Iterator[Frame | Damage]:
        data, end = member.data, member.end
        for found in _all_plain(data):
            alone = not found.at and _skip_blank(data, found.end) >= data.size
            inner = "" if alone else f"{found.at}+{found.end - found.at}"
            if isinstance(found, _Plain):
                yield _frame(found, data, start=start, end=end, inner=inner, vouched=True)
            else:
                excerpt = data.read(found.at, min(EXCERPT, found.end - found.at))
                position = f"{start}:{inner}" if inner else f"{start}+{end - start}"
                yield Damage(start, position, "damaged", found.detail, excerpt)

    def _broken(self, member: _Member, start: int, error: Unreadable) -> Generator[Frame | Damage, None, int]:
        """Of a member that cannot be expanded to its end: the records before the damage."""
        data, end = member.data, member.end
        self._wasted += end - start
        whole, alone = 0, False
        for found in _all_plain(data):
            if isinstance(found, _Gap):
                continue
            alone = not found.at and found.end >= data.size
            inner = "" if alone else f"{found.at}+{found.end - found.at}"
            frame = _frame(found, data, start=start, end=end, inner=inner, vouched=False)
            # Damaged data expands to something else before it is noticed. Of a record that is followed by
            # another, or ends where the data do, the length at least is right; else it needs a digest.
            rest = _skip_blank(data, found.end)
            fits = whole > 0 if rest >= data.size else data.read(rest, len(MARK)) == MARK
            if member.garbled and not fits and not frame.as_written():
                continue
            whole += 1
            yield frame
        # What was expanded may reach far into the members that follow: they are looked for from where this
        # one begins, but not in what it stores as plain text.
        again = self._wasted <= _WASTE * self._data.size
        resume = self._next(start + 1 if again else end, plain_from=end)
        if whole and alone:
            return resume
        before = f" {whole} whole records before the damage were read." if whole else ""
        yield self._damage(start, resume, f"{error.detail}{before}", reason=error.reason)
        return resume

    def _expand(self, start: int) -> _Member:
        """The member at `start`, and those after it into which its last record runs on."""
        store = _Store()
        expander, fresh = zlib.decompressobj(31), True
        at, garbled = start, False
        walked = look_at = 0
        error: Unreadable | None = None
        while error is None:
            piece = self._data.read(at, _STEP)
            if not piece:
                error = Unreadable("damaged", f"The gzip data ends too early. {_AGAIN}")
                break
            before = None if fresh else expander.copy()
            try:
                part = expander.decompress(piece)
                at += len(piece) - len(expander.unused_data)
            except zlib.error as why:
                part, used = _until_damage(before or zlib.decompressobj(31), piece)
                at += used
                garbled = True
                error = Unreadable("damaged", f"The gzip data is damaged ({why}). {_AGAIN}")
            fresh = False
            store.add(part)
            try:
                self._budget.spend(len(part), "The archive")
                self._budget.judge(store.size, at - start, f"The gzip member at byte {start}")
            except Unreadable as beyond:
                error = beyond
            if expander.eof and error is None:
                following = self._data.glance(at, 1024)
                if not following.startswith(GZIP) or _expands_to_record(following):
                    break
                # Some writers cut the file into members without regard to the records.
                if store.size >= look_at:
                    walked, wanted = _walk(store.bytes(), walked)
                    if not wanted:
                        break
                    # Not after each of a million tiny members.
                    look_at = max(wanted, store.size + store.size // 16)
                expander, fresh = zlib.decompressobj(31), True
        return _Member(store.bytes(), at, error, garbled, store)

    def _next(self, at: int, *, plain_from: int) -> int:
        """Where a record begins at or after `at`; plain ones only from `plain_from`. Else the end."""
        for place, is_gzip in _candidates(self._data, at):
            if is_gzip:
                if _expands_to_record(self._data.glance(place, 1024)):
                    return place
            elif place >= plain_from:
                return place
        return self._data.size

    def _damage(self, start: int, end: int, detail: str, *, reason: str = "damaged") -> Damage:
        excerpt = self._data.glance(start, min(EXCERPT, end - start))
        return Damage(start, f"{start}+{end - start}", reason, detail, excerpt)


def _frame(found: _Plain, data: Bytes, *, start: int, end: int, inner: str, vouched: bool) -> Frame:
    return Frame(found.fields, start, end, inner, found.length, vouched, data, found.block)


def _all_plain(data: Bytes) -> Iterator[_Plain | _Gap]:
    at = _skip_blank(data, 0)
    while at < data.size:
        found = _plain(data, at)
        if isinstance(found, _Plain):
            yield found
            at = found.end
        else:
            following = (place for place, is_gzip in _candidates(data, at + 1) if not is_gzip)
            end = next(following, data.size)
            yield _Gap(at, end, found.detail)
            at = end
        at = _skip_blank(data, at)


def _walk(data: Bytes, at: int) -> tuple[int, int]:
    """Go on from a record's beginning to that of the last; how many bytes it takes to end that, else 0."""
    while (at := _skip_blank(data, at)) < data.size:
        found = _plain(data, at)
        if isinstance(found, _Bad):
            return at, found.wants
        at = found.end
    return at, 0


def _plain(data: Bytes, at: int) -> _Plain | _Bad:
    """The record that begins at `at`."""
    for size in _HEADERS:
        head = data.read(at, size)
        version = _VERSION.match(head)
        if version is None:
            short = head[: len(MARK)] == MARK[: len(head)] and len(head) < size and b"\n" not in head
            return _Bad(f"There is no record of a web archive here. {_AGAIN}", data.size + 1 if short else 0)
        header = _FIELDS.match(head, version.end())
        if header is not None or len(head) < size:
            break
    if header is None:
        short = len(head) < size and not _HEADER_END.search(head)
        return _Bad(f"The header of the record is damaged. {_AGAIN}", data.size + 1 if short else 0)
    text = header[1].decode("utf-8", "replace")
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(text):
        fields.setdefault(name.lower(), " ".join(value.split()) if "\n" in value else value.strip())
    said = fields.get("content-length", "")
    if not _LENGTH.match(said):
        return _Bad(f"The record does not say how long it is (Content-Length: {said[:40]!r}). {_AGAIN}")
    length, block = int(said), at + header.end()
    end = block + length
    if end > data.size:
        detail = f"The record should have {length} bytes; the data end after {data.size - block}. {_AGAIN}"
        return _Bad(detail, wants=end)
    after = data.glance(end, 32)
    if after.startswith(_END):
        end += len(_END)
    elif (tail := _AFTER.match(after)) is None:
        return _Bad(
            f"The record should have {length} bytes, but does not end there (wrong Content-Length). {_AGAIN}"
        )
    else:
        end += tail.start(1)
    return _Plain(at, end, block, length, fields)


def _candidates(data: Bytes, at: int) -> Iterator[tuple[int, bool]]:
    """Where a record may begin, from `at` on, and whether as gzip."""
    size = 4096
    while at < data.size:
        piece = data.glance(at, size + _OVERLAP)
        for match in _CANDIDATE.finditer(piece):
            if match.start() < size:
                yield at + match.start(), match[0] == GZIP
        at += size
        size = min(4 * size, _CHUNK)


def _skip_blank(data: Bytes, at: int) -> int:
    size = 64
    while at < data.size:
        piece = data.read(at, size)
        blank = len(piece) - len(piece.lstrip(_BLANK))
        at += blank
        if blank < len(piece):
            break
        size = _CHUNK
    return at


def _expands_to_record(head: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(head[:1024], len(MARK)) == MARK
    except zlib.error:
        return False


def _until_damage(expander: Decompress, piece: bytes) -> tuple[bytes, int]:
    """All that `piece` expands to before the damage in it, and how many bytes of it that took.

    zlib gives nothing of what was fed together with the damage: it is fed by halves.
    """
    parts: list[bytes] = []
    at, step = 0, len(piece)
    while step:
        trial = expander.copy()
        try:
            parts.append(trial.decompress(piece[at : at + step]))
        except zlib.error:
            step //= 2
        else:
            expander = trial
            at += step
    return b"".join(parts), at


def digest_fits(said: str, parts: Iterable[bytes]) -> bool | None:
    """Whether bytes have the digest `said` (`sha1:...`); None: that says nothing that is known."""
    name, _, value = said.partition(":")
    name = name.strip().lower().replace("-", "")
    if name not in ("sha1", "sha256", "sha512", "md5") or not value:
        return None
    hasher = hashlib.new(name, usedforsecurity=False)
    for part in parts:
        hasher.update(part)
    digest = hasher.digest()
    return value.strip().rstrip("=").lower() in (
        digest.hex(),
        base64.b32encode(digest).decode().rstrip("=").lower(),
    )
