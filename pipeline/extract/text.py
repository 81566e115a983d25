"""The text format: optional white space, the word `date`, an ISO 8601 date of any precision, the body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.errors import Unreadable
from pipeline.extract import encoding as encodings
from pipeline.extract.reading import EXCERPT
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from pipeline.extract.reading import Reader

_BLANK: Final = r"[\s\u00a0\ufeff]"
_TIME: Final = r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?"
_HEADER: Final = re.compile(
    rf"{_BLANK}*date{_BLANK}+(\d{{4}}(?:-\d{{1,2}}(?:-\d{{1,2}}(?:{_TIME})?)?)?)(?:{_BLANK}+|\Z)",
    re.IGNORECASE | re.ASCII,
)


def read(reader: Reader, at: str, *, limit: int) -> Record | Rejection:
    """The whole stream as one article. Beyond its header nothing is taken from it."""
    head = reader.peek(EXCERPT)
    try:
        data = reader.whole(limit)
    except Unreadable as error:
        return Rejection(at=at, reason=error.reason, detail=error.detail, excerpt=head)
    if data is None:
        return Rejection(
            at=at,
            reason="too_large",
            detail=f"The text is larger than {limit} bytes. If it is one article, raise "
            "DAGSPRESS_MAX_RECORD_BYTES; else drop its articles one by one, or as JSON Lines.",
            excerpt=head,
        )
    try:
        text, decoded = encodings.decode(data)
    except Unreadable as error:  # what follows the beginning is no text
        return Rejection(at=at, reason=error.reason, detail=error.detail, excerpt=head)
    date, body = split_header(text)
    return Record(
        at=at,
        raw=data,
        text=body,
        published_raw=date,
        published_from=None if date is None else "header",
        rules=("encoding",) if decoded else (),
    )


def split_header(text: str) -> tuple[str | None, str]:
    """The date as written, however impossible, and the body; no date, and all of it, without a header."""
    match = _HEADER.match(text)
    if match is None:
        return None, text.removeprefix("\ufeff")
    return match[1], text[match.end() :]
