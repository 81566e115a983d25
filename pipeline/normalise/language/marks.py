"""Weighs the words and endings of a short text against each language that we know closely."""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import Final, NamedTuple

from pipeline.normalise.language.markers import COLUMNS, ENDINGS, ENGLISH, SAMI, WORDS

KNOWN: Final = (*COLUMNS, "se")
"""The languages that have marks, in the order of every sum."""

_BIT: Final = {tag: 1 << at for at, tag in enumerate(KNOWN)}
_LANGUAGES_OF: Final = tuple(
    tuple(at for at in range(len(KNOWN)) if mask >> at & 1) for mask in range(1 << len(KNOWN))
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_SHORTEST_WITH_ENDING: Final = 5
_SHORTEST_STEM: Final = 3


class Marks(NamedTuple):
    """How many words and endings speak for each language, in the order of KNOWN; how many words there are."""

    words: list[int]
    endings: list[int]
    words_known: int
    different_words: int


def marks_of(text: str) -> Marks:
    """Count the marks of a text. A word counts once."""
    different = set(_WORD.findall(text.lower()))
    by_kind = Counter(map(_mark, different))
    words, endings = [0] * len(KNOWN), [0] * len(KNOWN)
    words_known = 0
    for (is_word, mask), count in by_kind.items():
        if not mask:
            continue
        if is_word:
            words_known += count
        sums = words if is_word else endings
        for at in _LANGUAGES_OF[mask]:
            sums[at] += count
    return Marks(words, endings, words_known, len(different))


@functools.lru_cache(maxsize=1 << 14)
def _mark(word: str) -> tuple[bool, int]:
    """Whether the word itself is known, and which languages it or its ending speaks for."""
    mask = _WORDS.get(word, 0)
    if mask or len(word) < _SHORTEST_WITH_ENDING:
        return True, mask
    for at in range(max(_SHORTEST_STEM, len(word) - _LONGEST_ENDING), len(word)):
        if mask := _ENDINGS.get(word[at:], 0):
            break
    return False, mask


def _columns(table: str) -> dict[str, int]:
    masks: dict[str, int] = {}
    for line in table.strip().splitlines():
        for tag, cell in zip(COLUMNS, line.split("|"), strict=False):
            _add(masks, cell.split(), tag)
    return masks


def _add(masks: dict[str, int], forms: list[str], tag: str) -> None:
    for form in forms:
        masks[form] = masks.get(form, 0) | _BIT[tag]


def _words() -> dict[str, int]:
    masks = _columns(WORDS)
    _add(masks, ENGLISH.split(), "en")
    _add(masks, SAMI.split(), "se")
    return masks


_WORDS: Final = _words()
_ENDINGS: Final = _columns(ENDINGS)
_LONGEST_ENDING: Final = max(map(len, _ENDINGS))
