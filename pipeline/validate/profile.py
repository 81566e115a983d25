"""What a source gave to a period, in a few numbers, and what is usual: the gate compares them."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from pipeline.validate.thresholds import SourceThresholds

MISSED: Final = ("title", "lead", "authors", "section", "url", "published_at")
"""Columns that a source has or has not: where the share that lacks them changes, its pages changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The rows of one source in one period."""

    rows: int
    median_words: float
    languages: dict[str, int] = field(default_factory=dict)
    """Rows by language, where it is known."""
    missing: dict[str, int] = field(default_factory=dict)
    """Rows that lack a column of `MISSED`, where any does."""

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the summary."""
        return asdict(self)


def profiles(rows: pa.Table) -> dict[str, Profile]:
    """The profile of every source, by name, sorted; `rows` has the columns of articles."""
    sources = rows["source"].to_pylist()
    words: dict[str, list[int]] = defaultdict(list)
    languages: dict[str, Counter[str]] = defaultdict(Counter)
    missing: dict[str, Counter[str]] = defaultdict(Counter)
    for source, count, language in zip(
        sources, rows["word_count"].to_pylist(), rows["language"].to_pylist(), strict=True
    ):
        words[source].append(count)
        if language is not None:
            languages[source][language] += 1
    for name in MISSED:
        for source in _lacking(rows, name, sources):
            missing[source][name] += 1
    return {
        source: Profile(
            rows=len(words[source]),
            median_words=float(statistics.median(words[source])),
            languages=dict(sorted(languages[source].items())),
            missing=dict(sorted(missing[source].items())),
        )
        for source in sorted(words)
    }


def _lacking(rows: pa.Table, name: str, sources: Sequence[str]) -> list[str]:
    """The sources of the rows where a column is null or an empty list."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = rows[name]
    if pa.types.is_list(column.type):
        empty = pc.equal(pc.list_value_length(column), 0)
    elif column.null_count == 0:
        return []
    else:
        empty = pc.is_null(column)
    return [sources[row] for row in pc.indices_nonzero(empty).to_pylist()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What a source gives on such a day."""

    rows: float
    """Median."""
    median_words: float
    languages: dict[str, float]
    """Shares of the rows whose language is known."""
    missing: dict[str, float]
    """Shares of all rows."""


def usual(
    source: str, past: Sequence[Mapping[str, Profile] | None], thresholds: SourceThresholds
) -> Usual | None:
    """What is usual for a source; None where it is not compared, or too little is known.

    `past`: what was published on the same day of the week, the latest first; None where nothing was.
    """
    weeks = [week for week in past[: thresholds.weeks] if week is not None]
    given = [week[source] for week in weeks if source in week]
    if not given or len(weeks) < thresholds.min_weeks:
        return None
    rows = statistics.median(week[source].rows if source in week else 0 for week in weeks)
    if rows < thresholds.min_articles:
        return None
    total = sum(profile.rows for profile in given)
    languages: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for profile in given:
        languages.update(profile.languages)
        missing.update(profile.missing)
    known = languages.total()
    return Usual(
        rows=float(rows),
        median_words=float(statistics.median(profile.median_words for profile in given)),
        languages={name: number / known for name, number in sorted(languages.items())},
        missing={name: missing[name] / total for name in MISSED},
    )
