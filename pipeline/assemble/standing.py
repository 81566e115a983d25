"""The articles that stand in one period: whole columns of what is staged, where nothing is contested."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.article import SKETCH, from_table, to_table
from pipeline.assemble.versions import merge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

CONTEST_COLUMNS: Final = ("article_id", "source", "own_id")
"""What tells which rows may be versions of one article."""


def standing(
    period: str,
    staged: pa.Table,
    *,
    whole: Callable[[pa.Array], pa.Table],
    linked: Collection[str] = (),
    elsewhere: pa.Table | None = None,
) -> pa.Table:
    """One row per article that stands in this period, sorted by `article_id`.

    Args:
        period: the period.
        staged: what is staged for it; at least `CONTEST_COLUMNS`, and any other columns that are wanted.
        whole: gives all columns of some of those rows, by their numbers.
        linked: ids of articles that may have versions in other periods as well.
        elsewhere: those versions, all columns.

    Most articles have one version and pass as they are. The others become objects and are merged; those whose
    home is another period are left to that one.
    """
    contested = _contested(staged, linked)
    if not contested:
        return _sorted(staged)
    rows = pa.array(contested, pa.int64())
    versions = whole(rows)
    if elsewhere is not None:
        versions = pa.concat_tables([versions, elsewhere.select(versions.column_names)])
    merged = [article for article in merge(from_table(versions)) if article.published == period]
    latest = {capture: row for row, capture in enumerate(versions["capture"].to_pylist())}
    table = to_table(merged)
    if SKETCH in staged.column_names:
        sketches = versions[SKETCH].take(pa.array([latest[a.capture] for a in merged], pa.int64()))
        table = table.append_column(versions.schema.field(SKETCH), sketches)
    taken = set(contested)
    simple = staged.take(pa.array([i for i in range(len(staged)) if i not in taken], pa.int64()))
    return _sorted(pa.concat_tables([simple, table.select(staged.column_names)]))


def _contested(staged: pa.Table, linked: Collection[str]) -> list[int]:
    """Numbers of the rows that may not be the only version of their article."""
    ids = staged["article_id"].to_pylist()
    several = {article_id for article_id, count in Counter(ids).items() if count > 1}
    several.update(linked)
    if staged["own_id"].null_count < len(staged):
        named: dict[tuple[str, str], set[str]] = defaultdict(set)
        for source, own_id, article_id in zip(
            staged["source"].to_pylist(), staged["own_id"].to_pylist(), ids, strict=True
        ):
            if own_id is not None:
                named[source, own_id].add(article_id)
        for found in named.values():
            if len(found) > 1:
                several |= found
    return [row for row, article_id in enumerate(ids) if article_id in several] if several else []


def _sorted(table: pa.Table) -> pa.Table:
    return table.take(pc.sort_indices(table["article_id"])).combine_chunks()
