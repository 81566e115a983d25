"""What is measured of a text: the columns that change with it."""

from __future__ import annotations

from typing import Any

from pipeline.normalise.counts import paragraph_count, words_and_lix
from pipeline.normalise.identity import content_hash


def measures_of(text: str) -> dict[str, Any]:
    """Columns of an article that follow from its text, with their values."""
    words, lix = words_and_lix(text)
    return {
        "word_count": words,
        "paragraph_count": paragraph_count(text),
        "lix": lix,
        "content_hash": content_hash(text),
    }
