"""`dagspress clean`: texts in, cleaned texts with their language out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.clean import clean_line, clean_text
from pipeline.filters.json_lines import BadLine, error_line, read_row, write_row
from pipeline.normalise import detect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def clean_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Clean each line's `text` and add `language`, `language_confidence` and `rules`; a line each, as read.

    Each line is a JSON object with a `text`, which loses its `title` where it begins with that; other fields
    pass through, in their order. Blank lines are skipped. A line that cannot be read becomes
    `{"id": ..., "error": "line N: ..."}` (`id` when it had one), so that as many lines come out as went in.
    Lines come out without a line end.
    """
    for number, line in enumerate(lines, start=1):
        if line and not line.isspace():
            try:
                yield _clean_line(line)
            except BadLine as error:
                yield error_line(number, error)


def _clean_line(line: bytes) -> bytes:
    row = read_row(line)
    title = row.get("title")
    cleaned = clean_text(row["text"], title=clean_line(title).text if isinstance(title, str) else None)
    row["text"] = cleaned.text
    row["language"], row["language_confidence"] = detect(cleaned.text)
    row["rules"] = cleaned.rules
    return write_row(row)
