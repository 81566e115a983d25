"""`dagspress deduplicate`: texts in, the same out with what is a copy of what.

Two passes, since the last line may be the original of the first: the lines lie in a temporary file meanwhile,
and in memory only a sketch of each text (`pipeline.duplicates`).
"""

from __future__ import annotations

import functools
import hashlib
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np

from pipeline.clean import clean_text
from pipeline.duplicates import NEAR, SKETCH_BYTES, candidate_pairs, similarity, sketches
from pipeline.filters.json_lines import BadLine, error_line, read_row, write_row
from pipeline.normalise import article_id, parse_date
from pipeline.normalise.identity import fold
from pipeline.period import span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DATE_FIELDS: Final = ("published_at", "published", "date")

_NO_DAY: Final = 1 << 40
_BATCH: Final = 1_000
_TEXTS_AT_HAND: Final = 1_024


def deduplicate_lines(
    lines: Iterable[bytes], *, text_field: str = "text", id_field: str = "id", within_days: int | None = None
) -> Iterator[bytes]:
    """Add `duplicate_of` and `duplicate_cluster` to each line: ids, null where a text has no copy.

    Each line is a JSON object with a text; one without an id is known by the `article_id` of its bytes. Texts
    are compared as cleaned, and come out as they were. The original of a cluster is the one with the earliest
    date (`published_at`, `published` or `date`), else with the smallest id: no order of the lines matters.
    Blank lines are skipped; a line that cannot be read becomes `{"id": ..., "error": "line N: ..."}`. With
    `within_days`, copies further apart are not looked for, nor of texts without a date among those with one.
    """
    with tempfile.TemporaryFile(prefix="dagspress-") as file:
        texts = _Texts(file, text_field, id_field)
        texts.read(lines)
        yield from texts.marked(texts.clusters(within_days))


@dataclass(slots=True)
class _Texts:
    """The lines in a file, and what is compared of them."""

    file: BinaryIO
    text_field: str
    id_field: str
    ends: list[int] = field(default_factory=list)
    bad: dict[int, bytes] = field(default_factory=dict)
    """What comes out instead of a line that cannot be read, by its place among the lines."""
    contents: dict[bytes, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Lines by a digest of their folded text."""
    days: list[int] = field(default_factory=list)
    sketched: list[int] = field(default_factory=list)
    sketches: list[bytes] = field(default_factory=list)

    def read(self, lines: Iterable[bytes]) -> None:
        """Keep the lines, and take their sketches."""
        waiting: list[tuple[int, str]] = []
        for number, line in enumerate(lines, start=1):
            if not line or line.isspace():
                continue
            place = len(self.ends)
            try:
                row = read_row(line, self.text_field)
            except BadLine as error:
                self.bad[place] = error_line(number, error)
                line, row = b"", {}
            self.file.write(line)
            self.ends.append(self.file.tell())
            self.days.append(_day(row))
            if folded := fold(clean_text(row.get(self.text_field, "")).text):
                self.contents[hashlib.sha256(folded.encode("utf-8", "surrogatepass")).digest()].append(place)
                waiting.append((place, folded))
            if len(waiting) >= _BATCH:
                self._sketch(waiting)
        self._sketch(waiting)

    def _sketch(self, waiting: list[tuple[int, str]]) -> None:
        for (place, _), sketch in zip(waiting, sketches([text for _, text in waiting]), strict=True):
            if sketch is not None:
                self.sketched.append(place)
                self.sketches.append(sketch)
        waiting.clear()

    def clusters(self, within_days: int | None) -> list[list[int]]:
        """Lines that are copies of one another, each cluster of two or more."""
        joined = _Joined()
        for places in self.contents.values():
            for one, other in zip(places[:-1], places[1:], strict=True):
                if within_days is None:
                    joined.join(one, other)
        if within_days is not None:
            self._join_near_days(joined, within_days)
        folded = functools.lru_cache(_TEXTS_AT_HAND)(self._folded)
        table = np.frombuffer(b"".join(self.sketches), "<u2").reshape(-1, SKETCH_BYTES // 2)
        self.sketches.clear()
        sketched = np.array(self.sketched, np.int64)
        days = np.array(self.days, np.int64)[sketched]
        pairs = sketched[candidate_pairs(table, days=days, reach=within_days)]
        for one, other in pairs.tolist():
            if not joined.are(one, other) and similarity(folded(one), folded(other)) >= NEAR:
                joined.join(one, other)
        return joined.groups()

    def _join_near_days(self, joined: _Joined, within_days: int) -> None:
        for places in self.contents.values():
            ordered = sorted(places, key=lambda place: self.days[place])
            for one, other in zip(ordered[:-1], ordered[1:], strict=True):
                if self.days[other] - self.days[one] <= within_days:
                    joined.join(one, other)

    def marked(self, clusters: list[list[int]]) -> Iterator[bytes]:
        """All lines in their order, with their marks."""
        original_of: dict[int, tuple[int, str | None]] = {}
        for cluster in clusters:
            first = min(cluster, key=self._seniority)
            original = self._id(self._line(first))
            original_of.update((place, (first, original)) for place in cluster)
        for place in range(len(self.ends)):
            if place in self.bad:
                yield self.bad[place]
                continue
            row = read_row(self._line(place), self.text_field)
            first, shared = original_of.get(place, (place, None))
            row["duplicate_of"] = shared if first != place else None
            row["duplicate_cluster"] = shared
            yield write_row(row)

    def _seniority(self, place: int) -> tuple[int, str, str, bytes]:
        line = self._line(place)
        at = parse_date(_date(read_row(line, self.text_field))).at
        return self.days[place], at.isoformat() if at else "~", self._id(line), line.strip()

    def _id(self, line: bytes) -> str:
        given = read_row(line, self.text_field).get(self.id_field)
        if given is None:
            return article_id(canonical_url=None, source="", own_id=None, raw=line.strip())
        return str(given)

    def _folded(self, place: int) -> str:
        return fold(clean_text(read_row(self._line(place), self.text_field)[self.text_field]).text)

    def _line(self, place: int) -> bytes:
        start = self.ends[place - 1] if place else 0
        self.file.seek(start)
        return self.file.read(self.ends[place] - start)


class _Joined:
    """Lines that hang together (union-find)."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}

    def join(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        self._first[max(one, other)] = self._first.setdefault(min(one, other), min(one, other))

    def are(self, one: int, other: int) -> bool:
        return self._root(one) == self._root(other)

    def groups(self) -> list[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for place in sorted(self._first):
            found[self._root(place)].append(place)
        return list(found.values())

    def _root(self, place: int) -> int:
        root = place
        while (first := self._first.get(root, root)) != root:
            root = first
        while (first := self._first.get(place, place)) != root:
            self._first[place], place = root, first
        return root


def _date(row: dict[str, Any]) -> str:
    given = next((row[name] for name in DATE_FIELDS if isinstance(row.get(name), str)), "")
    return str(given)


def _day(row: dict[str, Any]) -> int:
    days = span(parse_date(_date(row)).period)
    return days.last if days else _NO_DAY
