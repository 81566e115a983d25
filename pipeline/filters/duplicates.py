"""`dagspress deduplicate`: texts in, the same out with what is a copy of what.

Two passes, since the last line may be the original of the first: the lines lie in a temporary file meanwhile,
and in memory only a sketch of each text (`pipeline.duplicates`).
"""

from __future__ import annotations

import functools
import hashlib
import struct
import tempfile
from array import array
from collections import defaultdict
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

import numpy as np

from pipeline.clean import clean_text
from pipeline.duplicates import NEAR, SKETCH_BYTES, connected, similarity, sketches
from pipeline.filters.json_lines import BadLine, error_line, read_row, write_row
from pipeline.normalise import article_id, parse_date
from pipeline.normalise.identity import fold
from pipeline.period import Span, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DATE_FIELDS: Final = ("published_at", "published", "date")

_NO_DAY: Final = Span(1 << 40, 1 << 40)
_NO_TEXT: Final = -1
_DIGEST_BYTES: Final = 16
_NO_SKETCH: Final = bytes(SKETCH_BYTES)
_BATCH: Final = 256
_TEXTS_AT_HAND: Final = 256


def deduplicate_lines(
    lines: Iterable[bytes], *, text_field: str = "text", id_field: str = "id", within_days: int | None = None
) -> Iterator[bytes]:
    """Add `duplicate_of` and `duplicate_cluster` to each line: ids, null where a text has no copy.

    Each line is a JSON object with a text; one without an id is known by the `article_id` of its bytes. Texts
    are compared as cleaned, and come out as they were. The original of a cluster is the one with the earliest
    date (`published_at`, `published` or `date`), else with the smallest id: no order of the lines matters.
    Blank lines are skipped; a line that cannot be read becomes `{"id": ..., "error": "line N: ..."}`, and one
    that a filter before has made so stays as it is. With `within_days`, copies further apart are not looked
    for, nor of texts without a date among those with one.
    """
    with tempfile.TemporaryFile(prefix="dagspress-") as file:
        texts = _Texts(file, text_field, id_field, within_days)
        texts.read(lines)
        yield from texts.marked(texts.originals())


class _Original(NamedTuple):
    """The line that stands for the others of its cluster."""

    place: int
    id: Any


class _Texts:
    """The lines in a file, and what is compared of them: each text once (with `within_days`, once a day)."""

    def __init__(self, file: BinaryIO, text_field: str, id_field: str, within_days: int | None) -> None:
        self._file = file
        self._text_field = text_field
        self._id_field = id_field
        self._within_days = within_days
        self._ends = array("q")
        self._content_of = array("q")
        """By the place of a line."""
        self._bad: dict[int, bytes] = {}
        """What comes out instead of a line that cannot be read, by its place."""
        self._contents: dict[bytes, int] = {}
        """By a digest of the folded text, with its days where they count."""
        self._place_of = array("q")
        """A line that has it, by content."""
        self._days = array("q")
        """First and last day, by content."""
        self._sketches = bytearray()

    def read(self, lines: Iterable[bytes]) -> None:
        """Keep the lines, and take the sketches of their texts."""
        waiting: list[str] = []
        end = 0
        for number, line in enumerate(lines, start=1):
            if not line or line.isspace():
                continue
            place = len(self._ends)
            content = _NO_TEXT
            try:
                row = read_row(line, self._text_field)
            except BadLine as error:
                told = isinstance(error.row.get("error"), str)
                self._bad[place] = write_row(error.row) if told else error_line(number, error)
            else:
                end += self._file.write(line)
                if folded := fold(clean_text(row[self._text_field]).text):
                    content = self._content(folded, row)
                    if content == len(self._place_of):
                        self._place_of.append(place)
                        waiting.append(folded)
            self._ends.append(end)
            self._content_of.append(content)
            if len(waiting) >= _BATCH:
                self._sketch(waiting)
        self._sketch(waiting)

    def _content(self, folded: str, row: dict[str, Any]) -> int:
        """The number of a content: the next one where it is new."""
        days = _NO_DAY if self._within_days is None else _days(row)
        digest = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).digest()[:_DIGEST_BYTES]
        number = len(self._contents)
        content = self._contents.setdefault(digest + struct.pack(">qq", *days), number)
        if content == number:
            self._days.extend(days)
        return content

    def _sketch(self, waiting: list[str]) -> None:
        self._sketches += b"".join(sketch or _NO_SKETCH for sketch in sketches(waiting))
        waiting.clear()

    def originals(self) -> dict[int, _Original]:
        """The original of each line that has a copy, by place."""
        members: dict[int, list[int]] = defaultdict(list)
        labels = self._labels()
        of_line = np.array(self._content_of, np.int64)
        texts = np.flatnonzero(of_line != _NO_TEXT)
        clusters = labels[of_line[texts]]
        counts = np.bincount(clusters, minlength=1)
        copied = counts[clusters] > 1
        for place, cluster in zip(texts[copied].tolist(), clusters[copied].tolist(), strict=True):
            members[cluster].append(place)
        found: dict[int, _Original] = {}
        for places in members.values():
            first = min(places, key=self._seniority)
            original = _Original(first, self._id(self._line(first)))
            found.update(dict.fromkeys(places, original))
        return found

    def _labels(self) -> np.ndarray:
        """The cluster of each content."""
        folded = functools.lru_cache(_TEXTS_AT_HAND)(self._folded)

        def is_near(one: int, other: int) -> bool:
            return similarity(folded(one), folded(other)) >= NEAR

        return connected(
            np.frombuffer(self._sketches, "<u2").reshape(-1, SKETCH_BYTES // 2),
            is_near,
            days=np.array(self._days, np.int64).reshape(-1, 2),
            reach=self._within_days,
            same=self._same_text(),
        )

    def _same_text(self) -> Iterator[tuple[int, int]]:
        """Contents with one text, and days within reach."""
        if self._within_days is None:
            return  # a text is one content
        text, upto, before = b"", 0, 0
        for key in sorted(self._contents):
            content = self._contents[key]
            first, last = self._days[2 * content], self._days[2 * content + 1]
            if key[:_DIGEST_BYTES] != text:
                text, upto = key[:_DIGEST_BYTES], last
            else:
                if first - upto <= self._within_days:
                    yield before, content
                upto = max(upto, last)
            before = content

    def marked(self, originals: dict[int, _Original]) -> Iterator[bytes]:
        """All lines in their order, with their marks."""
        for place in range(len(self._ends)):
            if place in self._bad:
                yield self._bad[place]
                continue
            row = read_row(self._line(place), self._text_field)
            original = originals.get(place)
            row["duplicate_of"] = original.id if original and original.place != place else None
            row["duplicate_cluster"] = original.id if original else None
            yield write_row(row)

    def _seniority(self, place: int) -> tuple[int, str, tuple[int, str], bytes]:
        line = self._line(place)
        row = read_row(line, self._text_field)
        at = parse_date(_date(row)).at
        return _days(row).last, at.isoformat() if at else "~", _order(self._id(line)), line.strip()

    def _id(self, line: bytes) -> Any:
        given = read_row(line, self._text_field).get(self._id_field)
        if given is None:
            return article_id(canonical_url=None, source="", own_id=None, raw=line.strip())
        return given

    def _folded(self, content: int) -> str:
        row = read_row(self._line(self._place_of[content]), self._text_field)
        return fold(clean_text(row[self._text_field]).text)

    def _line(self, place: int) -> bytes:
        start = self._ends[place - 1] if place else 0
        self._file.seek(start)
        return self._file.read(self._ends[place] - start)


def _date(row: dict[str, Any]) -> str:
    given = next((row[name] for name in DATE_FIELDS if isinstance(row.get(name), str)), "")
    return str(given)


def _days(row: dict[str, Any]) -> Span:
    return span(parse_date(_date(row)).period) or _NO_DAY


def _order(given: Any) -> tuple[int, str]:
    """What orders ids: whole numbers by their value, then all others as text."""
    return (given, "") if isinstance(given, int) else (1 << 64, str(given))
