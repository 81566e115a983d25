"""From a capture to staged rows: extract here, clean and normalise here or in several processes.

A pure function of the capture and the code. Its outcome (`state/staging/...`) is written last: where it
stands and the code is the same, there is nothing to do.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.acquire import Capture, find_capture
from pipeline.article import SKETCH, UNDATED, Article, staged_schema, to_table
from pipeline.extract import extract
from pipeline.extract.hints import NO_HINTS
from pipeline.flow.identities import entries_of, fold, write_segment
from pipeline.flow.parts import write_parts
from pipeline.flow.processes import ALONE, Workers
from pipeline.flow.rows import Origin, read_rows, rows_of
from pipeline.lake import (
    IDENTITIES,
    REJECTED,
    STAGED,
    period_of,
    rejected_name,
    staged_name,
    staging_name,
)
from pipeline.record import Record, Rejection
from pipeline.settings import MIB
from pipeline.version import code_digest
from pipeline.write import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.extract.hints import Hints
    from pipeline.lake import Lake
    from pipeline.stopwatch import Stopwatch


PROGRESS_RECORDS: Final = 1000
"""How often `progress` is told the number of records done."""

CHUNK_RECORDS: Final = 1_000
CHUNK_BYTES: Final = 4 * MIB
"""Records that are cleaned and normalised together: so many, or so much text."""

FIELD_BYTES: Final = 1_000
"""What a record's other fields are taken to need."""

PARALLEL_BYTES: Final = 16 * MIB
"""Captures from which several processes are worth their start."""


@dataclass(slots=True, kw_only=True)
class Staging:
    """What a capture became: the record of its staging."""

    capture_id: str
    source: str
    code: str
    captured_at: str
    staged: int = 0
    rejected: int = 0
    periods: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    objects: list[str] = field(default_factory=list)
    """What was written."""
    stale: list[str] = field(default_factory=list)
    """What an earlier code wrote and this one did not: to be removed."""
    empty_fields: int = 0
    """Titles, dates and texts that are missing among the staged rows: of three for each."""
    purged: int = 0
    """How many of its records were purged when it was staged."""
    new: bool = False


def find_staging(lake: Lake, capture: Capture) -> Staging | None:
    """The outcome of an earlier staging of a capture."""
    data = lake.find(staging_name(capture.source, capture.capture_id))
    return Staging(**orjson.loads(data)) if data is not None else None


def find_current(lake: Lake, capture: Capture, *, hints: Hints) -> Staging | None:
    """The outcome of an earlier staging by this code, if nothing is left to do: then no bytes are needed."""
    before = find_staging(lake, capture)
    return before if before is not None and _is_done(before, capture, _code(lake, hints)) else None


def stage(
    lake: Lake,
    capture: Capture,
    file: BinaryIO,
    *,
    watch: Stopwatch,
    hints: Hints = NO_HINTS,
    workers: Workers = ALONE,
    progress: Callable[[int], None] = lambda _: None,
) -> Staging:
    """Extract, clean and normalise a capture into staged rows, in bounded memory.

    Does nothing where the same code did it before. What an earlier code, or a run that was killed, staged
    and this one does not is removed. `progress` is called with the number of records done, every 1,000.
    """
    before = find_staging(lake, capture)
    code = _code(lake, hints)
    if before is not None and _is_done(before, capture, code):
        return before
    if before is not None and _is_current(before, capture, code):
        staging = before  # killed between writing the outcome and removing what it replaced
    else:
        earlier = _earlier_objects(lake, capture, before)
        if before is None:
            _save(lake, _begun(capture))
        staging = _stage(lake, capture, file, watch, hints, workers, progress)
        staging.stale = sorted(earlier - set(staging.objects))
        touched = {p for name in staging.stale if (p := period_of(name)) is not None}
        staging.periods = dict(sorted((dict.fromkeys(touched, 0) | staging.periods).items()))
        _save(lake, staging)
    if staging.stale:
        lake.delete(staging.stale)
        staging.stale = []
        _save(lake, staging)
    now = find_capture(lake, capture.source, capture.capture_id)
    if (
        now is not None and now != capture
    ):  # two took the same bytes at once: the receipt that stands is right
        return stage(lake, now, file, watch=watch, hints=hints, workers=workers, progress=progress)
    fold(lake)
    staging.new = True
    return staging


def _begun(capture: Capture) -> Staging:
    """The outcome before there is one: it tells the next run that a run began here."""
    return Staging(
        capture_id=capture.capture_id,
        source=capture.source,
        code="",
        captured_at=capture.captured_at.isoformat(),
        purged=len(capture.purged),
    )


def _earlier_objects(lake: Lake, capture: Capture, before: Staging | None) -> set[str]:
    """What is staged of a capture already. Only after a run that was killed must all periods be looked at."""
    if before is None:
        return set()
    found = {*before.objects, *before.stale}
    if not before.code:
        found |= {
            o.name
            for room in (STAGED, REJECTED, IDENTITIES)
            for o in lake.list(room)
            if capture.capture_id in o.name
        }
    return found


def _code(lake: Lake, hints: Hints) -> str:
    """What decides the rows besides the capture: the code, the limits that make it reject, the hints."""
    return hashlib.sha256(f"{code_digest()} {lake.settings.limits} {hints}".encode()).hexdigest()[:16]


def _is_current(staging: Staging, capture: Capture, code: str) -> bool:
    known = (staging.code, staging.captured_at, staging.purged)
    return known == (code, capture.captured_at.isoformat(), len(capture.purged))


def _is_done(staging: Staging, capture: Capture, code: str) -> bool:
    return _is_current(staging, capture, code) and not staging.stale


def _save(lake: Lake, staging: Staging) -> None:
    lake.put(staging_name(staging.source, staging.capture_id), to_json(asdict(staging) | {"new": False}))


def _stage(
    lake: Lake,
    capture: Capture,
    file: BinaryIO,
    watch: Stopwatch,
    hints: Hints,
    workers: Workers,
    progress: Callable[[int], None],
) -> Staging:
    staging = _begun(capture)
    staging.code = _code(lake, hints)
    room = _Room(lake, capture, staging, workers)
    origin = Origin(capture.source, capture.object, capture.captured_at)
    most = min(CHUNK_BYTES, lake.settings.limits.stage_bytes)
    file.seek(0)
    items = watch.over("extract", extract(file, capture.name, limits=lake.settings.limits, hints=hints))
    left = _unpurged(items, capture)
    work = ((chunk, origin) for chunk in _chunks(_readable(left, room, progress), most))
    with watch.lap("stage"):
        for rows in workers.map(rows_of, work, here=watch, alone=capture.size < PARALLEL_BYTES):
            watch.add(rows.seconds)
            room.add(read_rows(rows))
        room.add_purged()
        room.flush()
        room.identify()
    staging.periods = dict(sorted(room.rows.items()))
    staging.reasons = dict(sorted(room.reasons.items()))
    staging.staged = room.rows.total()
    staging.rejected = room.reasons.total()
    staging.empty_fields = room.empty_fields
    return staging


def _unpurged(items: Iterable[Record | Rejection], capture: Capture) -> Iterator[Record | Rejection]:
    """The items but for those that were purged: what stands in their places is no article."""
    places = {purged.at for purged in capture.purged}
    emptied = {at.rpartition("@")[0] for at in places}
    for item in items:
        if item.at in places:
            continue
        if isinstance(item, Rejection) and item.reason == "empty" and item.at in emptied:
            continue
        yield item


def _rows_of_purged(capture: Capture) -> pa.Table:
    """A row without text for each record that was purged: it counts as withdrawn, and is known again."""
    rows = [
        Article(
            article_id=purged.article_id,
            source=purged.source,
            own_id=purged.own_id,
            text="",
            published=purged.published,
            published_at=dt.datetime.fromisoformat(purged.published_at) if purged.published_at else None,
            published_offset=purged.published_offset,
            first_seen_at=capture.captured_at,
            captured_at=capture.captured_at,
            word_count=purged.word_count,
            content_hash=purged.content_hash,
            capture=f"{capture.object}#{purged.at}",
        )
        for purged in capture.purged
        if purged.published is not None
    ]
    field = staged_schema().field(SKETCH)
    return to_table(rows).append_column(field, pa.nulls(len(rows), field.type))


def _readable(
    items: Iterable[Record | Rejection], room: _Room, progress: Callable[[int], None]
) -> Iterator[Record]:
    for number, item in enumerate(items, start=1):
        if number % PROGRESS_RECORDS == 0:
            progress(number)
        if isinstance(item, Rejection):
            room.reject(item)
        else:
            yield item


def _chunks(records: Iterable[Record], most: int) -> Iterator[list[Record]]:
    chunk: list[Record] = []
    size = 0
    for record in records:
        chunk.append(record)
        size += len(record.text or "") + FIELD_BYTES
        if len(chunk) >= CHUNK_RECORDS or size >= most:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


class _Room:
    """Rows waiting to be written as parts; bounded by `Limits.stage_bytes`."""

    def __init__(self, lake: Lake, capture: Capture, staging: Staging, workers: Workers) -> None:
        self.lake, self.capture, self.staging = lake, capture, staging
        self._workers, self._alone = workers, capture.size < PARALLEL_BYTES
        self.rows: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.empty_fields = 0
        self._tables: list[pa.Table] = []
        self._entries: list[np.ndarray] = []
        self._rejected: list[bytes] = []
        self._parts: Counter[str] = Counter()
        self._bytes = 0

    def add(self, rows: pa.Table) -> None:
        periods = rows["published"].to_pylist()
        self.rows.update(periods)
        self.empty_fields += rows["title"].null_count + periods.count(UNDATED)
        self.empty_fields += pc.sum(pc.equal(pc.binary_length(rows["text"]), 0)).as_py() or 0
        self._keep(rows)

    def add_purged(self) -> None:
        """Rows for what was purged of the capture."""
        rows = _rows_of_purged(self.capture)
        if len(rows):
            self.rows.update(rows["published"].to_pylist())
            self._keep(rows)

    def reject(self, item: Rejection) -> None:
        self.reasons[item.reason] += 1
        self.rows.setdefault(UNDATED, 0)  # what cannot be read has no known date
        line = {
            "capture": self.capture.object + (f"#{item.at}" if item.at else ""),
            "reason": item.reason,
            "detail": item.detail,
            "bytes_base64": base64.b64encode(item.excerpt).decode(),
        }
        self._rejected.append(orjson.dumps(line) + b"\n")
        self._grow(len(self._rejected[-1]))

    def flush(self) -> None:
        if self._tables:
            rows = pa.concat_tables(self._tables)
            self._tables.clear()
            self.staging.objects += write_parts(
                self.lake, rows, self._staged_name, workers=self._workers, alone=self._alone
            )
        if self._rejected:
            name = rejected_name(UNDATED, self.capture.capture_id, self._part("r"))
            self.lake.put(name, b"".join(self._rejected))
            self.staging.objects.append(name)
        self._rejected.clear()
        self._bytes = 0
        pa.default_memory_pool().release_unused()  # publishing may follow in the same process

    def identify(self) -> None:
        """Add what was staged to the index of identities."""
        if self._entries:
            entries = np.concatenate(self._entries)
            self._entries.clear()
            entries.sort()
            self.staging.objects.append(write_segment(self.lake, self.capture.capture_id, entries))

    def _keep(self, rows: pa.Table) -> None:
        self._entries.append(entries_of(rows, self.capture.capture_id))
        self._tables.append(rows)
        self._grow(rows.nbytes)

    def _grow(self, size: int) -> None:
        self._bytes += size
        if self._bytes >= self.lake.settings.limits.stage_bytes:
            self.flush()

    def _staged_name(self, period: str) -> str:
        return staged_name(period, self.capture.capture_id, self._part(f"s{period}"))

    def _part(self, kind: str) -> int:
        self._parts[kind] += 1
        return self._parts[kind] - 1
