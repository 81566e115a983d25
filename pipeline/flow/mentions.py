"""Whether bytes hold something of some articles: their addresses, or their text."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final

from pipeline.normalise.identity import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WORDS: Final = 8
"""So many words in a row are taken to be an article's own."""
SHARE: Final = 0.5
"""Of the shorter of two texts, what has to stand in the other as well."""
FEWEST: Final = 4
"""Rows of words, below which a text is too short to tell."""

_ESCAPED: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_TAG: Final = re.compile(r"<[^>]*>")
_IN_ADDRESS: Final = r"[\w/%-]"


class Mentions:
    """What some articles are recognised by."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """`rows`: what is staged of them."""
        rows = list(rows)
        addresses = {row[name] for row in rows for name in ("url", "canonical_url") if row[name]}
        self._addresses = [
            re.compile(rf"{re.escape(address.rstrip('/'))}/?(?!{_IN_ADDRESS})")
            for address in sorted(addresses)
        ]
        self._texts = [rows_of for row in rows if (rows_of := _rows(row["text"]))]

    def in_entry(self, data: bytes) -> bool:
        """Whether an entry of a feed, or a feed with such an entry, is about one of them."""
        text = _plain(data)
        return any(address.search(text) for address in self._addresses) or self._in(text)

    def in_text(self, data: bytes) -> bool:
        """Whether the bytes hold their text, or most of it; an address alone is none."""
        return self._in(_plain(data))

    def _in(self, text: str) -> bool:
        there = _rows(_TAG.sub(" ", text))
        for own in self._texts:
            fewer = min(len(own), len(there))
            if fewer >= min(FEWEST, len(own)) > 0 and len(own & there) >= SHARE * fewer:
                return True
        return False


def _rows(text: str) -> set[str]:
    """Each row of `WORDS` words of a text."""
    words = fold(text).split()
    return {" ".join(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)}


def _plain(data: bytes) -> str:
    """The text that bytes stand for, whether they are JSON, markup or neither."""
    text = data.decode("utf-8", "replace").replace("\\/", "/").replace("\\n", "\n")
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return html.unescape(html.unescape(text))
