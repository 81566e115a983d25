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
from pipeline.duplicates import NEAR, connected, similarity
from pipeline.period import span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

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


class Copies:
    """The articles of some periods, to find copies among. Rows are numbered through all of them."""

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
        self._first: dict[str, int] = {}
        self._period: list[str] = []
        for period in sorted(tables):
            self._first[period] = len(self._period)
            self._period += [period] * len(tables[period])
        self._content = self._contents()
        """What rows with the same words share; None for those without a word: they are nobody's copy."""
        self._sketches = self._sketch_table()
        spans = [span(period) or (_NO_DAY, _NO_DAY) for period in self._period]
        self._days = np.array(spans, np.int64).reshape(-1, 2)
        self._alike, self._groups = self._alike_rows()
        self._texts: dict[int, str] = {}
        self._near: dict[tuple[int, int], bool] = {}
        self._clusters: dict[tuple[int, ...], list[list[int]]] = {}

    def of(self, period: str, *, around: Iterable[str], gone: Mapping[str, Collection[str]]) -> Found:
        """The copies among this period's articles, seen from it and the periods around it.

        `gone`: by period, ids of articles that are not published (quarantine): they count for nothing.
        """
        allowed = {period, *around} & self._tables.keys()
        away = {row for p in sorted(allowed) if gone.get(p) for row in self._rows(p, gone[p])}
        first = self._first[period]
        own = range(first, first + len(self._tables[period]))
        marks: dict[int, Mark] = {}
        periods: set[str] = set()
        for group in sorted(set(self._alike[own.start : own.stop].tolist()) & self._groups.keys()):
            rows = [r for r in self._groups[group] if self._period[r] in allowed and r not in away]
            for cluster in self._clusters_of(rows):
                if not any(row in own for row in cluster):
                    continue
                original = self._value(min(cluster, key=self._seniority), "article_id")
                for row in cluster:
                    if row in own:
                        is_it = self._value(row, "article_id") == original
                        marks[row - first] = Mark(None if is_it else original, original)
                    else:
                        periods.add(self._period[row])
        return Found(marks, periods)

    # --- which look alike -------------------------------------------------------------------------

    def _contents(self) -> list[str | None]:
        contents: list[str | None] = []
        for period in self._first:
            table = self._tables[period]
            hashes, words = table["content_hash"].to_pylist(), table["word_count"].to_pylist()
            contents += [h if count > 0 else None for h, count in zip(hashes, words, strict=True)]
        return contents

    def _sketch_table(self) -> np.ndarray:
        nothing = bytes(SKETCH_BYTES)
        sketches = (s or nothing for p in self._first for s in self._tables[p][SKETCH].to_pylist())
        return np.frombuffer(b"".join(sketches), "<u2").reshape(-1, SKETCH_BYTES // 2)

    def _alike_rows(self) -> tuple[np.ndarray, dict[int, list[int]]]:
        """For each row its group, and the groups of several: no cluster reaches beyond a group."""
        everything = range(len(self._period))
        alike = connected(
            self._sketches, lambda *_: True, days=self._days, reach=self._reach, same=self._same(everything)
        )
        groups: dict[int, list[int]] = defaultdict(list)
        several = np.flatnonzero(np.bincount(alike)[alike] > 1)
        for row, group in zip(several.tolist(), alike[several].tolist(), strict=True):
            groups[group].append(row)
        return alike, dict(groups)

    def _same(self, rows: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Pairs of places among some rows that make rows of the same content hang together, within reach."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            if (content := self._content[row]) is not None:
                places[content].append(place)
        for same in places.values():
            if len(same) < 2:
                continue
            same.sort(key=lambda place: int(self._days[rows[place], 0]))
            latest = same[0]  # who reaches on farthest: if not to the next one, then none does
            for place in same[1:]:
                if self._days[rows[place], 0] - self._days[rows[latest], 1] <= self._reach:
                    yield latest, place
                if self._days[rows[place], 1] > self._days[rows[latest], 1]:
                    latest = place

    def _clusters_of(self, rows: list[int]) -> list[list[int]]:
        """What hangs together among some rows of a group, and by no other rows; clusters of several alone."""
        if len(rows) < 2:
            return []
        key = tuple(rows)
        if key not in self._clusters:
            labels = connected(
                self._sketches[rows],
                lambda one, other: self._is_near(rows[one], rows[other]),
                days=self._days[rows],
                reach=self._reach,
                same=self._same(rows),
            )
            found: dict[int, list[int]] = defaultdict(list)
            for row, label in zip(rows, labels.tolist(), strict=True):
                found[label].append(row)
            self._clusters[key] = [cluster for cluster in found.values() if len(cluster) > 1]
        return self._clusters[key]

    def _is_near(self, one: int, other: int) -> bool:
        pair = (one, other) if one < other else (other, one)
        if pair not in self._near:
            self._near[pair] = similarity(self._text(pair[0]), self._text(pair[1])) >= NEAR
        return self._near[pair]

    def _text(self, row: int) -> str:
        if row not in self._texts:
            period = self._period[row]
            first = self._first[period]
            own = range(first, first + len(self._tables[period]))
            wanted = [r for r in own if int(self._alike[r]) in self._groups]
            texts = self._folded(period, [r - first for r in wanted])
            self._texts.update(zip(wanted, texts, strict=True))
        return self._texts[row]

    # --- rows -------------------------------------------------------------------------------------

    def _value(self, row: int, column: str) -> Any:
        period = self._period[row]
        return self._tables[period][column][row - self._first[period]].as_py()

    def _rows(self, period: str, ids: Collection[str]) -> list[int]:
        first = self._first[period]
        own = self._tables[period]["article_id"].to_pylist()
        return [first + place for place, article_id in enumerate(own) if article_id in ids]

    def _seniority(self, row: int) -> tuple[int, dt.datetime, dt.datetime, str]:
        return (
            int(self._days[row, 1]),
            self._value(row, "published_at") or _NEVER,
            self._value(row, "first_seen_at"),
            self._value(row, "article_id"),
        )
