"""One period: what stands of it, what came in, what the suites found, and what its gate says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow.parquet as pq

from pipeline.article import UNDATED
from pipeline.errors import DagspressError, ObjectMissing
from pipeline.flow.overview import GATE_FAILED, PUBLISHED, WAITING, Line, read_overview
from pipeline.flow.partition import COUNTS
from pipeline.lake import (
    CAPTURES,
    articles_name,
    captures_prefix,
    docs_name,
    staged_prefix,
    stopped_name,
    summary_name,
)
from pipeline.newsdesk.archive import CAPTURED
from pipeline.newsdesk.places import Place, place
from pipeline.newsdesk.quarantine import Held, Reason, Unread, held_in, rejected_view
from pipeline.period import span
from pipeline.record import REASONS
from pipeline.report.words import short
from pipeline.validate.expectation import INFO
from pipeline.validate.gate import gate_suite
from pipeline.validate.suites import ROW_SUITE
from pipeline.validate.thresholds import load_thresholds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.lake import Lake

SAMPLE: Final = 20
"""Rows that are shown of each kind."""

_READERS: Final = 8
_COLUMNS: Final = (
    "article_id", "source", "title", "lead", "language", "word_count", "published_at", "warnings",
    "duplicate_of",
)  # fmt: skip


class NoSuchPeriod(DagspressError):
    """Nothing is known of a period: neither an article nor a capture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An article of the partition."""

    article_id: str
    heading: str
    """Its headline, else its lead, else its first words."""
    source: str
    language: str
    words: int
    published_at: str
    warnings: list[str]
    duplicate_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCheck:
    """What an expectation of the row suite found."""

    name: str
    severity: str
    expects: str
    meaning: str
    evaluated: int
    unexpected: int
    examples: list[tuple[str, str]]
    """Article and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCheck:
    """What an expectation of the gate found."""

    name: str
    expects: str
    meaning: str
    observed: list[str]
    """One value, or one for each source."""
    allowed: list[str]
    judged: bool
    """False where there is too little to judge by."""
    success: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """A quality report."""

    evaluated: int
    with_warnings: int
    rows: list[RowCheck]
    gate: list[GateCheck]

    @property
    def failing(self) -> list[RowCheck]:
        """Those that some rows fail: what leads to quarantine first, then the most frequent."""
        failing = (c for c in self.rows if c.unexpected and c.severity != INFO)
        return sorted(failing, key=lambda c: (c.severity, -c.unexpected, c.name))

    @property
    def noted(self) -> list[RowCheck]:
        """What is counted, and changes nothing."""
        return [c for c in self.rows if c.unexpected and c.severity == INFO]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who let the partition that stands through its gate."""

    by: str
    at: str
    why: str
    failures: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodView:
    """What the page shows."""

    period: str
    state: str
    found_at: str
    """When the state was found out."""
    counts: dict[str, int]
    """`in` and `COUNTS` of the partition that stands; all 0 where none does."""
    sources: list[tuple[str, int]]
    """Rows by source, the most first."""
    languages: list[tuple[str, int]]
    warnings: list[tuple[str, int]]
    stands: bool
    bytes: int
    failures: list[str]
    """Why its gate is shut, in sentences."""
    stopped_counts: dict[str, int]
    """The numbers of the build that its gate stopped; empty where it is open."""
    approval: Approval | None
    checks: Checks | None
    """Of the build that was stopped where the gate is shut, else of the latest; None where none is known."""
    rows: list[Row]
    quarantined: list[Held]
    rejected: list[Unread]
    rejected_reasons: list[Reason]
    captures: list[tuple[str, Place]]
    """What was captured for this day, by source; at most `SAMPLE`."""
    all_captures: int
    docs: bool
    """Whether there are Data Docs of it."""
    before: str
    """The period before it in the archive; empty where there is none."""
    after: str


def period_view(lake: Lake, period: str) -> PeriodView:
    """What is known of a period. Raises NoSuchPeriod and LakeError."""
    if period != UNDATED and span(period) is None:
        raise NoSuchPeriod(f"{period!r} is no period: they read 2019-02-06, 2019-02, 2019 or {UNDATED}.")
    with ThreadPoolExecutor(_READERS) as threads:
        asked = threads.submit(read_overview, lake)
        summed = threads.submit(_json, lake, summary_name(period))
        halted = threads.submit(_json, lake, stopped_name(period))
        sampled = threads.submit(_sample, lake, period)
        held = threads.submit(held_in, lake, period, most=SAMPLE)
        documented = threads.submit(lake.info, docs_name(period))
        captured = threads.submit(_captures, lake, period)
    overview, summary, captures = asked.result(), summed.result(), captured.result()
    line = overview.get(period) or _unrecorded(lake, period, summary)
    if line is None and not captures:
        raise NoSuchPeriod(
            f"Nothing is known of {period}: nothing was captured for it, and no article bears it."
        )
    stopped = halted.result() if line is not None and line.state == GATE_FAILED else None
    report = stopped or (_report(lake, line) if line is not None else None)
    summary = summary or {}
    approved = summary.get("approved")
    listed = list(overview)
    at = listed.index(period) if period in overview else -1
    return PeriodView(
        period=period,
        state=line.state if line is not None else CAPTURED,
        found_at=line.at if line is not None else "",
        counts={name: summary.get(name, 0) for name in ("in", *COUNTS)},
        sources=_ranked(summary.get("sources", {})),
        languages=_ranked(summary.get("languages", {})),
        warnings=_ranked(summary.get("warnings", {})),
        stands=bool(summary),
        bytes=summary["objects"]["articles"]["bytes"] if summary else 0,
        failures=line.failures if line is not None else [],
        stopped_counts=stopped["numbers"] if stopped else {},
        approval=Approval(**approved) if approved else None,
        checks=_checks(report) if report else None,
        rows=sampled.result(),
        quarantined=held.result(),
        rejected=rejected_view(lake).rows[:SAMPLE] if period == UNDATED and summary.get("rejected") else [],
        rejected_reasons=[
            Reason(name=name, meaning=REASONS.get(name, "somebody decided so"), rows=number)
            for name, number in _ranked(summary.get("rejected_reasons", {}))
        ],
        captures=captures[:SAMPLE],
        all_captures=len(captures),
        docs=documented.result() is not None,
        before=listed[at - 1] if at > 0 else "",
        after=listed[at + 1] if 0 <= at < len(listed) - 1 else "",
    )


def known(lake: Lake, period: str) -> bool:
    """Whether something is staged, rejected or published of a period. Raises LakeError."""
    return period in read_overview(lake) or _unrecorded(lake, period, None) is not None


def _unrecorded(lake: Lake, period: str, summary: Mapping[str, Any] | None) -> Line | None:
    """What the lake itself says of a period that the overview does not know."""
    if summary is None and not lake.list(staged_prefix(period)):
        return None
    return Line(period=period, at="", state=PUBLISHED if summary is not None else WAITING)


def _json(lake: Lake, name: str) -> dict[str, Any] | None:
    data = lake.find(name)
    return orjson.loads(data) if data is not None else None


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


# --- rows ------------------------------------------------------------------------------------------


def _sample(lake: Lake, period: str) -> list[Row]:
    """The first rows of a partition; of a large object no more is read than they take."""
    try:
        with lake.open(articles_name(period)) as file, _parquet(file) as parquet:
            rows = _first(parquet, _COLUMNS)
            nameless = any(not row["title"] and not row["lead"] for row in rows)
            texts = _first(parquet, ("text",)) if nameless else [{}] * len(rows)
    except ObjectMissing:
        return []
    return [_row(row | text) for row, text in zip(rows, texts, strict=True)]


def _parquet(file: Any) -> pq.ParquetFile:
    return pq.ParquetFile(file, buffer_size=64 * 1024, pre_buffer=False)


def _first(parquet: pq.ParquetFile, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    batches = islice(parquet.iter_batches(SAMPLE, columns=columns, use_threads=False), 1)
    return [row for batch in batches for row in batch.to_pylist()]


def _row(row: Mapping[str, Any]) -> Row:
    at = row["published_at"]
    return Row(
        article_id=row["article_id"],
        heading=short(row["title"] or row["lead"] or row.get("text") or "", 120),
        source=row["source"],
        language=row["language"] or "",
        words=row["word_count"],
        published_at=at.isoformat() if at is not None else "",
        warnings=list(row["warnings"] or ()),
        duplicate_of=row["duplicate_of"] or "",
    )


def _captures(lake: Lake, period: str) -> list[tuple[str, Place]]:
    """What was captured for a day: each source, and the place of its bytes."""
    days = span(period)
    if days is None or days.first != days.last:
        return []
    sources = [name.partition("source=")[2].rstrip("/") for name in lake.folders(f"{CAPTURES}source=")]
    with ThreadPoolExecutor(_READERS) as threads:
        listings = threads.map(lambda source: lake.list(captures_prefix(source, period)), sources)
        return [
            (source, place(item.name))
            for source, items in zip(sources, listings, strict=True)
            for item in items
        ]


# --- checks ----------------------------------------------------------------------------------------


def _report(lake: Lake, line: Line) -> dict[str, Any] | None:
    """The latest quality report of a period: a line of the object that has those built with it."""
    data = lake.find(line.quality) if line.quality else None
    for report in (data or b"").splitlines():
        if line.period.encode() in report:
            found: dict[str, Any] = orjson.loads(report)
            if found["period"] == line.period:
                return found
    return None


def _checks(report: Mapping[str, Any]) -> Checks:
    rows = report["rows"]
    meanings = {e.name: e.doc for e in (*ROW_SUITE, *gate_suite(load_thresholds().partition))}
    return Checks(
        evaluated=rows["evaluated"],
        with_warnings=rows["with_warnings"],
        rows=[
            RowCheck(
                name=e["name"],
                severity=e["severity"],
                expects=e["expects"],
                meaning=meanings.get(e["name"], ""),
                evaluated=e["evaluated"],
                unexpected=e["unexpected"],
                examples=[(example["article_id"], example["reason"]) for example in e["examples"]],
            )
            for e in rows["expectations"]
        ],
        gate=[
            GateCheck(
                name=e["name"],
                expects=e["expects"],
                meaning=meanings.get(e["name"], ""),
                observed=_by_source(e["observed"], share=_is_share(e)),
                allowed=[
                    f"{word.replace('_', ' ')} {value}"
                    for word, bound in e["threshold"].items()
                    for value in _by_source(bound, share=_is_share(e))
                ],
                judged=e["judged"],
                success=e["success"],
                reason=e["reason"] or "",
            )
            for e in report["partition"]["expectations"]
        ],
    )


def _is_share(expectation: Mapping[str, Any]) -> bool:
    return bool(expectation["name"].endswith("_share"))


def _by_source(value: Any, *, share: bool) -> list[str]:
    """A value as people read it; of a value for each source one each."""
    match value:
        case dict():
            return [
                f"{source}: {one}" for source, some in value.items() for one in _by_source(some, share=share)
            ]
        case None:
            return []
        case int() | float() if share:
            return [f"{value:.1%}".replace(".0%", "%")]
        case float():
            return [f"{value:g}"]
    return [str(value)]
