"""Report: what the lake holds and why, as plain values; and how a person reads them on a terminal."""

from __future__ import annotations

from pipeline.report.archive import (
    archive,
    equation,
    period,
    render_archive,
    render_loaded,
    render_period,
    render_published,
    render_quarantined,
    render_rejected,
    total,
)
from pipeline.report.explanation import differences, render_explanation
from pipeline.report.fetched import render_fetched
from pipeline.report.gate import gate_question
from pipeline.report.quality import Measurement, latest_reports, measurements, render_measurements
from pipeline.report.words import (
    dropped_as,
    heading,
    listed,
    many,
    own_name,
    pairs,
    printable,
    safe,
    short,
    table,
    visible,
)

__all__ = [
    "Measurement",
    "archive",
    "differences",
    "dropped_as",
    "equation",
    "gate_question",
    "heading",
    "latest_reports",
    "listed",
    "many",
    "measurements",
    "own_name",
    "pairs",
    "period",
    "printable",
    "render_archive",
    "render_explanation",
    "render_fetched",
    "render_loaded",
    "render_measurements",
    "render_period",
    "render_published",
    "render_quarantined",
    "render_rejected",
    "safe",
    "short",
    "table",
    "total",
    "visible",
]
