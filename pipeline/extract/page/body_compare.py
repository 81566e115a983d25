"""Whether one text is in another, though the two are written differently."""

from __future__ import annotations

import re
from typing import Final

WORDS: Final = re.compile(r"\w+")
LONGEST: Final = 200_000
"""Letters: longer texts are not compared, as a piece begins at each."""

_PIECE: Final = 12  # letters


def key(text: str) -> str:
    """What two writings of a text have in common: its letters and digits, without case."""
    return "".join(WORDS.findall(text.casefold()))


def pieces(letters: str) -> set[str]:
    """All runs of twelve letters, from each one on."""
    return {letters[i : i + _PIECE] for i in range(len(letters) - _PIECE + 1)}


def is_within(letters: str, known: set[str], *, share: float) -> bool:
    """Whether that share of a text, as `key` gives it, is in the one that the `pieces` are of."""
    own = [letters[i : i + _PIECE] for i in range(0, len(letters) - _PIECE + 1, _PIECE)]
    return bool(own) and sum(piece in known for piece in own) >= share * len(own)
