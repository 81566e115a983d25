"""Copies: articles with the same text, or nearly the same, in one period or a few days apart.

Near copies share 0.6 of their 5-word shingles (`pipeline.duplicates`). A cluster is what hangs together among
a period and the periods around it; all its articles stay rows. The one that stands for the others was
published first, by day, then by time; else seen first; else it has the smallest id. Whether two articles are
copies follows from these two alone, so the marks do not depend on what came when.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from pipeline.article import SKETCH, SKETCH_BYTES
from pipeline.duplicates import NEAR, candidate_pairs, similarity
from pipeline.period import distance, span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import pyarrow as pa

COPY_COLUMNS: Final = (
    "article_id", "published_at", "first_seen_at", "content_hash", "word_count", SKETCH,
)  # fmt: skip
"""What finding copies needs of a row, besides the text of the few that look alike."""

_NEVER: Final = dt.datetime.max.replace(tzinfo=dt.UTC)
_NO_DAY: Final = 1 << 40
"""The place in time of `undated`: within reach of nothing else."""


class Mark(NamedTuple):
    """What a row of a cluster is marked with."""

    duplicate_of: str | None
    duplicate_cluster: str


class Found(NamedTuple):
    """The copies among the articles of a period."""

    marks: dict[int, Mark]
    """By the number of the row in its period."""
    periods: set[str]
    """The other periods that hold members of its clusters."""


class _Group(NamedTuple):
    """Rows of one period with the same content: they are copies of one another."""

    period: str
    rows: list[int]


class Copies:
    """The articles of some periods, to find copies among."""

    def __init__(
        self,
        tables: Mapping[str, pa.Table],
        *,
        folded: Callable[[str, Sequence[int]], Sequence[str]],
        reach: int,
    ) -> None:
        """Take the articles of each period (`COPY_COLUMNS`).

        Args:
            tables: by period.
            folded: gives the folded texts of some rows of a period.
            reach: how many days apart copies are looked for.
        """
        self._tables = tables
        self._folded = folded
        self._reach = reach
        self._groups: list[_Group] = []
        self._of_period: dict[str, range] = {}
        self._same = self._grouped()
        """For each group those with the same content, where other periods have any."""
        self._content = {group: groups[0] for group, groups in self._same.items()}
        self._alike = self._pairs()
        """For each group those that may be near copies."""
        self._texts: dict[int, str] = {}
        self._near: dict[tuple[int, int], bool] = {}

    def of(self, period: str, *, around: Iterable[str], gone: Mapping[str, Collection[str]]) -> Found:
        """The copies among this period's articles, seen from it and the periods around it.

        `gone`: by period, ids of articles that are not published (quarantine): they count for nothing.
        """
        allowed = {period, *around} & self._tables.keys()
        away = {p: self._rows(p, gone[p]) for p in allowed if gone.get(p)}
        marks: dict[int, Mark] = {}
        periods: set[str] = set()
        seen: set[int] = set()
        for start in self._of_period[period]:
            group = self._groups[start]
            if start in seen or not (len(group.rows) > 1 or start in self._same or start in self._alike):
                continue
            if away.get(period, set()).issuperset(group.rows):
                continue
            members = [
                (self._groups[g].period, row)
                for g in self._cluster(start, allowed, away, seen)
                for row in self._groups[g].rows
                if row not in away.get(self._groups[g].period, ())
            ]
            if len(members) < 2:
                continue
            original = self._value(min(members, key=self._seniority), "article_id")
            for there, row in members:
                if there != period:
                    periods.add(there)
                else:
                    own = self._value((there, row), "article_id") == original
                    marks[row] = Mark(None if own else original, original)
        return Found(marks, periods)

    def _cluster(
        self, start: int, allowed: set[str], away: Mapping[str, set[int]], seen: set[int]
    ) -> list[int]:
        """The groups that hang together with one of them, itself first; they are `seen` then."""
        seen.add(start)
        cluster = [start]
        for group in cluster:  # grows while it is walked
            for other in (*self._same.get(group, ()), *self._alike.get(group, ())):
                period, rows = self._groups[other]
                if other in seen or period not in allowed or away.get(period, set()).issuperset(rows):
                    continue
                if self._is_near(group, other):
                    seen.add(other)
                    cluster.append(other)
        return cluster

    # --- which look alike -------------------------------------------------------------------------

    def _grouped(self) -> dict[int, list[int]]:
        same: dict[str, list[int]] = defaultdict(list)
        for period in sorted(self._tables):
            table = self._tables[period]
            found: dict[str, list[int]] = defaultdict(list)
            hashes, words = table["content_hash"].to_pylist(), table["word_count"].to_pylist()
            for row, (content, count) in enumerate(zip(hashes, words, strict=True)):
                if count > 0:  # articles without a word are nobody's copy
                    found[content].append(row)
            first = len(self._groups)
            self._of_period[period] = range(first, first + len(found))
            for content, rows in found.items():
                same[content].append(len(self._groups))
                self._groups.append(_Group(period, rows))
        return {group: groups for groups in same.values() if len(groups) > 1 for group in groups}

    def _pairs(self) -> dict[int, list[int]]:
        groups: list[int] = []
        sketches: list[bytes] = []
        for period, numbers in self._of_period.items():
            column = self._tables[period][SKETCH].to_pylist()
            for group in numbers:
                if (sketch := column[self._groups[group].rows[0]]) is not None:
                    groups.append(group)
                    sketches.append(sketch)
        if not groups:
            return {}
        group_of = np.array(groups)
        spans = [span(self._groups[group].period) or (_NO_DAY, _NO_DAY) for group in groups]
        days = np.array(spans, dtype=np.int64)
        table = np.frombuffer(b"".join(sketches), dtype="<u2").reshape(-1, SKETCH_BYTES // 2)
        alike: dict[int, list[int]] = defaultdict(list)
        for a, b in group_of[candidate_pairs(table, days=days, reach=self._reach)].tolist():
            alike[a].append(b)
            alike[b].append(a)
        return dict(alike)

    def _is_near(self, one: int, other: int) -> bool:
        if one in self._content and self._content[one] == self._content.get(other):
            here, there = span(self._groups[one].period), span(self._groups[other].period)
            return here is not None and there is not None and distance(here, there) <= self._reach
        pair = (one, other) if one < other else (other, one)
        if pair not in self._near:
            self._near[pair] = similarity(self._text(pair[0]), self._text(pair[1])) >= NEAR
        return self._near[pair]

    def _text(self, group: int) -> str:
        if group not in self._texts:
            period = self._groups[group].period
            wanted = [g for g in self._of_period[period] if g in self._alike]
            texts = self._folded(period, [self._groups[g].rows[0] for g in wanted])
            self._texts.update(zip(wanted, texts, strict=True))
        return self._texts[group]

    # --- rows -------------------------------------------------------------------------------------

    def _value(self, place: tuple[str, int], column: str) -> Any:
        period, row = place
        return self._tables[period][column][row].as_py()

    def _rows(self, period: str, ids: Collection[str]) -> set[int]:
        return {row for row, id_ in enumerate(self._tables[period]["article_id"].to_pylist()) if id_ in ids}

    def _seniority(self, place: tuple[str, int]) -> tuple[int, dt.datetime, dt.datetime, str]:
        days = span(place[0])
        return (
            days.last if days else _NO_DAY,
            self._value(place, "published_at") or _NEVER,
            self._value(place, "first_seen_at"),
            self._value(place, "article_id"),
        )
