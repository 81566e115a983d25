"""From the bytes of a page to its text."""

from __future__ import annotations

import codecs
import re
from typing import Final

from pipeline.extract import encoding as encodings

_DECLARED: Final = re.compile(
    rb"<(?:meta|\?xml)[^>]+(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_SEARCHED: Final = 4096
_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_AS_BROWSERS: Final = (
    dict.fromkeys(
        ("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "us-ascii", "ascii", "iso_8859-1"), "cp1252"
    )
    | {
        "gb2312": "gb18030",
        "gbk": "gb18030",
        "ks_c_5601-1987": "cp949",
        "euc-kr": "cp949",
        "shift_jis": "cp932",
    }
    | {"x-sjis": "cp932", "iso-8859-9": "cp1254", "tis-620": "cp874", "windows-31j": "cp932"}
)
"""Names of charsets: what pages that bear them are written in, as browsers read them (WHATWG Encoding)."""


def decode(data: bytes, *, charset: str | None) -> tuple[str, bool]:
    """The text of a page, and whether it was something else than clean UTF-8.

    A byte order mark comes first, then UTF-8 that is clean (a wrong header must not spoil it), then the
    charset of the HTTP header, what the page declares, and what the bytes look like. Raises Unreadable
    (`binary`, `undecodable`).
    """
    wide = b"\0" in data[:_SEARCHED]  # UTF-16 would pass for UTF-8
    if not wide and not data.startswith(_MARKS):
        try:
            return data.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
        found = encodings.detect(data)
        if found is not None and found.name == "utf-8":  # with a few bytes that are wrong
            return encodings.decode(data)
        declared = _DECLARED.search(data, 0, _SEARCHED)
        for name in (charset, None if declared is None else declared[1].decode("ascii")):
            if (text := _as(data, name)) is not None:
                return text, True
    text, decoded = encodings.decode(data)
    return text.removeprefix("\ufeff"), decoded


def _as(data: bytes, name: str | None) -> str | None:
    """The text in a charset that was named, if it can be."""
    if not name or (name := name.strip().strip("\"'").lower()).startswith(("utf", "ucs", "x-user")):
        return None
    try:
        return data.decode(_AS_BROWSERS.get(name, name))
    except (LookupError, ValueError):  # unknown, no encoding of text, or it does not fit
        return None
