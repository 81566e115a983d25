"""Where two texts differ, in whole words: what terminals and pages mark."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_LINES: Final = 5_000
"""Of more lines than these the differing middle is one difference: comparing is quadratic."""

MOST_PAIRS: Final = 4_000_000
"""Pairs of words that are compared in all; what differs beyond is one difference a block of lines."""

_WORDS: Final = re.compile(r"\w+|[^\S\n]+|\n+|[^\w\s]")
_LINES: Final = re.compile(r"[^\n]+\n*|\n+")
"""A line, with the blank ones after it."""
_SIGNS: Final = re.compile(r"[\W_]+")
_WORD: Final = re.compile(r"\w\w")


class Edit(NamedTuple):
    """A place where a text differs from another: `before[start:end]` is `after[new_start:new_end]` there."""

    start: int
    end: int
    new_start: int
    new_end: int


def edits(before: str, after: str) -> list[Edit]:
    """What makes one text of the other, in order; none where they are equal. Bounded in time."""
    first, last = _common_ends(before, after)
    found: list[Edit] = []
    pairs = MOST_PAIRS
    for block in _blocks(before[first : len(before) - last], after[first : len(after) - last]):
        old = _WORDS.findall(before, first + block.start, first + block.end)
        new = _WORDS.findall(after, first + block.new_start, first + block.new_end)
        pairs -= len(old) * len(new)
        whole = [Edit(0, len(old), 0, len(new))]
        found += _placed(_changes(old, new) if pairs >= 0 else whole, old, new, first, block)
    return found


def _common_ends(before: str, after: str) -> tuple[int, int]:
    """How long the beginning and the end are that both have; no word is cut in two."""
    first = _common(before, after)
    while first and (_within(before, first) or _within(after, first)):
        first -= 1
    last = _common(before[first:][::-1], after[first:][::-1])
    while last and (_within(before, len(before) - last) or _within(after, len(after) - last)):
        last -= 1
    return first, last


def _common(one: str, other: str) -> int:
    """How long the common beginning is."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _within(text: str, at: int) -> bool:
    """Whether a word goes on at a place."""
    return at > 0 and _WORD.match(text, at - 1) is not None


def _blocks(before: str, after: str) -> Iterator[Edit]:
    """Lines that differ, each beside what became of it where that can be told."""
    old, new = _LINES.findall(before), _LINES.findall(after)
    if max(len(old), len(new)) > MOST_LINES:
        yield Edit(0, len(before), 0, len(after))
        return
    starts, new_starts = _starts(old), _starts(new)
    keys, new_keys = ([_SIGNS.sub("", line) for line in lines] for lines in (old, new))
    for _, a1, a2, b1, b2 in SequenceMatcher(None, keys, new_keys).get_opcodes():
        if a2 - a1 != b2 - b1:
            yield Edit(starts[a1], starts[a2], new_starts[b1], new_starts[b2])
            continue
        for a, b in zip(range(a1, a2), range(b1, b2), strict=True):
            if old[a] != new[b]:
                yield Edit(starts[a], starts[a + 1], new_starts[b], new_starts[b + 1])


def _changes(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    codes = SequenceMatcher(None, old, new).get_opcodes()
    return [Edit(*places) for tag, *places in codes if tag != "equal"]


def _placed(
    changes: Sequence[Edit], old: Sequence[str], new: Sequence[str], first: int, block: Edit
) -> Iterator[Edit]:
    at, new_at = first + block.start, first + block.new_start
    for span in _spans(changes, old, new):
        yield Edit(at + span.start, at + span.end, new_at + span.new_start, new_at + span.new_end)


def _spans(changes: Sequence[Edit], old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    """Changes of pieces as changes of characters."""
    starts, new_starts = _starts(old), _starts(new)
    for a1, a2, b1, b2 in changes:
        yield Edit(starts[a1], starts[a2], new_starts[b1], new_starts[b2])


def _starts(pieces: Sequence[str]) -> list[int]:
    starts = [0]
    for piece in pieces:
        starts.append(starts[-1] + len(piece))
    return starts
