"""How long texts are, and how hard to read.

Of many texts at once: they are laid one behind the other, a byte for each character, and every question about
neighbouring characters is one operation on the whole.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from pipeline.normalise.single_bytes import ENCODINGS, SingleBytes, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_JOINING: Final = "'’-"
_ENDS: Final = ".!?:…"

MIN_WORDS_FOR_LIX: Final = 100
"""In a shorter text a single long word moves the figure by more than a point."""


class Counts(NamedTuple):
    """What is counted in a text.

    Attributes:
        words: what a hyphen or an apostrophe joins is one (`IS-krigerne`, `it's`).
        paragraphs: joined by blank lines; none in an empty text.
        lix: words per sentence plus the percentage of long words, rounded to a tenth; None below 100 words.
    """

    words: int
    paragraphs: int
    lix: float | None


def count_each(texts: Sequence[str], encoded: Sequence[SingleBytes | None]) -> list[Counts]:
    """The counts of each text, which `single_bytes` has encoded as far as it could.

    LIX is after Björnsson (Läsbarhet, 1968). A long word begins with seven letters. A sentence ends at a full
    stop, colon, question or exclamation mark before a capital letter, and with its paragraph; the full stop
    behind an initial (`Ola N. Hansen`) ends none.
    """
    whole = [one or _stand_ins(text) for text, one in zip(texts, encoded, strict=True)]
    return [
        Counts(words, paragraphs, _lix(words, long_words, paragraphs + ends))
        for words, long_words, ends, paragraphs in zip(
            *_words(whole), _sentence_ends(whole), map(paragraph_count, texts), strict=True
        )
    ]


def paragraph_count(text: str) -> int:
    """Paragraphs in a text whose paragraphs are joined by blank lines; none in an empty one."""
    return text.count("\n\n") + 1 if text else 0


def _lix(words: int, long_words: int, sentences: int) -> float | None:
    if words < MIN_WORDS_FOR_LIX:
        return None
    return round(words / sentences + 100 * long_words / words, 1)


def _words(encoded: Sequence[SingleBytes]) -> tuple[list[int], list[int]]:
    """Words, and long words, of each encoded text."""
    # Without what joins, every word is a run of characters, and begins behind a blank.
    kinds = [data.translate(_KINDS[encoding], _JOINING_BYTES[encoding]) for data, encoding in encoded]
    laid = _laid(kinds)
    word, letter = laid != _BLANK, laid == _LETTER
    starts = word[1:] > word[:-1]
    two = letter[1:-1] & letter[2:]
    four = two[:-2] & two[2:]
    seven = four[:-3] & four[3:]
    places = [0, *itertools.accumulate(len(text) + 1 for text in kinds)]
    return _counted(starts, places), _counted(starts[: len(seven)] & seven, places)


def _sentence_ends(encoded: Sequence[SingleBytes]) -> list[int]:
    """Marks within each encoded text that end a sentence, but no paragraph."""
    laid = _laid([data.translate(_SHAPES[encoding]) for data, encoding in encoded])
    laid = laid[_telling(laid)]
    capital = laid == _CAPITAL
    mark = laid[2:-2] == _END
    initial = capital[1:-3] & (laid[:-4] == _LETTER)
    next_line = capital[4:] & (laid[3:-1] == _LINE_END)
    ends = mark & ((capital[3:-1] & ~initial) | next_line)
    return _counted(ends, np.flatnonzero(laid[1:-_BEHIND] == _BLANK).tolist())


def _telling(laid: np.ndarray) -> np.ndarray:
    """Flags at what tells where sentences end: of words in a row that is the last letter alone."""
    shaped: np.ndarray = laid != _SHAPELESS
    small = laid >= _LETTER
    shaped[:-2] &= ~(small[:-2] & (small[1:-1] | (small[2:] & ~shaped[1:-1])))
    return shaped


def _laid(texts: Sequence[bytes]) -> np.ndarray:
    """The texts with a blank behind each; two before the first, and more behind the last."""
    return np.frombuffer(b" ".join((b" ", *texts, b" " * _BEHIND)), np.uint8)


def _counted(flags: np.ndarray, places: Sequence[int]) -> list[int]:
    """How many flags are set between each two places."""
    return [int(np.count_nonzero(flags[start:end])) for start, end in itertools.pairwise(places)]


def _stand_ins(text: str) -> SingleBytes:
    """The text with others of their kinds in the place of characters that have no byte."""
    return SingleBytes(text.translate(_STAND_INS).encode("windows-1252"), "windows-1252")


_MOST_STAND_INS: Final = 1 << 16


class _StandIns(dict[int, str]):
    """For a code point, a character of Windows-1252 of the same kind: itself where it is one."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        try:
            character.encode("windows-1252")
        except UnicodeEncodeError:
            character = {"A": "A", "a": "a", "n": "0"}.get(_shape(character), " ")
        if len(self) < _MOST_STAND_INS:
            self[code] = character
        return character


_STAND_INS: Final = _StandIns()


def _shape(character: str) -> str:
    """`A` and `a` for letters, `n` for what else is in words, `.` for an end, `\\n`, else `-`."""
    if character.isalpha():
        return "A" if character.isupper() else "a"
    if character in _ENDS:
        return "."
    return "n" if re.match(r"\w", character) else "\n" if character == "\n" else "-"


def _kind(character: str) -> str:
    """`a` for letters, `n` for what else is in words, else a blank."""
    shape = _shape(character).lower()
    return shape if shape in "an" else " "


_BLANK, _LETTER, _CAPITAL, _END, _LINE_END, _SHAPELESS = b" aA.\n-"
_BEHIND: Final = 6

_KINDS: Final = table_of(_kind)
_SHAPES: Final = table_of(_shape)
_JOINING_BYTES: Final = {encoding: _JOINING.encode(encoding, "ignore") for encoding in ENCODINGS}
