"""Sketches: the MinHash signature of a text, small enough to stand in a row.

Sketches are kept in the lake: another value for the same text would make old and new rows incomparable. They
never change, and a test pins them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.duplicates.shingles import mix, shingles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PERMUTATIONS: Final = 128

SKETCH_BYTES: Final = 2 * PERMUTATIONS
"""Of each minimum the low 16 bits (little-endian): two that differ look equal once in 65,536 times."""

LEAST_SHINGLES: Final = 16
"""Texts with fewer (under 20 words) are compared by their whole text alone: one word more or less changes a
third of so few shingles, and short notices ("Kampen er utsatt.") look alike without being copies."""

_FACTORS: Final = mix(np.arange(1, PERMUTATIONS + 1, dtype=np.uint64)).astype(np.uint32)[:, None] | np.uint32(
    1
)

_BATCH_CHARACTERS: Final = 32_000
"""Texts that are hashed together: what fits the processor's cache (measured)."""


def sketches(folded: Sequence[str]) -> list[bytes | None]:
    """The sketch of each folded text; None for one that is too short."""
    found: list[bytes | None] = []
    for batch in _batches(folded):
        hashes, text = shingles(batch)
        values = hashes.astype(np.uint32)
        cuts = np.searchsorted(text, np.arange(len(batch) + 1))
        for start, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
            if end - start < LEAST_SHINGLES:
                found.append(None)
            else:
                found.append(_minima(values[start:end]).astype("<u2").tobytes())
    return found


def _minima(values: np.ndarray) -> np.ndarray:
    """The least value under each permutation; in pieces, so that a long text takes no more memory."""
    least = np.full(PERMUTATIONS, 0xFFFFFFFF, np.uint32)
    for start in range(0, len(values), 4096):
        np.minimum(least, (_FACTORS * values[start : start + 4096]).min(axis=1), out=least)
    return least


def _batches(folded: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in folded:
        batch.append(text)
        size += len(text) + 1
        if size >= _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
