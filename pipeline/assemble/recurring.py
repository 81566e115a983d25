"""Boilerplate of a source: a paragraph that recurs across many of its articles in one period.

What only shows side by side: "Saken ble først publisert i ...", the address of a desk, a standing appeal. No
list of phrases knows them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST_ARTICLES: Final = 5
"""In fewer articles it may be chance."""

LEAST_SHARE: Final = 0.05
"""Of the source's articles: in the partition of a whole year chance is given more often."""

LEAST_WORDS: Final = 6
"""Shorter ones are subheadings and dialogue ("Fakta", "– Nei, sier hun")."""

MOST_CHARACTERS: Final = 1_000
"""Longer ones are text."""


def recurring_paragraphs(articles: pa.Table) -> dict[int, set[str]]:
    """For rows of one period (`source`, `text`) the paragraphs that are their source's boilerplate.

    An article counts once however many copies of it there are: articles with the same longest other paragraph
    are versions of one story, whose paragraphs recur because the story does. Where an article would be left
    without a paragraph, it keeps all. A pure function of the rows, in any order.
    """
    if len(articles) < LEAST_ARTICLES:
        return {}
    paragraphs = pc.split_pattern(articles["text"].combine_chunks(), "\n\n")
    flat = paragraphs.flatten()
    row_of = pc.list_parent_indices(paragraphs).to_numpy()
    encoded = flat.dictionary_encode()
    code_of = encoded.indices.to_numpy()
    frequent = np.flatnonzero(np.bincount(code_of, minlength=len(encoded.dictionary)) >= LEAST_ARTICLES)
    if not len(frequent):
        return {}
    suspects = {
        int(code): text
        for code, text in zip(frequent, encoded.dictionary.take(pa.array(frequent)).to_pylist(), strict=True)
        if len(text) <= MOST_CHARACTERS and len(text.split()) >= LEAST_WORDS
    }
    if not suspects:
        return {}
    sources = articles["source"].to_pylist()
    stories = _stories(row_of, code_of, pc.utf8_length(flat).to_numpy(), set(suspects), len(articles))
    sizes: dict[str, set[int]] = defaultdict(set)
    for source, story in zip(sources, stories, strict=True):
        sizes[source].add(story)
    found: dict[int, set[str]] = defaultdict(set)
    for source, code, rows in _by_source(row_of, code_of, suspects, sources):
        among = {stories[row] for row in rows} - {-1}
        if len(among) >= max(LEAST_ARTICLES, LEAST_SHARE * len(sizes[source])):
            for row in rows:
                if stories[row] != -1:
                    found[row].add(suspects[code])
    return dict(found)


def _stories(
    row_of: np.ndarray, code_of: np.ndarray, lengths: np.ndarray, suspects: set[int], rows: int
) -> list[int]:
    """For each row its longest paragraph that is not suspect, the first of several; -1: there is none."""
    longest = [(-1, -1)] * rows
    suspect = np.isin(code_of, np.array(sorted(suspects)))
    for row, code, length in zip(
        row_of[~suspect].tolist(), code_of[~suspect].tolist(), lengths[~suspect].tolist(), strict=True
    ):
        if length > longest[row][0]:
            longest[row] = (length, code)
    return [code for _, code in longest]


def _by_source(
    row_of: np.ndarray, code_of: np.ndarray, suspects: dict[int, str], sources: list[str]
) -> Iterator[tuple[str, int, set[int]]]:
    rows: dict[tuple[str, int], set[int]] = defaultdict(set)
    for position in np.flatnonzero(np.isin(code_of, np.array(sorted(suspects)))).tolist():
        row = int(row_of[position])
        rows[sources[row], int(code_of[position])].add(row)
    for (source, code), found in sorted(rows.items()):
        yield source, code, found
