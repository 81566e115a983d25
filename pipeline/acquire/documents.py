"""From the inbox (or a local file) to a capture: copy, verify, and only then, much later, remove.

A capture is named by its source and its bytes, so dropping the same file twice is one capture. Its
*receipt* (when, from where, which object) is written first and fixes the capture's time: a process
killed at any point and run again writes the same names and the same times.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

import orjson

from pipeline.errors import InboxChanged, IntegrityError
from pipeline.lake import INBOX, ObjectInfo, capture_name, captures_prefix, receipt_name
from pipeline.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.lake import Lake

DOCUMENTS: Final = "documents"
"""The source of what is dropped into the inbox itself; a folder below it names another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """A record whose bytes were removed from a capture, and what it is still told by."""

    at: str
    """Where it was, as in `Record.at`."""
    article_id: str
    by: str
    decided_at: str
    """UTC instant, ISO 8601."""
    why: str
    sha256_before: str
    """Of the capture, before this was removed."""
    published: str | None = None
    """The period in which it counts as withdrawn; None: it was no row (what a feed said of an article)."""
    source: str = ""
    own_id: str | None = None
    published_at: str | None = None
    published_offset: str | None = None
    word_count: int = 0
    content_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Bytes as received, with when and from where. Immutable, but for what is purged."""

    capture_id: str
    source: str
    object: str
    """Name of the object in the lake."""
    name: str
    """The dropped file's own name."""
    size: int
    sha256: str
    captured_at: dt.datetime
    purged: tuple[Purged, ...] = ()
    """What is no longer in it; `size` and `sha256` are of what is left."""

    def as_json(self) -> bytes:
        """The receipt."""
        fields = asdict(self)
        if not self.purged:
            del fields["purged"]
        return orjson.dumps(fields, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)

    @classmethod
    def from_json(cls, data: bytes) -> Capture:
        """Read a receipt."""
        fields = orjson.loads(data)
        fields["captured_at"] = dt.datetime.fromisoformat(fields["captured_at"])
        fields["purged"] = tuple(Purged(**purged) for purged in fields.get("purged", ()))
        return cls(**fields)


def waiting(lake: Lake) -> list[ObjectInfo]:
    """The files that lie in the inbox, sorted by name. Hidden files are not ours to take."""
    return [f for f in lake.list(INBOX) if not f.name.rsplit("/", 1)[-1].startswith(".")]


def source_of(name: str) -> str:
    """The source of an inbox file: the first folder below the inbox, else `documents`.

    >>> source_of("inbox/a.txt"), source_of("inbox/Ålesund Avis/2019/a.txt")
    ('documents', 'ålesund-avis')
    """
    first, slash, _ = name.removeprefix(INBOX).partition("/")
    slug = re.sub(r"[^\w.]+", "-", first.lower()).strip("-._") if slash else ""
    return slug[:80] or DOCUMENTS


@contextmanager
def spool(lake: Lake, file: ObjectInfo) -> Iterator[BinaryIO]:
    """A local, seekable copy of an object, gone at the end. Raises InboxChanged when it changes meanwhile."""
    with tempfile.TemporaryFile(prefix="dagspress-") as copy:
        for chunk in lake.read_chunks(file.name, chunk_bytes=4 * MIB):
            copy.write(chunk)
        if copy.tell() != file.size or lake.info(file.name) != file:
            raise InboxChanged(f"{file.name} changed while it was read. It stays in the inbox; run again.")
        copy.seek(0)
        yield copy


def acquire(
    lake: Lake,
    file: BinaryIO,
    *,
    name: str,
    source: str,
    clock: Callable[[], dt.datetime],
    day: dt.date | None = None,
) -> Capture:
    """Store a seekable file's bytes as a capture, and prove that they are stored.

    The capture of bytes that are known already is returned as it is, with the time of the first arrival.
    `day` is the day it was fetched for; what was dropped stands under the day it arrived on.
    Raises IntegrityError when the lake returns other bytes than it was given.
    """
    size, md5, sha256 = _digests(file)
    capture_id = hashlib.sha256(f"{source}\0{sha256}".encode()).hexdigest()[:24]
    capture = find_capture(lake, source, capture_id)
    if capture is None:
        now = clock().astimezone(dt.UTC).replace(microsecond=0)
        capture = Capture(
            capture_id=capture_id,
            source=source,
            object=capture_name(source, (day or now.date()).isoformat(), capture_id, name),
            name=name.rsplit("/", 1)[-1],
            size=size,
            sha256=sha256,
            captured_at=now,
        )
        lake.put(receipt_name(source, capture_id), capture.as_json())
        # somebody else may have taken the same bytes at the same time: the receipt that stands is right
        capture = find_capture(lake, source, capture_id) or capture
    if capture.purged:  # what was removed must not come back with the file
        if lake.info(capture.object) is None:
            raise IntegrityError(
                f"{capture.object} is gone, of which something was purged. Restore it from a copy."
            )
    elif not lake.same_bytes(capture.object, md5, sha256):
        lake.put_file(capture.object, file, size)
        if lake.sha256(capture.object) != sha256:
            raise IntegrityError(
                f"{capture.object} does not hold the bytes of {name}. The file stays where it is; run again, "
                "and check the object store's disks."
            )
    file.seek(0)
    return capture


def find_capture(lake: Lake, source: str, capture_id: str) -> Capture | None:
    """The capture with this id, by its receipt."""
    receipt = lake.find(receipt_name(source, capture_id))
    return Capture.from_json(receipt) if receipt is not None else None


def captures_of(lake: Lake, source: str, day: dt.date) -> list[Capture]:
    """The captures of a source for a day, in the order of their ids (the order does not matter)."""
    found = []
    for item in lake.list(captures_prefix(source, day.isoformat())):
        capture_id = item.name.rsplit("/", 1)[-1].split("-", 1)[0]
        capture = find_capture(lake, source, capture_id)
        if capture is not None and capture.object == item.name:
            found.append(capture)
    return found


def settle(lake: Lake, file: ObjectInfo, *, source: str, capture_id: str) -> bool:
    """Remove a file from the inbox if its capture is stored and the file is still the one captured."""
    capture = find_capture(lake, source, capture_id)
    stored = lake.info(capture.object) if capture is not None else None
    if capture is None or stored is None or stored.size != capture.size or lake.info(file.name) != file:
        return False
    lake.delete([file.name])
    return True


def _digests(file: BinaryIO) -> tuple[int, str, str]:
    file.seek(0)
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    while chunk := file.read(4 * MIB):
        md5.update(chunk)
        sha256.update(chunk)
        size += len(chunk)
    file.seek(0)
    return size, md5.hexdigest(), sha256.hexdigest()
