"""What a source would give, read to the end and not stored."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.clean import clean
from pipeline.errors import DagspressError, FetchError, Unreadable
from pipeline.extract.feeds import find_feeds
from pipeline.extract.hints import NO_HINTS
from pipeline.extract.page import decode, read_page
from pipeline.flow.discover.finding import (
    ACCEPT,
    INDEX_BYTES,
    MOST_ASKED,
    Found,
    first_feeds,
    likelihood,
    read,
)
from pipeline.item import Item
from pipeline.normalise import normalise
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from pipeline.acquire.exchange import Exchange
    from pipeline.acquire.fetcher import Fetcher
    from pipeline.article import Article
    from pipeline.extract.hints import Hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """One item, and what becomes of it: an article, or the reason why none."""

    item: Item
    article: Article | None = None
    error: str | None = None
    from_feed: bool = False
    """Whether the text is the item's own, since its page could not be had."""

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        article = self.article
        row: dict[str, Any] = {"url": self.item.url, "item": self.item.as_json()}
        if self.error:
            row["error"] = self.error
        if article is not None:
            row["article"] = {
                "title": article.title,
                "lead": article.lead,
                "authors": article.authors,
                "published": article.published,
                "published_at": article.published_at.isoformat() if article.published_at else None,
                "published_from": article.published_from,
                "language": article.language,
                "section": article.section,
                "tags": article.tags,
                "canonical_url": article.canonical_url,
                "paywalled": article.paywalled,
                "word_count": article.word_count,
                "text": article.text,
                "from_feed": self.from_feed,
            }
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be ingested from an address; nothing was stored.

    Attributes:
        found: the feed or sitemap; None when the address is an article's.
        items: everything it lists.
        shown: the first of them, read to the end.
    """

    url: str
    found: Found | None
    items: tuple[Item, ...]
    shown: tuple[Previewed, ...]
    problems: tuple[str, ...] = ()


async def preview(
    fetcher: Fetcher, url: str, *, limit: int = 3, hints: Hints = NO_HINTS, pages: bool = True
) -> Preview:
    """The items at `url` (a feed, a sitemap, a site that has one, or an article) and the first `limit` read.

    Raises FetchError when `url` cannot be had, DagspressError when there is nothing to ingest.
    """
    exchange = await fetcher.get(url, accept=ACCEPT)
    found = read(exchange, asked=url, how="address")
    problems: list[str] = []
    if found is None:
        alone = _as_article(exchange, hints)
        links = [(link, "page") for link, _, _ in find_feeds(exchange.body, exchange.url)]
        is_front = urlsplit(exchange.url).path in {"", "/"}
        if alone.article is not None and not is_front:
            return Preview(url=url, found=None, items=(alone.item,), shown=(alone,))
        feeds, _, problems = await first_feeds(fetcher, links[:MOST_ASKED], most=1)
        if not feeds:
            raise DagspressError(
                f"{url} is no feed, no sitemap and no article, and names no feed that works. "
                "`dagspress sources add` looks in more places."
            )
        found = feeds[0]
    items = found.feed.items
    if found.kind == "sitemap" and not items and found.feed.maps:
        child = max(found.feed.maps, key=lambda entry: (1 - likelihood(entry[0]), entry[1] or ""))[0]
        inner = read(await fetcher.get(child, max_bytes=INDEX_BYTES), asked=child, how="address")
        items = inner.feed.items if inner is not None else ()
        problems.append(f"{url} is an index of {len(found.feed.maps)} sitemaps; shown is {child}.")
    shown = await asyncio.gather(*(_read_item(fetcher, item, hints, pages) for item in items[:limit]))
    return Preview(
        url=found.url,
        found=found,
        items=tuple(items),
        shown=tuple(shown),
        problems=(*problems, *found.feed.problems),
    )


async def _read_item(fetcher: Fetcher, item: Item, hints: Hints, pages: bool) -> Previewed:
    reason = "it has no address"
    if item.url and pages:
        try:
            return _as_article(await fetcher.get(item.url), hints, item)
        except FetchError as error:
            reason = str(error)
    else:  # as the run does, which has nothing else to hope for
        item = replace(item, content=item.content or item.summary)
    if item.content:
        article = _article(
            Record(
                at="",
                raw=item.content.encode("utf-8", "replace"),
                text=item.content,
                title=item.title,
                lead=item.summary,
                authors=item.authors,
                url=item.url,
                section=item.section,
                tags=item.tags,
                language=item.language or hints.language,
                published_raw=item.published,
                published_from=item.published_from if item.published else None,
                updated_raw=item.updated,
                own_id=item.guid,
                zone=hints.zone,
            )
        )
        return Previewed(item=item, article=article, from_feed=True)
    return Previewed(
        item=item, error=reason if pages else "its pages are not fetched, and it carries no text"
    )


def _as_article(exchange: Exchange, hints: Hints, item: Item | None = None) -> Previewed:
    shown = item or Item(url=exchange.url)
    try:
        html, repaired = decode(exchange.body, charset=exchange.charset)
    except Unreadable as error:
        return Previewed(item=shown, error=error.detail)
    rules = ("encoding",) if repaired else ()
    record = read_page(html, at="", raw=exchange.body, url=exchange.url, hints=hints, item=item, rules=rules)
    if isinstance(record, Rejection):
        return Previewed(item=shown, error=record.detail)
    return Previewed(item=shown, article=_article(record))


def _article(record: Record) -> Article:
    now = dt.datetime.now(dt.UTC)
    [article] = normalise(clean([record]), source="preview", capture="preview", captured_at=now)
    return article
