"""Lines of JSON as filters read and write them: what one line holds is never lost to another's damage."""

from __future__ import annotations

import json
from typing import Any, Final

import orjson

_DIGITS: Final = bytes(ord("0") if chr(byte).isdecimal() and byte < 128 else 32 for byte in range(256))
_LONG_NUMBER: Final = b"0" * 20


class BadLine(Exception):
    """A line that is no JSON object with a text; the message says what it is instead."""

    def __init__(self, message: str, row: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.row = row or {}


def read_row(line: bytes, text_field: str = "text") -> dict[str, Any]:
    """The object of a line, which has a text. Raises BadLine."""
    try:
        row = _loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not valid JSON ({error})") from None
    if not isinstance(row, dict):
        raise BadLine("not a JSON object")
    text = row.get(text_field)
    if not isinstance(text, str):
        missing = f"has no {text_field}" if text is None else f"its {text_field} is not a string"
        raise BadLine(missing, row)
    return row


def error_line(number: int, error: BadLine) -> bytes:
    """What comes out for a line that cannot be read: `{"id": ..., "error": "line N: ..."}`."""
    known = {"id": error.row["id"]} if "id" in error.row else {}
    return write_row({**known, "error": f"line {number}: {error}"})


def write_row(row: dict[str, Any]) -> bytes:
    """A line, without a line end."""
    try:
        return orjson.dumps(row)
    except orjson.JSONEncodeError:
        return json.dumps(row, separators=(",", ":")).encode("ascii")


def _loads(line: bytes) -> Any:
    if _LONG_NUMBER in line.translate(_DIGITS):
        return json.loads(line, parse_constant=_refuse)  # orjson would round what exceeds 64 bits
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        # Python's parser takes halves of surrogate pairs ("\\ud83d"), which cut-off text does hold.
        return json.loads(line, parse_constant=_refuse)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
