"""What a site offers: its feeds and its news sitemap, each looked at before it is named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from pipeline.errors import ConfigurationError, FetchError, Unreadable
from pipeline.extract.feeds import find_feeds, read_feed, read_sitemap
from pipeline.normalise import detect, parse_date
from pipeline.normalise.language import from_hint
from pipeline.normalise.urls import canonicalise
from pipeline.settings import FetchLimits
from pipeline.sources.nodes import Scalar
from pipeline.sources.values import Wrong, url as read_url

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pipeline.acquire.exchange import Exchange
    from pipeline.acquire.fetcher import Fetcher
    from pipeline.item import Feed
    from pipeline.sources import Kind

ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/html;q=0.8, */*;q=0.5"
)
USUAL_FEEDS: Final = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
USUAL_SITEMAPS: Final = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml")
MOST_ASKED: Final = 12
"""Feeds that are looked at for one site; sitemaps: a third of it."""
INDEX_BYTES: Final = FetchLimits().index_bytes
FULL_TEXT: Final = 500
"""Characters of an item's own text from which it is more than a teaser."""

_SITEMAP: Final = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex)[\s>]")
_COMMENTS: Final = re.compile(r"/(?:comments?|kommentar(?:er|e)?)/", re.IGNORECASE)
_NEWS: Final = re.compile(r"news|nyhe|nyhet|uutis|frett|artic|latest|48|recent", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed or a sitemap that answered.

    Attributes:
        url: where to ask in future.
        how: what led there: `address`, `page`, `usual`, `robots`.
        language: of most of its items, as far as it can be told.
    """

    url: str
    kind: Kind
    how: str
    feed: Feed
    language: str | None = None

    @property
    def dates(self) -> list[dt.datetime]:
        """The instants its items give, oldest first."""
        found = (parse_date(item.published).at for item in self.feed.items if item.published)
        return sorted(at for at in found if at is not None)

    @property
    def full_text(self) -> int:
        """How many items carry more than a teaser."""
        return sum(len(item.content or "") >= FULL_TEXT for item in self.feed.items)

    @property
    def is_news(self) -> bool:
        """Of a sitemap: whether it says when its pages were published."""
        return any(item.published for item in self.feed.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a site offers.

    Attributes:
        url: what was asked for.
        feeds: its feeds, the likeliest first.
        sitemap: its news sitemap, if it has one.
        asked: every address that was looked at.
        page: what stands at `url`, when that is a page.
        problems: a sentence for each address that looked like a feed or a sitemap and was none.
    """

    url: str
    feeds: tuple[Found, ...] = ()
    sitemap: Found | None = None
    asked: tuple[str, ...] = ()
    page: Exchange | None = None
    problems: tuple[str, ...] = ()


def address_of(text: str) -> str:
    """What a person typed, as an address; raises ConfigurationError."""
    text = text.strip()
    if text.startswith("feed:"):  # what browsers once called feeds by
        text = text.removeprefix("feed:").removeprefix("//")
    if "://" not in text:
        text = f"https://{text.removeprefix('//')}"
    try:
        return read_url(Scalar(1, text, quoted=True))
    except Wrong as wrong:
        raise ConfigurationError(f"The address {wrong.detail.rstrip('.')}.") from None


async def discover(fetcher: Fetcher, url: str) -> Discovery:
    """The feeds and the news sitemap of the site at `url`, or the one that `url` is itself.

    Raises FetchError when `url` cannot be had; what is tried beyond it may fail.
    """
    exchange = await fetcher.get(url, accept=ACCEPT)
    own = read(exchange, asked=url, how="address")
    if own is not None:
        if own.kind == "feed":
            sitemap, asked, problems = await _sitemap(fetcher, _home(own) or exchange.url)
            return Discovery(
                url=url, feeds=(own,), sitemap=sitemap, asked=(url, *asked), problems=tuple(problems)
            )
        return Discovery(url=url, sitemap=own, asked=(url,))
    named = [(link, "page") for link, _, _ in find_feeds(exchange.body, exchange.url)]
    feeds, asked, problems = await first_feeds(fetcher, named[:MOST_ASKED])
    if not feeds:
        usual = [(urljoin(exchange.url, path), "usual") for path in USUAL_FEEDS]
        found, more, _ = await first_feeds(fetcher, [pair for pair in usual if pair[0] not in asked], most=1)
        feeds, asked = found, asked + more
    sitemap, more, troubles = await _sitemap(fetcher, exchange.url)
    return Discovery(
        url=url,
        feeds=tuple(feeds),
        sitemap=sitemap,
        asked=(url, *asked, *more),
        page=exchange,
        problems=(*problems, *troubles),
    )


def read(exchange: Exchange, *, asked: str, how: str) -> Found | None:
    """What was received as a feed or a sitemap; None when it is neither."""
    url = exchange.moved_to or asked
    data = exchange.body
    if not _SITEMAP.search(data[:4096]) and not data.startswith(b"\x1f\x8b"):
        try:
            feed = read_feed(
                data, url=exchange.url, content_type=exchange.content_type, charset=exchange.charset
            )
        except Unreadable:
            return None
        return Found(url=url, kind="feed", how=how, feed=feed, language=_language(feed))
    try:
        feed = read_sitemap(data, url=exchange.url)
    except Unreadable:
        return None
    return Found(url=url, kind="sitemap", how=how, feed=feed, language=_language(feed))


def _language(feed: Feed) -> str | None:
    """The language of the titles where that is certain, else what the feed says."""
    words = " ".join(part for item in feed.items[:40] for part in (item.title, item.summary) if part)
    tag, _ = detect(words)
    told = feed.language or next((item.language for item in feed.items if item.language), None)
    return tag or from_hint(told)


def _home(found: Found) -> str | None:
    """The site that a feed is of: where its items are."""
    urls = [found.feed.url or "", *(item.url or "" for item in found.feed.items[:5])]
    return next((url for url in urls if urlsplit(url).scheme in {"http", "https"}), None)


async def first_feeds(
    fetcher: Fetcher, candidates: Sequence[tuple[str, str]], *, most: int | None = None
) -> tuple[list[Found], list[str], list[str]]:
    """Those of some addresses that are feeds, in their order; what was asked; and why the others are none.

    Of feeds that list the same articles the first is taken; feeds of comments only for want of others.
    """
    found: list[Found] = []
    asked: list[str] = []
    problems: list[str] = []
    seen: set[object] = set()
    for url, how in candidates:
        if url in asked:
            continue
        asked.append(url)
        try:
            answer = read(await fetcher.get(url, accept=ACCEPT), asked=url, how=how)
        except FetchError as error:
            problems.append(str(error))
            continue
        if answer is None or answer.kind != "feed":
            problems.append(f"{url} is no feed.")
            continue
        # many sites offer one feed in two formats, or at two addresses
        keys = {same(answer.url), frozenset(item.url for item in answer.feed.items if item.url) or url}
        if not keys & seen:
            found.append(answer)
            if most is not None and len(found) >= most:
                break
        seen |= keys
    return [feed for feed in found if not _COMMENTS.search(feed.url)] or found, asked, problems


async def _sitemap(fetcher: Fetcher, url: str) -> tuple[Found | None, list[str], list[str]]:
    """The news sitemap of a site: among those of its robots.txt, else in a usual place."""
    asked: list[str] = []
    problems: list[str] = []
    try:
        named = list((await fetcher.robots(url)).sitemaps)
    except FetchError as error:
        return None, asked, [str(error)]
    queue = [(urljoin(url, loc), "robots") for loc in sorted(named, key=likelihood)]
    queue += [(urljoin(url, path), "usual") for path in (USUAL_SITEMAPS if not named else ())]
    while queue and len(asked) < MOST_ASKED // 3:
        loc, how = queue.pop(0)
        if loc in asked:
            continue
        asked.append(loc)
        try:
            answer = read(await fetcher.get(loc, max_bytes=INDEX_BYTES), asked=loc, how=how)
        except FetchError as error:
            if how == "robots":
                problems.append(str(error))
            continue
        if answer is None or answer.kind != "sitemap":
            continue
        if answer.is_news:
            return answer, asked, problems
        queue = [(u, how) for u, _ in answer.feed.maps if likelihood(u) < 1][:2] + queue
    return None, asked, problems


def likelihood(url: str) -> int:
    """Sorts first what calls itself news."""
    return 0 if _NEWS.search(urlsplit(url).path) else 1


def same(url: str) -> str:
    """What two spellings of one address share: neither scheme nor a slash at the end tells feeds apart."""
    return re.sub(r"^https?://(www\.)?", "", canonicalise(url) or url).rstrip("/")
