"""Parts: the staged rows of one capture and period as objects of the lake. Several processes write many."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.flow.processes import WRITERS, lake_at
from pipeline.settings import MIB
from pipeline.write import to_staged_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.flow.processes import Workers
    from pipeline.lake import Lake
    from pipeline.settings import Settings

BLOCK_BYTES: Final = 8 * MIB
"""Rows that one process writes at a time."""


class Part(NamedTuple):
    """An object, and which rows of a table it holds."""

    name: str
    start: int
    length: int


def write_parts(
    lake: Lake, rows: pa.Table, name: Callable[[str], str], *, workers: Workers, alone: bool
) -> list[str]:
    """Write rows to an object for each period, in their order; returns the objects' names.

    `name`: the next name of a part of a period. `alone`: in this process, however many there are.
    """
    rows = rows.combine_chunks()
    order = pc.sort_indices(rows["published"])  # stable
    runs = _runs(rows["published"].take(order))
    parts = [Part(name(period), start, length) for period, start, length in runs]
    work = ((lake.settings, *block) for block in _blocks(rows, order, parts))
    for _ in workers.map(_write, work, here=lake, alone=alone or rows.nbytes < 2 * BLOCK_BYTES):
        pass
    return [part.name for part in parts]


def _write(settings: Settings, rows: pa.Table, parts: list[Part], *, here: Lake | None = None) -> None:
    lake = here or lake_at(settings)

    def put(part: Part) -> None:
        lake.put(part.name, to_staged_parquet(rows.slice(part.start, part.length)))

    with ThreadPoolExecutor(WRITERS) as threads:
        for _ in threads.map(put, parts):
            pass
    pa.default_memory_pool().release_unused()


def _runs(periods: pa.ChunkedArray) -> Iterator[tuple[str, int, int]]:
    """Period, start and length of each run of equal periods."""
    encoded = pc.run_end_encode(periods.combine_chunks())
    start = 0
    for period, end in zip(encoded.values.to_pylist(), encoded.run_ends.to_pylist(), strict=True):
        yield period, start, end - start
        start = end


def _blocks(rows: pa.Table, order: pa.Array, parts: list[Part]) -> Iterator[tuple[pa.Table, list[Part]]]:
    """The rows of some parts at a time, with the places of the parts among them.

    They are taken and not sliced: a slice would take the whole table along into another process.
    """
    row_bytes = rows.nbytes / max(len(rows), 1)
    block: list[Part] = []
    for part in parts:
        block.append(part)
        first, length = block[0].start, part.start + part.length - block[0].start
        if length * row_bytes >= BLOCK_BYTES or part is parts[-1]:
            yield rows.take(order.slice(first, length)), [p._replace(start=p.start - first) for p in block]
            block = []
