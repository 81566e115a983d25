"""`dagspress clean`: texts in, cleaned texts with their language out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from pipeline.clean import clean_text
from pipeline.normalise import detect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONG_NUMBER: Final = re.compile(rb"[0-9]{20}")


def clean_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Clean each line's `text` and add `language`, `language_confidence` and `rules`; a line each, as read.

    Each line is a JSON object with a `text`; its other fields pass through, in their order. Blank lines are
    skipped. A line that cannot be read becomes `{"id": ..., "error": "line N: ..."}` (`id` when it had one),
    so that as many lines come out as went in. Lines come out without a line end.
    """
    for number, line in enumerate(lines, start=1):
        if line and not line.isspace():
            yield _clean_line(line, number)


def _clean_line(line: bytes, number: int) -> bytes:
    try:
        row = _loads(line)
    except (ValueError, RecursionError) as error:
        return _error({}, f"line {number}: not valid JSON ({error})")
    if not isinstance(row, dict):
        return _error({}, f"line {number}: not a JSON object")
    text = row.get("text")
    if not isinstance(text, str):
        missing = "has no text" if text is None else "its text is not a string"
        return _error(row, f"line {number}: {missing}")
    cleaned = clean_text(text)
    row["text"] = cleaned.text
    row["language"], row["language_confidence"] = detect(cleaned.text)
    row["rules"] = cleaned.rules
    return _dumps(row)


def _error(row: dict[str, Any], message: str) -> bytes:
    return _dumps({**({"id": row["id"]} if "id" in row else {}), "error": message})


def _loads(line: bytes) -> Any:
    if _LONG_NUMBER.search(line):
        return json.loads(line, parse_constant=_refuse)  # orjson would round what exceeds 64 bits
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        # Python's parser takes halves of surrogate pairs ("\\ud83d"), which cut-off text does hold.
        return json.loads(line, parse_constant=_refuse)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _dumps(row: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(row)
    except orjson.JSONEncodeError:
        return json.dumps(row, separators=(",", ":")).encode("ascii")
