"""Assemble: one row per article, its latest revision; exact duplicates marked. Pure and order-free."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.article import Article

_NEVER: Final = dt.datetime.max.replace(tzinfo=dt.UTC)
_BEFORE: Final = dt.datetime.min.replace(tzinfo=dt.UTC)


def merge(staged: Iterable[Article]) -> list[Article]:
    """One row per `article_id`: the latest revision of what is staged, sorted by `article_id`.

    The latest is the one captured last; in one capture, the one updated last, else the one that stands
    last. `revisions` counts the times the title, lead or text changed. `published_at` is the earliest known.
    """
    by_id: dict[str, list[Article]] = defaultdict(list)
    for article in staged:
        by_id[article.article_id].append(article)
    return [_latest(versions) for _, versions in sorted(by_id.items())]


def _latest(versions: list[Article]) -> Article:
    versions.sort(key=_age)
    latest = versions[-1]
    changes = 1 + sum(_content(a) != _content(b) for a, b in itertools.pairwise(versions))
    dated = min(versions, key=lambda a: (a.published_at or _NEVER, _age(a)))
    if dated.published_at is None:
        dated = latest
    return dataclasses.replace(
        latest,
        first_seen_at=min(a.first_seen_at for a in versions),
        published_at=dated.published_at,
        published_raw=dated.published_raw,
        published_offset=dated.published_offset,
        published_from=dated.published_from,
        revision=changes,
        revisions=changes,
    )


def _age(article: Article) -> tuple[dt.datetime, dt.datetime, list[int | str]]:
    """What orders the versions of one article, oldest first; total, so that no order of arrival matters."""
    return article.captured_at, article.updated_at or _BEFORE, _natural(article.capture)


def _natural(name: str) -> list[int | str]:
    """Sort key that counts: position 20 comes before position 100.

    Text and numbers alternate, starting with text, so that keys compare whatever they hold.
    """
    return [int(part) if i % 2 else part for i, part in enumerate(re.split(r"(\d+)", name))]


def _content(article: Article) -> tuple[str | None, str | None, str]:
    return article.title, article.lead, article.text


def mark_duplicates(articles: Sequence[Article]) -> int:
    """Mark exact copies (equal folded text) in place; returns how many rows are copies of another.

    All copies are kept. The one that stands for them was published first, else seen first, else has the
    smallest id. Articles without a word are nobody's copy.
    """
    by_text: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        if article.word_count > 0:
            by_text[article.content_hash].append(article)
    copies = 0
    for cluster in by_text.values():
        if len(cluster) == 1:
            continue
        cluster.sort(key=lambda a: (a.published_at or _NEVER, a.first_seen_at, a.article_id))
        original = cluster[0].article_id
        for article in cluster:
            article.duplicate_cluster = original
            article.duplicate_of = original if article.article_id != original else None
        copies += len(cluster) - 1
    return copies
