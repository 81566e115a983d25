"""Partition checks: the gate. A period that fails one keeps its former partition (G6)."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.article import UNDATED
from pipeline.validate.sentences import failures_of
from pipeline.validate.suites import MIN_ROWS, PARTITION_SUITE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from pipeline.validate.results import Failure
    from pipeline.validate.suites import Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionFacts:
    """The numbers of one period that is about to be written.

    `rejected` and `superseded` are for the record: neither is a row, and `undated` collects the rejected
    records of all dates, so no share counts them.
    """

    period: str
    rows: int
    """Rows of the partition: published and duplicates."""
    published: int
    duplicates: int
    superseded: int
    quarantined: int
    rejected: int
    unique_article_ids: int
    """How many different article_ids the rows have."""
    other_period_rows: int
    """Rows whose own period is not this one."""
    language_known: int
    """Rows with a language."""
    median_words: float | None
    """Median of word_count; None without rows."""


def partition_facts(
    period: str, rows: pa.Table, *, quarantined: int, superseded: int, rejected: int
) -> PartitionFacts:
    """The numbers of a partition from the rows that passed, duplicates marked (columns of articles)."""
    duplicates = len(rows) - rows["duplicate_of"].null_count
    words = rows["word_count"].to_pylist()
    return PartitionFacts(
        period=period,
        rows=len(rows),
        published=len(rows) - duplicates,
        duplicates=duplicates,
        superseded=superseded,
        quarantined=quarantined,
        rejected=rejected,
        unique_article_ids=len(set(rows["article_id"].to_pylist())),
        other_period_rows=sum(p != period for p in rows["published"].to_pylist()),
        language_known=len(rows) - rows["language"].null_count,
        median_words=float(statistics.median(words)) if words else None,
    )


def check_partitions(
    facts: Sequence[PartitionFacts], *, suite: Sequence[Expectation] = PARTITION_SUITE
) -> dict[str, list[Failure]]:
    """For every period why it must not be published; an empty list where the gate is open.

    Raises ValidationError when an expectation itself raises, ValueError for a period given twice.
    """
    import pyarrow as pa

    from pipeline.validate.engine import validate

    periods = [f.period for f in facts]
    if len(set(periods)) != len(periods):
        raise ValueError("check_partitions wants every period once")
    if not facts:
        return {}
    rows = [measures(f) for f in facts]
    kinds = {name: pa.float64() if name.endswith(("_share", "_words")) else pa.int64() for name in rows[0]}
    table = pa.Table.from_pylist(rows, schema=pa.schema(kinds))
    failed, _ = validate(table, suite)
    return {p: list(f) for p, f in zip(periods, failures_of(table, suite, failed), strict=True)}


def measures(facts: PartitionFacts) -> dict[str, Any]:
    """What the partition suite judges and shows; `judged_*` is None where there is too little to judge."""
    candidates = facts.rows + facts.quarantined
    language_unknown = facts.rows - facts.language_known
    quarantined_share = _share(facts.quarantined, candidates)
    unknown_language_share = _share(language_unknown, facts.rows)
    duplicate_share = _share(facts.duplicates, facts.rows)
    enough = facts.rows >= MIN_ROWS
    return {
        "rows": facts.rows,
        "quarantined": facts.quarantined,
        "candidates": candidates,
        "duplicates": facts.duplicates,
        "language_unknown": language_unknown,
        "other_period_rows": facts.other_period_rows,
        "repeated_ids": facts.rows - facts.unique_article_ids,
        "quarantined_share": quarantined_share,
        "unknown_language_share": unknown_language_share,
        "duplicate_share": duplicate_share,
        "median_words": facts.median_words,
        "judged_quarantined_share": (
            quarantined_share if candidates >= MIN_ROWS and facts.period != UNDATED else None
        ),
        "judged_unknown_language_share": unknown_language_share if enough else None,
        "judged_duplicate_share": duplicate_share if enough else None,
        "judged_median_words": facts.median_words if enough else None,
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
