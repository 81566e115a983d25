"""What a feed or a sitemap says of an article: an `Item`, and the `Feed` that lists it.

Plain values, as written: nothing is interpreted before normalise. An item travels with the page it links
to (in the page's capture), so that the page can be read again without the feed.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed or a sitemap.

    Attributes:
        url: absolute address of the article's page; None when the entry has none.
        guid: the entry's own identifier, only where it tells this entry from all others of its feed
            (one that is repeated in the feed is none).
        title, summary: as plain text, without markup.
        content: the full text the entry itself carries, paragraphs separated by blank lines; None without.
        published, updated: as written, else in ISO 8601 where the format only gives parts.
        published_from: where `published` was found: `feed`, or `first_seen` (see `with_first_seen`).
        language: the entry's own, else the feed's.
    """

    url: str | None = None
    guid: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    published: str | None = None
    published_from: str = "feed"
    updated: str | None = None

    def as_json(self) -> dict[str, Any]:
        """What is known, as plain values."""
        return {k: v for k, v in dataclasses.asdict(self).items() if v not in (None, (), "")}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Item:
        """Read what `as_json` gave; fields of other versions are passed over."""
        names = {f.name for f in dataclasses.fields(cls)}
        known: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in value.items() if k in names
        }
        return cls(**known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed, or one file of a sitemap, as read.

    Attributes:
        url: the page of the site that the feed names as its own; of a sitemap, its address.
        ttl: seconds the feed asks to be left alone (RSS `ttl`, `sy:updatePeriod`); None when it says nothing.
        maps: of a sitemap index: the sitemaps it lists, with their `lastmod` as written (or None).
        problems: what was wrong with it, in sentences; what could be read was read.
    """

    items: tuple[Item, ...] = ()
    title: str | None = None
    url: str | None = None
    language: str | None = None
    ttl: int | None = None
    maps: tuple[tuple[str, str | None], ...] = ()
    problems: tuple[str, ...] = ()
