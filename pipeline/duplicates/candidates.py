"""Candidates: pairs of sketches alike enough to be worth a look at the texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.duplicates.similarity import NEAR

if TYPE_CHECKING:
    from collections.abc import Iterator

BANDS: Final = 32
"""Of 4 permutations each: a pair of similarity 0.6 shares a band with probability 0.988, one of 0.7 with
0.9998, one of 0.2 with 0.05."""

HOPELESS: Final = NEAR - 0.2
"""The share of equal minima estimates the similarity with a deviation of at most 0.044: a pair below this is
no near copy."""

_PAIRS_AT_ONCE: Final = 1 << 20


def candidate_pairs(
    sketches: np.ndarray, *, days: np.ndarray | None = None, reach: int | None = None
) -> np.ndarray:
    """Pairs (M, 2) of row numbers, the smaller first, sorted: those whose texts may be near copies.

    Whether two rows are a pair follows from these two alone, whatever else is given.

    Args:
        sketches: (N, 128) uint16.
        days: with `reach`: rows more than so many days apart are no pair.
        reach: days.
    """
    rows = len(sketches)
    bands = np.ascontiguousarray(sketches).view("<u8").reshape(rows, BANDS)
    found = [np.zeros(0, np.int64)]
    for band in range(BANDS):
        keys = bands[:, band]
        order = np.argsort(keys, kind="stable")
        same = keys[order][1:] == keys[order][:-1]
        for pairs in _pairs_in_runs(order, same):
            one, other = pairs.min(axis=0), pairs.max(axis=0)
            keep = np.ones(len(one), bool)
            if days is not None and reach is not None:
                keep = np.abs(days[one] - days[other]) <= reach
            # a pair that shares several bands is taken at the first
            keep &= ~(bands[one, :band] == bands[other, :band]).any(axis=1)
            one, other = one[keep], other[keep]
            alike = (sketches[one] == sketches[other]).mean(axis=1) >= HOPELESS
            found.append(one[alike].astype(np.int64) * rows + other[alike])
    codes = np.sort(np.concatenate(found))
    return np.stack([codes // max(rows, 1), codes % max(rows, 1)], axis=1)


def _pairs_in_runs(order: np.ndarray, same: np.ndarray) -> Iterator[np.ndarray]:
    """All pairs (2, M) within each run of rows with equal keys, some at a time."""
    # at distance 1 in the sorted order, at distance 2, ... as long as a run is that long
    inside = same
    distance = 1
    while inside.any():
        at = np.flatnonzero(inside)
        for start in range(0, len(at), _PAIRS_AT_ONCE):
            some = at[start : start + _PAIRS_AT_ONCE]
            yield np.stack([order[some], order[some + distance]])
        inside = inside[:-1] & same[distance:]
        distance += 1
