"""Row checks: every article judged by itself, many periods at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.validate.expectation import INFO
from pipeline.validate.results import RowResults
from pipeline.validate.sentences import failures_of
from pipeline.validate.suites import ROW_SUITE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from pipeline.validate.expectation import Expectation


def check_rows(table: pa.Table, *, suite: Sequence[Expectation] = ROW_SUITE) -> RowResults:
    """Judge articles, one a row, of any mix of periods; `table` has the columns of `arrow_schema()`.

    A row is told by its number in the table, since its article_id may be what is wrong. Its result follows
    from that row alone and is complete: every expectation it fails. Some 30 µs a row, and 0.3 s for any
    table. Raises ValidationError when an expectation itself raises.
    """
    from pipeline.validate.engine import validate
    from pipeline.validate.facts import row_facts

    facts = row_facts(table)
    failed, judged = validate(facts, suite)
    return RowResults(
        article_ids=tuple(table["article_id"].to_pylist()),
        failures=failures_of(facts, suite, failed),
        judged=judged,
        counted={e.name: _mask(failed[e.name], len(table)) for e in suite if e.severity == INFO},
    )


def _mask(rows: Sequence[int], size: int) -> bytes:
    mask = bytearray(size)
    for row in rows:
        mask[row] = 1
    return bytes(mask)
