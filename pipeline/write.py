"""Write: tables to parquet bytes, and the one order in which a partition's objects are replaced."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.lake import articles_name, period_of, quarantine_name, stopped_name, summary_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.lake import Lake, ObjectInfo

ROW_GROUP_ROWS: Final = 16_384
"""Below about 1,000 rows a group compresses badly; above this, skipping by statistics gets coarse."""

_REPEATING: Final = [
    "source", "section", "language", "published_from", "published_offset",
    "agencies.list.element", "authors.list.element", "rules.list.element", "warnings.list.element",
]  # fmt: skip
"""Columns whose values repeat: for the others a dictionary is work in vain."""

_PROSE: Final = frozenset({"text", "title", "lead", "url", "canonical_url"})
"""Columns that compress: of a few rows the others take less time to read and write than to compress."""

PARTITION_COLUMN: Final = "published"


def to_parquet(table: pa.Table) -> bytes:
    """A table as parquet bytes; the same table always gives the same bytes.

    The partition column stands in the object's name (hive layout), not in the file: readers that find it
    in both places refuse it when their types differ.
    """
    return _parquet(table, compression="zstd", compression_level=3)


def to_staged_parquet(table: pa.Table) -> bytes:
    """A table as parquet bytes that are read whole, and soon: quick to write, without statistics."""
    codecs = {name: "zstd" if name in _PROSE else "none" for name in table.column_names}
    return _parquet(table, compression=codecs, write_statistics=False)


def _parquet(table: pa.Table, **options: Any) -> bytes:
    if PARTITION_COLUMN in table.column_names:
        table = table.drop_columns([PARTITION_COLUMN])
    # Into memory first, then one put: a writer that dies leaves a valid, truncated file behind.
    buffer = io.BytesIO()
    pq.write_table(
        table.replace_schema_metadata(None),
        buffer,
        row_group_size=ROW_GROUP_ROWS,
        use_dictionary=_REPEATING,
        store_schema=True,
        **options,
    )
    return buffer.getvalue()


def read_parquet(data: bytes, *, period: str, columns: Sequence[str] | None = None) -> pa.Table:
    """A table as it was before `to_parquet`, with its partition column back in place.

    `columns`: only these, as far as it has them.
    """
    with pq.ParquetFile(pa.BufferReader(data)) as file:
        names = set(file.schema_arrow.names)
        known = None if columns is None else [c for c in columns if c in names]
        table = file.read(columns=known, use_threads=False)
    return table.append_column(
        pa.field(PARTITION_COLUMN, pa.string(), nullable=False),
        pa.array([period] * table.num_rows, pa.string()),
    )


def read_object(lake: Lake, name: str) -> pa.Table:
    """The parquet object of this name, with its partition column."""
    return read_parquet(lake.get(name), period=period_of(name) or "")


def fingerprint(data: bytes) -> dict[str, Any]:
    """Size and checksums of an object's bytes, for summaries."""
    return {
        "bytes": len(data),
        "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def to_json(value: object) -> bytes:
    """Deterministic, readable JSON."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def write_partition(
    lake: Lake,
    period: str,
    *,
    articles: bytes,
    quarantine: bytes | None,
    summary: bytes,
    quarantine_stands: bool,
    was_stopped: bool,
) -> list[ObjectInfo]:
    """Replace a partition. The summary comes last: it vouches for all that was written before it.

    A reader of `articles/` sees the old partition or the new one: one object, one put. A process that
    dies in between leaves a summary that does not match, so the next publish builds the partition again.
    `quarantine_stands`: whether the former one left an object in quarantine; `was_stopped`: whether the
    latest build was stopped by its gate. Returns what a listing says of the objects that stand afterwards.
    """
    written = []
    if quarantine is not None:
        written.append(lake.put(quarantine_name(period), quarantine))
    elif quarantine_stands:
        lake.delete([quarantine_name(period)])
    written.append(lake.put(articles_name(period), articles))
    written.append(lake.put(summary_name(period), summary))
    if was_stopped:
        lake.delete([stopped_name(period)])
    return written
