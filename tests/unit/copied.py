"""The copies among articles, by the ids of the articles."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.article import SKETCH, SKETCH_BYTES, Article, to_table
from pipeline.assemble import Copies
from pipeline.assemble.copies import COPY_COLUMNS
from pipeline.duplicates import sketches
from pipeline.normalise.identity import fold
from pipeline.period import Calendar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pipeline.assemble import Mark


def marks(
    articles: Iterable[Article], *, reach: int = 3, gone: Mapping[str, Collection[str]] | None = None
) -> dict[str, Mark]:
    """What is marked when each period is looked at by itself, with those around it."""
    by_period: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_period[article.published].append(article)
    calendar = Calendar(by_period)
    found: dict[str, Mark] = {}
    for period in by_period:
        around = calendar.around(period, reach)
        copies = _copies({p: by_period[p] for p in (period, *around)}, reach)
        of = copies.of(period, around=around, gone=gone or {})
        found |= {by_period[period][row].article_id: mark for row, mark in of.marks.items()}
    return found


def _copies(articles: Mapping[str, Sequence[Article]], reach: int) -> Copies:
    def folded(period: str, rows: Sequence[int]) -> list[str]:
        return [fold(articles[period][row].text) for row in rows]

    return Copies({p: _table(rows) for p, rows in articles.items()}, folded=folded, reach=reach)


def _table(articles: Sequence[Article]) -> pa.Table:
    sketched = sketches([fold(article.text) for article in articles])
    table = to_table(articles).append_column(SKETCH, pa.array(sketched, pa.binary(SKETCH_BYTES)))
    return table.select(COPY_COLUMNS)
