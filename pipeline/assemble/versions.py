"""Versions of one article: which belong together, where the article stands, which is the latest (G8).

Pure and order-free: the same versions give the same article, whatever the order in which they came.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pipeline.article import UNDATED
from pipeline.period import contains

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.article import Article

_NEVER: Final = dt.datetime.max.replace(tzinfo=dt.UTC)
_BEFORE: Final = dt.datetime.min.replace(tzinfo=dt.UTC)


def merge(staged: Iterable[Article]) -> list[Article]:
    """One row per article: the latest revision of what is staged, sorted by `article_id`.

    It stands under the earliest known published date (see `home`). Versions are of one article when they have
    one `article_id`, or one `own_id` that is to be trusted (see `_identities`): an article whose address
    changed keeps the id of its first version. The latest is the one captured last; in one capture, the one
    updated last, else the one that stands last. `revisions` counts the times the title, lead or text changed.
    `published_at` is the earliest known of that date.
    """
    return sorted((latest(versions) for versions in by_article(staged)), key=lambda a: a.article_id)


def versions_of(staged: Iterable[Article], article_id: str) -> list[Article]:
    """The versions of one article among what is staged, whatever ids they have themselves."""
    for versions in by_article(staged):
        if any(article.article_id == article_id for article in versions):
            return versions
    return []


def by_article(staged: Iterable[Article]) -> Iterable[list[Article]]:
    """The versions of each article (see `merge`), in no particular order."""
    by_id: dict[str, list[Article]] = defaultdict(list)
    for article in staged:
        by_id[article.article_id].append(article)
    joined: dict[str, list[Article]] = defaultdict(list)
    for article_id, first in _identities(by_id).items():
        joined[first] += by_id[article_id]
    return joined.values()


def _identities(by_id: dict[str, list[Article]]) -> dict[str, str]:
    """For each `article_id` one that stands for the article: the same for all ids that are one article.

    Two ids are one article when a source gives both the same `own_id`, and the same instant, text, or title
    and date as well: there are feeds whose entries all have one guid, and producers that count from 1 in
    every file. An `own_id` that stands on two articles of one capture identifies nothing.
    """
    named: dict[tuple[str, str], dict[str, list[Article]]] = defaultdict(lambda: defaultdict(list))
    for article_id, versions in by_id.items():
        for article in versions:
            if article.own_id is not None:
                named[article.source, article.own_id][article_id].append(article)
    stands_for = {article_id: article_id for article_id in by_id}

    def root(article_id: str) -> str:
        while stands_for[article_id] != article_id:
            article_id = stands_for[article_id]
        return article_id

    for ids in named.values():
        if len(ids) == 1 or not _is_identity(ids):
            continue
        shared: dict[object, str] = {}
        for article_id in sorted(ids):
            for mark in {mark for article in ids[article_id] for mark in _marks(article)}:
                other = root(shared.setdefault(mark, article_id))
                own = root(article_id)
                stands_for[max(own, other)] = min(own, other)
    return {article_id: root(article_id) for article_id in by_id}


def _is_identity(ids: dict[str, list[Article]]) -> bool:
    """Whether no capture holds two of these articles."""
    captures = [{a.capture.partition("#")[0] for a in versions} for versions in ids.values()]
    return sum(map(len, captures)) == len(set().union(*captures))


def _marks(article: Article) -> Iterator[tuple[str, object]]:
    """What tells that an `own_id` was given to the same article twice."""
    if article.published_at is not None and not _is_midnight(article.published_at, article.published_offset):
        yield "at", article.published_at
    if article.title:  # with its date: there are standing titles
        yield "title", (article.title, article.published)
    if article.word_count > 0:
        yield "text", article.content_hash


def _is_midnight(at: dt.datetime, offset: str | None) -> bool:
    """Whether an instant only stands for its day, where it was written: all articles of a day may have it."""
    zone = dt.datetime.fromisoformat(f"2000-01-01T00:00{offset or 'Z'}").tzinfo
    return at.astimezone(zone).time() == dt.time()


def home(periods: Iterable[str]) -> str:
    """The period in which an article stands whose versions were given these: the earliest that is known.

    A day says more than its month and a month more than its year; `undated` says nothing.

    >>> home(["2019-03-01", "2019-02"]), home(["2019-02", "2019-02-06", "undated"])
    ('2019-02', '2019-02-06')
    """
    known = set(periods)
    dated = known - {UNDATED}
    exact = {p for p in dated if not any(contains(p, other) for other in dated)}
    return min(exact, default=UNDATED)


def latest(versions: list[Article]) -> Article:
    """The row of an article that has these versions (see `merge`); sorts them, oldest first."""
    versions.sort(key=_age)
    newest = versions[-1]
    changes = 1 + sum(_content(a) != _content(b) for a, b in itertools.pairwise(versions))
    published = home(version.published for version in versions)
    there = [version for version in versions if version.published == published]
    dated = min(there, key=lambda a: (a.published_at or _NEVER, _age(a)))
    if dated.published_at is None:
        dated = there[-1]
    return dataclasses.replace(
        newest,
        article_id=versions[0].article_id,
        first_seen_at=min(a.first_seen_at for a in versions),
        published=published,
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
