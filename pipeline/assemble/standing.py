"""The articles that stand in one period: whole columns of what is staged, where nothing is contested."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.article import SKETCH, from_table, to_table
from pipeline.assemble.versions import by_article, latest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from pipeline.article import Article

    Fate = Callable[[str, str | None], str | None]

CONTEST_COLUMNS: Final = ("article_id", "source", "own_id")
"""What tells which rows may be versions of one article."""


class Gone(NamedTuple):
    """A staged row of an article that stands nowhere, and why."""

    article_id: str
    fate: str


class Standing(NamedTuple):
    """What stands in a period, and what of it follows from other periods."""

    articles: pa.Table
    """One row per article, sorted by `article_id`."""
    shared: list[str]
    """Of each article with versions here and in others: what its row is, or that it stands elsewhere."""
    gone: list[Gone]
    """Rows that are staged here of articles that stand nowhere by decision, sorted."""
    related: set[str]
    """Where such an article stands; for one that stands here, where its other versions are."""


def standing(
    period: str,
    staged: pa.Table,
    *,
    whole: Callable[[pa.Array], pa.Table],
    linked: Mapping[str, int] | None = None,
    elsewhere: pa.Table | None = None,
    fate: Fate | None = None,
) -> Standing:
    """What stands in this period.

    Args:
        period: the period.
        staged: what is staged for it; at least `CONTEST_COLUMNS`, and any other columns that are wanted.
        whole: gives all columns of some of those rows, by their numbers.
        linked: ids of articles that may have versions in other periods as well, each with the number of the
            group in which versions of it may be.
        elsewhere: those versions, all columns.
        fate: of a version with this id and canonical address, why its article is to stand nowhere, or None;
            then `staged` has the column `canonical_url`.

    Most articles have one version and pass as they are. The others become objects and are merged; those whose
    home is another period are left to that one.
    """
    linked = linked or {}
    contested = _contested(staged, linked)
    if not contested:
        simple, refused = _spared(staged, fate)
        return Standing(_sorted(simple), [], refused, set())
    versions = whole(pa.array(contested, pa.int64()))
    if elsewhere is not None:
        versions = pa.concat_tables([versions, elsewhere.select(versions.column_names)])
    merged: list[Article] = []
    gone: list[Gone] = []
    shared: list[str] = []
    related: set[str] = set()
    for some in _by_article(versions, linked):
        others = {version.published for version in some}
        if period not in others:
            continue
        if fate and (fates := {fate(v.article_id, v.canonical_url) for v in some} - {None}):
            worst = max(map(str, fates))
            gone += [Gone(version.article_id, worst) for version in some if version.published == period]
            continue
        article = latest(some)
        others.discard(period)
        here = article.published == period
        if here:
            merged.append(article)
        if others:
            shared.append(f"{article.article_id} {_digest(article) if here else 'elsewhere'}")
            related |= others if here else {article.published}
    table = to_table(merged)
    if SKETCH in staged.column_names:
        row_of = {capture: row for row, capture in enumerate(versions["capture"].to_pylist())}
        sketches = versions[SKETCH].take(pa.array([row_of[a.capture] for a in merged], pa.int64()))
        table = table.append_column(versions.schema.field(SKETCH), sketches)
    taken = set(contested)
    others_here = staged.take(pa.array([i for i in range(len(staged)) if i not in taken], pa.int64()))
    simple, more = _spared(others_here, fate)
    articles = _sorted(pa.concat_tables([simple, table.select(staged.column_names)]))
    return Standing(articles, sorted(shared), sorted(gone + more), related)


def _spared(rows: pa.Table, fate: Fate | None) -> tuple[pa.Table, list[Gone]]:
    """The rows that may stand, and those that may not."""
    if fate is None:
        return rows, []
    pairs = zip(rows["article_id"].to_pylist(), rows["canonical_url"].to_pylist(), strict=True)
    fates = [(article_id, fate(article_id, url)) for article_id, url in pairs]
    gone = sorted(Gone(article_id, f) for article_id, f in fates if f is not None)
    return (rows.filter(pa.array([f is None for _, f in fates], pa.bool_())) if gone else rows), gone


def _by_article(versions: pa.Table, linked: Mapping[str, int]) -> Iterator[list[Article]]:
    """The versions of each article; what is not in one group is not joined, so that all periods agree."""
    groups: dict[int | None, list[Article]] = defaultdict(list)
    for article in from_table(versions):
        groups[linked.get(article.article_id)].append(article)
    for group in groups.values():
        yield from by_article(group)


def _digest(article: Article) -> str:
    return hashlib.sha256(orjson.dumps(article)).hexdigest()


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
