"""How long a text is, and how hard to read."""

from __future__ import annotations

import re
from typing import Final

from pipeline.normalise.single_bytes import windows_1252

_JOINING: Final = "'’-"
_ENDS: Final = ".!?:…"

MIN_WORDS_FOR_LIX: Final = 100
"""In a shorter text a single long word moves the figure by more than a point."""


def word_count(text: str) -> int:
    """Words in a text; what a hyphen or an apostrophe joins is one (`IS-krigerne`, `it's`)."""
    return _words_in(_encoded(text))[0]


def paragraph_count(text: str) -> int:
    """Paragraphs in a text whose paragraphs are joined by blank lines; none in an empty one."""
    return text.count("\n\n") + 1 if text else 0


def words_and_lix(text: str) -> tuple[int, float | None]:
    """`word_count`, and LIX: words per sentence plus the percentage of long words.

    After Björnsson (Läsbarhet, 1968). LIX is rounded to a tenth, and None below 100 words. A long word begins
    with seven letters. A sentence ends at a full stop, colon, question or exclamation mark before a capital
    letter, and with its paragraph; the full stop behind an initial (`Ola N. Hansen`) ends none.
    """
    data = _encoded(text)
    words, long_words = _words_in(data)
    if words < MIN_WORDS_FOR_LIX:
        return words, None
    shape = data.translate(_SHAPES, _SHAPELESS)
    sentences = paragraph_count(text) + shape.count(b".A") + shape.count(b".\nA") - shape.count(b"aA.A")
    return words, round(words / sentences + 100 * long_words / words, 1)


def _words_in(data: bytes) -> tuple[int, int]:
    """Words, and long words, of an encoded text."""
    # Without what joins, every word is a run of characters, and begins behind a space.
    runs = b" " + data.translate(_KINDS, _JOINING_BYTES)
    return runs.count(b" a") + runs.count(b" 0"), runs.count(b" aaaaaaa")


def _encoded(text: str) -> bytes:
    """The text with a byte for each character: its own in Windows-1252, else another of its kind."""
    data = windows_1252(text)
    return text.translate(_STAND_INS).encode("windows-1252") if data is None else data


_MOST_STAND_INS: Final = 1 << 16


class _StandIns(dict[int, str]):
    """For a code point, a character of Windows-1252 of the same kind: itself where it is one."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        try:
            character.encode("windows-1252")
        except UnicodeEncodeError:
            character = _kind(character)
        if len(self) < _MOST_STAND_INS:
            self[code] = character
        return character


def _kind(character: str) -> str:
    """`A` and `a` for letters, `0` for what else is in words, else a space."""
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return "0" if re.match(r"\w", character) else " "


_STAND_INS: Final = _StandIns()

_CHARACTERS: Final = [bytes((byte,)).decode("windows-1252", "replace") for byte in range(256)]
_JOINING_BYTES: Final = _JOINING.encode("windows-1252")
_KINDS: Final = "".join(map(_kind, _CHARACTERS)).lower().encode("ascii")
_SHAPES: Final = "".join(c if c == "\n" else "." if c in _ENDS else _kind(c) for c in _CHARACTERS).encode(
    "ascii"
)
# Neither letter, digit, mark nor line break: quotation marks, brackets, dashes, spaces.
_SHAPELESS: Final = bytes(byte for byte in range(256) if _SHAPES[byte] == ord(" "))
