"""Clusters: what hangs together, and looking at no more texts than that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.duplicates.candidates import candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def connected(
    sketches: np.ndarray,
    is_near: Callable[[int, int], bool],
    *,
    days: np.ndarray | None = None,
    reach: int | None = None,
    same: Iterable[tuple[int, int]] = (),
) -> np.ndarray:
    """A label (N,) int64 for each row: the smallest row number of the cluster that it belongs to.

    Two rows are of one cluster when a chain of near copies leads from one to the other. A pair whose rows
    hang together already is not looked at, and no pair twice: the clusters are the same in any order.

    Args:
        sketches: (N, 128) uint16; a row of zeros (no sketch) is like no other.
        is_near: whether the texts of two rows are near copies.
        days: as for `candidate_pairs`.
        reach: as for `candidate_pairs`.
        same: rows that are known to hang together: exact copies.
    """
    forest = _Forest(len(sketches))
    for one, other in same:
        forest.join(one, other)
    for pairs in candidates(sketches, days=days, reach=reach, labels=forest.labels):
        for one, other in pairs.tolist():
            if forest.root(one) != forest.root(other) and is_near(one, other):
                forest.join(one, other)
    return forest.labels()


class _Forest:
    """Disjoint sets of rows (union-find); the root of a set is its smallest row."""

    def __init__(self, rows: int) -> None:
        self._parent = list(range(rows))
        self._labels: np.ndarray | None = None

    def root(self, row: int) -> int:
        parent = self._parent
        while parent[row] != row:
            parent[row] = row = parent[parent[row]]
        return row

    def join(self, one: int, other: int) -> None:
        one, other = sorted((self.root(one), self.root(other)))
        self._parent[other] = one
        self._labels = None

    def labels(self) -> np.ndarray:
        """The root of each row, as of now; not to be written to."""
        if self._labels is None:
            labels = np.array(self._parent, np.int64)
            while (labels != (above := labels[labels])).any():
                labels = above
            self._labels = labels
        return self._labels
