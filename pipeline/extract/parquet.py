"""A parquet table with columns under the names of any common producer: a row is a record."""

from __future__ import annotations

import shutil
import tempfile
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pipeline.errors import Unreadable
from pipeline.extract import fields, json_value
from pipeline.extract.reading import CHUNK, EXCERPT
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from pipeline.extract.reading import Readable

ROWS: Final = 256
"""How many rows are held at once, beside the column chunks that they are decoded from."""


def read(
    stream: BinaryIO, at: str, *, head: bytes, seekable: bool, limit: int
) -> Iterator[Record | Rejection]:
    """The record of each row, at `row N`. A stream that cannot be moved in is put on disk first."""
    if seekable:
        yield from _table(stream, at, head, limit)
        return
    with tempfile.TemporaryFile(prefix="dagspress-") as spool:
        try:
            _copy(stream, spool)
        except Unreadable as error:
            yield Rejection(at=at, reason=error.reason, detail=error.detail, excerpt=head[:EXCERPT])
            return
        spool.seek(0)
        yield from _table(spool, at, head, limit)


def _copy(stream: Readable, to: Any) -> None:
    shutil.copyfileobj(stream, to, CHUNK)


def _table(stream: BinaryIO, at: str, head: bytes, limit: int) -> Iterator[Record | Rejection]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        table = pq.ParquetFile(stream, buffer_size=CHUNK, pre_buffer=False)
        for batch in table.iter_batches(batch_size=ROWS, use_threads=False):
            for row in _rows(batch):
                yield _record(row, f"{at}@row {number}", number, limit)
                number += 1
    except Unreadable as error:
        reason, said = error.reason, error.detail
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        reason, said = "corrupt", f"The parquet table is damaged: {str(error)[:300]}."
    else:
        if number == 0:
            yield Rejection(at=at, reason="empty", detail="The table has no rows: nothing was lost.")
        return
    yield Rejection(
        at=f"{at}@row {number}" if number else at,
        reason=reason,
        detail=f"{said} The {number} rows before were read; write the table again and drop it.",
        excerpt=head[:EXCERPT],
    )


def _record(row: dict[str, Any] | str, at: str, number: int, limit: int) -> Record | Rejection:
    if isinstance(row, str):
        return Rejection(
            at=at,
            reason="bad_field",
            detail=f"Row {number} holds a value that cannot be read ({row}). Correct it and drop it again.",
        )
    raw = json_value.canonical(row)
    if len(raw) > limit:
        return Rejection(
            at=at,
            reason="too_large",
            detail=f"Row {number} is {len(raw)} bytes long as JSON and the limit is {limit}. If it is one "
            "article, raise DAGSPRESS_MAX_RECORD_BYTES.",
            excerpt=raw[:EXCERPT],
        )
    return fields.build(row, at=at, raw=raw)


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | str]:
    """Each row as plain values, or what is wrong with it."""
    import pyarrow as pa

    # Nanoseconds are beyond Python's datetime, and no article is dated by them.
    columns = [
        column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns"
        else column
        for column in batch.columns
    ]
    batch = pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
    try:
        yield from batch.to_pylist()
        return
    except (pa.ArrowException, ValueError, OverflowError):
        pass  # a value Python has no form for, such as the year 30000: find the rows
    for index in range(batch.num_rows):
        try:
            row = batch.slice(index, 1).to_pylist()[0]
        except (pa.ArrowException, ValueError, OverflowError) as error:
            yield str(error)[:300]
        else:
            yield row
