"""Shingles: 64-bit hashes of every run of five words, of many texts at once.

A polynomial hash of the bytes, by prefix sums: the hash of a run is a difference of two sums, brought to a
common power. All arithmetic is modulo 2^64, so that the values are the same on every machine.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WORDS: Final = 5
"""Words of a shingle."""

_BASE: Final = 0x9E3779B97F4A7C15
_INVERSE: Final = pow(_BASE, -1, 1 << 64)
_MULTIPLIER: Final = np.uint64(0xD6E8FEB86659FD93)
_HALF: Final = np.uint64(32)

_WINDOW: Final = 1 << 16
"""Bytes that are summed up at a time: what fits the processor's cache, however long a text is."""


class Shingles(NamedTuple):
    """Hashes (uint64) and the number of the text that each is of (ascending)."""

    hashes: np.ndarray
    text: np.ndarray


def shingles(folded: Sequence[str]) -> Shingles:
    """All shingles of some folded texts: words joined by single spaces."""
    # a folded text holds no line feed: it ends a text as a space ends a word
    data = np.frombuffer("\n".join((*folded, "")).encode("utf-8", "surrogatepass"), np.uint8)
    ends = np.flatnonzero(data <= 32)  # these two alone, for the rest are letters and digits
    if len(ends) < WORDS:
        return Shingles(np.zeros(0, np.uint64), np.zeros(0, np.int64))
    starts = np.concatenate([[0], ends[:-1] + 1])
    last = np.flatnonzero(data.take(ends) == 10)
    text = np.repeat(np.arange(len(folded)), np.diff(last, prepend=-1))
    whole = text[WORDS - 1 :] == text[: 1 - WORDS]
    first, end = starts[: 1 - WORDS][whole], ends[WORDS - 1 :][whole]
    hashes = [_hashes(data, first[some], end[some]) for some in _windows(first, end)]
    return Shingles(np.concatenate([np.zeros(0, np.uint64), *hashes]), text[: 1 - WORDS][whole])


def _windows(first: np.ndarray, end: np.ndarray) -> Iterator[slice]:
    """Shingles whose bytes lie close together; at least one at a time."""
    at = 0
    while at < len(first):
        upto = int(np.searchsorted(end, first[at] + _WINDOW, side="right"))
        yield slice(at, max(upto, at + 1))
        at = max(upto, at + 1)


def _hashes(data: np.ndarray, first: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The hashes of the bytes from each `first` up to its `end`."""
    window = data[first[0] : end[-1]]
    first, end = first - first[0], end - first[0]
    power, inverse = _powers(max(len(window), _WINDOW))
    sums = np.zeros(len(window) + 1, np.uint64)
    terms = sums[1:]
    # in place: fresh memory costs more than the arithmetic (measured); "clip" is what allows it
    _LETTERS.take(window, out=terms, mode="clip")
    terms *= power[: len(window)]
    np.cumsum(terms, out=terms)
    return mix((sums.take(end) - sums.take(first)) * inverse.take(first))


def mix(values: np.ndarray) -> np.ndarray:
    """Spread what distinguishes the values over all their bits."""
    for _ in range(2):
        values = (values ^ (values >> _HALF)) * _MULTIPLIER
    mixed: np.ndarray = values ^ (values >> _HALF)
    return mixed


_LETTERS: Final = mix(np.arange(1, 257, dtype=np.uint64) * np.uint64(0xBF58476D1CE4E5B9))


@functools.lru_cache(maxsize=2)
def _powers(count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first powers of the base and of its inverse."""
    return _powers_of(_BASE, count), _powers_of(_INVERSE, count)


def _powers_of(base: int, count: int) -> np.ndarray:
    factors = np.full(count, base, np.uint64)
    factors[0] = 1
    powers: np.ndarray = np.cumprod(factors, dtype=np.uint64)
    return powers
