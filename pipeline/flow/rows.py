"""From records to staged rows: clean, normalise, sketch. What the processes of one machine share out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from pipeline.article import SKETCH, SKETCH_BYTES, staged_schema, to_table
from pipeline.clean import clean
from pipeline.duplicates import sketches
from pipeline.normalise import normalise_folding
from pipeline.stopwatch import Stopwatch

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pipeline.article import Article
    from pipeline.record import Record


class Origin(NamedTuple):
    """What rows say of their capture."""

    source: str
    capture: str
    captured_at: dt.datetime


class Rows(NamedTuple):
    """Staged rows as Arrow IPC bytes, which pass between processes, and the seconds they took by stage."""

    data: pa.Buffer
    seconds: dict[str, float]


def rows_of(records: Sequence[Record], origin: Origin, *, here: Stopwatch | None = None) -> Rows:
    """Staged rows of some records, in their order: columns of `staged_schema()`.

    `here`: the stopwatch of the caller's process, which then keeps the seconds itself.
    """
    watch = here or Stopwatch()
    with watch.lap("clean"):
        cleaned = list(clean(records))
    with watch.lap("normalise"):
        articles: list[Article] = []
        folded: list[str] = []
        for article, folded_text in normalise_folding(
            cleaned, source=origin.source, capture=origin.capture, captured_at=origin.captured_at
        ):
            articles.append(article)
            folded.append(folded_text)
    with watch.lap("duplicates"):
        sketched = pa.array(sketches(folded), pa.binary(SKETCH_BYTES))
    with watch.lap("stage"):
        table = to_table(articles).append_column(staged_schema().field(SKETCH), sketched)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return Rows(sink.getvalue(), {} if here else dict(watch.seconds))


def read_rows(rows: Rows) -> pa.Table:
    """The rows as a table."""
    return pa.ipc.open_stream(rows.data).read_all()
