"""The quality report of a period: what was expected, of how many rows, and what came out. Plain JSON values.

It holds no times, run identifiers or objects of Great Expectations: the same rows give the same bytes (G2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipeline.validate.partitions import measures
from pipeline.validate.suites import PARTITION_SUITE, ROW_SUITE, suite_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.validate.partitions import PartitionFacts
    from pipeline.validate.results import Failure, RowResults
    from pipeline.validate.suites import Expectation

EXAMPLES: Final = 20
"""How many failing rows a report names for each expectation; quarantine and `warnings` hold them all."""

_BOUNDS: Final = {"min_value": "at_least", "max_value": "at_most"}


def quality_report(
    period: str,
    rows: RowResults,
    *,
    facts: PartitionFacts,
    gate: Sequence[Failure],
    row_suite: Sequence[Expectation] = ROW_SUITE,
    partition_suite: Sequence[Expectation] = PARTITION_SUITE,
) -> dict[str, Any]:
    """What the suites said of one period, as JSON values.

    Args:
        rows: the results of the rows of this period alone, quarantined ones included, in any order.
        facts: the numbers of the partition.
        gate: what `check_partitions` found for the period.
    """
    return {
        "period": period,
        "suite_version": suite_version(),
        "published": not gate,
        "rows": {
            "evaluated": len(rows),
            "quarantined": len(rows.quarantined()),
            "with_warnings": sum(bool(rows.warnings(i)) for i in range(len(rows))),
            "expectations": _row_expectations(rows, row_suite),
        },
        "partition": {"expectations": _partition_expectations(facts, gate, partition_suite)},
    }


def _row_expectations(rows: RowResults, suite: Sequence[Expectation]) -> list[dict[str, Any]]:
    examples: dict[str, list[tuple[str, str]]] = {e.name: [] for e in suite}
    for article_id, failures in zip(rows.article_ids, rows.failures, strict=True):
        for failure in failures:
            examples[failure.expectation].append((article_id or "", failure.sentence))
    counts = rows.counts()
    return [
        {
            "name": e.name,
            "severity": e.severity,
            "expects": _expects(e),
            "evaluated": counts[e.name].evaluated,
            "unexpected": counts[e.name].unexpected,
            "examples": [
                {"article_id": article_id, "reason": reason}
                for article_id, reason in sorted(examples[e.name])[:EXAMPLES]
            ],
        }
        for e in suite
    ]


def _partition_expectations(
    facts: PartitionFacts, gate: Sequence[Failure], suite: Sequence[Expectation]
) -> list[dict[str, Any]]:
    measured = measures(facts)
    reasons = {failure.expectation: failure.sentence for failure in gate}
    return [
        {
            "name": e.name,
            "severity": e.severity,
            "expects": _expects(e),
            "observed": measured[e.observed or e.column],
            "threshold": {
                word: e.parameters[bound] for bound, word in _BOUNDS.items() if bound in e.parameters
            },
            "judged": measured[e.column] is not None,
            "success": e.name not in reasons,
            "reason": reasons.get(e.name),
        }
        for e in suite
    ]


def _expects(expectation: Expectation) -> str:
    """The declaration as one line, as in `expect_column_values_to_be_between(days_ahead, max_value=1)`."""
    arguments = [expectation.column, *(f"{k}={v!r}" for k, v in sorted(expectation.parameters.items()))]
    return f"{expectation.type}({', '.join(arguments)})"
