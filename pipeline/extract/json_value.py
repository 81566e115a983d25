"""One JSON value: read leniently, written canonically."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any, Final

import orjson

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CANONICAL: Final = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


def parse(data: bytes | str) -> tuple[Any, bool]:
    """The value, and whether half characters (lone surrogate escapes) in it became U+FFFD.

    What orjson refuses (NaN, lone surrogates) the standard library may take. Raises ValueError.
    """
    try:
        return orjson.loads(data), False
    except orjson.JSONDecodeError:
        pass
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        value = json.loads(text)
        if "\\u" not in text:
            return value, False
        whole = without_surrogates(value)
        return whole, whole != value
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def without_surrogates(value: Any) -> Any:
    """The value with U+FFFD for every half of a character: those cannot be written as UTF-8."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    return value


def canonical(value: Any) -> bytes:
    """The value as JSON with sorted keys: equal values give equal bytes."""
    try:
        return orjson.dumps(value, default=_plain, option=_CANONICAL)
    except orjson.JSONEncodeError:  # whole numbers beyond 64 bits
        text = json.dumps(value, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    """What JSON has no form for, as it has one."""
    if isinstance(value, dt.date | dt.time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return base64.b64encode(value).decode("ascii")
    return str(value)
