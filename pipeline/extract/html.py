"""A saved web page, and fragments of markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import Unreadable
from pipeline.extract.page import decode, read_page
from pipeline.extract.page.selected import parse, text_of
from pipeline.extract.reading import EXCERPT
from pipeline.record import Rejection

if TYPE_CHECKING:
    from pipeline.extract.reading import Reader
    from pipeline.record import Record


def read(reader: Reader, at: str, *, limit: int) -> Record | Rejection:
    """The page as one article. What it does not say stays unknown."""
    head = reader.peek(EXCERPT)
    try:
        data = reader.whole(limit)
        if data is None:
            return Rejection(
                at=at,
                reason="too_large",
                detail=f"The page is larger than {limit} bytes. If it is one article, raise "
                "DAGSPRESS_MAX_RECORD_BYTES.",
                excerpt=head,
            )
        text, decoded = decode(data, charset=None)
    except Unreadable as error:  # it breaks off, or what follows the beginning is no text
        return Rejection(at=at, reason=error.reason, detail=error.detail, excerpt=head)
    rules = ("encoding",) if decoded else ()
    return read_page(text, at=at, raw=data, url=None, rules=rules, names_source=True)


def paragraphs_of(markup: str) -> str:
    """All the text of a fragment of HTML, its blocks as paragraphs, joined by blank lines."""
    try:
        return text_of(parse(markup))
    except (RecursionError, ValueError, AssertionError):
        return markup
