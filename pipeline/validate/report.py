"""The quality report of a period: what was expected, of how many rows, and what came out. Plain JSON values.

It holds no times, run identifiers or objects of Great Expectations: the same rows give the same bytes (G2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipeline.validate.expectation import CRITICAL
from pipeline.validate.gate import gate_suite
from pipeline.validate.partitions import measures, source_measures
from pipeline.validate.suites import ROW_SUITE, suite_version
from pipeline.validate.thresholds import load_thresholds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.validate.expectation import Expectation
    from pipeline.validate.partitions import PartitionFacts
    from pipeline.validate.results import Failure, RowResults

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
        "partition": {"expectations": _gate_expectations(facts, gate)},
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
            "expects": expects(e),
            "evaluated": counts[e.name].evaluated,
            "unexpected": counts[e.name].unexpected,
            "examples": [
                {"article_id": article_id, "reason": reason}
                for article_id, reason in sorted(examples[e.name])[:EXAMPLES]
            ],
        }
        for e in suite
    ]


def _gate_expectations(facts: PartitionFacts, gate: Sequence[Failure]) -> list[dict[str, Any]]:
    thresholds = load_thresholds()
    whole, sources = measures(facts, thresholds), source_measures(facts, thresholds)
    reasons: dict[str, list[str]] = {}
    for failure in gate:
        reasons.setdefault(failure.expectation, []).append(failure.sentence)
    found = []
    for e in gate_suite(thresholds.partition):
        verdict = _of_period(e, whole) if e.column in whole else _of_sources(e, sources)
        why = "; ".join(reasons.pop(e.name, ())) or None
        found.append(
            {
                "name": e.name,
                "severity": e.severity,
                "expects": expects(e),
                **verdict,
                "success": why is None,
                "reason": why,
            }
        )
    return found + [_by_decision(name, sentences) for name, sentences in reasons.items()]


def _of_period(e: Expectation, measured: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "observed": measured[e.observed or e.column],
        "threshold": {word: e.parameters[bound] for bound, word in _BOUNDS.items() if bound in e.parameters},
        "judged": measured[e.column] is not None or e.judges_nulls,
    }


def _of_sources(e: Expectation, measured: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`observed` and `threshold` of each source, by name, that was compared."""
    compared = [row for row in measured if e.judges_nulls or row.get(e.column) is not None]
    column = e.observed or e.column
    word = "at_most" if e.parameters.get("column_A") == e.bound else "at_least"
    return {
        "observed": {row["source"]: row.get(column) for row in compared},
        "threshold": {word: {row["source"]: row[e.bound] for row in compared}} if e.bound else {},
        "judged": bool(compared),
    }


def _by_decision(name: str, sentences: Sequence[str]) -> dict[str, Any]:
    """What is no expectation: somebody decided so."""
    return {
        "name": name,
        "severity": CRITICAL,
        "expects": "",
        "observed": None,
        "threshold": {},
        "judged": True,
        "success": False,
        "reason": "; ".join(sentences),
    }


def expects(expectation: Expectation) -> str:
    """The declaration as one line, as in `expect_column_values_to_be_between(days_ahead, max_value=1)`."""
    own = () if "column_A" in expectation.parameters else (expectation.column,)
    arguments = [*own, *(f"{k}={v!r}" for k, v in sorted(expectation.parameters.items()))]
    return f"{expectation.type}({', '.join(arguments)})"
