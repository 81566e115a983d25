"""Partition checks: the gate. A period that fails one keeps its former partition (G6)."""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.article import UNDATED, arrow_schema
from pipeline.period import span
from pipeline.validate.gate import gate_suite
from pipeline.validate.profile import Profile, Usual, profiles, usual
from pipeline.validate.sentences import failures_of
from pipeline.validate.thresholds import load_thresholds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from pipeline.validate.expectation import Expectation
    from pipeline.validate.results import Failure
    from pipeline.validate.thresholds import SourceThresholds, Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionFacts:
    """What is known of one period that is about to be written.

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
    other_columns: str | None = None
    """What differs from the schema, if anything."""
    days_ahead: int | None = None
    """Days from the latest capture of its articles to its first day: above 0 where it lies in the future."""
    over: bool = False
    """Whether something of it was captured after its end: until then more of it will come."""
    sources: Mapping[str, Profile] = field(default_factory=dict)
    """The rows of each source."""
    past: Sequence[Mapping[str, Profile] | None] = ()
    """What was published on the same day of the week, the latest week first; None where nothing was."""


def partition_facts(
    period: str,
    rows: pa.Table,
    *,
    quarantined: pa.Table,
    superseded: int,
    rejected: int,
    past: Sequence[Mapping[str, Profile] | None] = (),
) -> PartitionFacts:
    """What is known of a partition from the rows that passed, duplicates marked, and those that did not."""
    duplicates = len(rows) - rows["duplicate_of"].null_count
    words = rows["word_count"].to_pylist()
    days_ahead, over = _captured(period, rows, quarantined)
    return PartitionFacts(
        period=period,
        rows=len(rows),
        published=len(rows) - duplicates,
        duplicates=duplicates,
        superseded=superseded,
        quarantined=len(quarantined),
        rejected=rejected,
        unique_article_ids=len(set(rows["article_id"].to_pylist())),
        other_period_rows=sum(p != period for p in rows["published"].to_pylist()),
        language_known=len(rows) - rows["language"].null_count,
        median_words=float(statistics.median(words)) if words else None,
        other_columns=_other_columns(rows),
        days_ahead=days_ahead,
        over=over,
        sources=profiles(rows),
        past=past,
    )


def _captured(period: str, *tables: pa.Table) -> tuple[int | None, bool]:
    """How far the period lies ahead of the latest capture, in days, and whether that came after its end."""
    import pyarrow.compute as pc

    instants = [instant for table in tables if (instant := pc.max(table["captured_at"]).as_py()) is not None]
    days = span(period)
    if period == UNDATED or days is None or not instants:
        return None, False
    latest = max(instants).astimezone(dt.UTC).toordinal()
    return days.first - latest, latest > days.last


def _other_columns(rows: pa.Table) -> str | None:
    declared = {f.name: f for f in arrow_schema()}
    there = {f.name: f for f in rows.schema}
    wrong = [name for name in declared if name not in there or not there[name].equals(declared[name])]
    return ", ".join([*wrong, *sorted(there.keys() - declared.keys())]) or None


def check_partitions(
    facts: Sequence[PartitionFacts], *, suite: Sequence[Expectation] | None = None
) -> dict[str, list[Failure]]:
    """For every period why it must not be published; an empty list where the gate is open.

    Raises ValidationError when an expectation itself raises, ValueError for a period given twice.
    """
    import pyarrow as pa

    from pipeline.validate.engine import validate

    if len({f.period for f in facts}) != len(facts):
        raise ValueError("check_partitions wants every period once")
    if not facts:
        return {}
    thresholds = load_thresholds()
    suite = gate_suite(thresholds.partition) if suite is None else suite
    owners, rows = [], []
    for f in facts:
        for row in (measures(f, thresholds), *source_measures(f, thresholds)):
            owners.append(f.period)
            rows.append(row)
    table = pa.Table.from_pylist(rows, schema=pa.schema(_kinds()))
    failed, _ = validate(table, suite)
    found: dict[str, list[Failure]] = {f.period: [] for f in facts}
    for period, failures in zip(owners, failures_of(table, suite, failed), strict=True):
        found[period] += failures
    return found


def measures(facts: PartitionFacts, thresholds: Thresholds) -> dict[str, Any]:
    """What is judged and shown of a period; `judged_*` is None where there is too little to judge."""
    min_rows = thresholds.partition.min_rows
    candidates = facts.rows + facts.quarantined
    language_unknown = facts.rows - facts.language_known
    quarantined_share = _share(facts.quarantined, candidates)
    unknown_language_share = _share(language_unknown, facts.rows)
    duplicate_share = _share(facts.duplicates, facts.rows)
    enough = facts.rows >= min_rows
    return {
        "rows": facts.rows,
        "quarantined": facts.quarantined,
        "candidates": candidates,
        "duplicates": facts.duplicates,
        "language_unknown": language_unknown,
        "other_period_rows": facts.other_period_rows,
        "repeated_ids": facts.rows - facts.unique_article_ids,
        "other_columns": facts.other_columns,
        "days_ahead": facts.days_ahead,
        "quarantined_share": quarantined_share,
        "unknown_language_share": unknown_language_share,
        "duplicate_share": duplicate_share,
        "median_words": facts.median_words,
        "judged_days_ahead": facts.days_ahead if candidates >= min_rows else None,
        "judged_quarantined_share": (
            quarantined_share if candidates >= min_rows and facts.period != UNDATED else None
        ),
        "judged_unknown_language_share": unknown_language_share if enough else None,
        "judged_duplicate_share": duplicate_share if enough else None,
        "judged_median_words": facts.median_words if enough else None,
    }


def source_measures(facts: PartitionFacts, thresholds: Thresholds) -> list[dict[str, Any]]:
    """The same of every source that is there, or usually is, and that can be compared with its past."""
    names = sorted(set(facts.sources).union(*(week for week in facts.past if week)))
    found = []
    for source in names:
        own = thresholds.of(source)
        if (past := usual(source, facts.past, own)) is not None:
            now = facts.sources.get(source)
            found.append(_compared(source, now, past, own, over=facts.over))
    return found


def _compared(
    source: str, now: Profile | None, past: Usual, t: SourceThresholds, *, over: bool
) -> dict[str, Any]:
    articles = now.rows if now is not None else 0
    least, most = past.rows * t.min_volume, past.rows * t.max_volume
    compared = {
        "source": source,
        "articles": articles,
        "usual_articles": past.rows,
        "least_articles": least,
        "most_articles": most,
        "missed_articles": past.rows if over and articles == 0 else None,
        "judged_low_articles": articles if over and articles else None,
        "judged_high_articles": articles,
    }
    if now is None or articles < t.min_articles:
        return compared
    missing = {name: now.missing.get(name, 0) / articles for name in past.missing}
    column = max(missing, key=lambda name: missing[name] - past.missing[name])
    shift, languages, usual_languages = _language_shift(now, past)
    longer, shorter = sorted((now.median_words, past.median_words), reverse=True)
    return compared | {
        "missing_column": column,
        "missing_share": missing[column],
        "usual_missing_share": past.missing[column],
        "missing_rise": max(0.0, missing[column] - past.missing[column]),
        "max_missing_rise": t.max_missing_rise,
        "language_shift": shift,
        "languages": languages,
        "usual_languages": usual_languages,
        "max_language_shift": t.max_language_shift,
        "source_median_words": now.median_words,
        "usual_median_words": past.median_words,
        "length_change": longer / max(shorter, 1.0),
        "max_length_change": t.max_length_change,
    }


def _language_shift(now: Profile, past: Usual) -> tuple[float | None, str, str]:
    """The share in another language than usual (total variation distance), and both mixes in words."""
    known = sum(now.languages.values())
    if not known or not past.languages:
        return None, "", ""
    shares = {name: number / known for name, number in now.languages.items()}
    names = shares.keys() | past.languages.keys()
    shift = sum(max(0.0, shares.get(name, 0.0) - past.languages.get(name, 0.0)) for name in names)
    return shift, _mix(shares), _mix(past.languages)


def _mix(shares: Mapping[str, float]) -> str:
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {share:.0%}" for name, share in ranked[:3])


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _kinds() -> dict[str, pa.DataType]:
    import pyarrow as pa

    texts = ("other_columns", "source", "missing_column", "languages", "usual_languages")
    whole = (
        "rows", "quarantined", "candidates", "duplicates", "language_unknown", "other_period_rows",
        "repeated_ids", "days_ahead", "judged_days_ahead", "articles",
    )  # fmt: skip
    shares = (
        "quarantined_share", "unknown_language_share", "duplicate_share", "median_words",
        "judged_quarantined_share", "judged_unknown_language_share", "judged_duplicate_share",
        "judged_median_words", "usual_articles", "least_articles", "most_articles", "missed_articles",
        "judged_low_articles", "judged_high_articles", "missing_share", "usual_missing_share", "missing_rise",
        "max_missing_rise", "language_shift", "max_language_shift", "source_median_words",
        "usual_median_words", "length_change", "max_length_change",
    )  # fmt: skip
    return (
        dict.fromkeys(texts, pa.string())
        | dict.fromkeys(whole, pa.int64())
        | dict.fromkeys(shares, pa.float64())
    )
