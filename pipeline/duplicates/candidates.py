"""Candidates: pairs of sketches alike enough to be worth a look at the texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.duplicates.similarity import NEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BANDS: Final = 32
"""Of 4 slots each: a pair of similarity 0.6 shares a band with probability 0.991 (measured; 1 - (1 - s⁴)³² is
0.988), one of 0.7 with 0.9998, one of 0.2 with 0.05."""

HOPELESS: Final = NEAR - 0.15
"""The share of equal slots estimates the similarity: below this, 4 deviations from `NEAR`, it is none."""

_PAIRS_AT_ONCE: Final = 1 << 17

_FEW: Final = 64
"""Up to so many rows every pair is compared: that is sooner done than looking for who shares a band."""


def candidate_pairs(
    sketches: np.ndarray, *, days: np.ndarray | None = None, reach: int | None = None
) -> np.ndarray:
    """Pairs (M, 2) of row numbers, the smaller first, sorted: those whose texts may be near copies.

    Whether two rows are a pair follows from these two alone, whatever else is given. Among n texts that are
    all alike there are n² / 2: to find out what hangs together, `connected` looks at few of them.

    Args:
        sketches: (N, 128) uint16; a row of zeros (no sketch) is like no other.
        days: with `reach`: rows more than so many days apart are no pair. (N,), or (N, 2) of the first and
            last day that may be meant.
        reach: days.
    """
    rows = max(len(sketches), 1)
    codes = [pairs[:, 0] * rows + pairs[:, 1] for pairs in candidates(sketches, days=days, reach=reach)]
    sorted_codes = np.sort(np.concatenate([np.zeros(0, np.int64), *codes]))
    return np.stack(np.divmod(sorted_codes, rows), axis=1)


def candidates(
    sketches: np.ndarray,
    *,
    days: np.ndarray | None = None,
    reach: int | None = None,
    labels: Callable[[], np.ndarray] | None = None,
) -> Iterator[np.ndarray]:
    """The pairs of `candidate_pairs`, each once, in blocks (m, 2) of bounded size and in no particular order.

    `labels` says, whenever asked, to which group each row belongs by now: pairs of one group are left out.
    """
    spans = None if days is None or reach is None else _spans(days)
    if len(sketches) <= _FEW:
        yield from _among_few(sketches, spans, reach, labels)
        return
    bands = _bands(sketches)
    for band in range(BANDS):
        for pairs in _pairs_of_band(bands[:, band], labels):
            if labels is not None:
                now = labels()
                pairs = pairs[now[pairs[:, 0]] != now[pairs[:, 1]]]
            if spans is not None:
                pairs = pairs[_apart(spans, pairs) <= reach]
            one, other = pairs.T
            # a pair that shares several bands comes at the first
            pairs = pairs[~(bands[one, :band] == bands[other, :band]).any(axis=1)]
            one, other = pairs.T
            pairs = pairs[_hopeful(sketches, one, other)]
            if len(pairs):
                yield np.sort(pairs, axis=1)


def _among_few(
    sketches: np.ndarray,
    spans: np.ndarray | None,
    reach: int | None,
    labels: Callable[[], np.ndarray] | None,
) -> Iterator[np.ndarray]:
    """The same, by comparing each with each."""
    pairs = np.stack(np.triu_indices(len(sketches), 1), axis=1)
    if labels is not None:
        now = labels()
        pairs = pairs[now[pairs[:, 0]] != now[pairs[:, 1]]]
    if spans is not None:
        pairs = pairs[_apart(spans, pairs) <= reach]
    if not len(pairs):
        return
    bands = _bands(sketches)
    one, other = pairs.T
    shared = ((bands[one] == bands[other]) & (bands[one] != 0)).any(axis=1)
    pairs = pairs[shared & _hopeful(sketches, one, other)]
    if len(pairs):
        yield pairs


def _bands(sketches: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(sketches, "<u2").view("<u8")


def _hopeful(sketches: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    equal: np.ndarray = (sketches[one] == sketches[other]).mean(axis=1) >= HOPELESS
    return equal


def _spans(days: np.ndarray) -> np.ndarray:
    """First and last day (N, 2)."""
    days = np.asarray(days, np.int64)
    return days if days.ndim == 2 else np.stack([days, days], axis=1)


def _apart(spans: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Days between the two of each pair; 0 or less where they share a day."""
    one, other = spans[pairs[:, 0]], spans[pairs[:, 1]]
    apart: np.ndarray = np.maximum(one[:, 0] - other[:, 1], other[:, 0] - one[:, 1])
    return apart


def _pairs_of_band(keys: np.ndarray, labels: Callable[[], np.ndarray] | None) -> Iterator[np.ndarray]:
    """All pairs (m, 2) of rows with equal keys, some at a time; none of runs that are one group already."""
    order = np.argsort(keys)
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    ends = np.append(starts[1:], len(order))
    kept = (ends - starts > 1) & (ordered[starts] != 0)
    if labels is not None:
        grouped = labels()[order]
        kept &= np.minimum.reduceat(grouped, starts) != np.maximum.reduceat(grouped, starts)
    starts, ends = starts[kept], ends[kept]
    # each place of a run is paired with those after it in the run
    places = _ranges(starts, ends)
    following = np.repeat(ends, ends - starts) - places - 1
    for some in _blocks(np.cumsum(following)):
        counts = following[some]
        left = np.repeat(places[some], counts)
        right = _ranges(places[some] + 1, places[some] + 1 + counts)
        yield np.stack([order[left], order[right]], axis=1)


def _ranges(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """`range(start, end)` of each, one after the other."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    ranges: np.ndarray = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
    return ranges


def _blocks(totals: np.ndarray) -> Iterator[slice]:
    """Places that make `_PAIRS_AT_ONCE` pairs or fewer; at least one at a time. `totals`: pairs so far."""
    at, before = 0, 0
    while at < len(totals):
        upto = max(int(np.searchsorted(totals, before + _PAIRS_AT_ONCE, side="right")), at + 1)
        yield slice(at, upto)
        at, before = upto, int(totals[upto - 1])
