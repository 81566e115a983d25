"""Texts to compare: words of their own for each number, and edits of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

from pipeline.duplicates import SLOTS, sketches

if TYPE_CHECKING:
    from collections.abc import Sequence

SYLLABLES = (
    "bru",
    "elv",
    "sol",
    "vær",
    "ting",
    "råd",
    "bygd",
    "fjell",
    "havn",
    "kai",
    "lys",
    "myr",
    "øy",
    "å",
)


def story(number: int, *, words: int = 120) -> str:
    """A folded text; those of two numbers have no shingle in common."""
    rng = random.Random(number)
    return " ".join("".join(rng.choices(SYLLABLES, k=2)) + str(rng.randrange(500)) for _ in range(words))


def edited(text: str, *, changed: int, seed: int = 0) -> str:
    """The text with so many words in a row replaced, somewhere."""
    words = text.split(" ")
    start = random.Random(seed).randrange(len(words) - changed + 1)
    words[start : start + changed] = [f"ny{seed}{i}" for i in range(changed)]
    return " ".join(words)


def table(texts: Sequence[str]) -> np.ndarray:
    """Their sketches (N, 128); zeros for a text that has none."""
    found = [sketch or bytes(2 * SLOTS) for sketch in sketches(texts)]
    return np.frombuffer(b"".join(found), "<u2").reshape(-1, SLOTS)
