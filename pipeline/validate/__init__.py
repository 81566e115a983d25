"""Validate: Great Expectations suites over articles, and the gate of a partition.

Row expectations judge every article by itself: `critical` ones send it to quarantine, `warning` ones are
named in its `warnings`, `info` ones are counted. The expectations of the gate judge a period as a whole, and
every source's part of it against its own past: one failure, and the former partition stays (G6). Validation
is batched over many periods, because a run of Great Expectations costs a fixed third of a second whatever it
is given; a row's result never depends on the rows beside it.

Importing this package imports neither great_expectations nor pandas (seconds): the functions do.
"""

from __future__ import annotations

from pipeline.validate.expectation import Expectation
from pipeline.validate.gate import gate_suite
from pipeline.validate.partitions import PartitionFacts, check_partitions, partition_facts
from pipeline.validate.profile import Profile
from pipeline.validate.report import quality_report
from pipeline.validate.results import Count, Failure, RowResults
from pipeline.validate.rows import check_rows
from pipeline.validate.suites import ROW_SUITE, row_suite_version, suite_version
from pipeline.validate.thresholds import load_thresholds

__all__ = [
    "ROW_SUITE",
    "Count",
    "Expectation",
    "Failure",
    "PartitionFacts",
    "Profile",
    "RowResults",
    "check_partitions",
    "check_rows",
    "gate_suite",
    "load_thresholds",
    "partition_facts",
    "quality_report",
    "row_suite_version",
    "suite_version",
]
