"""How much two texts have in common."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np

from pipeline.duplicates.shingles import shingles

NEAR: Final = 0.6
"""Jaccard similarity from which two texts are near copies: an article and its longer or edited version share
more, two articles on one event far less (measured: no pair of different articles above 0.3)."""


def similarity(one: str, other: str) -> float:
    """Jaccard similarity, 0 to 1, of the sets of shingles of two folded texts; 0 where neither has any."""
    if one == other:
        return 1.0 if one else 0.0
    a, b = _shingle_set(one), _shingle_set(other)
    common = len(np.intersect1d(a, b, assume_unique=True))
    united = len(a) + len(b) - common
    return common / united if united else 0.0


@functools.lru_cache(maxsize=4096)
def _shingle_set(folded: str) -> np.ndarray:
    return np.unique(shingles([folded]).hashes)
