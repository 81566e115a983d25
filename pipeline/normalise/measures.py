"""What is measured of a text: the columns that change with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.normalise.counts import count_each
from pipeline.normalise.identity import fold_each, hash_folded
from pipeline.normalise.single_bytes import single_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence


class Measured(NamedTuple):
    """The columns of an article that follow from its text, and the folded text."""

    columns: dict[str, Any]
    folded: str


def measure_each(texts: Sequence[str]) -> list[Measured]:
    """What is measured of each text: of many at once in less than half the time that they take alone."""
    encoded = list(map(single_bytes, texts))
    return [
        Measured(
            {
                "word_count": counts.words,
                "paragraph_count": counts.paragraphs,
                "lix": counts.lix,
                "content_hash": hash_folded(folded),
            },
            folded,
        )
        for counts, folded in zip(count_each(texts, encoded), fold_each(texts, encoded), strict=True)
    ]


def measures_of(text: str) -> dict[str, Any]:
    """Columns of an article that follow from its text, with their values."""
    return measure_each([text])[0].columns
