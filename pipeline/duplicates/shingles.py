"""Shingles: 64-bit hashes of every run of five words, of many texts at once.

A polynomial hash of the bytes, by prefix sums: the hash of a run is a difference of two sums, brought to a
common power. All arithmetic is modulo 2^64, so that the values are the same on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS: Final = 5
"""Words of a shingle."""

_BASE: Final = 0x9E3779B97F4A7C15
_INVERSE: Final = pow(_BASE, -1, 1 << 64)
_MULTIPLIER: Final = np.uint64(0xD6E8FEB86659FD93)
_HALF: Final = np.uint64(32)


class Shingles(NamedTuple):
    """Hashes (uint64) and the number of the text that each is of (ascending)."""

    hashes: np.ndarray
    text: np.ndarray


def shingles(folded: Sequence[str]) -> Shingles:
    """All shingles of some folded texts: words joined by single spaces."""
    # a folded text holds no line feed: it ends a text as a space ends a word
    data = np.frombuffer("\n".join((*folded, "")).encode("utf-8", "surrogatepass"), np.uint8)
    power, inverse = _powers(len(data) + 1)
    sums = np.zeros(len(data) + 1, np.uint64)
    np.cumsum(_LETTERS[data] * power[: len(data)], out=sums[1:])
    ends = np.flatnonzero((data == 10) | (data == 32))
    last = np.flatnonzero(data[ends] == 10)
    starts = np.concatenate([[0], ends[:-1] + 1])
    text = np.repeat(np.arange(len(folded)), np.diff(last, prepend=-1))
    if len(ends) < WORDS:
        return Shingles(np.zeros(0, np.uint64), np.zeros(0, np.int64))
    whole = text[WORDS - 1 :] == text[: 1 - WORDS]
    first, end = starts[: 1 - WORDS][whole], ends[WORDS - 1 :][whole]
    return Shingles(mix((sums[end] - sums[first]) * inverse[first]), text[: 1 - WORDS][whole])


def mix(values: np.ndarray) -> np.ndarray:
    """Spread what distinguishes the values over all their bits."""
    for _ in range(2):
        values = (values ^ (values >> _HALF)) * _MULTIPLIER
    mixed: np.ndarray = values ^ (values >> _HALF)
    return mixed


_LETTERS: Final = mix(np.arange(1, 257, dtype=np.uint64) * np.uint64(0xBF58476D1CE4E5B9))

_known: list[np.ndarray] = [np.ones(1, np.uint64), np.ones(1, np.uint64)]


def _powers(count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first powers of the base and of its inverse; those of the longest call are kept."""
    if len(_known[0]) < count:
        for i, base in enumerate((_BASE, _INVERSE)):
            factors = np.full(max(count, 1 << 16), base, np.uint64)
            factors[0] = 1
            _known[i] = np.cumprod(factors, dtype=np.uint64)
    return _known[0], _known[1]
